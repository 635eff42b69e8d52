"""Bring lists of participation in: what a unit says of its people, a line each, counted once however often it comes.

A batch is looked up, checked and written as a whole: so many statements a batch and not a line, because a city brings
in hundreds of thousands of lines. What a line claims is what it is known by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import Campaign, CampaignItem, Organisation, ParticipationEntry, Person
from marketplace.models.participation.entry import GONE
from marketplace.permissions import Actor, Permission, can_confirm_entries, require
from marketplace.services.organisation import name_key
from marketplace.services.outreach.events import units_named
from marketplace.services.participation import claims, contested, counting, recording
from marketplace.services.participation.counting import Change
from marketplace.services.participation.recording import Doubled
from marketplace.services.records import Outcome

_ENTRY = cast("sa.Table", ParticipationEntry.__table__)
_PERSON = cast("sa.Table", Person.__table__)
_SAID = ("person_times", "persons", "evidence")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A row with what it names found: its campaign, item, unit, person, and what it claims."""

    row: Row
    campaign: Campaign
    item: CampaignItem
    unit: Organisation
    person_id: int | None
    claim: str

    @property
    def key(self) -> counting.Key:
        return (self.campaign.id, self.item.id, self.unit.id, claims.month(self.row["day"]))


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[int, Outcome]]:
    """Bring lines in; each row is what ``ParticipationRosterSchema.load`` returned.

    Returns one (number of the entry, outcome) for each row, in order; raises as ``recording.record`` does, for all of
    them where one is wrong. A line that is there already with the same numbers is left as it is.
    """
    require(actor, Permission.PARTICIPATION_CONFIRM)
    lines = _found(session, actor, rows)
    known = _known(session, lines)
    results: list[tuple[int, Outcome] | None] = []
    _refuse_own(session, actor, lines)
    fresh: dict[tuple[int, str], Line] = {}
    for line in lines:
        entry = known.get((line.campaign.id, line.claim))
        if entry is None:
            if (line.campaign.id, line.claim) in fresh:
                raise Conflict(N_("这一批里有两行说的是同一件事。"))
            fresh[line.campaign.id, line.claim] = line
            results.append(None)
        elif any(getattr(entry, name) != line.row[name] for name in _SAID):
            raise Doubled(entry.id)
        else:
            results.append((entry.id, Outcome.UNCHANGED))
    created = iter(_write(session, actor, list(fresh.values())))
    return [it or (next(created), Outcome.CREATED) for it in results]


def _found(session: Session, actor: Actor, rows: Sequence[Row]) -> list[Line]:
    campaigns = {name: _campaign(session, actor, name) for name in dict.fromkeys(row["campaign"] for row in rows)}
    names = list(dict.fromkeys(row["organisation_name"] for row in rows))
    units = {it.name_key: it for it in units_named(session, names, "unit")}
    if not all(can_confirm_entries(actor, unit) for unit in units.values()):
        raise NotAllowed("record", "participation")
    unit_of = {name: units[name_key(name)] for name in names}
    people = _people(session, {(unit_of[row["organisation_name"]].id, row["name"]) for row in rows if row["name"]})
    lines = []
    for row in rows:
        campaign, unit = campaigns[row["campaign"]], unit_of[row["organisation_name"]]
        person_id = people.get((unit.id, row["name"]))
        if row["person_id"] is not None:
            on_file = recording.person_of(session, actor, unit, row)
            person_id = on_file.id if on_file is not None else None
        item = recording.item_for(campaign, unit, row, is_batch=person_id is None)
        if person_id is None:
            claim = claims.of_batch(item.id, unit.id, row["day"], row["subject"])
        else:
            claim = claims.of_person(item.id, person_id, row["day"], row["subject"])
        lines.append(Line(row, campaign, item, unit, person_id, claim))
    return lines


def _campaign(session: Session, actor: Actor, name: str) -> Campaign:
    query = sa.select(Campaign.id).where(Campaign.state != "draft")
    number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else None
    found = session.scalars(
        query.where(Campaign.id == number) if number is not None else query.where(Campaign.title == name)
    ).all()
    if not found:
        raise Conflict(N_("没有这个活动：请写活动编号，或者照平台上的名称写"))
    if len(found) > 1:
        raise Conflict(N_("有几个活动同名，请改写活动编号"))
    return recording.held(session, actor, found[0])


def _people(session: Session, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Return the file of each person by unit and name, opened where there is none."""
    if not wanted:
        return {}
    query = sa.select(Person.organisation_id, Person.name, Person.id).where(
        Person.organisation_id.in_({unit for unit, _name in wanted}), Person.name.in_({name for _unit, name in wanted})
    )
    found: dict[tuple[int, str], int] = {}
    for unit_id, name, person_id in session.execute(query):
        if (unit_id, name) in found and (unit_id, name) in wanted:
            raise Invalid({"person": [N_("这个单位有几个人同名，请改填档案编号。"), name]})
        found[unit_id, name] = person_id
    missing = sorted(wanted - found.keys())
    if missing:
        rows = [{"organisation_id": unit_id, "name": name, "revision": 1} for unit_id, name in missing]
        opened = session.scalars(sa.insert(_PERSON).returning(_PERSON.c.id, sort_by_parameter_order=True), rows)
        found |= dict(zip(missing, opened, strict=True))
    return found


def _known(session: Session, lines: Sequence[Line]) -> dict[tuple[int, str], sa.Row[Any]]:
    """Return the entries that claim the same, once nobody else records for these units and months."""
    counting.hold_units(session, {line.unit.id for line in lines})
    query = sa.select(_ENTRY).where(
        _ENTRY.c.campaign_id.in_({line.campaign.id for line in lines}),
        _ENTRY.c.claim.in_({line.claim for line in lines}),
    )
    known = {(row.campaign_id, row.claim): row for row in session.execute(query)}
    _refuse_taken_back(session, lines, known)
    return known


def _refuse_taken_back(session: Session, lines: Sequence[Line], known: Mapping[tuple[int, str], sa.Row[Any]]) -> None:
    """Raise Conflict for a line that came in before and was corrected or withdrawn since: it would count again."""
    of = ParticipationEntry
    gone = sa.select(of.id, of.item_id, of.organisation_id, of.person_id, of.day, of.subject).where(
        of.campaign_id.in_({it.campaign.id for it in lines}), of.organisation_id.in_({it.unit.id for it in lines}),
        of.state.in_(("withdrawn", "replaced")), of.source == "import", of.day.in_({it.row["day"] for it in lines}),
    )  # fmt: skip
    fresh = {it.claim for it in lines if (it.campaign.id, it.claim) not in known}
    for row in session.execute(gone):
        if row.person_id is None:
            claim = claims.of_batch(row.item_id, row.organisation_id, row.day, row.subject)
        else:
            claim = claims.of_person(row.item_id, row.person_id, row.day, row.subject)
        if claim in fresh:
            raise Conflict(N_("这一行导入过，后来更正或撤回了（第 %(entry)s 号记录），不再导入。"), entry=row.id)


def _refuse_own(session: Session, actor: Actor, lines: Sequence[Line]) -> None:
    if actor.account_id is None:
        return
    own = session.scalar(sa.select(Person.id).filter_by(account_id=actor.account_id))
    if own is not None and any(it.person_id == own for it in lines):
        raise Conflict(N_("您自己的参与请在“我的六个一”里填报，由单位的其他人或上级工会确认。"))


def _write(session: Session, actor: Actor, lines: Sequence[Line]) -> list[int]:
    if not lines:
        return []
    _refuse_both_ways(session, lines)
    typed = [contested.Typed(it.item, it.unit.id, it.person_id, it.row["day"]) for it in lines]
    if (counted := contested.first_counted(session, typed)) is not None:
        raise Doubled(counted)
    moment = now()
    rows = [
        {
            "campaign_id": it.campaign.id, "item_id": it.item.id, "organisation_id": it.unit.id,
            "day": it.row["day"], "month": claims.month(it.row["day"]), "person_id": it.person_id,
            "person_times": it.row["person_times"], "persons": it.row["persons"], "subject": it.row["subject"],
            "evidence": it.row["evidence"], "source": "import", "state": "confirmed", "claim": it.claim,
            "recorded_by": actor.name, "decided_by": actor.name, "decided_at": moment, "revision": 1,
            "created_at": moment, "updated_at": moment,
        }
        for it in lines
    ]  # fmt: skip
    session.execute(sa.insert(_ENTRY), rows)
    written = sa.select(_ENTRY.c.campaign_id, _ENTRY.c.claim, _ENTRY.c.id).where(
        _ENTRY.c.campaign_id.in_({it.campaign.id for it in lines}), _ENTRY.c.claim.in_([it.claim for it in lines])
    )
    numbers = {(row.campaign_id, row.claim): row.id for row in session.execute(written)}
    ids = [numbers[it.campaign.id, it.claim] for it in lines]
    changes: dict[str, list[Change]] = {}
    for entry_id, line in zip(ids, lines, strict=True):
        is_named = line.person_id is not None
        figures = counting.figures_of(line.row["person_times"], line.row["persons"], is_named=is_named)
        change = Change(entry_id, None, counting.Part(line.key, line.person_id, figures))
        changes.setdefault(line.row["reason"], []).append(change)
    for reason, some in changes.items():
        counting.apply(session, actor.name, some, reason)
    return ids


def _refuse_both_ways(session: Session, lines: Sequence[Line]) -> None:
    """Raise Conflict where people of a unit would be counted by name and by number on one day."""
    days: dict[tuple[int, int, dt.date], set[bool]] = {}
    for it in lines:
        days.setdefault((it.item.id, it.unit.id, it.row["day"]), set()).add(it.person_id is None)
    of = ParticipationEntry
    standing = sa.select(of.item_id, of.organisation_id, of.day, of.person_id.is_(None)).distinct().where(
        of.campaign_id.in_({it.campaign.id for it in lines}), of.organisation_id.in_({it.unit.id for it in lines}),
        of.day.in_({it.row["day"] for it in lines}), of.state.not_in(GONE),
    )  # fmt: skip
    for item_id, unit_id, day, is_batch in session.execute(standing):
        if (item_id, unit_id, day) in days:
            days[item_id, unit_id, day].add(bool(is_batch))
    if any(len(it) > 1 for it in days.values()):
        raise Conflict(N_("这个单位这一天已经用另一种办法上报：按姓名或者按人数，只能用一种，免得重复计算。"))
