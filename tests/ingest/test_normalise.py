"""What people type, and what it means."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import normalise
from ingest.normalise import Unclear

MAY_DAY = "2023-05-01"


@pytest.mark.parametrize(
    "written",
    [
        "2023-05-01", "2023/5/1", "2023年5月", "20230501", 45047, 45047.0, "45047", "2023.5.1", "2023年5月1日",
        "２０２３年５月１日", "2023-05-01 08:30:00", "2023-05-01T08:30:00Z", 20230501.0, "2023-5", dt.date(2023, 5, 1),
        dt.datetime(2023, 5, 1, 8),  # noqa: DTZ001 - a spreadsheet's time has no zone.
    ],
)  # fmt: skip
def test_a_date_is_understood_in_every_shape(written: object) -> None:
    assert normalise.day(written) == MAY_DAY


def test_a_year_alone_is_its_first_day_and_its_last_where_it_is_a_deadline() -> None:
    assert normalise.day("2023年") == "2023-01-01"
    assert normalise.day("2023年", deadline=True) == "2023-12-31"
    assert normalise.day("2024年2月", deadline=True) == "2024-02-29"


@pytest.mark.parametrize("written", ["去年", "2023-13-01", "2023-02-30", "5月1日", "2023年0月", "99999999", "0"])
def test_a_date_that_is_none_is_not_guessed(written: str) -> None:
    with pytest.raises(Unclear):
        normalise.day(written)


@pytest.mark.parametrize(
    ("written", "hint", "fen"),
    [
        ("30万元", "", 30_000_000),
        ("30", "万元", 30_000_000),
        (30.0, "万元", 30_000_000),
        ("300000元", "", 30_000_000),
        ("300,000 元", "", 30_000_000),
        ("￥300000", "单位：元", 30_000_000),
        ("３０万", "", 30_000_000),
        ("0.003亿元", "万元", 30_000_000),
        ("约30万元", "", 30_000_000),
        ("30万元/年", "", 30_000_000),
        (30_000_000, "分", 30_000_000),
    ],
)
def test_the_unit_beside_an_amount_goes_before_the_unit_in_the_heading(written: object, hint: str, fen: int) -> None:
    assert normalise.money(written, hint) == fen


@pytest.mark.parametrize("written", ["30", "很多", "3万5", "-30万元", "30美元"])
def test_an_amount_without_a_unit_is_not_guessed(written: str) -> None:
    with pytest.raises(Unclear):
        normalise.money(written)


@given(st.integers(0, 10**9), st.sampled_from(["元", "万元", "亿元"]))
def test_an_amount_survives_being_written_with_its_unit(amount: int, unit: str) -> None:
    assert normalise.money(f"{amount:,}{unit}") == amount * normalise.FEN[unit]


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("30-50万元", 30, 50),
        ("30万～50万", 30, 50),
        ("30至50", 30, 50),
        ("≤50万", None, 50),
        ("50万元以内", None, 50),
        ("不超过50万元", None, 50),
        ("30万元以上", 30, None),
        ("50", None, 50),
        ("面议", None, None),
    ],
)
def test_a_budget_says_as_much_as_it_says(written: str, low: int | None, high: int | None) -> None:
    expected = {"budget_min": low and low * 10**6, "budget_max": high and high * 10**6}
    assert normalise.budget(written, "万元") == {name: fen for name, fen in expected.items() if fen is not None}


@pytest.mark.parametrize(
    "written",
    [
        "切削;夹具；圆度",
        "切削、夹具，圆度",
        "切削,夹具,圆度",
        "切削 夹具 圆度",
        "切削　夹具　圆度",
        "切削\\n夹具\\n圆度",
    ],
)
def test_keywords_are_split_by_whatever_separates_them(written: str) -> None:
    assert normalise.several(written) == ["切削", "夹具", "圆度"]


def test_an_english_keyword_keeps_its_blanks() -> None:
    assert normalise.several("deep learning") == ["deep learning"]


def test_a_name_with_a_blank_inside_is_one_person() -> None:
    assert normalise.people("王 伟、李强 赵小明") == ["王伟", "李强", "赵小明"]


def test_a_literal_line_break_becomes_one_and_a_formula_is_left_alone() -> None:
    assert normalise.text("第一行\\n第二行\\r\\n第三行<br/>第四行") == "第一行\n第二行\n第三行\n第四行"
    assert normalise.text("当 $\\nu \\neq 0$ 时") == "当 $\\nu \\neq 0$ 时"


@given(st.text(alphabet=st.characters(codec=None)))
def test_no_text_brings_what_a_database_refuses(written: str) -> None:
    cleaned = normalise.text(written)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


def test_a_title_is_the_first_sentence_without_the_label_of_the_abstract() -> None:
    assert normalise.first_sentence("[目的]研究轴承磨损。[方法]试验") == "研究轴承磨损"
    assert len(normalise.first_sentence("长" * 400)) == 100


def test_a_summary_that_ends_in_the_middle_of_a_sentence_is_doubted() -> None:
    assert normalise.is_cut("夹紧后变形" * 30)
    assert normalise.is_cut("夹紧后变形...")
    assert not normalise.is_cut("夹紧后变形" * 30 + "。")
    assert not normalise.is_cut("改进夹具")


@pytest.mark.parametrize("written", ["", " ", "无", "—", "N/A", None, [], "#REF!"])
def test_words_for_nothing_are_nothing(written: object) -> None:
    assert normalise.is_empty(written)


def test_a_number_of_persons_is_found_among_the_words_around_it() -> None:
    assert normalise.whole("约1,350人") == 1350
    assert normalise.whole("TRL ８") == 8
    with pytest.raises(Unclear):
        normalise.whole("7-8")
