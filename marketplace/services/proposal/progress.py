"""How far a proposal has come, told to its authors: what happened, who has it, until when, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.models import AuditEntry, Organisation, Proposal, Task
from marketplace.permissions import Actor
from marketplace.services import history
from marketplace.services.authoring.progress import contact_of

# The states of a proposal that is adopted and becomes a golden idea, in order (domain rule 24).
WAY = (
    "draft", "submitted", "screened", "unit_review", "adopted", "implementing", "implemented", "benefit_verified",
    "nominated", "scored", "publicity", "awarded",
)  # fmt: skip
_LIKE = {"returned": "draft", "partly_adopted": "adopted", "objected": "publicity"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a proposal stands.

    ``task`` is the office that has it and until when, ``unit`` the unit of that office, ``contact`` how to reach it.
    ``ahead`` are the states to come when all goes well.
    """

    events: list[AuditEntry]
    task: Task | None
    unit: Organisation | None
    contact: str
    ahead: tuple[str, ...]


def of(session: Session, actor: Actor, proposal: Proposal) -> Progress:
    """Return the progress of a proposal; raise NotAllowed for whoever may not see its history."""
    task = workflow.open_task(session, proposal)
    unit_id = task.organisation_id if task is not None else None
    return Progress(
        events=history.read(session, actor, proposal),
        task=task,
        unit=session.get(Organisation, unit_id) if unit_id is not None else None,
        contact=contact_of(session, task),
        ahead=_ahead(proposal.state),
    )


def _ahead(state: str) -> tuple[str, ...]:
    here = _LIKE.get(state, state)
    return WAY[WAY.index(here) + 1 :] if here in WAY else ()
