"""The criteria of pioneer teams and of five-and-five crews, each met, not met, or without data.

What the system knows is computed: who leads, proposals and innovations of the last twelve months. The rest is what an
office found, with its evidence, by the criteria that are the rule on the day; a finding grows old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import day_of, today
from marketplace.errors import N_, Invalid
from marketplace.models import Crew, CrewFinding, Proposal
from marketplace.models.people.crew import KINDS
from marketplace.permissions import Actor
from marketplace.services.crew import records
from marketplace.services.studio.conditions import FAIL, NO_DATA, PASS, Condition, Evidence

_YEAR = dt.timedelta(365)
_NOT_MADE = ("draft", "withdrawn", "merged")
_SHOWN = 20
# The rule that lists the criteria an office judges by, for each kind of honour.
RULE_OF = {"pioneer": "pioneer_criteria", "five_and_five": "five_and_five_criteria"}


def of(session: Session, crew: Crew, day: dt.date) -> dict[str, list[Condition]]:
    """Return the criteria as they stand on a day: under "" the computed ones, under each kind those found."""
    own = _own_proposals(session, crew, day)
    computed = [_led(crew), _proposed(session, crew, day, own), _innovated(session, crew, day, own)]
    age = rules.value(session, "crew_finding_age", day)
    found = {
        kind: [_found(crew, kind, text, day, age) for text in rules.value(session, RULE_OF[kind], day)]
        for kind in KINDS
    }
    return {"": computed, **found}


def find(session: Session, actor: Actor, crew_id: int, data: Mapping[str, Any]) -> CrewFinding:
    """Record what an office found by one criterion, from what ``FindingSchema.load`` returned.

    Raises Invalid for a criterion that is not in the rule today.
    """
    crew = records.kept(session, actor, crew_id)
    if data["criterion"] not in rules.value(session, RULE_OF[data["kind"]], today()):
        raise Invalid({"criterion": [N_("现行的标准里没有这一条，请重新打开页面。")]})
    finding = CrewFinding(found_by=actor.name, **data)
    crew.findings.append(finding)
    session.flush()
    audit.record(session, actor, "find", "crew", crew.id, payload=data)
    return finding


def _led(crew: Crew) -> Condition:
    if crew.leader is None:
        return Condition("leader", NO_DATA, N_("班组长没有登记。"), evidence=_part("facts"))
    if crew.leader.employment != "in_service":
        return Condition("leader", FAIL, N_("登记的班组长已经不在岗。"), evidence=_part("facts"))
    return Condition("leader", PASS, N_("班组长已登记。"), evidence=_part("facts"))


def _proposed(session: Session, crew: Crew, day: dt.date, own: list[Proposal]) -> Condition:
    fresh = [it for it in own if it.submitted_at is not None and day_of(it.submitted_at) > day - _YEAR]
    if not fresh and not _names_crews(session, crew, day):
        message = N_("单位十二个月内的建议都没有写明班组，算不出。")
        return Condition("proposals", NO_DATA, message, evidence=_part("facts"))
    said = {"count": len(fresh), "least": rules.value(session, "crew_proposals", day)}
    message = N_("十二个月内提出建议 %(count)s 条，规定至少 %(least)s 条。")
    return Condition("proposals", _met(said), message, said, _proposals(fresh))


def _innovated(session: Session, crew: Crew, day: dt.date, own: list[Proposal]) -> Condition:
    carried_out = [it for it in own if it.first_used_on is not None and day - _YEAR < it.first_used_on <= day]
    linked = [it.achievement for it in crew.innovations]
    done = {it.id: it.completed_on or (day_of(it.published_at) if it.published_at else None) for it in linked}
    fresh = [it for it in linked if (on := done[it.id]) is not None and day - _YEAR < on <= day]
    if not own and not linked:
        message = N_("没有登记过这个班组的创新成果，也没有写明是它提出的建议。")
        return Condition("innovations", NO_DATA, message, evidence=_part("innovations"))
    said = {"count": len(carried_out) + len(fresh), "least": rules.value(session, "crew_innovations", day)}
    message = N_("十二个月内完成的成果和投入使用的建议 %(count)s 项，规定至少 %(least)s 项。")
    shown = tuple(Evidence("achievement", it.id, it.title) for it in fresh[:_SHOWN])
    return Condition("innovations", _met(said), message, said, shown + _proposals(carried_out))


def _found(crew: Crew, kind: str, text: str, day: dt.date, age: int) -> Condition:
    of_this = (it for it in crew.findings if (it.kind, it.criterion) == (kind, text) and it.found_on <= day)
    newest = max(of_this, key=lambda it: (it.found_on, it.id), default=None)
    if newest is None:
        return Condition(text, NO_DATA, N_("还没有评定。"))
    said = {"day": newest.found_on, "evidence": newest.evidence}
    if (day - newest.found_on).days > age:
        return Condition(text, NO_DATA, N_("%(day)s 评定的已经过期，请重新评定。"), said)
    return Condition(text, PASS if newest.is_met else FAIL, N_("%(day)s 评定：%(evidence)s"), said)


def _own_proposals(session: Session, crew: Crew, day: dt.date) -> list[Proposal]:
    """Return the proposals of the unit that name the crew, now or as it was called before, the newest first."""
    keys = {crew.name_key, *(records.key_of(it) for it in crew.aliases)}
    stated = session.scalars(sa.select(Proposal.crew).where(_of_unit(crew)).distinct())
    names = [it for it in stated if it and records.key_of(it) in keys]
    query = sa.select(Proposal).where(_of_unit(crew), Proposal.crew.in_(names), Proposal.submitted_at.is_not(None))
    found = session.scalars(query.order_by(Proposal.id.desc()))
    return [it for it in found if it.submitted_at is not None and day_of(it.submitted_at) <= day]


def _names_crews(session: Session, crew: Crew, day: dt.date) -> bool:
    """Say whether any proposal the unit got in twelve months names a crew at all."""
    query = sa.select(Proposal.submitted_at).where(_of_unit(crew), Proposal.crew != "")
    moments = session.scalars(query.where(Proposal.submitted_at.is_not(None)))
    return any(it is not None and day - _YEAR < day_of(it) <= day for it in moments)


def _of_unit(crew: Crew) -> sa.ColumnElement[bool]:
    return sa.and_(Proposal.organisation_id == crew.organisation_id, Proposal.state.not_in(_NOT_MADE))


def _proposals(found: list[Proposal]) -> tuple[Evidence, ...]:
    return tuple(Evidence("proposal", it.id, it.title) for it in found[:_SHOWN])


def _part(place: str) -> tuple[Evidence, ...]:
    return (Evidence("part", place, ""),)


def _met(said: Mapping[str, Any]) -> str:
    return PASS if said["count"] >= said["least"] else FAIL
