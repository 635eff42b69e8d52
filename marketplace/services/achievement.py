"""The verbs of an achievement."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import workflow
from marketplace.db import now
from marketplace.errors import NotFound
from marketplace.models import (
    Achievement,
    AppliedSite,
    Contributor,
    Indicator,
    IntellectualProperty,
    Organisation,
)
from marketplace.permissions import Actor, Permission, admitted_to, can_read, readable, require
from marketplace.services import organisation as organisations
from marketplace.services import submission
from marketplace.services.authoring import completeness, contributors, naming
from marketplace.services.benefit import blocks
from marketplace.services.files import statements
from marketplace.services.records import Outcome, bring

_PARTS = {"indicators": Indicator, "sites": AppliedSite, "rights": IntellectualProperty}
# What must hold before a step, beside what its transition says.
BEFORE: dict[str, tuple[Callable[[Session, Actor, Achievement], None], ...]] = {
    "submit": (completeness.require, blocks.refuse_submission),
    "endorse": (contributors.require_answers, statements.require_signed),
}
_APART = {*_PARTS, "completing_units", "contributors", "source", "source_id"}


def get(session: Session, actor: Actor, achievement_id: int) -> Achievement:
    """Return an achievement the actor may read; raise NotFound, also where it exists but may not be read."""
    achievement = session.get(Achievement, achievement_id)
    if achievement is None or not can_read(actor, achievement):
        raise NotFound("achievement", achievement_id)
    return achievement


def several(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, Achievement]:
    """Return the readable achievements among the ids, with their units and listings, in three queries."""
    query = (
        sa.select(Achievement)
        .where(Achievement.id.in_(ids), readable(Achievement, actor))
        .options(selectinload(Achievement.units), selectinload(Achievement.listings))
    )
    return {achievement.id: achievement for achievement in session.scalars(query)}


def as_read(actor: Actor, achievement: Achievement) -> dict[str, Any]:
    """Return what an enterprise is admitted to, and what is public to others: its owner sees the page as they do."""
    # Here, because a command that only names its options shows no record.
    from marketplace.schemas.achievement import disclosed
    from marketplace.schemas.disclosure import ENTERPRISES, PUBLIC

    return disclosed(achievement, ENTERPRISES if admitted_to(actor, achievement) == ENTERPRISES else PUBLIC)


def unpublished(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Achievement]:
    """Return the achievements not yet published that the actor may read, newest first, from below the id ``after``."""
    query = (
        sa.select(Achievement)
        .where(Achievement.published_state == "unpublished", readable(Achievement, actor))
        .options(selectinload(Achievement.units))
        .order_by(Achievement.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query if after is None else query.where(Achievement.id < after)))


def count_published(session: Session) -> int:
    """Return how many achievements the public can see."""
    query = sa.select(sa.func.count()).select_from(Achievement).where(Achievement.published_state == "published")
    return session.scalar(query) or 0


def act(session: Session, actor: Actor, achievement_id: int, action: str, reason: str | None = None) -> Achievement:
    """Take one step of the review; see ``workflow.apply`` and ``BEFORE`` for what it raises.

    What is submitted is kept as it is at that moment, and its hash with the event; its completers are then asked.
    """
    achievement = get(session, actor, achievement_id)
    if any(step.action == action for step in workflow.actions_of(session, actor, achievement)):
        for require_it in BEFORE.get(action, ()):
            require_it(session, actor, achievement)
    text = submission.content(achievement) if action == "submit" else None
    event = workflow.apply(session, actor, achievement, action, reason, text)
    session.flush()
    if text is not None:
        submission.keep(session, event, text)
        contributors.confirm_own(session, actor, achievement.contributors)
        contributors.ask(session, actor, achievement)
    return achievement


def import_records(session: Session, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[tuple[Achievement, Outcome]]:
    """Bring achievements in as published records; each row is what ``AchievementSchema.load`` returned.

    What another register has already reviewed and shown is not reviewed again here; the event says that it was
    imported. Returns one (achievement, outcome) for each row, in order.
    """
    require(actor, Permission.ACHIEVEMENT_IMPORT)
    units = organisations.named(session, [name for row in rows for name in row.get("completing_units", [])])
    return bring(
        session, actor, Achievement, rows,
        begin=lambda row: Achievement(state="published", published_state="published", published_at=now()),
        fill=lambda achievement, row: _fill(achievement, row, units),
    )  # fmt: skip


def fill(session: Session, achievement: Achievement, data: Mapping[str, Any]) -> None:
    """Set the fields that are given, as ``AchievementSchema.load`` returned them, and leave the others alone."""
    _fill(achievement, data, organisations.named(session, data.get("completing_units", [])))


def _fill(achievement: Achievement, data: Mapping[str, Any], units: Mapping[str, Organisation]) -> None:
    for name, value in data.items():
        if name not in _APART:
            setattr(achievement, name, value)
    for name, part in _PARTS.items():
        if name in data:
            members = enumerate(data[name], start=1)
            setattr(achievement, name, [part(**{"position": place, **member}) for place, member in members])
    if "contributors" in data:
        rows = [{"email": "", "standing": [], **row} for row in data["contributors"]]
        achievement.contributors = naming.arranged(achievement.contributors, rows, Contributor)
    if "completing_units" in data:
        named = [units[name] for name in data["completing_units"] if name in units]
        achievement.units = list(dict.fromkeys(named))
    text = f"{achievement.title}\n{achievement.summary}\n{achievement.principle}"
    achievement.text_hash = hashlib.sha256("".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()
