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
from marketplace.postbox import post
from marketplace.schemas.draft import DraftSchema, draft_changes
from marketplace.services import achievement as achievements
from marketplace.services import submission
from marketplace.services.authoring import contributors, naming, secrecy
from marketplace.workflow import offices

# The name a field is sent under, by its attribute, and the other way round.
_KEYS = {name: field.data_key or name for name, field in DraftSchema().fields.items()}
_ATTRIBUTES = {key: name for name, key in _KEYS.items()}
NOT_PUBLISHED = N_("只有已公布且没有正在审核的修改的成果才能申请修改。")
_NONE_OPEN = N_("这项成果没有等待审核的修改。")
# What a published record must say.
_KEPT = ("title", "summary")


def ask(
    session: Session, actor: Actor, achievement_id: int, changes: Mapping[str, Any], reason: str, revision: int
) -> Amendment | None:
    """Change fields of a published achievement, given as they are sent, for the reason given.

    Only what differs counts. Where a field of the rule "material_fields" is among it, or a completer's place, share or
    part, the changes wait for the final review and an amendment is returned; otherwise they are made at once and None
    is returned. Whoever it adds, takes out or names otherwise is asked to agree, and the unit is told. Raises Invalid
    without a change or a reason, StaleRevision where somebody changed the record since, Conflict where it is not
    published.
    """
    achievement = achievements.get(session, actor, achievement_id)
    if not can(actor, Permission.ACHIEVEMENT_SUBMIT, achievement):
        raise NotAllowed("edit", "achievement")
    if achievement.state != "published":
        raise Conflict(NOT_PUBLISHED)
    if revision != achievement.revision:
        raise StaleRevision("achievement", achievement.id, revision, achievement.revision)
    changed = _changed(achievement, changes)
    if not reason.strip() or not changed:
        raise Invalid({"reason": [N_("请写明修改的内容和理由。")]})
    if emptied := [name for name in _KEPT if changed.get(name) == ""]:
        raise Invalid({name: [N_("已公布的成果不能没有这一项。")] for name in emptied})
    secrecy.refuse(session, changed)
    sent = {name: value for name, value in changes.items() if _ATTRIBUTES.get(name) in changed}
    agreeing = naming.affected(achievement, changed["contributors"]) if "contributors" in changed else []
    if not agreeing and changed.keys().isdisjoint(rules.value(session, "material_fields", today())):
        achievements.fill(session, achievement, changed)
        session.flush()
        audit.record(session, actor, "revise", "achievement", achievement.id, reason=reason, payload=sent)
        return None
    asked = Amendment(
        achievement_id=achievement.id, changes=sent, reason=reason.strip(), asked_by=actor.name, contributors=agreeing
    )
    session.add(asked)
    session.flush()
    workflow.apply(session, actor, achievement, "amend", reason, sent, process="amendment")
    session.flush()
    if agreeing:
        contributors.confirm_own(session, actor, agreeing)
        contributors.ask(session, actor, achievement)
        _tell_unit(session, actor, achievement)
    return asked


def open_for(session: Session, achievement: Achievement) -> Amendment | None:
    """Return the change of an achievement that waits for its review."""
    query = sa.select(Amendment).filter_by(achievement_id=achievement.id, state="open")
    return session.scalars(query).one_or_none()


def before_and_after(session: Session, achievement: Achievement) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the text of an achievement as it is published and as it is asked to be, as ``submission.content`` does."""
    published, asked = submission.content(achievement), open_for(session, achievement)
    return published, {**published, **(draft_changes(asked.changes) if asked else {})}


def refuse(session: Session, actor: Actor, achievement: Achievement, reason: str) -> None:
    """Leave a published achievement as it is; raise Conflict where no change was asked for."""
    if open_for(session, achievement) is None:
        raise Conflict(_NONE_OPEN)
    workflow.apply(session, actor, achievement, "refuse_amendment", reason, process="amendment")
    settle(session, actor, achievement, applied=False)


def refuse_by_id(session: Session, actor: Actor, achievement_id: int, reason: str) -> None:
    """``refuse`` for an achievement the actor may read; raises NotFound for any other."""
    refuse(session, actor, achievements.get(session, actor, achievement_id), reason)


def take_back(session: Session, actor: Actor, achievement_id: int) -> Achievement:
    """Let whoever may submit an achievement give up the change he asked for, before it is shown in publicity."""
    achievement = achievements.get(session, actor, achievement_id)
    if open_for(session, achievement) is None:
        raise Conflict(_NONE_OPEN)
    workflow.apply(session, actor, achievement, "take_back_amendment", process="amendment")
    settle(session, actor, achievement, applied=False)
    return achievement


def settle(session: Session, actor: Actor, achievement: Achievement, *, applied: bool) -> None:
    """End the open amendment of an achievement, if there is one, with its changes made or not."""
    asked = open_for(session, achievement)
    if asked is None:
        return
    if applied:
        achievements.fill(session, achievement, draft_changes(asked.changes))
        naming.settle(achievement, asked.contributors)
        audit.record(session, actor, "revise", "achievement", achievement.id, payload=dict(asked.changes))
    asked.state, asked.settled_at = ("applied" if applied else "refused"), now()
    session.flush()


def _tell_unit(session: Session, actor: Actor, achievement: Achievement) -> None:
    """Write to the office of the unit, which may say why somebody does not answer: the change lies at another desk."""
    if not contributors.silent(session, achievement):
        return
    desk = workflow.unit_desk(session, achievement)
    for account in offices.readers_of_mail(session, offices.place_of(desk)):
        if account.id != actor.account_id:
            post(session, account, "change_asked", number=str(achievement.id))


def _changed(achievement: Achievement, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was loaded of the changes and differs from the record, by the names of its attributes."""
    loaded = draft_changes(changes)
    published, asked = _dumped(achievement), DraftSchema().dump(loaded)
    asked["completing_units"] = loaded.get("completing_units", published["completing_units"])
    return {name: value for name, value in loaded.items() if asked[_KEYS[name]] != published[_KEYS[name]]}


def _dumped(achievement: Achievement) -> dict[str, Any]:
    """Return an achievement as it is sent."""
    sent: dict[str, Any] = DraftSchema().dump(achievement)
    return {**sent, "completing_units": [unit.name for unit in achievement.units]}
