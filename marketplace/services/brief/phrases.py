"""Take a demand's text apart into phrases, each with the field of the brief it belongs to.

Matching cuts a text into clauses long enough to be answered (``search.matching.clauses``); a brief cuts finer, at every
comma, because people string together how things stand, what is wanted and what may not change in one sentence. The
cues are kept apart too: here a wrong field is seen and mended by whoever posts, there it would cost a match.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from search import analysis


class Part(enum.StrEnum):
    """What a phrase tells; the value of the first four is the field that quotes it."""

    STATE = "present_state"
    CONDITION = "base_conditions"
    LIMIT = "limits"
    ACCEPTANCE = "acceptance"
    GOAL = "goal"
    TERMS = "terms"
    ASKER = "asker"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece between two marks, ``text == original[start:end]``; ``wished`` says that it belongs to a wish or rule."""

    text: str
    start: int
    end: int
    part: Part
    wished: bool


_WISH = re.compile(
    r"希望|期望|盼|拟(?!合)|寻求|寻找|征集|急需|需要(?!停|反复|人工|加班)|需求(?!$)|请求|力争|目标|(?<![要需请])求(?!得|出|解|购)"
    r"|(?<![理设联思感不没料])想(?!来|不到)|要(?:能|有|在|找|可靠|免|少|一次|化|粒|把)|务必|必须|^须|请帮"
)
# What is wanted goes on to the end of the sentence; a rule named in passing ("图纸要求…") holds for its own phrase.
_RULE = re.compile(r"要求|标准|须|不(?:得|应)(?:低|高|大|小|少|多|超)")
_RULE_FOLLOWS = re.compile(r"^[^，]{0,6}(?:要求|须|目标)")
_TERMS = re.compile(
    r"预算|经费|拟投|(?:可|总|项目)?投[资入](?:额|不|控|约|在|\d)|资金|出资|合作方式|合作形式|面议|有效期|截止"
    r"|(?<!不)愿意?(?:以|与|合作|技术|委托|采用|先|转|独)|(?:可|接受|采用)[^，]{0,6}(?:转让|许可|入股|合作|技术[服咨开]|先用后)"
    r"|(?:底|月|日|号)[之以]?前(?:完成|交付|投|建成|验收|用上|解决|上线|见效|装|换|验证|提交)|内(?:完成|交付|投用|建成|见效|解决|给出)"
)
_ASKER = re.compile(
    r"联系人|联系电话|联系方式|电话[:：]|手机[:：]|邮箱|微信|地址[:：]|成立于|注册资[本金]|有意者|欢迎.{0,8}(?:联系|来电|洽谈)"
    r"|厂址|所在地|企业在"
    r"|(?:公司|厂|单位|企业)(?:系|是一?家|为|位于|地处|始建|占地|主要生产|主营)|高新技术企业|现有(?:职工|员工)"
)
_ACCEPTANCE = re.compile(
    r"验收|考核|第三方(?:检测|检验|鉴定)|检测报告|试运行|连续(?:运行|生产|使用).{0,8}(?:合格|无故障|正常|以上)|质保|以.{1,12}为准"
)
_KEPT = (
    r"不(?:再|大|想|可|准|许|能|得|要|允许|改|动|换|停|开|拆|掏|伤|占|用|加|增|拖|引入|影响|妨碍|耽误|降低|破坏|损伤|更换|改变"
    r"|新增|抬高|需|牺牲|额外|污染|产生|下降|降|变|升|拉路|依赖)|无需|无须|不用|免拆|避免|别|尽量|仅限|只允许|禁止|保持.{0,10}不变"
)
# In a wish whatever is to stay as it is counts; elsewhere only what somebody forbids does.
_LIMIT_OF_WISH = re.compile(
    rf"^(?:且|并|又|也|但|同时|最好|要|应|须|在|希望|但求|做到|[^，]{{0,10}}?)?(?:{_KEPT})|互换|兼容|前提下"
    r"|在.{2,10}(?:的地方|场合)(?:能?使?用|工作|运行)|适应.{2,16}环境|天窗点?内|占地|装得?[进下]"
)
_LIMIT = re.compile(
    r"不(?:允许|准|许|想|得(?!不))|不能(?!正常|满足|达到|及时|有效|保证|完全|到位|准确|自动|[^，]{0,6}的)|禁止|只允许|仅限|不可[停拆换改用]"
)
# The wish around a limit is not quoted with it: "想在不停产时把漏点止住" forbids "停产" only.
_CONNECTIVES = re.compile(r"^(?:且|并且?|又|但|也|同时|希望|期望|想要?|要求|力争|在)+(?=.{2})")
_WISH_GOES_ON = re.compile(r"的?(?:前提|条件|情况)下|时(?!间)|就能|[便即]可")
_BOUND = re.compile(r"不(?:超过?|大于|高于|多于|低于|小于|少于|长于|短于)|不足")
_CONDITION = re.compile(
    r"(?:现有|已有|原有)[^，]{1,16}可|已(?:具备|建成|配备|购置|预留)|(?<!不)具备|可(?:提供|配合|利用|以?加装)|利用(?:现有|原有)|能提供|备有"
)
_INTRODUCES = re.compile(
    r"^(?:我|本|某)(?:们|厂|公司|站|段|矿|处|院|单位|企业|司)?|(?:公司|厂|单位|企业|车间|基地)$|^[^，]{2,14}(?:厂|公司|矿)$"
)
_TROUBLE = re.compile(
    r"目前|现在|经常|常|往往|频繁|严重|导致|造成|引起|超差|超标|报废|故障|损失|只能|靠|难|无法|偏[高低大小差]"
    r"|不(?:稳|均|够|足|到|住|上|齐|清|准|匀|净|起|了|畅|良|合格)|变[成形]|成了|[断开起]裂|裂纹|磨[损穿]|堵|漏|渗|腐蚀|锈|投诉"
    r"|索赔|返[修工]|停[机产车]|浪费|污染|超限|失效|脱落|老|就|掉|冒|总有|发[黄蓝黑红]"
)
_TROUBLE_IN_FIGURES = re.compile(r"[达超]过?\d|约\d|%")
_MARKS = re.compile(r"[，。；;！!？?\n]|(?<!\d),|,(?!\d)|(?<!\d)[:：]|\.(?=\s|$)")
_EDGES = " \t\r\n　，,。；;：:、！!？?.（("
_LISTED = re.compile(r"[\s（(]*(?:\d{1,2}|[一二三四五六七八九十])(?:[)）、]|\.(?!\d))\s*")


def phrases(text: str) -> list[Phrase]:
    """Return the phrases of a text in its order."""
    found: list[Phrase] = []
    for sentence in analysis.sentences(text):
        wishing = False
        for start, end in _pieces(text, sentence.start, sentence.end):
            piece = text[start:end]
            wishing = wishing or _WISH.search(piece) is not None or (start == sentence.start and _opens(piece))
            wished = wishing or _RULE.search(piece) is not None
            found.append(Phrase(piece, start, end, _part(piece, wished, opening=not found), wished))
    return found


def tells_trouble(phrase: Phrase) -> bool:
    """Say whether a phrase names in words what goes wrong."""
    return phrase.part is Part.STATE and _TROUBLE.search(phrase.text) is not None


def limit(phrase: Phrase) -> Phrase:
    """Return the part of a phrase that says what may not change, the whole of it where no part stands out."""
    if not phrase.wished:
        return phrase
    leading = _CONNECTIVES.match(phrase.text)
    begin = leading.end() if leading else 0
    kept = re.compile(_KEPT).search(phrase.text, begin)
    goes_on = _WISH_GOES_ON.search(phrase.text, kept.end()) if kept else None
    end = goes_on.start() if goes_on else len(phrase.text)
    return replace(phrase, text=phrase.text[begin:end], start=phrase.start + begin, end=phrase.start + end)


def quotation(text: str, found: Sequence[Phrase]) -> str:
    """Return phrases as a quotation, a line for each run of them between which only marks stand."""
    lines: list[tuple[int, int]] = []
    for phrase in found:
        if lines and not any(map(str.isalnum, text[lines[-1][1] : phrase.start])):
            lines[-1] = (lines[-1][0], phrase.end)
        else:
            lines.append((phrase.start, phrase.end))
    return "\n".join(text[start:end] for start, end in lines)


def _opens(piece: str) -> bool:
    """Say whether a sentence that begins so is one of rules to its end ("要求：…", "技术要求…")."""
    return _RULE_FOLLOWS.search(piece) is not None


def _part(piece: str, wished: bool, opening: bool) -> Part:
    if _ASKER.search(piece):
        return Part.ASKER
    if _TERMS.search(piece):
        return Part.TERMS
    if _ACCEPTANCE.search(piece):
        return Part.ACCEPTANCE
    if _CONDITION.search(piece):
        return Part.CONDITION
    if wished:
        bounded = _BOUND.search(piece)
        return Part.LIMIT if not bounded and _LIMIT_OF_WISH.search(piece) else Part.GOAL
    if _LIMIT.search(piece):
        return Part.LIMIT
    troubled = _TROUBLE.search(piece) or _TROUBLE_IN_FIGURES.search(piece)
    introduces = (opening or _INTRODUCES.search(piece)) and not troubled
    return Part.ASKER if introduces else Part.STATE


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    ends = [mark.end() for mark in _MARKS.finditer(text, start, end)]
    for stop in [*ends, end]:
        listed = _LISTED.match(text, start, stop)
        begin = listed.end() if listed else start
        piece = text[begin:stop]
        first, last = begin + len(piece) - len(piece.lstrip(_EDGES)), begin + len(piece.rstrip(_EDGES))
        if last > first:
            yield first, last
        start = stop
