"""The grammar of quantities: numbers, units and the words around them that say what is bounded and how.

Numbers that measure nothing (model names, years, ordinals) are left alone. An expression replacing one value by
another ("由71%升至98.6%") is one quantity that knows the value before.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from fractions import Fraction

from search import analysis
from search.quantities.amounts import HAN_NUMBER, NO_UNIT, NUMBER, PERCENT, UNIT, Unit, number, per, power, unit_named
from search.quantities.quantity import Comparison, Quantity

# What the words before an amount say about it. The reaching ones name a result as well as a bound.
_SIGNS = {
    Comparison.AT_LEAST: "≥ >= ≧ ⩾ 不低于 不少于 不小于 不短于 不得低于 不得少于 至少 最少",
    Comparison.ABOVE: "> 高于 大于 多于 超过 长于",
    Comparison.AT_MOST: "≤ <= ≦ ⩽ 不超过 不超 不大于 不高于 不多于 不长于 不得超过 不得高于 不得大于 最多 至多 控制在 "
    "限制在 限定在",
    Comparison.BELOW: "< 低于 小于 少于 短于",
}
_RISE = "提高 提升 增加 增长 上升 延长 升高 加快 扩大 增大"
_FALL = "降低 下降 减少 缩短 节约 节省 压缩 减轻 减小 缩小 下调"
_REACHING = r"(?P<RISEN>达到?|(?:{rise}|[升提增])[到至为])|(?P<FALLEN>(?:{fall}|[降减缩压])[到至为])"

_REACHED = (Comparison.AT_MOST, Comparison.AT_LEAST)
_HALF_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；：！？（）"}
_HALF_WIDTH |= {ord(character): "~" for character in "〜∼"} | {ord("−"): "-"}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any_of(words: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))


# Words that may stand before an amount without naming what it measures.
_FILLERS = _words(
    """约 近 将近 大约 了 为 是 有 在 到 至 达 达到 可 可达 能 应 须 需 要 均 仅 只 也 都 已 又 再 仍 还 就 每 平均 幅度
    一般 稳定 保持 控制 恢复 普遍 以上 以下 之间 要求 希望 期望 力争 目标 指标 标准 图纸 设计 合同 规定 规程 国标 我厂
    我公司 现有 原来 目前 现在 最高 最低 最大 最小 最多 至少 检测 实测 测得 试验 实现 做到 使 将 把 对 由 从 被 让 的
    后 时 前 比 与 和 且 并 并且 而 但 或 以 用 按 经 其中 以及 进行 想 求 求使 新 该 此 不 """
    + f"{_RISE} {_FALL}"
)
_AMOUNT = rf"""(?:(?<![A-Za-z\d.,第数几])|(?<=R[az])|(?<=pH))
    (?:(?P<before>{NUMBER})[多余]?\s?(?P<before_unit>{UNIT})?(?:左右)?
       [^，。；;、\d]{{0,4}}?[升降提增减缩延压改变长推恢][^，。；;、\d]{{0,2}}?[到至为成]约?\s?)?
    (?P<amount>
        (?P<parts>[百千万]|{HAN_NUMBER})分之(?P<share>{NUMBER})
      | 翻(?P<doubled>[一两二三]?)[番倍]
      | (?P<deviation>±|正负)?(?P<first>(?:(?<![\d%℃])-(?=\d))?{NUMBER})[多余来几]?
        (?:\s?(?:{UNIT})?\s?(?P<between>[~\-–—―至到±])\s?(?P<second>{NUMBER})[多余来]?)?
        (?:\s?(?P<unit>{UNIT}))?
    )"""
_AFTER = re.compile(
    r"\s?(?:及|或|（含）)?(?:(?P<low>以上|之上)|(?P<high>以内|之内|以下|之下|内(?![部外径孔壁腔侧容燃]))|左右|上下)"
)
_ABOUT = r"(?:约|近|将近|大约|了|可|在|平均|幅度|仅|只)*\s?$"
_COMPARED = re.compile(
    "(?:"
    + "|".join(f"(?P<{sign.name}>{_any_of(words)})" for sign, words in _SIGNS.items())
    + "|" + _REACHING.format(rise=_any_of(_RISE), fall=_any_of(_FALL))
    + ")" + _ABOUT
)  # fmt: skip
_CHANGED = re.compile(
    rf"(?:(?P<rise>{_any_of(_RISE)})|(?P<fall>{_any_of(_FALL)}|[降减省]))"
    rf"(?:了?(?P<noun>(?:(?![约近了后下使将到至为]|时(?!间))[^\W\d_]){{2,8}})|{_ABOUT})$"
)
_SPARED = ("节约", "节省", "减少", "缩短", "降低")
_SINCE = re.compile(r"[由从自][^，。；;、\d]{0,6}$")
_CLAUSE_END = re.compile(r"[，。；;、！!？?,\n()（）“”\"：:]")
_RATE = re.compile(r"每(小时|分钟|天|日|班|月|年|台|件|吨|次)([^，。；;、\d每]{0,6})$")


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text in its order; offsets are into the text as given."""
    plain = text.translate(_HALF_WIDTH)
    found: list[Quantity] = []
    for match in _amount().finditer(plain):
        quantity = _read(text, plain, match)
        if quantity is not None:
            found.append(quantity if quantity.indicator else _named_like_the_last(quantity, found, plain))
    return found


@functools.cache
def _amount() -> re.Pattern[str]:
    """Compile the expression for amounts when a text is first read: it takes longer than all the other imports here."""
    return re.compile(_AMOUNT, re.VERBOSE)


def _read(text: str, plain: str, match: re.Match[str]) -> Quantity | None:
    """Return the quantity an amount stands for, by the words around it; ``None`` where it measures nothing."""
    unit = unit_named(match["unit"]) if match["unit"] else NO_UNIT if match["first"] else PERCENT
    ends = _ends(match)
    if ends is None:
        return None
    start, end = match.span("amount")
    lead, comparison, reached = _comparison(plain, match, ends)
    lead, change, noun = (lead, 0, "") if reached else _change(lead, match, unit)
    lead, rate = _rate(lead, unit)
    if change and comparison is Comparison.EQUAL:
        comparison = Comparison.AT_LEAST
    if _measures_nothing(plain, match, unit, stated=change != 0 or comparison is not Comparison.EQUAL):
        return None
    low, high = (end_ * rate.factor for end_ in ends)
    return Quantity(
        indicator=noun or _indicator(lead),
        comparison=comparison,
        low=None if comparison.from_above and not reached else low,
        high=high if comparison.from_above or comparison is Comparison.EQUAL or reached else None,
        unit=rate,
        amount=text[start:end],
        start=start,
        end=end,
        change=change,
        before=_before(match, unit, rate),
        reached=reached,
    )


def _comparison(plain: str, match: re.Match[str], ends: tuple[Fraction, Fraction]) -> tuple[str, Comparison, bool]:
    """Return the words before the comparison, the comparison, and whether it tells of a value come to."""
    lead = plain[max(0, match.start() - 40) : match.start()]
    after = _AFTER.match(plain, match.end())
    before = number(match["before"] or "")
    words = _COMPARED.search(lead)
    if before is not None:
        lead, sign, reached = _SINCE.sub("", lead), _REACHED[ends[1] >= before], True
    elif words is not None:
        group = words.lastgroup or ""
        reached = group in ("RISEN", "FALLEN")
        lead, sign = lead[: words.start()], _REACHED[group == "RISEN"] if reached else Comparison[group]
    else:
        sign, reached = Comparison.EQUAL, False
    if after is not None and (after["low"] or after["high"]):
        return lead, Comparison.AT_LEAST if after["low"] else Comparison.AT_MOST, False
    if match["deviation"]:
        return lead, Comparison.AT_MOST, False
    if ends[0] != ends[1] and before is None:
        return lead, Comparison.EQUAL, False
    return lead, sign, reached


def _change(lead: str, match: re.Match[str], unit: Unit) -> tuple[str, int, str]:
    """Return the words before a verb of change, its direction, and the noun where the verb stands before it."""
    changed = _CHANGED.search(lead)
    if match["doubled"] is not None:
        return lead, 1, ""
    if changed is None:
        return lead, 0, ""
    noun = changed["noun"] or ""
    if noun and (unit.base != PERCENT.base if changed["rise"] else changed["fall"] not in _SPARED):
        return lead, 0, ""
    return lead[: changed.start()], 1 if changed["rise"] else -1, "" if noun in _FILLERS else noun


def _rate(lead: str, unit: Unit) -> tuple[str, Unit]:
    each = _RATE.search(lead)
    return (lead[: each.start()] + each[2], per(unit, each[1])) if each else (lead, unit)


def _before(match: re.Match[str], unit: Unit, rate: Unit) -> Fraction | None:
    value = number(match["before"] or "")
    if value is None or not match["before_unit"]:
        return value if value is None else value * rate.factor
    written = unit_named(match["before_unit"])
    return value * written.factor / unit.factor * rate.factor if written.base == unit.base else None


def _measures_nothing(plain: str, match: re.Match[str], unit: Unit, *, stated: bool) -> bool:
    """Say whether a number is a bare one, a year, or a Chinese numeral that only counts things ("三台")."""
    digits = match["first"]
    if digits is None:
        return False
    if unit is NO_UNIT:
        named = stated or plain[: match.start()].endswith(("Ra", "Rz", "pH"))
        after = _AFTER.match(plain, match.end())
        end = after.end() if after else match.end()
        return not named or not match["amount"][-1].isdigit() or plain[end : end + 1].isalnum()
    if digits == "半":
        return unit.base != "s"
    if unit.name == "年" and re.fullmatch(r"(?:19|20)\d\d", digits):
        return True
    return not stated and unit.name == unit.base and not re.search(r"\d", digits)


def _indicator(lead: str) -> str:
    """Return the noun at the end of the words before an amount, without what only leads over to the number."""
    clause = re.sub(_ABOUT, "", _CLAUSE_END.split(lead.rstrip(" ：:（("))[-1])
    longest: dict[int, int] = {}
    for token in analysis.words(clause):
        longest[token.end] = min(longest.get(token.end, token.start), token.start)
    stop = len(clause.rstrip())
    while stop in longest and clause[longest[stop] : stop] in _FILLERS:
        stop = longest[stop]
    start = stop
    for _ in range(4):
        word = clause[longest.get(start, start) : start]
        if not word or word in _FILLERS or word[0].isdigit():
            break
        start = longest[start]
    return clause[start:stop].removeprefix("平均")


def _named_like_the_last(quantity: Quantity, found: list[Quantity], plain: str) -> Quantity:
    """Give a quantity without a noun that of the last one of its kind, when no sentence ends between the two."""
    if not found or found[-1].unit.base != quantity.unit.base:
        return quantity
    if re.search(r"[。；;！!？?\n]", plain[found[-1].end : quantity.start]):
        return quantity
    return replace(quantity, indicator=found[-1].indicator)


def _ends(match: re.Match[str]) -> tuple[Fraction, Fraction] | None:
    """Return the two ends of an amount in the unit as written, or ``None`` for what is no number."""
    if match["parts"]:
        parts, share = number(match["parts"]), number(match["share"])
        return (100 * share / parts,) * 2 if parts and share is not None else None
    if match["doubled"] is not None:
        return (Fraction(100 * (2 ** int(number(match["doubled"]) or 1) - 1)),) * 2
    first, second = number(match["first"]), number(match["second"] or match["first"])
    if first is None or second is None:
        return None
    if match["deviation"]:
        return -second, second
    if match["between"] == "±":
        return first - second, first + second
    if match["second"] and power(match["first"]) == 1:
        # 3~4万元: the power said once holds for both.
        first *= power(match["second"]) if match["first"][-1].isdigit() else 1
    return min(first, second), max(first, second)
