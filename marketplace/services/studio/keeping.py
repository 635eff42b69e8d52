"""The ledger of a studio: plan and budget of a year, grants and their uses, results, alliances."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import (
    Achievement,
    AllianceMember,
    GrantUse,
    Proposal,
    Studio,
    StudioGrant,
    StudioResult,
    StudioYear,
)
from marketplace.models.studios.studio_parts import LINKED
from marketplace.permissions import Actor, can_read
from marketplace.services.studio import records


def plan_year(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioYear:
    """Note the plan and the budget line of a year, or change them, from what ``YearSchema.load`` returned."""
    studio = records.kept(session, actor, studio_id)
    noted = next((it for it in studio.years if it.year == data["year"]), None)
    if noted is None:
        noted = StudioYear(studio_id=studio.id, year=data["year"])
        studio.years.append(noted)
    noted.plan = data["plan"] or noted.plan or ""
    noted.budget = noted.budget if data["budget"] is None else data["budget"]
    session.flush()
    records.told(session, actor, "plan_year", studio, data)
    return noted


def receive(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioGrant:
    """Note a grant, from what ``GrantSchema.load`` returned."""
    studio = records.kept(session, actor, studio_id)
    if data["amount"] <= 0:
        raise Invalid({"amount": [N_("金额应大于零。")]})
    grant = StudioGrant(studio_id=studio.id, uses=[], **data)
    studio.grants.append(grant)
    session.flush()
    records.told(session, actor, "receive_grant", studio, {"grant": grant.id, **data})
    return grant


def spend(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> GrantUse:
    """Note a use of a grant with its voucher, from what ``GrantUseSchema.load`` returned; never more than is left."""
    studio = records.kept(session, actor, studio_id)
    grant = next((it for it in studio.grants if it.id == data["grant_id"]), None)
    if grant is None:
        raise Invalid({"grant_id": [N_("请从本工作室的经费里选。")]})
    if not 0 < data["amount"] <= grant.left:
        raise Invalid({"amount": [N_("金额应大于零，不超过这笔经费的余额。")]})
    if data["used_on"] < grant.received_on:
        raise Invalid({"used_on": [N_("不能早于经费到账的日期。")]})
    use = GrantUse(**data)
    grant.uses.append(use)
    session.flush()
    records.told(session, actor, "spend_grant", studio, data)
    return use


def bring_about(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioResult:
    """Note a result, from what ``ResultSchema.load`` returned; an achievement or proposal is linked, not typed again.

    Raises Invalid for one the actor may not read, or that is of no unit of the studio and its people; Conflict where
    it is noted already.
    """
    studio = records.kept(session, actor, studio_id)
    said = dict(data)
    if data["kind"] in LINKED:
        record = _linked(session, data["kind"], data["object_id"])
        if record is None or not can_read(actor, record):
            raise Invalid({"object_id": [N_("没有这个编号的记录，或者您看不到它。")]})
        if not _units_of_record(record) & _units_of(session, studio):
            raise Invalid({"object_id": [N_("这一项不是工作室所在单位或成员所在单位完成的。")]})
        said["title"] = record.title
        if any((it.kind, it.object_id) == (data["kind"], data["object_id"]) for it in studio.results):
            raise Conflict(N_("这一项已经列入本工作室的成果。"))
    result = StudioResult(studio_id=studio.id, **said)
    studio.results.append(result)
    session.flush()
    records.told(session, actor, "bring_about", studio, said)
    return result


def studios_with(session: Session, kind: str, ids: Collection[int]) -> dict[int | None, list[Studio]]:
    """Return, for each of some achievements or proposals, the studios that brought it about, those not closed."""
    query = (
        sa.select(StudioResult.object_id, Studio)
        .join(Studio, Studio.id == StudioResult.studio_id)
        .where(StudioResult.kind == kind, StudioResult.object_id.in_(ids), Studio.state != "closed")
        .order_by(Studio.id)
    )
    found: dict[int | None, list[Studio]] = {}
    for number, studio in session.execute(query):
        found.setdefault(number, []).append(studio)
    return found


def _units_of(session: Session, studio: Studio) -> set[int]:
    """Return the units a studio and its present people are of; those of all its studios for an alliance."""
    people = [it.person for it in studio.members if it.until is None]
    people += [studio.leader.person] if studio.leader is not None else []
    allied = studios_in(session, studio) if studio.kind == "alliance" else []
    units = {studio.organisation_id, *(it.organisation_id for it in people)}
    return units | {it.organisation_id for it in allied}


def _units_of_record(record: Achievement | Proposal) -> set[int | None]:
    if isinstance(record, Achievement):
        return {unit.id for unit in record.units}
    return {record.organisation_id}


def _linked(session: Session, kind: str, object_id: int) -> Achievement | Proposal | None:
    return session.get(Achievement, object_id) if kind == "achievement" else session.get(Proposal, object_id)


def ally(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> AllianceMember:
    """Note that a studio joined an alliance, from what ``AllianceSchema.load`` returned."""
    studio = records.kept(session, actor, studio_id)
    alliance = session.get(Studio, data["alliance_id"])
    if alliance is None or alliance.kind != "alliance" or alliance.state == "closed":
        raise Invalid({"alliance_id": [N_("请填写一个工作室联盟的编号。")]})
    if alliance.id == studio.id or any(it.alliance_id == alliance.id for it in alliances_of(session, studio)):
        raise Conflict(N_("已经在这个联盟里。"))
    joined = AllianceMember(alliance=alliance, studio=studio, since=data["since"])
    session.add(joined)
    session.flush()
    records.told(session, actor, "ally", studio, data)
    return joined


def part(session: Session, actor: Actor, studio_id: int, joined_id: int, data: Mapping[str, Any]) -> AllianceMember:
    """Note that a studio left an alliance, from what ``EndSchema.load`` returned."""
    studio = records.kept(session, actor, studio_id)
    joined = next((it for it in alliances_of(session, studio) if it.id == joined_id), None)
    if joined is None:
        raise NotFound("studio_part", joined_id)
    if data["ended_on"] < joined.since:
        raise Invalid({"ended_on": [N_("不能早于开始的日期。")]})
    joined.until = data["ended_on"]
    session.flush()
    records.told(session, actor, "part", studio, {"alliance": joined.alliance_id, "until": joined.until})
    return joined


def alliances_of(session: Session, studio: Studio) -> list[AllianceMember]:
    """Return the alliances a studio is in now."""
    query = sa.select(AllianceMember).filter_by(studio_id=studio.id, until=None).order_by(AllianceMember.id)
    return list(session.scalars(query.options(joinedload(AllianceMember.alliance).joinedload(Studio.organisation))))


def studios_in(session: Session, alliance: Studio) -> list[Studio]:
    """Return the studios that are in an alliance now."""
    query = (
        sa.select(Studio)
        .join(AllianceMember, AllianceMember.studio_id == Studio.id)
        .where(AllianceMember.alliance_id == alliance.id, AllianceMember.until.is_(None))
        .options(joinedload(Studio.organisation))
        .order_by(AllianceMember.id)
    )
    return list(session.scalars(query))
