"""The rates of a table, row by row: numerator and denominator each in a column of its own beside the rate (rule 49)."""

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
from marketplace.services.participation.counting import Figures
from marketplace.services.reports import measuring
from marketplace.services.reports.measuring import ALL, Covered
from marketplace.services.statistics import headcounts
from marketplace.services.statistics.rate import LEDGER, Rate, Source
from marketplace.services.statistics.scope import Scope

_LABELS = {"participation": ("参与率", "Participation rate"), "per_head": ("人均项数", "Items per head")}
CHOICES = frozenset(_LABELS)
_PARTS = ("part", "whole", "rate")


@dataclass(frozen=True, slots=True)
class Divided:
    """The staff that rates divide by, by row and ``ALL`` for every row; no number where nobody recorded one."""

    staff: dict[str, Fraction]
    source: Source
    cut_off: dt.date


def columns(chosen: Collection[str]) -> list[tuple[str, tuple[str, str], str]]:
    """Return the columns of the rates chosen, as (group, label, measure)."""
    return [(it, label, part) for it, label in _LABELS.items() if it in chosen for part in _PARTS]


def by_row(session: Session, covered: Covered, row: str) -> Divided:
    """Return the staff of the units of each row at the end of its period, today while that is not over."""
    scope = Scope(covered.region_path, covered.industry_path, covered.organisation_id)
    cut_off = last_day(covered.last_month)
    whole = headcounts.staff(session, scope, cut_off)
    staff: dict[str, Fraction] = {}
    if row == "month":
        for month in range(covered.first_month, covered.last_month + 1):
            at = headcounts.staff(session, scope, last_day(month)).number
            staff |= {str(month): at} if at is not None else {}
    else:
        found = headcounts.latest(session, scope, cut_off).subquery()
        key = measuring.row_key(row)
        query = sa.select(key, sa.func.sum(found.c.number)).select_from(found)
        query = query.join(Organisation, Organisation.id == found.c.organisation_id).group_by(key)
        staff = {str(line[0]): Fraction(int(line[1])) for line in session.execute(query)}
    staff |= {ALL: whole.number} if whole.number is not None else {}
    return Divided(staff, whole.source, cut_off)


def cells(chosen: Collection[str], divided: Divided, key: str, counted: Figures) -> list[int | str | None]:
    """Return the cells of a row under ``columns``; a rate without a denominator is None."""
    whole = divided.staff.get(key)
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
    yield divided.source.sentence, divided.source.values
    yield (
        N_("比率的分子来自参与记录，分母来自各单位登记的职工人数，截止 %(day)s；没有分母的写“无数据”。"),
        {"day": divided.cut_off.isoformat()},
    )


def last_day(month: int) -> dt.date:
    """Return the last day of a month (year × 100 + month), today where that is still to come."""
    year, number = divmod(month, 100)
    return min(dt.date(year, number, calendar.monthrange(year, number)[1]), today())
