"""Which columns each list has, as data: a heading, the field it shows, and how.

A field that the reader may not see is not in the plain data of the record, and its cell stays empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.services.export import masking
from marketplace.services.export.sheets import Cell
from marketplace.vocabulary import Language

_SICHUAN = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Telling:
    """In which words a list is told, and whether persons are named in the line at hand."""

    translate: Callable[[str], str]
    language: Language
    state_name: Callable[[str, str], str]
    names_persons: bool = False

    def label(self, name: str, code: str) -> str:
        known: vocabulary.CodeList = getattr(vocabulary, name)
        return known.label(code, self.language) if code in known else code

    def together(self, texts: list[str]) -> str:
        return ("、" if self.language == "zh_Hans" else ", ").join(texts)


Show = Callable[[Any, Telling], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    field: str
    show: Show


def as_it_is(value: Any, _telling: Telling) -> Cell:
    return value if value is None or isinstance(value, int | Decimal | dt.date) else str(value)


def code(name: str) -> Show:
    return lambda value, telling: telling.label(name, value)


def codes(name: str) -> Show:
    return lambda values, telling: telling.together([telling.label(name, value) for value in values])


def state(noun: str) -> Show:
    return lambda value, telling: telling.state_name(noun, value)


def several(values: Any, telling: Telling) -> Cell:
    return telling.together([str(value) for value in values])


def yuan(fen: Any, _telling: Telling) -> Cell:
    return Decimal(fen) / 100


def day(moment: Any, _telling: Telling) -> Cell:
    """Show a day, or the day in Sichuan of a moment."""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment) if "T" in moment else dt.date.fromisoformat(moment)
    return moment.astimezone(_SICHUAN).date() if isinstance(moment, dt.datetime) else moment


def person(text: Any, telling: Telling) -> Cell:
    return str(text) if telling.names_persons else masking.name(str(text))


def phone(text: Any, telling: Telling) -> Cell:
    return str(text) if telling.names_persons else masking.phone(str(text))


def persons(found: Any, telling: Telling) -> Cell:
    return telling.together([str(person(one["name"], telling)) for one in found])


def names(found: Any, telling: Telling) -> Cell:
    return telling.together([one["name"] for one in found])


def unit(found: Any, _telling: Telling) -> Cell:
    return str(found["name"])


def rights(found: Any, telling: Telling) -> Cell:
    return telling.together([f"{telling.label('ip_kinds', one['kind'])} {one['number']}".strip() for one in found])


def indicators(found: Any, telling: Telling) -> Cell:
    parts = ("name", "comparison", "value", "unit")
    return telling.together(["".join(str(one.get(part) or "") for part in parts) for one in found])


_ACHIEVEMENT = (
    Column(N_("平台编号"), "id", as_it_is),
    Column(N_("成果名称"), "title", as_it_is),
    Column(N_("状态"), "state", state("achievement")),
    Column(N_("成果类型"), "kind", code("achievement_kinds")),
    Column(N_("成果类别"), "achievement_class", code("achievement_classes")),
    Column(N_("一句话简介"), "teaser", as_it_is),
    Column(N_("成果简介"), "summary", as_it_is),
    Column(N_("解决的问题"), "problem", as_it_is),
    Column(N_("技术原理"), "principle", as_it_is),
    Column(N_("与现有做法的区别"), "difference", as_it_is),
    Column(N_("指标"), "indicators", indicators),
    Column(N_("成熟度"), "maturity", code("maturity")),
    Column(N_("技术就绪度"), "trl", as_it_is),
    Column(N_("行业"), "industry", code("industries")),
    Column(N_("地区"), "region", code("regions")),
    Column(N_("关键词"), "keywords", several),
    Column(N_("完成日期"), "completed_on", day),
    Column(N_("完成单位"), "units", names),
    Column(N_("完成人"), "completers", persons),
    Column(N_("创新工作室"), "studio", as_it_is),
    Column(N_("知识产权"), "ip", rights),
    Column(N_("转化方式"), "transfer_modes", codes("transfer_modes")),
    Column(N_("定价方式"), "price_form", code("price_forms")),
    Column(N_("价格（元）"), "price", yuan),
    Column(N_("年直接经济效益（元）"), "benefit_claimed", yuan),
    Column(N_("联系人"), "contact_name", person),
    Column(N_("联系电话"), "contact_phone", phone),
    Column(N_("公布日期"), "published_at", day),
)

_DEMAND = (
    Column(N_("平台编号"), "id", as_it_is),
    Column(N_("需求名称"), "title", as_it_is),
    Column(N_("状态"), "state", state("demand")),
    Column(N_("需求描述"), "text", as_it_is),
    Column(N_("工艺过程"), "process", as_it_is),
    Column(N_("对象"), "object", as_it_is),
    Column(N_("现状"), "present_state", as_it_is),
    Column(N_("指标"), "indicators", indicators),
    Column(N_("限制条件"), "limits", as_it_is),
    Column(N_("验收方式"), "acceptance", as_it_is),
    Column(N_("完成期限"), "due", day),
    Column(N_("预算下限（元）"), "budget_min", yuan),
    Column(N_("预算上限（元）"), "budget_max", yuan),
    Column(N_("合作方式"), "cooperation", codes("transfer_modes")),
    Column(N_("最低技术就绪度"), "min_trl", as_it_is),
    Column(N_("行业"), "industry", code("industries")),
    Column(N_("地区"), "region", code("regions")),
    Column(N_("需求单位"), "organisation", unit),
    Column(N_("联系人"), "contact_name", person),
    Column(N_("联系电话"), "contact_phone", phone),
)

_PROPOSAL = (
    Column(N_("平台编号"), "id", as_it_is),
    Column(N_("建议名称"), "title", as_it_is),
    Column(N_("状态"), "state", state("proposal")),
    Column(N_("类别"), "category", code("proposal_categories")),
    Column(N_("现状"), "present_state", as_it_is),
    Column(N_("改进措施"), "measure", as_it_is),
    Column(N_("预期效果"), "expected_effect", as_it_is),
    Column(N_("单位"), "organisation", unit),
    Column(N_("班组"), "crew", as_it_is),
    Column(N_("作者"), "authors", persons),
    Column(N_("提交日期"), "submitted_at", day),
    Column(N_("答复日期"), "decided_at", day),
    Column(N_("单位答复"), "reply", as_it_is),
    Column(N_("采纳的部分"), "adopted_part", as_it_is),
    Column(N_("实施情况"), "implementation", as_it_is),
    Column(N_("开始使用日期"), "first_used_on", day),
)

_QUEUE = (
    Column(N_("事项"), "noun", lambda noun, telling: telling.translate(noun)),
    Column(N_("平台编号"), "id", as_it_is),
    Column(N_("名称"), "title", as_it_is),
    Column(N_("单位"), "unit", as_it_is),
    Column(N_("环节"), "state", lambda value, telling: telling.state_name(*value)),
    Column(N_("送达日期"), "opened_at", day),
    Column(N_("办理期限"), "due_on", day),
    Column(N_("剩余工作日"), "days_left", as_it_is),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "achievement": _ACHIEVEMENT,
    "demand": _DEMAND,
    "proposal": _PROPOSAL,
    "task": _QUEUE,
}


def row(columns: tuple[Column, ...], plain: Mapping[str, Any], telling: Telling) -> list[Cell]:
    """Return the cells of a line; what is unknown, or not for its reader, is empty."""
    values = ((column, plain.get(column.field)) for column in columns)
    return [None if value in (None, "", [], ()) else column.show(value, telling) for column, value in values]
