"""The rates of a table, row by row: numerator and denominator each in a column of its own beside the rate (rule 49).

As everywhere, both parts count the units whose headcount is known: whoever is not in the denominator is not in the
numerator.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import N_
from marketplace.models import Organisation
from marketplace.services.reports import measuring
from marketplace.services.reports.measuring import ALL, Cells
from marketplace.services.statistics import headcounts
from marketplace.services.statistics.rate import LEDGER, Rate, Source
from marketplace.services.statistics.scope import Scope
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.items import Counted

_LABELS = {"participation": ("参与率", "Participation rate"), "per_head": ("人均项数", "Items per head")}
CHOICES = frozenset(_LABELS)
_PARTS = ("part", "whole", "rate")


@dataclass(frozen=True, slots=True)
class Divided:
    """What rates divide, and the staff they divide by, by row and ``ALL`` for all; none where nobody recorded one."""

    counted: Cells
    staff: dict[str, Fraction]
    source: Source
    cut_off: dt.date


def columns(chosen: Collection[str]) -> list[tuple[str, tuple[str, str], str]]:
    """Return the columns of the rates chosen, as (group, label, measure)."""
    return [(it, label, part) for it, label in _LABELS.items() if it in chosen for part in _PARTS]


def by_row(session: Session, items: Counted, scope: Scope, months: list[int], row: str) -> Divided:
    """Return both parts of the rates with the staff at the end of the period, today while that is not over."""
    cut_off = last_day(months[-1])
    whole = headcounts.staff(session, scope, cut_off)
    known = headcounts.latest(session, scope, cut_off).subquery()
    of = scope.slice(months[0], months[-1])
    counted = measuring.cells(session, items, {}, of, row, sa.select(known.c.organisation_id))
    staff: dict[str, Fraction] = {}
    if row == "month":
        for month in months:
            at = headcounts.staff(session, scope, last_day(month)).number
            staff |= {str(month): at} if at is not None else {}
    else:
        key = measuring.row_of_unit(row)
        query = sa.select(key, sa.func.sum(known.c.number)).select_from(known)
        query = query.join(Organisation, Organisation.id == known.c.organisation_id).group_by(key)
        staff = {str(line[0]): Fraction(int(line[1])) for line in session.execute(query)}
    staff |= {ALL: whole.number} if whole.number is not None else {}
    return Divided(counted, staff, whole.source, cut_off)


def cells(chosen: Collection[str], divided: Divided, key: str) -> list[int | str | None]:
    """Return the cells of a row under ``columns``; a rate without a denominator is None."""
    whole, counted = divided.staff.get(key), divided.counted.get((key, ALL), Figures())
    parts = {"participation": counted.persons, "per_head": counted.entries}
    found: list[int | str | None] = []
    for name in (it for it in _LABELS if it in chosen):
        rate = Rate(parts[name], whole, LEDGER, divided.source, divided.cut_off, per_head=name == "per_head")
        shown = rate.each() if rate.per_head else rate.percent()
        printed = None if shown is None else str(shown) if rate.per_head else f"{shown}%"
        found += [parts[name], None if whole is None else int(whole), printed]
    return found


def notes(divided: Divided) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield where the denominators come from and up to which day, as sentences and what is filled in."""
    yield (
        N_("比率的分子只含登记了职工人数的单位，分母是这些单位的职工人数，截止 %(day)s；没有分母的写“无数据”。"),
        {"day": divided.cut_off.isoformat()},
    )
    yield divided.source.sentence, divided.source.values


def last_day(month: int) -> dt.date:
    """Return the last day of a month (year × 100 + month), today where that is still to come."""
    year, number = divmod(month, 100)
    return min(dt.date(year, number, calendar.monthrange(year, number)[1]), today())
