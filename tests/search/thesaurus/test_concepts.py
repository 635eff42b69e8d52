"""A text names concepts by any of their names, whichever way it is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.thesaurus import Concept, Kind, Thesaurus, bundled

HARDENING = Concept(
    "1", Kind.PROBLEM, "淬火软点", ("淬不硬", "硬度不均"), ("soft spot",), solved_by=("淬火槽强制搅拌",)
)
QUENCHING = Concept("2", Kind.PROCESS, "淬火", ("quenching",))
CAVITATION = Concept("3", Kind.PROBLEM, "离心泵汽蚀", ("汽蚀",), solved_by=("诱导轮",))
SHAFT = Concept("4", Kind.PROBLEM, "轴瓦烧损", ("烧瓦",), solved_by=("弹性金属塑料瓦",))
TURBINE = Concept("5", Kind.PROBLEM, "推力轴承烧瓦", ("烧瓦",), solved_by=("高压油顶起",))
THESAURUS = Thesaurus([HARDENING, QUENCHING, CAVITATION, SHAFT, TURBINE])


def named(text: str) -> list[tuple[str, str]]:
    return [(mention.concept.preferred, mention.name) for mention in THESAURUS.find(text)]


def test_shop_floor_words_name_the_formal_concept() -> None:
    assert named("这批齿轮淬不硬，退了三次") == [("淬火软点", "淬不硬")]


def test_the_longest_name_wins_and_none_overlap() -> None:
    assert named("淬火软点") == [("淬火软点", "淬火软点")]
    assert named("淬火后出现汽蚀") == [("淬火", "淬火"), ("离心泵汽蚀", "汽蚀")]


def test_width_case_and_traditional_characters_make_no_difference() -> None:
    assert named("ＳＯＦＴ spot") == [("淬火软点", "ＳＯＦＴ spot")]
    assert named("汽蝕") == [("离心泵汽蚀", "汽蝕")]


def test_an_english_name_is_not_found_inside_another_word() -> None:
    assert named("requenching") == []
    assert named("requenching, quenching") == [("淬火", "quenching")]


def test_a_word_the_trades_share_names_each_of_their_concepts() -> None:
    assert named("又烧瓦了") == [("轴瓦烧损", "烧瓦"), ("推力轴承烧瓦", "烧瓦")]
    assert {concept.id for concept in THESAURUS.named("烧瓦")} == {"4", "5"}
    assert THESAURUS.named("无此名") == ()


def test_a_name_cut_off_at_the_end_is_no_mention() -> None:
    assert named("离心泵汽") == []


@given(st.text(max_size=60))
def test_a_mention_stands_in_the_text_where_it_says(text: str) -> None:
    for mention in bundled().find(text):
        assert text[mention.span.start : mention.span.end] == mention.name


def test_every_name_that_comes_with_the_product_finds_its_concept() -> None:
    thesaurus = bundled()
    for concept in thesaurus.concepts.values():
        assert concept in thesaurus.named(concept.preferred)
        assert concept.id in {mention.concept.id for mention in thesaurus.find(concept.preferred)}
