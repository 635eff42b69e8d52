"""Take the text of a demand apart into clauses, each with the part it plays and its place in the text.

People write a demand as one paragraph: how things stand, what is wanted, within which limits. The part a clause plays
is told by cue words alone, which is honest about its reach: a clause without a cue is ``OTHER`` and nobody guesses.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from search import analysis
from search.document import Span
from search.quantities import Comparison, Quantity, quantities


class Role(enum.StrEnum):
    """What a clause tells about a demand."""

    GOAL = "goal"
    LIMIT = "limit"
    CONDITION = "condition"
    ACCEPTANCE = "acceptance"
    TERMS = "terms"
    STATE = "state"
    ABOUT = "about"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a text, ``text == original[start:end]``. ``goal`` says that it states a wish or a rule."""

    text: str
    start: int
    end: int
    role: Role = Role.OTHER
    goal: bool = False

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


# The first role whose cue is found is taken, so the telling cues stand before the common ones.
_CUES = {
    Role.ABOUT: r"联系人|联系电话|联系方式|电话[:：]|手机[:：]|邮箱|e-?mail|微信|地址[:：]|公司简介|企业简介|成立于"
    r"|注册资[本金]"
    r"|(?:我|本)(?:公司|厂|单位|院)(?:系|是一家|是国家|成立|位于|始建|占地)|现有(?:职工|员工)|高新技术企业"
    r"|欢迎.{0,12}(?:联系|来电|合作|洽谈)"
    r"|详见附件|有意者",
    Role.ACCEPTANCE: r"验收|考核|试运行|第三方(?:检测|检验|鉴定)|检测报告|连续运行.{0,8}(?:合格|无故障)|质保",
    Role.TERMS: r"预算|经费|拟投入|投资(?:额|控制|不|约|[\d一二三四五六七八九十])|资金|合作方式|合作形式|合作期限"
    r"|有效期|截止|年底前|月底前|个月内(?:完成|交付)",
    Role.LIMIT: r"不(?:能|得|可|允许|准|许|宜|改|动|停|增加|降低|影响|破坏|损伤|更换|改变|想|加|拆|伤|再|要)|避免|无需"
    r"|不用|尽量|以内|不超过|不大于"
    r"|不高于|在不.{1,12}(?:前提|情况)下|只允许|仅限|须符合|符合.{0,10}(?:标准|规范|规程|要求)",
    Role.CONDITION: r"现有(?!.{0,6}(?:不|无法|难))|已有|已(?:具备|建成|配备|购置|装)|具备|可(?:提供|配合|利用)"
    r"|利用(?:现有|原有)|能提供|车间(?:可|有)",
    Role.STATE: r"目前|现在|现状|经常|常常|时常|往往|频繁|严重|导致|造成|引起|使得|超差|报废|故障|损失|只能|靠人工"
    r"|难以|无法|偏(?:高|低|大|小)"
    r"|超标|不稳定|断裂|开裂|磨损|堵塞|泄漏|腐蚀|[\d.]+%左右|达不到|跟不上|投诉",
}  # fmt: skip
# A wish goes on to the end of its sentence; a rule does so only where it opens the sentence ("要求在故障初期…").
_WISH = re.compile(
    r"希望|期望|盼|拟(?!合)|寻求|寻找|征集|急需|需要|需求|请求|力争|(?<![理设联思感不])想|求(?!得|出|解|购)"
)
_RULE = re.compile(r"要求|目标|指标|务必|应(?!力|用|急|变|付|对)|必须|须|最好")
_ROLES = {role: re.compile(cues, re.IGNORECASE) for role, cues in _CUES.items()}
_MARKS = " \t\r\n　，,。.；;：:、！!？?"
_LISTED = re.compile(r"[\s（(]*(?:\d{1,2}|[一二三四五六七八九十])(?:[)）、]|\.(?!\d))\s*")
_LONG_SENTENCE = 30
_SHORT_CLAUSE = 12


def clauses(text: str) -> list[Clause]:
    """Return the clauses of a demand's text in its order."""
    found = []
    for sentence in analysis.sentences(text):
        wishing = False
        for start, end in _parts(text, sentence):
            piece = text[start:end]
            rule = _RULE.search(piece) is not None
            wishing = wishing or _WISH.search(piece) is not None or (rule and start - sentence.start < _SHORT_CLAUSE)
            goal = wishing or rule
            found.append(Clause(piece, start, end, _role(piece, goal), goal))
    return found


def needs(text: str) -> list[Clause]:
    """Return the clauses a solution has to answer: all but those that introduce the asker, name terms or a contact."""
    return [clause for clause in clauses(text) if clause.role not in (Role.ABOUT, Role.TERMS, Role.ACCEPTANCE)]


def wanted(text: str) -> list[Quantity]:
    """Return the quantities a demand asks for, as against those that only describe how things stand."""
    wishes = [clause for clause in clauses(text) if clause.goal and clause.role is not Role.ABOUT]
    return [
        quantity
        for quantity in quantities(text)
        if (quantity.change or quantity.comparison is not Comparison.EQUAL)
        and any(clause.start <= quantity.start < clause.end for clause in wishes)
    ]


def _role(piece: str, goal: bool) -> Role:
    role = next((role for role, cues in _ROLES.items() if cues.search(piece)), Role.OTHER)
    return Role.GOAL if goal and role in (Role.STATE, Role.OTHER) else role


def _parts(text: str, sentence: Span) -> Iterator[tuple[int, int]]:
    """Yield the clauses of a sentence: itself, or pieces between commas that are long enough to mean something."""
    start = sentence.start
    ends = [sentence.end]
    if sentence.end - sentence.start > _LONG_SENTENCE:
        ends = [match.end() for match in re.compile("[，,]").finditer(text, sentence.start, sentence.end)] + ends
    for end, following in zip(ends, [*ends[1:], sentence.end], strict=True):
        begins_wish = _WISH.match(text[end:following].lstrip(_MARKS)) is not None
        if end - start < _SHORT_CLAUSE and end != sentence.end and not begins_wish:
            continue
        yield from _trimmed(text, start, end)
        start = end


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    listed = _LISTED.match(text, start, end)
    start = listed.end() if listed else start
    piece = text[start:end]
    start, end = end - len(piece.lstrip(_MARKS)), start + len(piece.rstrip(_MARKS))
    if end > start:
        yield start, end
