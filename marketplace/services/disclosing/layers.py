"""Set who may see what of an achievement, and open what was deferred once its day has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import day_of, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import Achievement
from marketplace.models.records.achievement import FILED
from marketplace.permissions import SYSTEM, Actor, Permission, can, owns
from marketplace.schemas import disclosure as layers
from marketplace.services import achievement as achievements
from marketplace.services.authoring.completeness import NO_PATENT
from marketplace.services.disclosing import personal_data

_BEING_WRITTEN = ("draft", "returned")

_ASK_PROVINCE = N_("公布满 %(days)s 天以后，只有省总工会可以改公开范围；需要收紧时，请联系本级工会。")
_ONLY_STRICTER = N_("已经公布的成果，作者只能收紧公开范围，不能放宽；放宽请申请修改。")
_IN_REVIEW = N_("成果正在审核，公开范围现在不能改；需要改时，请让审核的工会退回。")
_TOO_LATE = N_("延后公开最长到 %(day)s。")
_PAST = N_("延后公开的日期要在今天以后。")


def may_set(session: Session, actor: Actor, achievement: Achievement) -> bool:
    """Say whether the actor may set layers now, if only stricter ones."""
    try:
        _require(session, actor, achievement)
    except (Conflict, NotAllowed):
        return False
    return True


def set_layers(
    session: Session, actor: Actor, achievement_id: int, revision: int, data: Mapping[str, Any]
) -> Achievement:
    """Set what ``DisclosureSchema.load`` returned: the answer to the patent question, layers, files, a deferral.

    Who owns a record sets them while it is written, and makes them stricter for some days after publication (rule 10);
    afterwards the province alone. Raises NotFound, NotAllowed, Conflict, StaleRevision, and Invalid for a layer that
    may not be. What it opens of a published record is looked at for personal data as before its publication.
    """
    achievement = achievements.get(session, actor, achievement_id)
    is_free = _require(session, actor, achievement)
    if revision != achievement.revision:
        raise StaleRevision("achievement", achievement_id, revision, achievement.revision)
    before = _as_seen(achievement)
    known = {(it.place, it.kind) for it in personal_data.found(achievement)}
    _check(session, achievement, data)
    achievement.protection = data["protection"]
    achievement.disclosure = {**achievement.disclosure, **data["layers"]}
    achievement.deferred_until = data["deferred_until"]
    for file in achievement.attachments:
        file.disclosure = data["files"].get(file.id, file.disclosure)
    after = _as_seen(achievement)
    if not is_free and any(after[field] < layer for field, layer in before.items()):
        session.expire(achievement)
        raise Conflict(_ONLY_STRICTER)
    if achievement.published_state == "published":
        personal_data.require_cleared(session, achievement, {}, known)
    session.flush()
    audit.record(session, actor, "disclose", "achievement", achievement_id, payload={"before": before, "after": after})
    return achievement


def open_deferred(session: Session) -> int:
    """Open the published records whose day has come, so that the index hears of it; return how many those were."""
    is_due = sa.and_(Achievement.deferred_until <= today(), Achievement.published_state == "published")
    due = list(session.scalars(sa.select(Achievement).where(is_due).with_for_update(skip_locked=True)))
    for achievement in due:
        achievement.deferred_until = None
        audit.record(session, SYSTEM, "open_deferred", "achievement", achievement.id)
    session.flush()
    return len(due)


def _require(session: Session, actor: Actor, achievement: Achievement) -> bool:
    """Return whether the actor may set every layer, False where only stricter ones; raise Conflict or NotAllowed."""
    if can(actor, Permission.ACHIEVEMENT_REVIEW, achievement):
        return True
    if not (owns(actor, achievement) and can(actor, Permission.ACHIEVEMENT_SUBMIT, achievement)):
        raise NotAllowed("edit", "achievement")
    if achievement.state in _BEING_WRITTEN and achievement.published_state == "unpublished":
        return True
    if achievement.published_at is None or achievement.published_state != "published":
        raise Conflict(_IN_REVIEW)
    grace = rules.value(session, "restriction_grace", on=today())
    if today() > day_of(achievement.published_at) + dt.timedelta(days=grace):
        raise Conflict(_ASK_PROVINCE, days=grace)
    return False


def _as_seen(achievement: Achievement) -> dict[str, int]:
    """Return the layer of every field and file as it is in effect."""
    fields = {field: layers.layer_of(achievement, field) for field in layers.SETTABLE}
    return fields | {f"file {it.id}": layers.layer_of_file(achievement, it) for it in achievement.attachments}


def _check(session: Session, achievement: Achievement, data: Mapping[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    is_filed = data["protection"] == FILED
    if is_filed and not achievement.names_a_patent:
        wrong["protection"] = [NO_PATENT]
    is_answered = data["protection"] is not None or achievement.account_id is not None
    for field, why in layers.refusals(data["layers"], is_filed=is_filed or not is_answered):
        wrong.setdefault(field, []).append(why)
    known = {it.id for it in achievement.attachments}
    for identity, layer in data["files"].items():
        if identity in known and layer == layers.PUBLIC and is_answered and not is_filed:
            wrong.setdefault(f"file-{identity}", []).append(layers.NOT_FILED)
    until = data["deferred_until"]
    if until is not None and until != achievement.deferred_until:
        latest = _years_on(today(), rules.value(session, "longest_deferral", on=today()))
        if until <= today():
            wrong["deferred_until"] = [_PAST]
        elif until > latest:
            wrong["deferred_until"] = [_TOO_LATE % {"day": latest.isoformat()}]
    if wrong:
        raise Invalid(wrong)


def _years_on(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # The last of February of a leap year.
        return day.replace(year=day.year + years, day=28)
