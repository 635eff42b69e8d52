"""The recount: add all entries of a campaign up anew, and compare with what is kept.

It is said in SQL and not by the code that keeps the sums, so that the two prove each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Campaign, CampaignItem, ParticipationEntry
from marketplace.services.tally import counting, recounted, recounted_together
from marketplace.services.tally.sums import (
    MOVERS,
    OBJECTS,
    OVERLAP,
    PEOPLE,
    PLACES,
    TALLIES,
    UNITS,
    Kept,
    settle_places,
)

# Of a table that is wrong throughout a few thousand rows tell as much as millions.
MOST_TOLD = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the tallies are not what the entries add up to; the figures are None where there are none."""

    table: str
    key: tuple[Any, ...]
    kept: tuple[int, ...] | None
    counted: tuple[int, ...] | None


def steps(session: Session) -> list[Callable[..., list[Difference]]]:
    """Return what recounts everything: each is called with a session and ``mend``, in a transaction of its own."""
    ids = session.scalars(sa.select(Campaign.id).where(Campaign.state != "draft").order_by(Campaign.id)).all()
    # What campaigns come to together follows from what each has.
    return [*(partial(recount, campaign_id=it) for it in ids), *_of_measures(session)]


def due(session: Session) -> list[Callable[..., list[Difference]]]:
    """Return what is to be recounted as a new version keeps sums that are empty yet."""
    counted = TALLIES.table.c.entries > 0
    if _is_any(session, ParticipationEntry.state == "confirmed") and not _is_any(session, counted):
        return steps(session)
    is_missing = _is_any(session, counted) and not _is_any(session, UNITS.table.c.entries > 0)
    return _of_measures(session) if is_missing else []


def _of_measures(session: Session) -> list[Callable[..., list[Difference]]]:
    measures = session.scalars(sa.select(CampaignItem.measure).distinct().order_by(CampaignItem.measure)).all()
    return [partial(recount_together, measure=it) for it in measures]


def _is_any(session: Session, condition: sa.ColumnElement[bool]) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(condition))))


def recount(session: Session, campaign_id: int, *, mend: bool = False) -> list[Difference]:
    """Add all entries of a campaign up anew, compare, and put the tallies right where that is wanted.

    Returns at most ``MOST_TOLD`` differences of each table. What units come to in whatever they lie in is compared
    after them, with the tallies as they are kept, or as they were mended.
    """
    _begin(session, [campaign_id])
    items = _items(session, campaign_id)
    return [
        difference
        for kept, query in (
            (PEOPLE, recounted.people(campaign_id)),
            (OBJECTS, recounted.objects(campaign_id)),
            (TALLIES, recounted.tallied(campaign_id, items)),
            (PLACES, recounted.placed(campaign_id, items)),
        )
        for difference in _put_right(session, kept, query, kept.table.c.campaign_id == campaign_id, mend=mend)
    ]


def recount_together(session: Session, measure: str, *, mend: bool = False) -> list[Difference]:
    """Compare, or put right, what all campaigns that count a measure come to together, by what each comes to."""
    _begin(session, _alike(session, measure))
    return [
        difference
        for kept, query in (
            (OVERLAP, recounted_together.overlap(measure)),
            (MOVERS, recounted_together.movers(measure)),
            (UNITS, recounted_together.in_units(measure)),
        )
        for difference in _put_right(session, kept, query, kept.table.c.measure == measure, mend=mend)
    ]


def _begin(session: Session, campaign_ids: Collection[int]) -> None:
    """Let nobody else count in campaigns until the transaction ends, and give it room to sort all they have."""
    counting.hold(session, campaign_ids, alone=True)
    settle_places(session)
    if session.get_bind().dialect.name == "postgresql":
        # All of it is joined with all of it: a plan that looks rows up one by one would take hours.
        for setting in ("work_mem = '256MB'", "enable_nestloop = off"):
            session.execute(sa.text(f"SET LOCAL {setting}"))


def _put_right(
    session: Session, kept: Kept, query: sa.Select[Any], is_it: sa.ColumnElement[bool], *, mend: bool
) -> list[Difference]:
    # Millions of entries are added up once, however often the sums are looked at.
    anew = sa.CreateTableAs(query, f"{kept.table.name}_anew", temporary=True)
    session.execute(anew)
    counted = sa.select(anew.table)
    found = _compared(session, kept, counted, is_it)
    if mend and found:
        session.execute(sa.delete(kept.table).where(is_it))
        session.execute(sa.insert(kept.table).from_select([it.name for it in counted.selected_columns], counted))
    anew.table.drop(session.connection())
    return found


def _alike(session: Session, measure: str) -> set[int]:
    return set(session.scalars(sa.select(CampaignItem.campaign_id).where(CampaignItem.measure == measure)))


def _compared(session: Session, of: Kept, counted: sa.Select[Any], is_it: sa.ColumnElement[bool]) -> list[Difference]:
    table = of.table
    names = [it.name for it in counted.selected_columns]
    kept = sa.select(*(table.c[name] for name in names)).where(is_it)
    if of.stays:
        kept = kept.where(sa.or_(*(table.c[name] != 0 for name in of.measures)))
    width = len(of.key)

    def differing(one: sa.Select[Any], other: sa.Select[Any]) -> dict[tuple[Any, ...], tuple[int, ...]]:
        rows = session.execute(sa.except_(one, other).limit(MOST_TOLD))
        return {tuple(row[:width]): tuple(map(int, row[width:])) for row in rows}

    surplus, missing = differing(kept, counted), differing(counted, kept)
    return [
        Difference(table.name, at, surplus.get(at), missing.get(at)) for at in sorted(surplus.keys() | missing.keys())
    ]


def _items(session: Session, campaign_id: int) -> int:
    return session.scalar(sa.select(sa.func.count()).where(CampaignItem.campaign_id == campaign_id)) or 0
