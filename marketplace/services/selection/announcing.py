"""Show the studios that are to be named to the public, before anything is named (rules 59 and 60)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.errors import N_, Conflict
from marketplace.models import NamingBatch, Publicity, StudioApplication
from marketplace.permissions import Actor
from marketplace.services import publicity
from marketplace.services.naming import applications, batches
from marketplace.services.naming.telling import tell_unit
from marketplace.services.selection import ranking


def announce(session: Session, actor: Actor, batch_id: int, channel: str) -> Publicity:
    """Begin the period of the studios the meeting proposes, and tell every unit how it fared.

    Where a list is shown already, its period begins anew with those a later meeting added. Raises Conflict before the
    meeting and where it proposed nobody who is not on the list.
    """
    batch = batches.held(session, actor, batch_id)
    if batch.state not in ("meeting", "publicity"):
        raise Conflict(N_("会议审定名单以后才能公示。"))
    ranked = in_order(ranking.scored(session, batch))
    added = [it for it in ranked if it.state == "proposed"]
    if not added:
        raise Conflict(N_("没有等待公示的工作室。"))
    for it in added:
        workflow.apply(session, actor, it, "announce", payload={"batch": batch.id}, process="naming")
        tell_unit(session, it, "application_announced")
    entries = [(it, as_shown(it)) for it in added]
    running = next((it for it in lists_of(session, batch) if it.closed_at is None), None)
    begun = publicity.add_to(
        session, actor, running, entries,
        title=batch.title, channel=channel, days=batch.publicity_days, naming_batch_id=batch.id,
    )  # fmt: skip
    if batch.state == "meeting":
        for it in ranked:
            if it.state == "not_selected":
                tell_unit(session, it, "application_not_selected")
    batches.to_state(session, actor, batch, "publicity", "announce", publicity=begun.id)
    return begun


def strike(session: Session, actor: Actor, application_id: int, reason: str) -> StudioApplication:
    """Take a studio off the list that can no longer be named, with a reason; what is left begins its period anew.

    Raises NotFound, NotAllowed for whoever does not run the batch, and Conflict for one that is on no list.
    """
    application = applications.get(session, actor, application_id)
    batches.held(session, actor, application.naming_batch_id)
    applications.require_impartial(actor, application)
    session.refresh(application)
    listed = publicity.running_for(session, application)
    if application.state not in publicity.WAITING or listed is None:
        raise Conflict(N_("这个工作室不在公示的名单上。"))
    application.decision = batches.require_reason(reason)
    workflow.apply(session, actor, application, "strike", application.decision, process="naming")
    publicity.begin_anew(session, actor, listed.id)
    tell_unit(session, application, "application_struck")
    return application


def as_shown(application: StudioApplication) -> dict[str, Any]:
    """Return what the public list says of a studio; its leader is named as far as he agreed to be."""
    studio, unit = application.studio, application.organisation
    leader = studio.leader.person if studio.leader is not None else None
    shown: dict[str, Any] = {
        "title": studio.name,
        "tier": application.batch.tier,
        "units": [unit.name],
        "region": unit.region_path.rsplit("/", 1)[-1] or None,
    }
    return shown | ({"leader": leader.name} if leader is not None and leader.shows_unit else {})


def lists_of(session: Session, batch: NamingBatch) -> list[Publicity]:
    """Return the lists of a batch as they were shown, the latest first. Anybody may read them."""
    query = sa.select(Publicity).where(Publicity.naming_batch_id == batch.id).order_by(Publicity.id.desc())
    return list(session.scalars(query))


def in_order(found: list[StudioApplication]) -> list[StudioApplication]:
    """Return applications by rank."""
    return sorted(found, key=lambda it: (it.rank or 0, it.id))
