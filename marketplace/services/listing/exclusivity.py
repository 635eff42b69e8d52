"""What was assigned, or licensed to one alone, is never offered again (rule 15): the one place that says so.

Listing, matching and the catalogue all ask here. What happened before stays to be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict
from marketplace.models import Achievement, Deal, Listing
from marketplace.models.market.listing import HELD, MODES, OPEN, PASSING_ON, SHUTTING_OUT, TAKEN

# The kind of licence each mode is, and the modes by which one alone has an achievement.
LICENCES = {"exclusive_licence": "exclusive", "sole_licence": "sole", "ordinary_licence": "ordinary"}
EXCLUSIVE = (*PASSING_ON, *SHUTTING_OUT)


def standing(states: Iterable[str]) -> str | None:
    """Return how an achievement stands in the market, of the states of its listings; None where it is not offered."""
    found = set(states)
    if found & set(TAKEN):
        return "closed"
    return "in_negotiation" if found & set(HELD) else "available" if found & set(OPEN) else None


def is_free() -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Achievement, whether it may be offered to somebody."""
    return ~sa.exists().where(Listing.achievement_id == Achievement.id, Listing.state.in_(TAKEN))


def taken_among(session: Session, achievement_ids: Collection[int]) -> dict[int, str]:
    """Return the achievements that may not be offered any more, each with the state of the listing that took it."""
    query = sa.select(Listing.achievement_id, Listing.state).where(
        Listing.achievement_id.in_(achievement_ids), Listing.state.in_(TAKEN)
    )
    return {row.achievement_id: row.state for row in session.execute(query)}


def hold(session: Session, achievement_id: int) -> None:
    """Wait until nobody else is about to change who has an achievement; the rest of the transaction has it alone."""
    audit.hold(session, "achievement_listings", achievement_id)


def way(mode: str | None, licence_kind: str | None, contract_kind: str | None) -> str | None:
    """Return the mode in which a contract gives an achievement to the other side; None where it gives it to nobody.

    What the terms say of the licence and of the kind of contract goes before a mode that says less.
    """
    if contract_kind == "transfer":
        return mode if mode in PASSING_ON else "assignment"
    if contract_kind == "licence" and mode != "use_first":
        return next((it for it, kind in LICENCES.items() if kind == licence_kind), "ordinary_licence")
    return mode if mode in MODES else None


def require_free(session: Session, achievement_id: int, *, follows_id: int | None = None) -> None:
    """Raise Conflict where somebody has the achievement to himself, other than by the deal this one goes on from."""
    if not taken_among(session, [achievement_id]):
        return
    before = session.get(Deal, follows_id) if follows_id is not None else None
    had = before is not None and before.signed_on is not None and before.achievement_id == achievement_id
    if before is None or not had or way(before.mode, before.licence_kind, before.contract_kind) not in EXCLUSIVE:
        raise Conflict(N_("这项成果已经转让或者独占、排他许可，不能再签，也不能再提供给别人。"))
