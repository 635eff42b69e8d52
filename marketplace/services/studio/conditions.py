"""The conditions a studio must meet, each told from the record: met, not met, or nothing on record (rules 40 and 41).

What cannot be told is never taken for nothing: it is "no_data", with what is missing. Each names the evidence it rests
on, as a place of the record or another record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.errors import N_
from marketplace.models import Studio
from marketplace.services.benefit.amounts import years_from

PASS, FAIL, NO_DATA = "pass", "fail", "no_data"
NAMES = (
    "leader", "members", "premises", "equipment", "rules", "plan", "budget", "results", "pairs", "ledger", "not_a_lab",
    "crews", "not_delisted",
)  # fmt: skip
_YEAR = dt.timedelta(365)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a condition rests on: a section of the record (``noun`` "part"), or another record by its number."""

    noun: str
    place: str | int
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: its name, how it stands, a sentence (a gettext key with parameters), and the evidence."""

    name: str
    state: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()


def of(session: Session, studio: Studio, day: dt.date) -> list[Condition]:
    """Return every condition as it stands on a day, in the order of the rule."""

    def value(name: str) -> Any:
        return rules.value(session, name, day)

    return [check(studio, day, value) for check in _CHECKS]


Value = Callable[[str], Any]


def _leader(studio: Studio, day: dt.date, value: Value) -> Condition:
    if studio.leader is None:
        return Condition("leader", FAIL, N_("没有领衔人。"), evidence=_part("leader"))
    person, levels, skills = studio.leader.person, value("studio_leader_levels"), value("studio_leader_skills")
    honours = [it for it in person.honours if it.state_on(day) == "active" and it.level in levels]
    if honours:
        shown = tuple(Evidence("honour", it.id, it.title) for it in honours)
        return Condition("leader", PASS, N_("领衔人有规定级别的有效荣誉。"), evidence=shown)
    if person.skill_level in skills:
        return Condition("leader", PASS, N_("领衔人的技能等级符合规定。"), evidence=_part("leader"))
    if not person.honours and person.skill_level is None:
        return Condition("leader", NO_DATA, N_("领衔人的荣誉和技能等级都没有登记。"), evidence=_part("leader"))
    message = N_("领衔人没有规定级别的有效荣誉，技能等级也不够。")
    return Condition("leader", FAIL, message, evidence=_part("leader"))


def _members(studio: Studio, day: dt.date, value: Value) -> Condition:
    least, count = value("studio_members"), len({it.person_id for it in _present(studio, day)})
    if not studio.members:
        return Condition("members", NO_DATA, N_("没有登记成员。"), evidence=_part("members"))
    said = {"count": count, "least": least}
    message = N_("现有成员 %(count)s 人，规定至少 %(least)s 人。")
    return Condition("members", _met(count >= least), message, said, _part("members"))


def _premises(studio: Studio, _day: dt.date, _value: Value) -> Condition:
    if not studio.address or studio.area is None:
        return Condition("premises", NO_DATA, N_("场地的地址或面积没有登记。"), evidence=_part("facts"))
    message = N_("场地 %(area)s 平方米。")
    return Condition("premises", _met(studio.area > 0), message, {"area": studio.area}, _part("facts"))


def _equipment(studio: Studio, _day: dt.date, _value: Value) -> Condition:
    return _written("equipment", studio.equipment, N_("设备已登记。"), N_("设备没有登记。"))


def _rules(studio: Studio, _day: dt.date, _value: Value) -> Condition:
    return _written("rules", studio.rules, N_("规章制度已登记。"), N_("规章制度没有登记。"))


def _plan(studio: Studio, day: dt.date, _value: Value) -> Condition:
    if not studio.years:
        return Condition("plan", NO_DATA, N_("没有填写过年度计划。"), evidence=_part("years"))
    has_plan = any(it.year == day.year and it.plan for it in studio.years)
    message = N_("%(year)s 年有年度计划。") if has_plan else N_("%(year)s 年没有年度计划。")
    return Condition("plan", _met(has_plan), message, {"year": day.year}, _part("years"))


def _budget(studio: Studio, day: dt.date, _value: Value) -> Condition:
    budget = next((it.budget for it in studio.years if it.year == day.year), None)
    said = {"year": day.year}
    if budget is None:
        return Condition("budget", NO_DATA, N_("%(year)s 年的预算列支没有填写。"), said, _part("years"))
    message = N_("%(year)s 年有单独的预算列支。") if budget else N_("%(year)s 年的预算列支为零。")
    return Condition("budget", _met(budget > 0), message, said, _part("years"))


def _results(studio: Studio, day: dt.date, value: Value) -> Condition:
    if not studio.results:
        return Condition("results", NO_DATA, N_("没有登记过成果。"), evidence=_part("results"))
    least, fresh = value("studio_results"), [it for it in studio.results if day - _YEAR < it.made_on <= day]
    shown = tuple(_result(it.kind, it.object_id, it.title) for it in fresh) or _part("results")
    said = {"count": len(fresh), "least": least}
    message = N_("十二个月内有成果 %(count)s 项，规定至少 %(least)s 项。")
    return Condition("results", _met(len(fresh) >= least), message, said, shown)


def _pairs(studio: Studio, day: dt.date, value: Value) -> Condition:
    if not studio.apprenticeships:
        return Condition("pairs", NO_DATA, N_("没有登记过师徒。"), evidence=_part("pairs"))
    least = value("studio_pairs")
    count = sum(it.began_on <= day and (it.ended_on is None or it.ended_on >= day) for it in studio.apprenticeships)
    said = {"count": count, "least": least}
    message = N_("正在带的师徒 %(count)s 对，规定至少 %(least)s 对。")
    return Condition("pairs", _met(count >= least), message, said, _part("pairs"))


def _ledger(studio: Studio, day: dt.date, value: Value) -> Condition:
    entries = [
        *(it.made_on for it in studio.results), *(it.began_on for it in studio.apprenticeships),
        *(it.since for it in studio.members), *(use.used_on for grant in studio.grants for use in grant.uses),
        *(it.received_on for it in studio.grants),
    ]  # fmt: skip
    latest = max((it for it in entries if it <= day), default=None)
    if latest is None:
        return Condition("ledger", NO_DATA, N_("记录里还没有成员、师徒、经费或成果。"), evidence=_part("results"))
    most, days = value("studio_ledger"), (day - latest).days
    message = N_("最近一次记录在 %(days)s 天以前，规定不超过 %(most)s 天。")
    return Condition("ledger", _met(days <= most), message, {"days": days, "most": most}, _part("results"))


def _not_a_lab(studio: Studio, _day: dt.date, _value: Value) -> Condition:
    if studio.was_lab is None:
        message = N_("没有说明是不是单位原有的研发机构改名。")
        return Condition("not_a_lab", NO_DATA, message, evidence=_part("facts"))
    message = N_("是单位原有的研发机构改名。") if studio.was_lab else N_("不是单位原有的研发机构改名。")
    return Condition("not_a_lab", _met(not studio.was_lab), message, evidence=_part("facts"))


def _crews(studio: Studio, day: dt.date, _value: Value) -> Condition:
    present = _present(studio, day)
    crews = {it.crew for it in present} - {None}
    if len(crews) > 1:
        message = N_("成员来自 %(count)s 个班组。")
        return Condition("crews", PASS, message, {"count": len(crews)}, _part("members"))
    if not present or any(not it.crew for it in present):
        return Condition("crews", NO_DATA, N_("有成员没有填写所在班组。"), evidence=_part("members"))
    return Condition("crews", FAIL, N_("成员全部来自同一个班组。"), evidence=_part("members"))


def _not_delisted(studio: Studio, day: dt.date, value: Value) -> Condition:
    if studio.delisted_on is None:
        return Condition("not_delisted", PASS, N_("没有摘牌。"), evidence=_part("tiers"))
    first = years_from(studio.delisted_on, value("delisting_bar"))
    message = N_("%(day)s 摘牌，%(first)s 起才能再申报命名。")
    said = {"day": studio.delisted_on.isoformat(), "first": first.isoformat()}
    return Condition("not_delisted", _met(day >= first), message, said, _part("tiers"))


_CHECKS = (
    _leader, _members, _premises, _equipment, _rules, _plan, _budget, _results, _pairs, _ledger, _not_a_lab, _crews,
    _not_delisted,
)  # fmt: skip


def _written(name: str, text: str, known: str, missing: str) -> Condition:
    return Condition(name, PASS if text else NO_DATA, known if text else missing, evidence=_part("facts"))


def _met(is_met: bool) -> str:
    return PASS if is_met else FAIL


def _part(place: str) -> tuple[Evidence, ...]:
    return (Evidence("part", place, ""),)


def _result(kind: str, object_id: int | None, title: str) -> Evidence:
    return Evidence("part", "results", title) if object_id is None else Evidence(kind, object_id, title)


def _present(studio: Studio, day: dt.date) -> list[Any]:
    members: Iterable[Any] = studio.members
    return [it for it in members if it.since <= day and (it.until is None or it.until > day)]
