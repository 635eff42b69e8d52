"""Who submits nothing for a while, because data were found false (rule 37)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import today
from marketplace.errors import N_, Conflict
from marketplace.models import Achievement, ApplicationBlock
from marketplace.permissions import Actor
from marketplace.services.benefit import amounts


def block(
    session: Session, actor: Actor, noun: str, object_id: int, reason: str,
    persons: Iterable[int | None], units: Iterable[int | None],
) -> list[ApplicationBlock]:  # fmt: skip
    """Let persons and units submit nothing for the years of the rule, from today, because of a record.

    The caller has checked that the actor may say so, and writes the event.
    """
    begins = today()
    years = rules.value(session, "false_data_block", begins)
    ends = amounts.years_from(begins, years)
    held = [("account_id", it) for it in set(persons) - {None}] + [
        ("organisation_id", it) for it in set(units) - {None}
    ]
    blocks = [
        ApplicationBlock(
            **{kind: identity}, noun=noun, object_id=object_id, reason=reason, blocked_from=begins,
            blocked_until=ends, set_by=actor.name,
        )
        for kind, identity in held
    ]  # fmt: skip
    session.add_all(blocks)
    session.flush()
    return blocks


def refuse_submission(session: Session, _actor: Actor, achievement: Achievement) -> None:
    """Raise Conflict where a completer or a unit of an achievement is blocked today."""
    persons = {achievement.account_id, *(contributor.account_id for contributor in achievement.contributors)}
    refuse_blocked(session, persons, [unit.id for unit in achievement.units])


def refuse_blocked(session: Session, persons: Iterable[int | None], units: Iterable[int | None]) -> None:
    """Raise Conflict, saying until when, where one of the persons or units is blocked today."""
    people, bodies = set(persons) - {None}, set(units) - {None}
    query = (
        sa.select(ApplicationBlock)
        .where(
            ApplicationBlock.blocked_from <= today(),
            ApplicationBlock.blocked_until > today(),
            sa.or_(ApplicationBlock.account_id.in_(people), ApplicationBlock.organisation_id.in_(bodies)),
        )
        .order_by(ApplicationBlock.blocked_until.desc())
        .limit(1)
    )
    found = session.scalars(query).first()
    if found is None:
        return
    if found.account_id is not None:
        message = N_("因申报数据不实，作者中有人在 %(day)s 以前不能申报；有疑问请联系单位工会。")
    else:
        message = N_("因申报数据不实，单位在 %(day)s 以前不能申报；有疑问请联系上级工会。")
    raise Conflict(message, day=found.blocked_until.isoformat())
