"""Begin an achievement and write on it part by part, as somebody does who types on a phone between two shifts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotAllowed, StaleRevision
from marketplace.models import Account, Achievement, Contributor
from marketplace.permissions import EDITABLE, Actor, Permission, can_edit_achievement, require
from marketplace.services import achievement as achievements
from marketplace.services.account import signing_in
from marketplace.services.authoring import secrecy
from marketplace.services.authoring.completeness import UNTITLED


def begin(session: Session, actor: Actor, changes: Mapping[str, Any] | None = None) -> Achievement:
    """Begin a draft of one's own with what is known of its author, and with what ``draft_changes`` returned."""
    require(actor, Permission.ACHIEVEMENT_SUBMIT)
    secrecy.refuse(session, changes or {})
    achievement = Achievement(title=UNTITLED, account_id=actor.account_id)
    session.add(achievement)
    author = session.get(Account, actor.account_id) if actor.account_id is not None else None
    if author is not None:
        _introduce(achievement, author)
    _write(session, achievement, changes or {})
    session.flush()
    audit.record(session, actor, "draft", "achievement", achievement.id, to_state="draft")
    return achievement


def save(session: Session, actor: Actor, achievement_id: int, revision: int, changes: Mapping[str, Any]) -> Achievement:
    """Write a part of a draft, or of what was returned, from what ``draft_changes`` returned.

    Raises NotAllowed for whoever it does not belong to, Conflict where it lies with an office, StaleRevision where
    somebody changed it since it was read, and Invalid where a text bears a mark of secrecy: nothing is written then.
    """
    achievement = editable(session, actor, achievement_id)
    if achievement.revision != revision:
        raise StaleRevision("achievement", achievement_id, revision, achievement.revision)
    secrecy.refuse(session, changes)
    _write(session, achievement, changes)
    # A change of its parts alone is a change of the record, too.
    achievement.updated_at = now()
    session.flush()
    _note(session, actor, achievement)
    return achievement


def editable(session: Session, actor: Actor, achievement_id: int) -> Achievement:
    """Return an achievement its author may write on; raise NotFound, NotAllowed or Conflict."""
    achievement = owned(session, actor, achievement_id)
    if achievement.state not in EDITABLE:
        raise Conflict(N_("成果已经提交，现在不能修改。要改，请等办理的工会退回；公布以后可以申请修改。"))
    return achievement


def owned(session: Session, actor: Actor, achievement_id: int) -> Achievement:
    """Return an achievement that belongs to the actor; raise NotFound or NotAllowed."""
    achievement = achievements.get(session, actor, achievement_id)
    if not can_edit_achievement(actor, achievement):
        raise NotAllowed("edit", "achievement")
    return achievement


def own(session: Session, actor: Actor) -> list[Achievement]:
    """Return the achievements the actor submits or has a confirmed part in, the last changed first."""
    if actor.account_id is None:
        return []
    # Two indexes each find a few; asked for either at once, PostgreSQL reads every achievement.
    submitted = sa.select(Achievement.id).where(Achievement.account_id == actor.account_id)
    has_part_in = sa.select(Contributor.achievement_id).where(Contributor.account_id == actor.account_id)
    query = (
        sa.select(Achievement)
        .where(Achievement.id.in_(submitted.union(has_part_in)))
        .options(selectinload(Achievement.contributors), selectinload(Achievement.units))
        .order_by(Achievement.updated_at.desc(), Achievement.id.desc())
    )
    return list(session.scalars(query))


def _introduce(achievement: Achievement, author: Account) -> None:
    """Fill in what an account says of its owner: name, address and unit."""
    achievement.contact_name = author.name
    achievement.contributors.append(
        Contributor(name=author.name, email=author.email, account_id=author.id, share=Decimal(100))
    )
    held = signing_in.grants_in_force(author)
    unit = next((grant.organisation for grant in held if grant.organisation is not None), None)
    if unit is not None:
        achievement.units = [unit]
        achievement.region, achievement.industry = unit.region, unit.industry


def _write(session: Session, achievement: Achievement, changes: Mapping[str, Any]) -> None:
    given = dict(changes)
    if "title" in given:
        given["title"] = given["title"] or UNTITLED
    achievements.fill(session, achievement, given)
    author = session.get(Account, achievement.account_id) if achievement.account_id is not None else None
    for person in achievement.contributors:
        if author is not None and person.email == author.email:
            person.account_id = author.id


def _note(session: Session, actor: Actor, achievement: Achievement) -> None:
    """Write one event for a sitting, not one for each field somebody leaves."""
    last = audit.history(session, "achievement", achievement.id)[-1:]
    if last and last[0].verb in ("draft", "revise") and last[0].actor == actor.name:
        return
    audit.record(
        session,
        actor,
        "revise",
        "achievement",
        achievement.id,
        from_state=achievement.state,
        to_state=achievement.state,
    )
