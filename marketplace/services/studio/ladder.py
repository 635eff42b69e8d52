"""The ladder of tiers: one step at a time, after the time the rule says at the step below (rule 39).

A studio that lost its tier may be given it again after the time of another rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotAllowed
from marketplace.models import Studio, StudioTier
from marketplace.models.studios.studio import LADDER
from marketplace.permissions import Actor, tiers_given
from marketplace.services.benefit.amounts import years_from
from marketplace.services.studio import records


def climb(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioTier:
    """Record the next tier of a studio, from what ``TierSchema.load`` returned.

    Raises NotAllowed for a tier that is not the office's to record, Conflict where a step would be left out or the
    time at the step below is too short.
    """
    studio = records.office_kept(session, actor, studio_id)
    if data["tier"] not in tiers_given(actor, studio.organisation):
        raise NotAllowed("record", "studio")
    require_step(session, studio, data["tier"], data["since"])
    step = StudioTier(studio_id=studio.id, **data)
    studio.tiers.append(step)
    before, studio.tier, studio.delisted_on = studio.tier, step.tier, None
    session.flush()
    records.told(session, actor, "climb", studio, {"from": before, **data})
    return step


def lose(session: Session, studio: Studio, tier: str, reason: str) -> None:
    """End a tier a studio holds, today; the step stays on record with its plaque. The caller tells of it."""
    step = next((it for it in studio.tiers if it.tier == tier and it.ended_on is None), None)
    if step is None:
        return
    step.ended_on, step.ended_because = today(), reason
    if studio.tier == tier:
        studio.delisted_on = today()
    session.flush()


def regain(session: Session, studio: Studio, tier: str, lost_because: str) -> bool:
    """Let a studio hold a tier again that it lost for a reason; say whether it lost it so and has not got it since."""
    steps = [it for it in studio.tiers if it.tier == tier]
    lost = [it for it in steps if it.ended_on is not None and it.ended_because == lost_because]
    if not lost or any(it.ended_on is None for it in steps):
        return False
    lost[-1].ended_on, lost[-1].ended_because = None, ""
    if studio.tier == tier:
        studio.delisted_on = None
    session.flush()
    return True


def require_step(session: Session, studio: Studio, tier: str, on: dt.date) -> None:
    """Raise Conflict where a tier is not the next of a studio, or it may not climb yet on a day."""
    if tier not in next_tiers(studio):
        raise Conflict(N_("梯次要逐级上升，不能越级，也不能重复。"))
    earliest = ready_on(session, studio, on)
    if on < earliest:
        too_soon = N_("在现在的梯次还没有满规定的年限，最早 %(day)s 可以升级。")
        barred = N_("这个工作室已经摘牌，最早 %(day)s 可以重新命名。")
        raise Conflict(too_soon if studio.delisted_on is None else barred, day=earliest.isoformat())


def next_tiers(studio: Studio) -> tuple[str, ...]:
    """Return the tiers one step above that of a studio, none at the top; those of the step it lost, where it did."""
    place = next(number for number, step in enumerate(LADDER) if studio.tier in step)
    if studio.delisted_on is not None:
        return LADDER[place]
    return LADDER[place + 1] if place + 1 < len(LADDER) else ()


def ready_on(session: Session, studio: Studio, on: dt.date) -> dt.date:
    """Return the first day a studio may climb: so many full years after it came to its tier, or lost it."""
    if studio.delisted_on is not None:
        return years_from(studio.delisted_on, rules.value(session, "delisting_bar", studio.delisted_on))
    return years_from(studio.tiers[-1].since, rules.value(session, "tier_years", on))
