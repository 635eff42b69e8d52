"""What was assigned, or licensed to one alone, is never offered again (rule 15): the one place that says so.

Listing, matching and the catalogue all ask here. What happened before stays to be read.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict
from marketplace.models import Achievement, Listing
from marketplace.models.market.listing import TAKEN


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


def require_free(session: Session, achievement_id: int) -> None:
    """Raise Conflict where somebody has the achievement to himself."""
    if taken_among(session, [achievement_id]):
        raise Conflict(N_("这项成果已经转让或者独占、排他许可，不能再提供给别人。"))
