"""Hear what is objected to an entry of a list in publicity, and decide it (rule 59)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, rules, workflow, working_days
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import (
    Achievement,
    CompetitionRegistration,
    CompetitionShowcase,
    Contestant,
    Objection,
    PriceNotice,
    Publicity,
    PublicityEntry,
    StudioApplication,
)
from marketplace.permissions import (
    Actor,
    Permission,
    can,
    can_decide_contest,
    can_decide_objections,
    can_decide_showcase,
    can_evaluate,
    can_run_naming,
)
from marketplace.services import amendment as amendments
from marketplace.services import publicity as publicities
from marketplace.services.naming.telling import tell_unit
from marketplace.services.publicity import Shown


def object_to(session: Session, actor: Actor, publicity_id: int, data: Mapping[str, Any]) -> Objection:
    """Raise an objection, as ``ObjectionSchema.load`` returned it, to one entry of a running list.

    Raises Conflict after the last day or where the record is no longer on the list, NotFound for what is not listed.
    """
    publicity, noun, identity = publicities.get(session, publicity_id), data["noun"], data["object_id"]
    if all((entry.noun, entry.object_id) != (noun, identity) for entry in publicity.entries):
        raise NotFound(noun, identity)
    if publicity.closed_at is not None or today() > publicity.ends_on:
        raise Conflict(N_("公示已于 %(day)s 结束，不再受理异议。"), day=publicity.ends_on)
    record = publicities.record_of(session, noun, identity)
    if record.state not in publicities.WAITING:
        raise Conflict(N_("这一项已不在公示之中。"))
    days = rules.value(session, "objection_handling", today())
    raised = Objection(
        publicity_id=publicity.id, account_id=actor.account_id, due_on=working_days.after(today(), days), **data
    )
    session.add(raised)
    session.flush()
    if record.state == "publicity":
        workflow.apply(session, actor, record, "object", process="publicity")
        publicities.wait_until(session, record, raised.due_on)
        if isinstance(record, StudioApplication):
            tell_unit(session, record, "application_objected")
    audit.record(session, actor, "object", "objection", raised.id, payload=dict(data), is_first=True)
    return raised


def handles(actor: Actor, objection: Objection, record: Shown) -> bool:
    """Say whether an objection to a record is the actor's to decide, and he has no part in the record.

    One to a golden idea is decided by the office that runs the round, one to a studio by the office that runs the
    batch, one to a prize or a grade by the office that runs the contest or the competition, one to a showcase by the
    office that names it, and one to an achievement or its price by the province.
    """
    if isinstance(record, Contestant | CompetitionRegistration | CompetitionShowcase):
        return can(actor, Permission.OBJECTION_DECIDE) and _decides_of_campaign(actor, record)
    subject = record.deal.achievement if isinstance(record, PriceNotice) else record
    award, batch = objection.publicity.award_round, objection.publicity.naming_batch
    if award is not None and not can_decide_objections(actor, award):
        return False
    if batch is not None and not can_run_naming(actor, batch):
        return False
    is_of_province = award is None and batch is None
    permission = Permission.ACHIEVEMENT_REVIEW if is_of_province else Permission.OBJECTION_DECIDE
    return can(actor, permission, subject) and workflow.is_impartial(actor, subject)


def _decides_of_campaign(actor: Actor, record: Contestant | CompetitionRegistration | CompetitionShowcase) -> bool:
    if isinstance(record, Contestant):
        return can_decide_contest(actor, record)
    if isinstance(record, CompetitionShowcase):
        return can_decide_showcase(actor, record)
    return can_evaluate(actor, record, "after")


def get(session: Session, actor: Actor, objection_id: int) -> Objection:
    """Return an objection to those who decide it; raise NotFound for all others: it may name who raised it."""
    found = session.get(Objection, objection_id)
    if found is None or not handles(actor, found, _record_of(session, found)):
        raise NotFound("objection", objection_id)
    return found


def entry_of(session: Session, found: Objection) -> PublicityEntry:
    """Return what the list shows of the record an objection is to."""
    return session.get_one(PublicityEntry, (found.publicity_id, found.noun, found.object_id))


def to_decide(session: Session, actor: Actor, *, state: str = "open", limit: int = 100) -> list[Objection]:
    """Return the objections the actor decides, the one due first at the head."""
    if not can(actor, Permission.OBJECTION_DECIDE):
        raise NotAllowed("decide", "objection")
    query = (
        sa.select(Objection)
        .where(Objection.state == state)
        .options(
            joinedload(Objection.publicity).joinedload(Publicity.award_round),
            joinedload(Objection.publicity).joinedload(Publicity.naming_batch),
        )
        .order_by(Objection.due_on, Objection.id)
    )
    found = list(session.scalars(query))
    records = publicities.records_of(session, found)
    return [it for it in found if handles(actor, it, records[it.noun, it.object_id])][:limit]


def decide(session: Session, actor: Actor, objection_id: int, *, upheld: bool, finding: str) -> Objection:
    """Decide an objection with a written finding.

    Dismissed, the entry goes on where no other objection is open. Upheld, the record leaves the list, and what is left
    of the list begins its period anew.
    """
    _hold_list(session, objection_id)
    found = get(session, actor, objection_id)
    if found.state != "open":
        raise Conflict(N_("这项异议已由 %(handler)s 办理。"), handler=found.handler)
    if not finding.strip():
        raise Invalid({"finding": [N_("请写明核查结论。")]})
    record = _record_of(session, found)
    found.state, found.finding, found.handler = "upheld" if upheld else "dismissed", finding.strip(), actor.name
    found.decided_at = now()
    session.flush()
    audit.record(session, actor, found.state, "objection", found.id, reason=finding, payload={"finding": finding})
    if record.state != "objected":
        return found
    if upheld:
        _strike(session, actor, record, finding)
        publicities.begin_anew(session, actor, found.publicity_id)
    elif not publicities.open_objections(session, record):
        workflow.apply(session, actor, record, "dismiss_objection", finding, process="publicity")
        publicities.wait_until(
            session, record, working_days.after(publicities.get(session, found.publicity_id).ends_on, 1)
        )
    return found


def _hold_list(session: Session, objection_id: int) -> None:
    """Wait until nobody else is about to change the list an objection is to, by a decision or by its batch."""
    listed = sa.select(Publicity.naming_batch_id).join(Objection, Objection.publicity_id == Publicity.id)
    batch_id = session.scalar(listed.where(Objection.id == objection_id))
    if batch_id is None:
        publicities.hold(session)
    else:
        audit.hold(session, "naming_batch", batch_id)


def _strike(session: Session, actor: Actor, record: Shown, finding: str) -> None:
    if isinstance(record, Achievement) and amendments.open_for(session, record) is not None:
        amendments.refuse(session, actor, record, finding)
    else:
        if isinstance(record, Contestant):
            # Both at once, because a state implies its facts.
            record.reason = finding.strip()[:500]
        workflow.apply(session, actor, record, "uphold_objection", finding, process="publicity")
        if isinstance(record, StudioApplication):
            record.decision = finding.strip()
            tell_unit(session, record, "application_struck")


def _record_of(session: Session, found: Objection) -> Shown:
    return publicities.record_of(session, found.noun, found.object_id)
