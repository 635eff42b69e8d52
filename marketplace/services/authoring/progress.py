"""How far a submission has come, told to its author: what happened, who has it, until when, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import today
from marketplace.models import Achievement, AuditEntry, Organisation, Task
from marketplace.permissions import EDITABLE, Actor
from marketplace.services import achievement as achievements
from marketplace.services import history
from marketplace.services.authoring import completeness, contributors

# The states of a submission nothing is wrong with, in order (domain rule 1).
WAY = ("draft", "submitted", "unit_endorsed", "first_review", "final_review", "publicity", "published")
_ENDED = ("rejected", "withdrawn", "revoked", "archived", "published")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a submission stands.

    ``task`` is the office that has it and until when, ``unit`` the unit of that office, ``contact`` how to reach it.
    ``ahead`` are the states to come, ``missing`` what its author has to write, ``silent`` how many completers have not
    confirmed, ``reason`` why it was last returned or refused.
    """

    achievement: Achievement
    events: list[AuditEntry]
    task: Task | None
    unit: Organisation | None
    contact: str
    ahead: tuple[str, ...]
    missing: dict[str, list[str]]
    silent: int
    reason: str | None


def of(session: Session, actor: Actor, achievement_id: int) -> Progress:
    """Return the progress of a submission; raise NotFound, or NotAllowed for whoever may not see its history."""
    achievement = achievements.get(session, actor, achievement_id)
    events = history.read(session, actor, achievement)
    task = workflow.open_task(session, achievement)
    is_written = achievement.state in EDITABLE
    return Progress(
        achievement=achievement,
        events=events,
        task=task,
        unit=session.get(Organisation, task.organisation_id) if task is not None and task.organisation_id else None,
        contact=contact_of(session, task),
        ahead=_ahead(achievement.state),
        missing=completeness.missing(session, achievement) if is_written else {},
        silent=contributors.silent(session, achievement),
        reason=returned_because(events) if achievement.state in ("returned", "rejected") else None,
    )


def returned_because(events: list[AuditEntry]) -> str | None:
    """Return what the office asked for when it last sent the record back."""
    return next((event.reason for event in reversed(events) if event.verb in ("return", "reject")), None)


def last_return(session: Session, achievement: Achievement) -> str | None:
    """Return what a returned achievement was returned for, None in any other state."""
    if achievement.state != "returned":
        return None
    return returned_because(audit.history(session, "achievement", achievement.id))


def _ahead(state: str) -> tuple[str, ...]:
    if state in _ENDED:
        return ()
    here = {"returned": "draft", "objected": "final_review"}.get(state, state)
    return WAY[WAY.index(here) + 1 :]


def contact_of(session: Session, task: Task | None) -> str:
    """Return what the rule "office_contacts" says of an office: a line that begins with its code or its unit."""
    if task is None or task.role == "author":
        return ""
    unit = session.get(Organisation, task.organisation_id) if task.organisation_id is not None else None
    keys = [unit.name] if unit is not None else []
    keys += [path.rsplit("/", 1)[-1] for path in (task.industry_path, task.region_path) if path] or ["51"]
    lines: list[str] = rules.value(session, "office_contacts", today())
    for key in keys:
        for line in lines:
            name, _blank, contact = line.partition(" ")
            if name == key:
                return contact.strip()
    return ""
