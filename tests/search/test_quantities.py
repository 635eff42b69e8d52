"""Quantities of technical texts: read as an engineer reads them, compared like with like."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.quantities import Comparison, Quantity, alike, meets, quantities

AT_LEAST, ABOVE, AT_MOST, BELOW, EQUAL = Comparison


def only(text: str) -> Quantity:
    (quantity,) = quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "comparison", "indicator", "amount"),
    [
        ("合格率达到98%以上", AT_LEAST, "合格率", "98%"),
        ("合格率不低于 98 %", AT_LEAST, "合格率", "98 %"),
        ("处理量≥10 t/h", AT_LEAST, "处理量", "10 t/h"),
        ("平均寿命超过8700小时", ABOVE, "寿命", "8700小时"),
        ("单件辅助时间不超过5分钟", AT_MOST, "单件辅助时间", "5分钟"),
        ("希望出口偏差控制在0.5mm/m以内", AT_MOST, "出口偏差", "0.5mm/m"),
        ("井筒总淋水降到6方/时以下", AT_MOST, "井筒总淋水", "6方/时"),
        ("测量误差±0.1mm", AT_MOST, "测量误差", "±0.1mm"),
        ("漏检低于万分之一", BELOW, "漏检", "万分之一"),
        ("报废率约18%", EQUAL, "报废率", "18%"),
        ("噪声：75dB(A)", EQUAL, "噪声", "75dB(A)"),
    ],
)
def test_words_and_signs_of_comparison_are_read(text: str, comparison: Comparison, indicator: str, amount: str) -> None:
    quantity = only(text)
    assert (quantity.comparison, quantity.indicator, quantity.amount) == (comparison, indicator, amount)


@pytest.mark.parametrize(
    ("text", "base", "value"),
    [
        ("间隙0.3mm", "mm", "0.3"),
        ("间隙0.03厘米", "mm", "0.3"),
        ("间隙300μm", "mm", "0.3"),
        ("压力6.3Mpa", "Pa", "6300000"),
        ("压力６３００ｋＰａ", "Pa", "6300000"),
        ("成本1.5万元", "fen", "1500000"),
        ("成本一万五千元", "fen", "1500000"),
        ("损失2亿元", "fen", "20000000000"),
        ("功率30万千瓦", "W", "300000000"),
        ("气阀连续运行八千小时", "s", "28800000"),
        ("存放期半年", "s", "15768000"),
        ("误差5‰", "%", "0.5"),
        ("误剔千分之五", "%", "0.5"),
        ("余量八成", "%", "80"),
        ("处理量36t/h", "g/s", "10000"),
        ("每小时处理36吨", "g/s", "10000"),
        ("转速900转/分", "转/s", "15"),
        ("转速900rpm", "转/s", "15"),
        ("含量5mg/L", "g/mL", "0.000005"),
        ("温度-20℃", "℃", "-20"),
    ],
)
def test_units_are_reduced_to_one_base(text: str, base: str, value: str) -> None:
    quantity = only(text)
    assert (quantity.unit.base, quantity.low) == (base, Fraction(value))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("圆度0.08~0.12mm", "0.08", "0.12"),
        ("圆度0.08mm—0.12mm", "0.08", "0.12"),
        ("壁厚5±0.2 mm", "4.8", "5.2"),
        ("投资3至4万元", "3000000", "4000000"),
    ],
)
def test_a_range_keeps_both_ends(text: str, low: str, high: str) -> None:
    quantity = only(text)
    assert (quantity.low, quantity.high) == (Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("text", "change", "value", "indicator"),
    [
        ("跳闸率下降八成", -1, 80, "跳闸率"),
        ("单刃寿命提升50%以上", 1, 50, "单刃寿命"),
        ("提高刀具耐用度一倍以上", 1, 100, "刀具耐用度"),
        ("寿命至少翻一番", 1, 100, "寿命"),
        ("缩短磨齿时间四分之一", -1, 25, "磨齿时间"),
    ],
)
def test_a_change_is_told_from_a_value(text: str, change: int, value: int, indicator: str) -> None:
    quantity = only(text)
    assert (quantity.change, quantity.low, quantity.indicator) == (change, value, indicator)


@pytest.mark.parametrize(
    ("text", "indicator", "before", "after"),
    [
        ("一次合格率由71%升至98.6%", "一次合格率", 71, "98.6"),
        ("运行噪声由89降到81分贝", "运行噪声", 89, "81"),
        ("首裂由2.6万模推迟到8.8万模", "首裂", 26000, "88000"),
    ],
)
def test_a_value_that_replaced_another_knows_the_one_before(text: str, indicator: str, before: int, after: str) -> None:
    quantity = only(text)
    assert (quantity.indicator, quantity.before, quantity.low) == (indicator, before, Fraction(after))
    assert quantity.reached


@pytest.mark.parametrize(
    "text",
    ["42CrMo长轴", "6M50型压缩机", "2019年投产", "三台机床", "第三天", "两三次", "十分可靠", "10元件", "GH4169", ""],
)
def test_numbers_that_measure_nothing_are_left_alone(text: str) -> None:
    assert quantities(text) == []


def test_a_bound_without_a_noun_belongs_to_the_noun_said_before() -> None:
    present, wanted = quantities("圆度0.08~0.12mm，图纸要求0.02mm以内")
    assert wanted.indicator == present.indicator == "圆度"
    _, later = quantities("圆度0.08mm。另要求0.02mm以内")
    assert later.indicator != "圆度"


@pytest.mark.parametrize(
    ("wanted", "offered", "verdict"),
    [
        ("合格率≥98 %", "合格率95 %", False),
        ("合格率达到98%以上", "合格率由71%升至98.6%", True),
        ("合格率达到98%以上", "合格率95%以上", False),
        ("合格率大于98%", "合格率98%", False),
        ("合格率达到98%以上", "报废率2%", None),
        ("圆度0.02mm以内", "松夹后圆度稳定在12~18μm", True),
        ("圆度0.02mm以内", "圆度0.012~0.03mm", False),
        ("噪声低于75dB", "噪音由89降到71分贝", True),
        ("噪声低于75dB", "噪声大于60dB", None),
        ("噪声低于75dB", "噪声大于80dB", False),
        ("噪声低于75dB", "噪声5mm", None),
        ("跳闸率下降八成", "跳闸率由年均9次降到1次", True),
        ("跳闸率下降八成", "跳闸率减少六成", False),
        ("刀具寿命提高一倍以上", "刀具寿命由35分钟增至112分钟", True),
        ("刀具寿命提高一倍以上", "刀具寿命120分钟", None),
        ("每吨处理成本不超过15元", "处理成本每吨12元", True),
        ("壁厚5mm", "壁厚5mm", None),
        ("换辊时间不超过2小时", "辅助时间3小时", None),
    ],
)
def test_like_is_compared_with_like(wanted: str, offered: str, verdict: bool | None) -> None:
    assert meets(only(wanted), only(offered)) is verdict


def test_a_general_noun_is_no_name_for_a_particular_one() -> None:
    assert alike("圆度", "松夹后圆度")
    assert not alike("时间", "换辊时间")
    assert not alike("进口温度", "出口温度")


NUMBERS = st.integers(1, 10**6).map(str) | st.decimals("0.001", "9999", places=3).map(str)
UNITS = st.sampled_from(
    [
        ("mm", "mm", 1),
        ("厘米", "mm", 10),
        ("MPa", "Pa", 10**6),
        ("分钟", "s", 60),
        ("万元", "fen", 10**6),
        ("%", "%", 1),
        ("dB", "dB", 1),
    ]
)
BOUNDS = st.sampled_from(
    [("不低于", "", AT_LEAST), ("不超过", "", AT_MOST), ("", "以上", AT_LEAST), ("", "以内", AT_MOST), ("<", "", BELOW)]
)


@given(before=st.text(max_size=20), number=NUMBERS, unit=UNITS, bound=BOUNDS, spaces=st.sampled_from(["", " "]))
def test_a_written_quantity_is_read_back(
    before: str, number: str, unit: tuple[str, str, int], bound: tuple[str, str, Comparison], spaces: str
) -> None:
    written, base, factor = unit
    text = f"{before}。指标{bound[0]}{number}{spaces}{written}{bound[1]}。"
    quantity = quantities(text)[-1]
    assert (quantity.comparison, quantity.bound, quantity.unit.base) == (bound[2], Fraction(number) * factor, base)
    assert quantity.indicator == ""
    assert text[quantity.start : quantity.end] == f"{number}{spaces}{written}"


@given(
    st.text(
        st.sampled_from(
            "0123456789.,%两三十百千万半成分之由到降翻番点±-~至年升每以上内mMkPa ℃元时率圆度，。～－ＡＢ１２"
        )
    )
)
def test_offsets_hold_in_any_text(text: str) -> None:
    end = 0
    for quantity in quantities(text):
        assert quantity.start >= end
        assert text[quantity.start : quantity.end] == quantity.amount != ""
        end = quantity.end


@given(st.text(max_size=200))
def test_no_text_breaks_the_grammar(text: str) -> None:
    assert all(text[quantity.start : quantity.end] == quantity.amount for quantity in quantities(text))
