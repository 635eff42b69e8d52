"""What was taken away, by whom and what for; it stays on record, chained like every event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.models import Export
from marketplace.permissions import Actor


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be taken away: in which form, of which part of the list, whether with persons named and what for."""

    form: str
    filters: Mapping[str, str] = field(default_factory=dict)
    names_persons: bool = False
    purpose: str = ""


def note(session: Session, actor: Actor, kind: str, wish: Wish, rows: int) -> Export:
    """Record that a list was taken away, with its filters, its purpose and how many rows it had."""
    taken = Export(
        actor=actor.name, role=actor.role, kind=kind, row_count=rows, **{**asdict(wish), "filters": dict(wish.filters)}
    )
    session.add(taken)
    session.flush()
    payload = {**asdict(wish), "kind": kind, "row_count": rows}
    audit.record(session, actor, "export", "export", taken.id, reason=wish.purpose or None, payload=payload)
    return taken


def since(session: Session, moment: dt.datetime) -> Iterator[Export]:
    """Yield what was taken away since a moment, newest first."""
    query = sa.select(Export).where(Export.at >= moment).order_by(Export.id.desc())
    yield from session.scalars(query.execution_options(yield_per=500))
