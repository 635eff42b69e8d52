"""What a demand is about: the process it happens in, and the workpiece, equipment or material.

Both are quoted from the sentences before the wish. The process is the name of one (``processes.txt``); the object is
what the asker says it makes, works on or runs, or what stands first where the text opens with the thing itself.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

from marketplace.services.brief.phrases import Part, Phrase

_LONGEST_OBJECT = 24
_LONGEST_PHRASE = 200
# What a demand is about is said at once; later phrases tell of repairs and of what was tried.
_OPENING = 3


def _any_of(*words: str) -> str:
    return "|".join(word for line in words for word in line.split())


_PROCESSES = Path(__file__).with_name("processes.txt")
# A trade, an agent or a machine named after a process is not the process; one character is a process only before 完.
_NAMED_AFTER = "剂|工(?![艺序位段])|模(?!块)|人|师|件|车(?!间)|[站机塔釜罐池炉窑泵槽床液料油厂器]|设备|装置"
# After these, up to the next mark, stands what the asker makes, works on or runs.
_HANDLED = re.compile(
    r"(?:承制|生产|加工|焊接|压铸|铸造|锻造|铣削|磨削|车削|制造|研制|组装|装配|开采|入洗|年产[\d.]+万?吨|运维的|管辖的"
    r"|管养的|养护的|承建|采用|使用|选用|操作|装机|装有|安装)(?!车间|线|厂|工艺|任务|过程|中|的|效率|时|现场|环境|一)"
)
_ATTRIBUTES = re.compile(r"^.*\d[^的]*的(?=[^的]{2,})")
_COUNTED = re.compile(
    r"^(?:[\d.]+(?:[×x*][\d.]+)?|[一二三四五六七八九十百多两]+)[余多]?[万千]?"
    r"(?:台|套|条|座|组|只|个|道|口|吨|M?W|kW|km)+"
)
# What says how a thing does ends its name.
_HOW_IT_DOES = _any_of(
    "到处 总[是有]? 老[是有]? 经常 时常 常常 常年 常 频繁 每[年月天到班次] 偶有 长期 普遍 目前 近年",
    "夏季 冬季 汛期 夜间 清晨 雨后 不断 容易 易 反复 出现 发生 产生 存在 平均",
    "只[能有] 全靠 靠 需要? 难以 无法 被 一[到抽过] 投运 运行 温度 额定",
    r"更换 使用 长\d 深\d [深长高重宽][\d.]+ (?<=[\u4e00-\u9fff])约?\d 有\d 用[一二三四五六七九]",
    r"[\u4e00-\u9fff]{0,3}率 误 坏",
    "变形 泄?漏(?!斗) 渗(?!碳|氮|透) 堵(?!头) 断(?!路|层|面) 裂(?!解) 掉 冒 磨(?![机床具头料粉]) 打(?!包|标|印)",
)
_PREDICATE = re.compile(f"[上里中内下]?(?:{_HOW_IT_DOES})")
_PLACE_ON_IT = re.compile(r"(?:[根端颈内外底中]部|表面|内壁|四周|附近|中间)$")
_OPENER = re.compile(
    "^(?:我|本|某)(?:们|厂|公司|站|段|矿|处|院|单位|企业)?(?:管辖的?|管养的?|管内|运维的|维护的|是|有|为)?"
    "|^需求[:：]?|^想"
)
# No thing but a time, a measure, a person or the asker itself.
_NO_OBJECT = re.compile(
    r"^(?:从|用|靠|把|将|在|因|由|对|打|松开|割开|人工|至|到|目前|希望|要|想|年|月|去年|今年|一|\d+(?![kM]?[VW]))|[。？！]|\d{4}年|一[个家]"
    r"|后|赔|时(?!间)|半夜|一[\u4e00-\u9fff]?$|[部区市县省径长宽高厚厂]$|(?:公司|中心|食堂|师傅|工人|老人|护士|员工|自动)$"
)


def process(phrases: Sequence[Phrase]) -> tuple[str, bool]:
    """Return the process the need arises in, the first one named before the wish, and whether it is the only one."""
    found = [match[0] for phrase in _told(phrases) for match in _process_names().finditer(phrase.text)]
    return (found[0], len(set(found)) == 1) if found else ("", False)


def object_(phrases: Sequence[Phrase]) -> tuple[str, bool]:
    """Return the workpiece, equipment or material, and whether the asker says that it makes or works on it.

    What a text opens with is the thing it is about more often than not, but not always.
    """
    told = _told(phrases)
    for phrase in told:
        handled = _HANDLED.search(phrase.text)
        if handled and (name := _bare(phrase.text[handled.end() :])):
            return name, True
    for phrase in told[:2]:
        opener = _OPENER.match(phrase.text)
        rest = phrase.text[opener.end() :] if opener else phrase.text
        ends = [found.start() for found in (_PREDICATE.search(rest), _process_names().search(rest)) if found]
        if ends and (name := _bare(rest[: min(ends)])):
            return name, False
        if phrase is told[0] and (name := _bare(_leading_noun(rest))):
            return name, False
    return "", False


def _leading_noun(text: str) -> str:
    """Return the nouns a phrase opens with, up to its verb; empty where it is not plain that they end there."""
    from rjieba import tag  # Here, because the first use reads its dictionary.

    length, last, words = 0, "", tag(text)
    for word, kind in words:
        if not (kind[0] == "n" or kind in ("b", "eng") or word in ("、", "和", "的")):
            # What the dictionary does not know well may be the rest of the name.
            is_plain = kind[0] in "vdtmp" and last in ("n", "nz", "nr") and not word.isdecimal()
            return text[:length] if is_plain else ""
        length, last = length + len(word), kind
    return ""


# Read and compiled when the first brief is made: every command imports this module and few make one.
@functools.cache
def _process_names() -> re.Pattern[str]:
    longest_first = sorted(_PROCESSES.read_text("utf-8").split(), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(longest_first)})(?!{_NAMED_AFTER})|[车铣刨磨镗焊](?=完)")


def _told(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the first phrases that tell how things are, without those of a wish."""
    told = [it for it in phrases if not it.wished and it.part in (Part.ASKER, Part.STATE, Part.LIMIT, Part.CONDITION)]
    # A phrase so long was typed without marks, and names nothing in a few words.
    return [it for it in told[:_OPENING] if len(it.text) <= _LONGEST_PHRASE]


def _bare(name: str) -> str:
    """Return a name without the sizes and numbers before it; empty where what is left is no name."""
    name = _COUNTED.sub("", _ATTRIBUTES.sub("", name))
    cut = _PREDICATE.search(name)
    name = _PLACE_ON_IT.sub("", (name[: cut.start()] if cut else name).strip("、 的"))
    return name if 2 <= len(name) <= _LONGEST_OBJECT and not _NO_OBJECT.search(name) else ""
