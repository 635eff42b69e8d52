"""What some units come to: their sums, and the rows of those persons whom these leave out.

Whoever took part in several units would count in each. The sums leave him out, and he is looked for in rows, of which
there are few: those marked in ``ParticipationPerson`` for one campaign, ``ParticipationMover`` for all that count a
measure. Of other campaigns together there are no sums of persons, and everybody's rows are looked through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import (
    Campaign,
    CampaignItem,
    ParticipationMover,
    ParticipationPerson,
    ParticipationTally,
    ParticipationUnit,
)
from marketplace.models.participation.tally import ALL_CODES, month_of
from marketplace.services.tally import slices
from marketplace.services.tally.slices import Slice
from marketplace.services.tally.subject import Subject

Key = tuple[Any, ...]
# The span of who is new in each month for itself.
_OF_MONTH = "of_month"


@dataclass(frozen=True, slots=True)
class UnitSums:
    """Where the sums of a subject by unit stand, and the rows of the persons who are not in them.

    ``span`` is the end of the name of the sums of persons; None where there are none, and everybody has rows.
    """

    table: Any
    are_its: sa.ColumnElement[bool]
    people: Any
    are_left_out: sa.ColumnElement[bool]
    span: str | None

    def summed(
        self, session: Session, of: Slice, groups: Sequence[str], measures: Sequence[str]
    ) -> dict[Key, list[int]]:
        """Return what measures come to in the units of a slice by some groups."""
        columns = [slices.column(self.table, name) for name in groups]
        query = sa.select(*columns, *(sa.func.sum(measured(self.table, name)) for name in measures))
        return by_key(session, slices.within(query.where(self.are_its), self.table, of, groups), columns)

    def left_out(self, of: Slice, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """Return the query of the ids of the persons who are not in the sums, of rows that meet a condition."""
        query = sa.select(self.people.person_id).where(self.are_left_out, condition)
        return slices.within(query, self.people, of)

    def counted(self, session: Session, of: Slice, groups: Sequence[str]) -> dict[Key, int]:
        """Return how many persons there are by some groups who are not in the sums."""
        columns = [slices.column(self.people, name) for name in groups]
        named = [column.label(f"of_{place}") for place, column in enumerate(columns)]
        query = sa.select(self.people.person_id, *named).where(self.are_left_out)
        # Persons made distinct before they are counted are hashed, not sorted.
        once = slices.within(query, self.people, of, groups).distinct().subquery()
        keys = [once.c[column.name] for column in named]
        counted = sa.select(*keys, sa.func.count()).select_from(once)
        return {tuple(row[:-1]): row[-1] for row in session.execute(counted.group_by(*keys) if keys else counted)}

    def complete(self, of: Slice, sizes: dict[int, int]) -> sa.Select[Any]:
        """Return the query of those persons who are not in the sums and have every item of one of the campaigns.

        ``sizes`` are how many items each campaign has.
        """
        people = self.people
        numbers = sa.case(sizes, value=people.campaign_id, else_=0)
        query = slices.within(sa.select(people.person_id).where(self.are_left_out), people, of)
        query = query.group_by(people.campaign_id, people.person_id)
        return query.having(sa.func.count(sa.distinct(people.item_id)) == numbers).distinct()


def of_units(session: Session, subject: Subject, of: Slice, groups: Sequence[str] = ()) -> UnitSums:
    """Return where what some units come to is read."""
    tally, person = ParticipationTally, ParticipationPerson
    span = span_of(session, subject, of, groups)
    if span is not None and (subject.is_one or "item_id" in groups):
        return UnitSums(tally, subject.sums(tally), person, sa.and_(subject.people(), person.is_mobile), span)
    if span not in (None, "of_all") and (measure := subject.measure):
        unit, mover = ParticipationUnit, ParticipationMover
        return UnitSums(unit, unit.measure == measure, mover, mover.measure == measure, span)
    return everybody(subject)


def of_any_month(subject: Subject) -> tuple[Any, sa.ColumnElement[bool]]:
    """Return the table whose rows say in which units and months there are entries, and which of them."""
    if subject.measure and not subject.is_one:
        return ParticipationUnit, ParticipationUnit.measure == subject.measure
    return ParticipationTally, subject.sums(ParticipationTally)


def everybody(subject: Subject) -> UnitSums:
    """Return the same where everybody is looked for in rows."""
    tally = ParticipationTally
    return UnitSums(tally, subject.sums(tally), ParticipationPerson, subject.people(), None)


def sizes(session: Session, subject: Subject) -> dict[int, int]:
    """Return how many items each of the campaigns has."""
    of = CampaignItem.campaign_id
    query = sa.select(of, sa.func.count()).where(of.in_(subject.whole)).group_by(of)
    return {row[0]: row[1] for row in session.execute(query)}


def span_of(session: Session, subject: Subject, of: Slice, groups: Sequence[str] = ()) -> str | None:
    """Return which sums of persons give the months of a slice, as the end of their names; None where none do.

    The sums of several campaigns since ever are those of all that count the same, also of what ended before: they are
    right from the first of these on, and those since a month of the year always.
    """
    if "month" in groups:
        return _OF_MONTH
    days = subject.days or session.execute(subject.first_and_last()).one()
    begins, ends = (of.first_month, of.last_month) if None in days else map(month_of, days)
    first, last = max(of.first_month, begins), min(of.last_month, ends)
    of_year = f"since_{first % 100}" if first // 100 == last // 100 else None
    if subject.is_one or "item_id" in groups:
        return "of_all" if first == begins else of_year
    return of_year or (
        "of_all" if subject.overlap and of.first_month <= _first_ever(session, *subject.overlap) else None
    )


def _first_ever(session: Session, measure: str, code: str) -> int:
    """Return the month in which the first campaign began that counts a measure, or items of it with a code."""
    item = CampaignItem
    query = sa.select(sa.func.min(Campaign.opens_on)).join(item, item.campaign_id == Campaign.id)
    query = query.where(item.measure == measure, Campaign.state != "draft")
    return month_of(session.scalars(query.where(item.code == code) if code != ALL_CODES else query).one())


def measured(table: Any, name: str) -> Any:
    """Return what a sum is of; who is new in each month for itself is told by the column of that month."""
    what, _, span = name.partition("_")
    if span != _OF_MONTH:
        return getattr(table, name)
    return sa.case({month: getattr(table, f"{what}_since_{month}") for month in range(1, 13)}, value=table.month % 100)


def by_key(session: Session, query: sa.Select[Any], columns: Sequence[Any]) -> dict[Key, list[int]]:
    """Return the sums of a query by the columns it is grouped by."""
    query = query.group_by(*columns) if columns else query
    found = {tuple(row[: len(columns)]): row[len(columns) :] for row in session.execute(query)}
    return {key: [int(it or 0) for it in numbers] for key, numbers in found.items()}
