"""Text is cut the same way whichever form it arrives in, and every token knows its place."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import normalise, sentences, term_weights, terms, tokens, words

ALPHABET = st.sampled_from("激光切割鋼板０．5mm万元，。 ㎡é\u0301\u200b")
TEXTS = st.text(alphabet=st.one_of(st.characters(), ALPHABET), max_size=60)


def texts_of(text: str) -> list[str]:
    return [token.text for token in words(text)]


def test_words_of_a_compound_are_found_beside_it() -> None:
    assert {"不锈", "不锈钢", "激光"} <= set(texts_of("激光切割不锈钢"))


def test_every_chinese_character_is_a_token_of_its_own() -> None:
    assert {"激", "光", "切", "割"} <= {token.text for token in tokens("激光切割")}
    assert "激" not in texts_of("激光切割")


@pytest.mark.parametrize("written", ["0.02mm", "98%", "1.2mpa", "380v", "200万元", "25°c", "12cr13", "pm2.5", "q345b"])
def test_a_number_with_its_unit_is_one_token(written: str) -> None:
    assert written in texts_of(f"要求{written}，合格")


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ("１．２ ＭＰａ", "1.2mpa"),
        ("380 V", "380"),
        ("1,200元", "1200元"),
        ("60 ℃", "60°c"),
        ("3㎡", "3m2"),
        ("10，200", "10"),
        ("5天然气", "天然气"),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, token: str) -> None:
    assert token in texts_of(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鋼軌裡的裂縫", "钢轨里的裂缝"),
        ("羣衆", "群众"),
        ("ＡＢＣ", "abc"),
        ("Café", "cafe\u0301"),
        ("ﬁne", "FINE"),
        ("输\u200b送带", "输送带"),
    ],
)
def test_forms_of_the_same_text_give_the_same_tokens(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_simplified_text_is_not_taken_for_traditional() -> None:
    assert "显著" in texts_of("效果显著")


def test_offsets_point_into_the_original_text() -> None:
    text = "面积３㎡的鋼板，㎜级 Cafe\u0301 缝"
    places = {token.text: text[token.start : token.end] for token in tokens(text)}
    assert places["3m2"] == "３㎡"
    assert places["钢板"] == "鋼板"
    assert places["mm"] == "㎜"
    assert places["缝"] == "缝"


@given(TEXTS)
def test_any_text_is_cut_within_its_bounds(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) and token.text for token in found)
    assert sorted(token.text for token in found) == sorted(terms(text))
    assert not any(character.isspace() for token in found for character in token.text)


@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(TEXTS)
def test_sentences_are_in_order_and_lose_no_word(text: str) -> None:
    spans = sentences(text)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert all(at in covered for at, character in enumerate(text) if unicodedata.category(character)[0] == "L")


@pytest.mark.parametrize("text", ["", "   ", "。。！？…", "\x00\x00", "\ud800", "🙂"])
def test_text_without_words_has_no_tokens(text: str) -> None:
    assert tokens(text) == words(text) == []
    assert terms(text) == ()
    assert term_weights(text) == {}


@pytest.mark.parametrize("text", ["漢" * 200_000, "1," * 100_000, "1,111" * 50_000 + "x", "a" * 500_000, "." * 500_000])
def test_a_very_long_text_is_cut_in_linear_time(text: str) -> None:
    assert len(terms(text)) <= 2 * len(text)
    assert len(sentences(text)) <= len(text)


def test_sentences_end_at_stops_and_line_breaks_but_not_inside_numbers() -> None:
    text = " 精度0.5毫米。合格率98%；\n成本低！ It works. Yes"
    assert [text[span.start : span.end] for span in sentences(text)] == [
        "精度0.5毫米。",
        "合格率98%；",
        "成本低！",
        "It works.",
        "Yes",
    ]


def test_a_word_said_twice_weighs_more_but_not_double() -> None:
    weights = term_weights("泵 泵 阀")
    assert weights["阀"] < weights["泵"] < 2 * weights["阀"]


@given(st.text(alphabet=st.one_of(st.characters(), ALPHABET), max_size=30), st.integers(4, 8))
def test_a_long_text_is_folded_as_its_parts_are(part: str, times: int) -> None:
    text = f"{part} 鋼板 " * times
    assert normalise(text) == " ".join([normalise(f"{part} 鋼板 ")] * times).strip()
    assert normalise(text * 20) == " ".join([normalise(text)] * 20).strip()
