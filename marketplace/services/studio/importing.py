"""Bring a register of studios in: each line a studio with its tier and leader, once however often it is brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, NotAllowed
from marketplace.models import Studio, StudioLeader, StudioTier
from marketplace.permissions import Actor, Permission, can_in_unit, require, tiers_given
from marketplace.services import organisation as organisations
from marketplace.services.records import Outcome, bring
from marketplace.services.studio import people

_FILLED = ("name", "kind", "partner", "founded_on", "field", "story", "address", "area", "equipment", "rules")
_STEP = ("tier", "since", "basis", "plaque")


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[Studio, Outcome]]:
    """Bring studios in; each row is what ``StudioRegisterSchema.load`` returned.

    A studio known by name and unit is completed. Its tier and its leader change by their own steps alone: raises
    Conflict where a row states others, and NotAllowed for a unit or a tier that is not the actor's to record. Returns
    one (studio, outcome) for each row, in order.
    """
    require(actor, Permission.STUDIO_RECORD)
    return bring(
        session, actor, Studio, rows,
        begin=lambda row: _begun(session, row),
        fill=lambda studio, row: _fill(session, actor, studio, row),
    )  # fmt: skip


def _begun(session: Session, row: Mapping[str, Any]) -> Studio:
    unit = organisations.placed(session, row["organisation_name"], row["region"], row["industry"])
    key = organisations.name_key(row["name"])
    known = session.scalar(sa.select(Studio).filter_by(name_key=key, organisation_id=unit.id))
    if known is not None:
        return known
    step = StudioTier(**{name: row[name] for name in _STEP})
    return Studio(
        name_key=key, organisation=unit, organisation_id=unit.id, tier=row["tier"], state="active", aliases=[],
        tiers=[step], leaders=[], members=[],
    )  # fmt: skip


def _fill(session: Session, actor: Actor, studio: Studio, row: Mapping[str, Any]) -> None:
    unit = studio.organisation
    if not can_in_unit(actor, Permission.STUDIO_RECORD, unit) or row["tier"] not in tiers_given(actor, unit):
        raise NotAllowed("record", "studio")
    if row["tier"] != studio.tier:
        raise Conflict(N_("梯次与库中不同；升级请在工作室的页面办理"))
    if studio.state == "closed":
        raise Conflict(N_("这个工作室已经撤销，记录不能再改。"))
    for name in _FILLED:
        if row[name] not in (None, ""):
            setattr(studio, name, row[name])
    studio.aliases = list(dict.fromkeys([*studio.aliases, *row["aliases"]]))
    if row["leader"]:
        _lead(session, actor, studio, row)


def _lead(session: Session, actor: Actor, studio: Studio, row: Mapping[str, Any]) -> None:
    present = studio.leader
    if present is not None and present.person.name != row["leader"]:
        raise Conflict(N_("领衔人与库中不同；更换请在工作室的页面办理"))
    if present is None:
        person = people.found_or_opened(session, actor, studio, row["leader"], "", None)
        studio.leaders.append(StudioLeader(person=person, from_unit=person.organisation_id, since=row["since"]))
