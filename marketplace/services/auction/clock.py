"""What time it is for an auction: one clock for every process that takes bids."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now


def moment(session: Session) -> dt.datetime:
    """Return the present moment by the clock of the database, in UTC; SQLite has none but that of its own process."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    # Not that of the transaction, which began before it waited for the bids of others.
    found: dt.datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return found.astimezone(dt.UTC)
