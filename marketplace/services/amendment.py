"""Change a published achievement: what matters is reviewed again first, and shown as it was until then (rule 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import Achievement, Amendment
from marketplace.permissions import Actor, Permission, can
from marketplace.schemas.achievement import AchievementSchema
from marketplace.services import achievement as achievements


def ask(
    session: Session, actor: Actor, achievement_id: int, changes: Mapping[str, Any], reason: str, revision: int
) -> Amendment | None:
    """Change fields of a published achievement, given as they are sent, for the reason given.

    Only what differs counts. Where a field of the rule "material_fields" is among it the changes wait for the final
    review and an amendment is returned; otherwise they are made at once and None is returned. Raises Invalid without a
    change or a reason, StaleRevision where somebody changed the record since, Conflict where it is not published.
    """
    achievement = achievements.get(session, actor, achievement_id)
    if not can(actor, Permission.ACHIEVEMENT_SUBMIT, achievement):
        raise NotAllowed("edit", "achievement")
    if achievement.state != "published":
        raise Conflict(N_("只有已公布且没有正在审核的修改的成果才能申请修改。"))
    if revision != achievement.revision:
        raise StaleRevision("achievement", achievement.id, revision, achievement.revision)
    changed = _changed(achievement, changes)
    if not reason.strip() or not changed:
        raise Invalid({"reason": [N_("请写明修改的内容和理由。")]})
    if changed.keys().isdisjoint(rules.value(session, "material_fields", today())):
        achievements.fill(session, achievement, changed)
        session.flush()
        audit.record(session, actor, "revise", "achievement", achievement.id, reason=reason, payload=dict(changes))
        return None
    asked = Amendment(achievement_id=achievement.id, changes=dict(changes), reason=reason.strip(), asked_by=actor.name)
    session.add(asked)
    session.flush()
    workflow.apply(session, actor, achievement, "amend", reason, dict(changes), process="amendment")
    session.flush()
    return asked


def open_for(session: Session, achievement: Achievement) -> Amendment | None:
    """Return the change of an achievement that waits for its review."""
    query = sa.select(Amendment).filter_by(achievement_id=achievement.id, state="open")
    return session.scalars(query).one_or_none()


def compared(session: Session, achievement: Achievement) -> list[tuple[str, Any, Any]]:
    """Return (field, as published, as asked for) for each field an open amendment changes."""
    asked = open_for(session, achievement)
    if asked is None:
        return []
    published = AchievementSchema().dump(achievement)
    return [(name, published.get(name), value) for name, value in asked.changes.items()]


def refuse(session: Session, actor: Actor, achievement: Achievement, reason: str) -> None:
    """Leave a published achievement as it is; raise Conflict where no change was asked for."""
    if open_for(session, achievement) is None:
        raise Conflict(N_("这项成果没有等待审核的修改。"))
    workflow.apply(session, actor, achievement, "refuse_amendment", reason, process="amendment")
    settle(session, actor, achievement, applied=False)


def refuse_by_id(session: Session, actor: Actor, achievement_id: int, reason: str) -> None:
    """``refuse`` for an achievement the actor may read; raises NotFound for any other."""
    refuse(session, actor, achievements.get(session, actor, achievement_id), reason)


def settle(session: Session, actor: Actor, achievement: Achievement, *, applied: bool) -> None:
    """End the open amendment of an achievement, if there is one, with its changes made or not."""
    asked = open_for(session, achievement)
    if asked is None:
        return
    if applied:
        achievements.fill(session, achievement, AchievementSchema(partial=True).load(asked.changes))
        audit.record(session, actor, "revise", "achievement", achievement.id, payload=dict(asked.changes))
    asked.state, asked.settled_at = ("applied" if applied else "refused"), now()
    session.flush()


def _changed(achievement: Achievement, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was loaded of the changes and differs from the record, by the names of its attributes."""
    published = AchievementSchema().dump(achievement)
    schema = AchievementSchema(partial=True)
    loaded: dict[str, Any] = schema.load(changes)
    keys = {name: field.data_key or name for name, field in schema.fields.items()}
    again = AchievementSchema().dump(loaded)
    return {
        name: value
        for name, value in loaded.items()
        if keys.get(name, name) in changes and again.get(keys[name]) != published.get(keys[name])
    }
