"""What readers said of an achievement: how often each reason to refuse was given, and which field would mend it.

Nobody is told who said so: the counts are shown from some readers on, and a reader who answered twice counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules, vocabulary
from marketplace.db import today
from marketplace.errors import NotAllowed
from marketplace.models import Achievement, Demand, Match, Outcome
from marketplace.permissions import Actor, Permission, can, owns
from marketplace.services import achievement as achievements

# Which fields of a record an owner looks at when readers give a reason, the likeliest first (rule 19).
TO_MEND: Mapping[str, tuple[str, ...]] = {
    "too_early": ("trl", "trl_evidence", "applied_sites"),
    "unclear_gain": ("difference", "economic_comparison", "indicators"),
    "unclear_route": ("transfer_modes", "transfer_note", "applied_sites"),
    "unclear_description": ("summary", "problem", "principle"),
    "technical_objection": ("principle", "indicators", "trl_evidence"),
    "not_our_need": ("problem", "industry", "keywords"),
    "price": ("price_form", "price", "transfer_modes"),
    "unclear_rights": ("rights_holder", "ip"),
    "no_capacity": ("transfer_modes", "transfer_note"),
    "already_solved": (),
    "other": (),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with how many readers gave it, and the fields of the record that would answer it."""

    code: str
    readers: int
    to_mend: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What readers said: the most given reason first; none is told below ``least`` readers who refused."""

    interested: int
    refused: int
    least: int
    reasons: tuple[Reason, ...]


def can_read_said(actor: Actor, achievement: Achievement) -> bool:
    """Say whether the actor is told what readers said: who owns the record, and the offices whose scope covers it."""
    return owns(actor, achievement) or can(actor, Permission.CURATION_ENTER, achievement)


def said_of(session: Session, actor: Actor, achievement_id: int) -> Said:
    """Return what the enterprises said that answered an achievement; raise NotFound, or NotAllowed for others."""
    achievement = achievements.get(session, actor, achievement_id)
    if not can_read_said(actor, achievement):
        raise NotAllowed("read", "match")
    query = (
        sa.select(Outcome.is_interested, Outcome.codes, Demand.organisation_id, Demand.account_id, Demand.id)
        .join(Outcome.match)
        .join(Match.demand)
        .where(Match.achievement_id == achievement_id, Outcome.side == "enterprise")
    )
    interested: set[str] = set()
    refused: set[str] = set()
    by_code: defaultdict[str, set[str]] = defaultdict(set)
    for is_interested, codes, unit, account, demand in session.execute(query):
        reader = f"unit {unit}" if unit else f"account {account}" if account else f"demand {demand}"
        (interested if is_interested else refused).add(reader)
        for code in codes:
            by_code[code].add(reader)
    least = rules.value(session, "readers_said", today())
    reasons = [Reason(it, len(by_code[it]), TO_MEND[it]) for it in vocabulary.refusals if by_code.get(it)]
    reasons.sort(key=lambda reason: -reason.readers)
    return Said(len(interested), len(refused), least, tuple(reasons) if len(refused) >= least else ())
