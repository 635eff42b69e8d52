"""Numbers and units of measurement as Chinese technical texts write them.

Every unit is reduced to the base unit of its dimension; only units of one base can be compared. Things counted (次,
件, 台) are a dimension each. Money is counted in fen.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

# For each base unit the factors to it, and the spellings of the unit that has this factor.
_SCALES: dict[str, dict[str, str]] = {
    "mm": {
        "1/1000000": "nm 纳米",
        "1/1000": "μm µm um 微米 ㎛",
        "1/100": "丝",
        "1": "mm 毫米 ㎜",
        "10": "cm 厘米 公分 ㎝",
        "100": "dm 分米",
        "1000": "m 米",
        "1000000": "km 公里 千米 ㎞",
    },
    "mm²": {
        "1": "mm² mm2 平方毫米",
        "100": "cm² cm2 平方厘米",
        "1000000": "m² m2 ㎡ 平方米 平米",
        "2000000000/3": "亩",
        "10000000000": "hm² 公顷",
        "1000000000000": "km² km2 平方公里 平方千米",
    },
    "mL": {"1/1000": "μL 微升", "1": "mL 毫升", "1000": "L 升", "1000000": "m³ m3 立方米 立方 方"},
    "g": {"1/1000000": "μg 微克", "1/1000": "mg 毫克", "1": "g 克", "1000": "kg 公斤 千克 ㎏", "1000000": "t 吨"},
    "s": {
        "1/1000000": "μs 微秒",
        "1/1000": "ms 毫秒",
        "1": "s 秒",
        "60": "min 分钟",
        "3600": "h 小时 个小时",
        "86400": "d 天",
        "604800": "周 星期",
        "2592000": "个月",
        "31536000": "年",
    },
    "Pa": {"1": "Pa 帕", "1000": "kPa 千帕", "1000000": "MPa 兆帕", "1000000000": "GPa", "100000": "bar 巴"},
    "℃": {"1": "℃ °C 摄氏度"},
    "W": {"1": "W 瓦", "1000": "kW 千瓦", "1000000": "MW 兆瓦"},
    "VA": {"1": "VA", "1000": "kVA 千伏安", "1000000": "MVA 兆伏安"},
    "Wh": {"1": "Wh", "1000": "kWh kW·h 千瓦时", "1000000": "MWh 兆瓦时"},
    "J": {"1": "J 焦", "1000": "kJ 千焦", "1000000": "MJ 兆焦"},
    "V": {"1/1000": "mV 毫伏", "1": "V 伏", "1000": "kV 千伏"},
    "A": {"1/1000": "mA 毫安", "1": "A 安", "1000": "kA 千安"},
    "Ω": {"1/1000": "mΩ", "1": "Ω 欧姆", "1000": "kΩ 千欧", "1000000": "MΩ 兆欧"},
    "S": {"1/1000000": "μS 微西", "1/1000": "mS", "1": "S"},
    "Hz": {"1": "Hz 赫兹", "1000": "kHz 千赫", "1000000": "MHz 兆赫", "1000000000": "GHz"},
    "N": {"1": "N 牛", "1000": "kN 千牛", "1000000": "MN"},
    "N·m": {"1": "N·m 牛·米 牛米", "1000": "kN·m 千牛·米"},
    "mol": {"1/1000": "mmol 毫摩尔", "1": "mol 摩尔"},
    "dB": {"1": "dB(A) dBA dB 分贝"},
    "%": {"1/10000": "ppm", "1/10": "‰", "1": "%", "10": "成", "100": "倍"},
    "百分点": {"1": "个百分点 百分点"},
    "fen": {"100": "元", "10": "角"},
    "转": {"1": "r 转"},
    "转/s": {"1/60": "rpm"},
    "度": {"1": "° 度"},
    "人": {"1": "人 名"},
}
_ALONE = (
    "NTU HRC HB HV lx 次 件 台 套 个 根 只 瓶 支 模 环 处 起 张 批 块 座 组 户 项 条 袋 桶 箱 片 炉 罐 锭 辆 趟 帧 班"
)
_DENOMINATORS = {"时": "小时", "分": "分钟", "日": "天", "月": "个月"}
# What may not follow a spelling, because both together are another word: 10元件, 2天窗, 3方案.
_OTHER_WORDS = {
    "元": "件素",
    "天": "然窗气",
    "方": "法案式面形向",
    "升": "至到高级降温",
    "人": "工员机",
    "个": "体别性",
    "台": "阶架班区",
    "套": "筒管",
    "支": "承撑座架护",
    "根": "部据",
    "项": "目",
    "转": "速子动",
    "处": "理置",
    "条": "件",
    "成": "本品分型形功",
    "克": "服",
    "安": "全装",
    "度": "假",
    "起": "吊重升动",
    "班": "组",
    "环": "节境",
    "件": "套",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, with the exact factor that turns its values into those of ``base``."""

    name: str
    base: str
    factor: Fraction


def _simple_units() -> dict[str, Unit]:
    scaled = {
        name: Unit(name, base, Fraction(factor))
        for base, scales in _SCALES.items()
        for factor, names in scales.items()
        for name in names.split()
    }
    return scaled | {name: Unit(name, name, Fraction(1)) for name in _ALONE.split()}


_SIMPLE = _simple_units()
PERCENT = _SIMPLE["%"]
NO_UNIT = Unit("", "", Fraction(1))
_ANY_CASE = {name.casefold(): unit for name, unit in reversed(_SIMPLE.items())}


def _spelling(name: str) -> str:
    if not name[-1].isascii() or not name[-1].isalnum():
        others = _OTHER_WORDS.get(name)
        return re.escape(name) + (f"(?![{others}])" if others else "")
    # Single letters keep their case, since m is a metre and M is not; longer names are often miswritten (Mpa, KW).
    return re.escape(name) if len(name) == 1 else f"(?i:{re.escape(name)})"


def _alternatives(names: list[str]) -> str:
    return "|".join(map(_spelling, sorted(names, key=len, reverse=True)))


# A unit or a quotient of two; a Latin spelling does not end inside a longer word.
UNIT = (
    rf"(?:{_alternatives([*_SIMPLE])})(?:/(?:{_alternatives([*_SIMPLE, *_DENOMINATORS])}))?"
    r"(?:(?<![A-Za-z])|(?![A-Za-z0-9²³]))"
)

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
# Longer runs of digits than these measure nothing and would only cost time.
HAN_NUMBER = (
    r"(?:[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]{0,15}(?:点[零〇一二三四五六七八九]{1,9})?|半)"
)
NUMBER = rf"(?:\d{{1,15}}(?:,\d{{3}}){{0,4}}(?:\.\d{{1,15}})?(?:\s?[多余]?(?:[百千]?[万亿]|[百千]))?|{HAN_NUMBER})"


def unit_named(name: str) -> Unit:
    """Return the unit a spelling stands for; raises ``KeyError`` for what ``UNIT`` does not match."""
    over, _, under = name.partition("/")
    unit = _named(over)
    return per(unit, under, name) if under else unit


def per(unit: Unit, under: str, name: str | None = None) -> Unit:
    """Return the unit divided by another: 瓶 per 小时."""
    divisor = _named(_DENOMINATORS.get(under, under))
    return Unit(name or f"{unit.name}/{under}", f"{unit.base}/{divisor.base}", unit.factor / divisor.factor)


def _named(name: str) -> Unit:
    return _SIMPLE.get(name) or _ANY_CASE[name.casefold()]


def number(text: str) -> Fraction | None:
    """Return the value of a number in digits, Chinese numerals or both; ``None`` for none and for a vague "两三"."""
    if not text:
        return None
    digits = re.match(r"-?[\d,]+(?:\.\d+)?", text)
    if digits:
        return Fraction(digits[0].replace(",", "")) * power(text)
    if text == "半":
        return Fraction(1, 2)
    whole, _, decimals = text.partition("点")
    total = section = digit = 0
    for before, character in zip(" " + whole, whole, strict=False):
        if character in _DIGITS:
            if before in _DIGITS and before not in "零〇":
                return None
            digit = _DIGITS[character]
        elif _POWERS[character] < 10**4:
            section, digit = section + (digit or 1) * _POWERS[character], 0
        else:
            total, section, digit = (total + section + digit or 1) * _POWERS[character], 0, 0
    places = "".join(str(_DIGITS[character]) for character in decimals)
    return total + section + digit + Fraction(f"0.{places or 0}")


def power(text: str) -> int:
    """Return the product of the powers of ten a number is followed by: 10000 for 3万."""
    return math.prod(_POWERS[character] for character in text if character in _POWERS)
