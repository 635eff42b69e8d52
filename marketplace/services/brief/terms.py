"""The terms of a demand: what it may cost, how the parties would work together, how ripe a solution must be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from marketplace import vocabulary
from marketplace.services.brief.phrases import Part, Phrase
from search.quantities.amounts import NUMBER, number, power

_FEN_OF_YUAN = 100
# The budget of a whole, not what one piece costs or what was lost.
_BUDGET = re.compile(r"预算|经费|投资|投入|(?:可|拟|总)投|资金|出资|总共|总价|总费用|合计不")
_NO_BUDGET = re.compile(r"注册资|已投|投资过|曾投|损失|每[年月]|年产|固定资产")
_AMOUNT = re.compile(
    rf"(?P<first>{NUMBER})(?P<unit_before>元|块)?\s?(?:[~\-–—－～至到]+\s?(?P<second>{NUMBER}))?"
    r"\s?(?P<unit>元|块|(?<=[万亿]))(?!\s?[/／元块])(?P<after>以[内下上]|之内)?"
)
_LOW = re.compile(r"不(?:低于|少于)|至少|最少|≥|>|大于|高于")

# The least ripeness each of these words asks for; what is said twice is taken at its least.
_RIPENESS = {
    9: r"成熟(?:技术|可靠|产品|装置|方案|工艺|设备|经验|的)|技术成熟|应用(?:案例|业绩|实例)|成功案例"
    r"|(?:已|有)(?:成功)?应用的|同行.{0,6}应用",
    8: r"定型产品|已定型|商品化|批量生产的产品",
    7: r"中试|工业(?:化|性)?试验|现场(?:试验|验证)过",
    6: r"样机|原型机",
    4: r"小试|实验室(?:验证|阶段)",
}
_STATED = re.compile(r"(?:TRL|技术就绪度)[^\d，。]{0,6}([1-9])(?!\d)", re.IGNORECASE)
_ASKED = re.compile("要|需|求|至少|优先|希望|最好|想")
_NOT_ASKED = re.compile("不要求|无需|不一定|也可|均可|不限|还没有|尚无|没有")
# Too short to mean a way of working together wherever they stand: 排污许可, 互相合作.
_TOO_COMMON = {"其他", "其它", "合作", "许可", "licence", "转让"}


def budget(phrases: Sequence[Phrase]) -> tuple[int | None, int | None]:
    """Return the lower and the upper end of the budget in fen, each where the text states it.

    A single amount is the upper end unless it is called the least. Where a part of the whole is named after it
    ("其中…"), it is open which one is meant.
    """
    for at, phrase in enumerate(phrases):
        following = phrases[at + 1].text if at + 1 < len(phrases) else ""
        if not is_budget(phrase):
            continue
        for match in _AMOUNT.finditer(phrase.text):
            ends = _ends(match)
            if ends and not following.startswith("其中"):
                if match["second"]:
                    return ends
                is_least = match["after"] == "以上" or _LOW.search(phrase.text[: match.start()])
                return (ends[0], None) if is_least else (None, ends[1])
    return None, None


def is_budget(phrase: Phrase) -> bool:
    """Say whether a phrase speaks of what the whole may cost."""
    return _BUDGET.search(phrase.text) is not None and not _NO_BUDGET.search(phrase.text)


def _ends(match: re.Match[str]) -> tuple[int, int] | None:
    """Return both ends of an amount in fen; None for a number that is not one of money."""
    if not (match["unit"] or power(match["first"]) > 1):
        return None
    first, last = number(match["first"]), number(match["second"] or match["first"])
    if first is None or last is None:
        return None
    if match["second"] and power(match["first"]) == 1 and not match["unit_before"]:
        # 20—30万元: the power said once holds for both.
        first *= power(match["second"])
    low, high = sorted((int(first * _FEN_OF_YUAN), int(last * _FEN_OF_YUAN)))
    return low, high


def cooperation(text: str) -> list[str]:
    """Return the ways of working together that the text names, in the order of our list."""
    modes = vocabulary.transfer_modes
    names = [(name, code) for code in modes for name in modes.names(code) if name not in _TOO_COMMON]
    found, rest = set(), text
    for name, code in sorted(names, key=lambda it: len(it[0]), reverse=True):
        if name in rest:
            found.add(code)
            rest = rest.replace(name, "，")
    return [code for code in modes if code in found]


def min_trl(phrases: Sequence[Phrase]) -> int | None:
    """Return the least readiness the text asks for."""
    return min(_levels(phrases), default=None)


def _levels(phrases: Sequence[Phrase]) -> Iterator[int]:
    for phrase in phrases:
        asked = phrase.wished or phrase.part is Part.GOAL or _ASKED.search(phrase.text)
        if not asked or _NOT_ASKED.search(phrase.text):
            continue
        if stated := _STATED.search(phrase.text):
            yield int(stated[1])
        yield from (level for level, words in _RIPENESS.items() if re.search(words, phrase.text))
