"""What a hit shows is the original text, at the stretch where the question's words stand."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from search.asking.highlight import SNIPPET, Highlights, highlight
from search.document import SearchDocument, Span
from tests.search.indexes import document

FILLER = "本装置已在多家企业应用，" * 20
TEXTS = st.text(alphabet=st.sampled_from("激光切割薄壁，。：\n a1Ⅳ㎡\u200b\ud800"), max_size=400)


def marked(one: SearchDocument, terms: Sequence[str]) -> Highlights:
    (marks,) = highlight([one], terms)
    return marks


def shown(body: str, *terms: str) -> str:
    snippet = marked(document("1", "标题", body), terms).snippet
    return body[snippet.start : snippet.end]


def test_a_short_body_is_shown_whole() -> None:
    assert shown("激光切割。", "漏油") == "激光切割。"
    assert shown("", "漏油") == ""


def test_a_long_body_is_shown_where_most_of_the_words_are() -> None:
    body = f"漏油。{FILLER}。主轴箱漏油，改用组合密封。{FILLER}"
    assert shown(body, "漏油", "密封", "主轴").startswith("主轴箱漏油，改用组合密封。")


def test_a_word_said_twice_counts_once() -> None:
    body = f"漏油漏油漏油漏油。{FILLER}。主轴漏油。{FILLER}"
    assert shown(body, "漏油", "主轴").startswith("主轴漏油。")


def test_a_long_body_without_the_words_is_shown_from_its_beginning() -> None:
    assert FILLER.startswith(shown(FILLER, "漏油"))
    assert shown(FILLER, "漏油").endswith("，")


def test_without_any_pause_the_snippet_begins_at_the_word() -> None:
    assert shown("无" * 500 + "漏油" + "无" * 500, "漏油") == "漏油" + "无" * (SNIPPET - 2)


def test_a_latin_word_inside_another_is_not_marked() -> None:
    marks = marked(document("1", "PLC 与 PLCS", "oee、oee2"), ["plc", "oee"])
    assert marks.title == (Span(0, 3),)
    assert marks.body == (Span(0, 3),)


def test_the_longest_term_is_marked_where_several_begin() -> None:
    assert marked(document("1", "不锈钢板"), ["不锈", "不锈钢"]).title == (Span(0, 3),)


def test_a_word_only_the_keywords_hold_is_named_and_marks_nothing() -> None:
    marks = marked(document("1", "标题", "正文", keywords=("漏油",)), ["漏油", "文"])
    assert (marks.title, marks.body, marks.terms) == ((), (), ("漏油",))


@given(TEXTS, TEXTS, st.lists(st.sampled_from(["激光", "切割", "切", "a1", "iv", "m2"]), unique=True))
def test_every_place_lies_inside_its_text_and_the_snippet_is_short(title: str, body: str, terms: list[str]) -> None:
    marks = marked(document("1", title, body), terms)
    for text, spans in ((title, marks.title), (body, marks.body), (body, (marks.snippet,))):
        assert all(0 <= span.start <= span.end <= len(text) for span in spans)
        assert list(spans) == sorted(spans, key=lambda span: span.start)
    assert marks.snippet.end - marks.snippet.start <= SNIPPET


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), st.lists(st.sampled_from(["激光", "切", "a1"]), unique=True))
def test_marking_many_at_once_is_marking_each(texts: list[tuple[str, str]], terms: list[str]) -> None:
    documents = [document("1", title, body) for title, body in texts]
    assert highlight(documents, terms) == [marked(one, terms) for one in documents]
