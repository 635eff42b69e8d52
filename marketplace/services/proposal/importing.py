"""Bring the register of a unit in: proposals with their authors, as far as the unit says they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.db import now
from marketplace.errors import N_
from marketplace.models import Organisation, Proposal, ProposalAuthor
from marketplace.permissions import Actor, Permission, require
from marketplace.services import organisation as organisations
from marketplace.services.records import Outcome, bring

_COPIED = (
    "title", "present_state", "measure", "expected_effect", "benefit_metric", "category", "crew", "region", "industry",
    "adopted_part", "implementation", "first_used_on", "extra",
)  # fmt: skip
_UNDECIDED = ("submitted", "screened", "unit_review")
# Why nobody is asked: who made it is what the unit has on record.
BY_THE_REGISTER = N_("由单位的登记册导入，作者以登记册为准。")


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[Proposal, Outcome]]:
    """Bring proposals in; each row is what ``RegisterSchema.load`` returned.

    A new one takes the state of the register, and what waits there lies on its desk from today. One that is known
    already keeps the state it has reached here. Returns one (proposal, outcome) for each row, in order; raises
    NotAllowed for one beyond the scope of the actor.
    """
    require(actor, Permission.PROPOSAL_IMPORT)
    units = organisations.named(session, [row["organisation_name"] for row in rows if row["organisation_name"]])
    brought = bring(
        session, actor, Proposal, rows,
        begin=lambda row: _begun(actor, row),
        fill=lambda proposal, row: _fill(actor, proposal, row, units),
    )  # fmt: skip
    for proposal, outcome in brought:
        if outcome is not Outcome.UNCHANGED:
            require(actor, Permission.PROPOSAL_IMPORT, proposal)
        if outcome is Outcome.CREATED:
            workflow.move(session, actor, proposal)
    return brought


def _begun(actor: Actor, row: Mapping[str, Any]) -> Proposal:
    decided = row["state"] not in _UNDECIDED
    sent = _moment(row["submitted_on"])
    return Proposal(
        state=row["state"],
        submitted_at=sent,
        reply=row["reply"],
        decided_at=_moment(row["decided_on"] or row["submitted_on"]) if decided else None,
        decided_by=actor.name if decided else None,
    )


def _fill(actor: Actor, proposal: Proposal, row: Mapping[str, Any], units: Mapping[str, Organisation]) -> None:
    for name in _COPIED:
        setattr(proposal, name, row[name])
    proposal.number = (row["source_id"] or "")[:60]
    proposal.organisation = units.get(row["organisation_name"])
    proposal.authors = [
        ProposalAuthor(
            position=place, name=author["name"], share=author["share"], part=author["part"],
            excused_at=now(), excused_by=actor.name, excuse=BY_THE_REGISTER,
        )
        for place, author in enumerate(row["authors"], start=1)
    ]  # fmt: skip


def _moment(day: dt.date | None) -> dt.datetime:
    """Return noon in Sichuan of a day the register states, this moment where it states none."""
    return dt.datetime.combine(day, dt.time(12), ZoneInfo("Asia/Shanghai")) if day else now()
