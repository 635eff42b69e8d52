"""What the fields of an achievement are called for an office, how each is written, and which changed between two texts.

A text is what ``services.submission.content`` makes of an achievement: plain data, as it was submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.models import Achievement
from marketplace.services import submission
from marketplace.web.display import day, label, labels, place, yuan

FIELDS = {
    "title": _("成果名称"),
    "teaser": _("一句话简介"),
    "summary": _("简介"),
    "problem": _("解决的问题"),
    "principle": _("原理与做法"),
    "difference": _("与现有做法的区别"),
    "indicators": _("主要指标"),
    "economic_comparison": _("应用前后对比"),
    "kind": _("类型"),
    "achievement_class": _("类别"),
    "field": _("领域"),
    "industry": _("行业"),
    "region": _("地区"),
    "trl": _("就绪度"),
    "trl_evidence": _("就绪度的依据"),
    "maturity": _("阶段"),
    "level": _("水平"),
    "form": _("形式"),
    "keywords": _("关键词"),
    "ipc": "IPC",
    "completed_on": _("完成日期"),
    "completing_units": _("完成单位"),
    "contributors": _("完成人"),
    "supporters": _("协助人员"),
    "rights_holder": _("权利人"),
    "is_duty": _("是否职务成果"),
    "protection": _("保护方式"),
    "rights": _("知识产权"),
    "sites": _("已应用单位"),
    "benefit_claimed": _("自报年效益"),
    "transfer_modes": _("转化方式"),
    "transfer_note": _("转化说明"),
    "price_form": _("定价方式"),
    "price": _("价格"),
    "licence_kind": _("许可种类"),
    "territory": _("许可地域"),
    "term": _("许可期限"),
    "studio_name": _("创新工作室"),
    "campaign_name": _("来源活动"),
    "deferred_until": _("延期公开至"),
    "attachments": _("附件"),
}
# What is known of a completer's agreement.
ANSWERS = {
    "unasked": _("还没有询问本人"),
    "asked": _("已询问，等本人确认"),
    "confirmed": _("本人已确认"),
    "declined": _("本人不同意"),
    "excused": _("单位说明了未确认的原因"),
}
# Parts a page shows in tables of their own.
_APART = {"title", "contributors", "attachments"}
_TEXTS = ("teaser", "summary", "problem", "principle", "difference", "indicators", "economic_comparison",
          "trl_evidence", "transfer_note", "sites")  # fmt: skip
# What an author may be asked to mend, by the names his form knows.
_KEYS = {"contributors": "completers", "rights": "ip", "sites": "applied_sites"}
MENDABLE = {
    _KEYS.get(name, name): called
    for name, called in FIELDS.items()
    if name not in ("studio_name", "campaign_name", "ipc", "maturity", "level", "form", "deferred_until")
}

_CODES = {
    "kind": "achievement_kinds", "achievement_class": "achievement_classes", "maturity": "maturity", "level": "levels",
    "form": "forms", "price_form": "price_forms", "licence_kind": "licence_kinds", "protection": "protections",
}  # fmt: skip
_PLACES = {"region": "regions", "industry": "industries"}
_PARTS = {
    "indicators": ("name", "value", "unit", "test"), "economic_comparison": ("aspect", "before", "after", "unit"),
    "contributors": ("name", "share", "part"), "rights": ("kind", "number", "status", "filed_on"),
    "sites": ("unit", "since", "certificate"), "attachments": ("file_name",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A field that was submitted otherwise the last time."""

    label: object
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The fields of an achievement that say something: long ones, and facts of a line."""

    texts: list[tuple[object, str]]
    facts: list[tuple[object, str]]


def shown(achievement: Achievement) -> Shown:
    """Return what an office reads of an achievement, field by field."""
    text = submission.content(achievement)
    told = {name: said for name in FIELDS if name not in _APART and (said := written(name, text.get(name)))}
    return Shown(
        [(FIELDS[name], said) for name, said in told.items() if name in _TEXTS],
        [(FIELDS[name], said) for name, said in told.items() if name not in _TEXTS],
    )


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Return the fields in which two submitted texts differ, in the order of the page."""
    pairs = ((name, written(name, before.get(name)), written(name, now.get(name))) for name in FIELDS)
    return [Change(FIELDS[name], was, is_) for name, was, is_ in pairs if was != is_]


def written(name: str, value: Any) -> str:
    """Return the value of a field the way a reader sees it; nothing where it says nothing."""
    if value in (None, "", [], {}):
        return ""
    if name in _CODES:
        return label(value, _CODES[name])
    if name in _PLACES:
        return place(value, _PLACES[name])
    if name in ("price", "benefit_claimed"):
        return yuan(value)
    if name in ("completed_on", "deferred_until"):
        return day(value)
    if name == "trl":
        return f"TRL {value} · {label(str(value), 'trl')}"
    if name == "is_duty":
        return gettext("职务成果") if value else gettext("非职务成果")
    if name == "transfer_modes":
        return labels(value, "transfer_modes")
    if name in _PARTS:
        return "\n".join(_line(name, part) for part in value)
    return gettext("、").join(value) if isinstance(value, list) else str(value)


def _line(name: str, part: Mapping[str, Any]) -> str:
    return " · ".join(_bits(name, part))


def _bits(name: str, part: Mapping[str, Any]) -> Iterable[str]:
    for key in _PARTS[name]:
        value = part.get(key)
        if value not in (None, ""):
            yield label(value, "ip_kinds") if (name, key) == ("rights", "kind") else _amount(key, value)


def _amount(key: str, value: Any) -> str:
    return f"{value}%" if key == "share" else str(value)
