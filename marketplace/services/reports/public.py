"""What everybody may know of a year: taking part by city and month, targets, proposals, achievements and studios.

Of a measure those months are shown that the province has closed for all units in its campaigns: its closing is what
makes figures public. Small cells are hidden, see ``suppression``; each measure is a table of its own, so that no sum
runs across two tables. Who adds up is the platform itself; what it gives away names nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import rules, vocabulary
from marketplace.db import today
from marketplace.models import Achievement, Campaign, PeriodClose, PeriodErratum, RuleValue
from marketplace.permissions import SYSTEM
from marketplace.services.participation import items as campaign_items
from marketplace.services.participation import together
from marketplace.services.participation.counting import Figures
from marketplace.services.proposal import rates as proposal_rates
from marketplace.services.reports import groups, rates, suppression
from marketplace.services.reports.suppression import ALL, Place
from marketplace.services.statistics import board, targets
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import Rate
from marketplace.services.statistics.scope import PROVINCE, Scope
from marketplace.services.studio import spread

_SICHUAN = ZoneInfo("Asia/Shanghai")
LEAST = "public_cell"


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell that may be seen: person-times, persons by name and persons without names, never added up."""

    person_times: int
    persons: int
    batch_persons: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure by city and month, margins under ``ALL``; None where a cell is hidden, absent where nobody took part.

    ``objects`` are the proposals or achievements that count, ``reached`` the person-times of the target; both None
    where the sum itself is hidden.
    """

    measure: str
    places: tuple[str, ...]
    months: tuple[int, ...]
    cells: Mapping[Place, Shown | None]
    objects: int | None
    reached: Rate | None
    cut_off: dt.date

    def cell(self, place: str, month: int | str) -> Shown | None:
        """Return a cell, one of nobody where nobody took part; None where it is hidden."""
        return self.cells.get((place, str(month)), Shown(0, 0, 0))

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return sum(it is None for it in self.cells.values())


@dataclass(frozen=True, slots=True)
class Published:
    """All of a year; ``cut_off`` is the last day of the last public month, None while there is none.

    ``proposals`` are the rates of the proposals submitted up to that day, None where these are few. ``achievements``
    are those published in all and in the year up to then, ``studios`` those of ``on`` by tier.
    """

    year: int
    cut_off: dt.date | None
    on: dt.date
    least: int
    measures: tuple[Measured, ...]
    proposals: proposal_rates.Rates | None
    achievements: tuple[int, int]
    studios: Mapping[str, int]


def years(session: Session) -> list[int]:
    """Return the years of which anything is public, the latest first."""
    query = sa.select(PeriodClose.first_month).join(Campaign, Campaign.id == PeriodClose.campaign_id)
    query = query.where(Campaign.level == "province", PeriodClose.organisation_id.is_(None)).distinct()
    # A period lies within one year.
    return sorted({month // 100 for month in session.scalars(query)}, reverse=True)


def mark(session: Session) -> tuple[int | dt.date, ...]:
    """Return what changes whenever published figures do: closings, errata and rules; all else is as of the day."""
    newest = (session.scalar(sa.select(sa.func.max(it.id))) or 0 for it in (PeriodClose, PeriodErratum, RuleValue))
    return (*newest, today())


def published(session: Session, year: int) -> Published:
    """Return what is public of a year."""
    least: int = rules.value(session, LEAST, on=today())
    aims = targets.of_scope(session, Scope(), year)
    measures = tuple(_measures(session, year, least, aims))
    cut_off = max((it.cut_off for it in measures), default=None)
    return Published(
        year=year,
        cut_off=cut_off,
        on=today(),
        least=least,
        measures=measures,
        proposals=_proposals(session, year, cut_off, least) if cut_off else None,
        achievements=_achievements(session, year, cut_off or today()),
        studios=spread.of_province(session).by_tier,
    )


def _measures(session: Session, year: int, least: int, aims: Mapping[str, int]) -> Iterator[Measured]:
    query = sa.select(Campaign).where(Campaign.level == "province", Campaign.state != "draft")
    campaigns = list(session.scalars(query.options(selectinload(Campaign.items))))
    for measure in vocabulary.campaign_measures:
        counting = [it for it in campaigns if any(item.measure == measure for item in it.items)]
        months = _closed(session, counting, year)
        if months:
            yield _measured(session, measure, months, least, aims.get(measure))


def _closed(session: Session, campaigns: list[Campaign], year: int) -> list[int]:
    """Return the months of a year, one after another, that every campaign which ran in them has closed."""
    found: list[int] = []
    for month in groups.months(year * 100 + 1, year * 100 + 12):
        running = [it for it in campaigns if groups.month_of(it.opens_on) <= month <= groups.month_of(it.closes_on)]
        closing = (PeriodClose.campaign_id.in_([it.id for it in running]), PeriodClose.organisation_id.is_(None))
        within = (PeriodClose.first_month <= month, PeriodClose.last_month >= month)
        query = sa.select(sa.func.count(sa.distinct(PeriodClose.campaign_id))).where(*closing, *within)
        # A month to come may be closed already, and is public once it is over.
        is_over = rates.last_day(month) < today()
        is_closed = is_over and bool(running) and session.scalar(query) == len(running)
        if found and not is_closed:
            break
        found += [month] if is_closed else []
    return found


def _measured(session: Session, measure: str, months: list[int], least: int, target: int | None) -> Measured:
    of = Scope().slice(months[0], months[-1])
    items = campaign_items.counted(session, of, measure=measure)
    counted: dict[Place, Figures] = {(ALL, ALL): together.total(session, items, of)}
    for (path, month), it in together.by(session, items, of, "city", "month").items():
        counted[path.rsplit("/", 1)[-1], str(month)] = it
    counted |= {(path.rsplit("/", 1)[-1], ALL): it for (path,), it in together.by(session, items, of, "city").items()}
    counted |= {(ALL, str(month)): it for (month,), it in together.by(session, items, of, "month").items()}
    # Of some units no more is known than the province, or not even that.
    vague = [it for it in (PROVINCE, "") if (it, ALL) in counted]
    places = (*vocabulary.regions.children(PROVINCE), *vague)
    people = {place: it.persons + it.batch_persons + it.uncounted for place, it in counted.items()}
    hidden = suppression.hidden(people, places, [str(it) for it in months], least)
    total, is_hidden = counted[ALL, ALL], (ALL, ALL) in hidden
    period = Period(months[0] // 100, months[0] % 100, months[-1] % 100)
    return Measured(
        measure=measure,
        places=places,
        months=tuple(months),
        cells={it: None if it in hidden else _shown(counted.get(it, Figures())) for it in (*counted, *hidden)},
        objects=None if is_hidden else total.objects,
        reached=None if is_hidden else board.reached(total, target, period),
        cut_off=period.cut_off,
    )


def _shown(it: Figures) -> Shown:
    return Shown(it.person_times, it.persons, it.batch_persons)


def _proposals(session: Session, year: int, cut_off: dt.date, least: int) -> proposal_rates.Rates | None:
    found = proposal_rates.of_scope(session, SYSTEM, dt.date(year, 1, 1), cut_off, Scope())
    submitted, adopted, done = found.decision.whole or 0, found.adoption.part, found.implementation.part
    # Each is part of the one before: what is left between two is a number of proposals too.
    numbers = (submitted, adopted, done, found.decision.part, found.partly)
    return None if any(0 < it < least for it in numbers) else found


def _achievements(session: Session, year: int, until: dt.date) -> tuple[int, int]:
    """Return how many achievements are published, in all and in the year, up to a day."""
    ends = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), _SICHUAN)
    begins = dt.datetime(year, 1, 1, tzinfo=_SICHUAN)
    query = sa.select(sa.func.count()).where(
        Achievement.published_state == "published", Achievement.published_at < ends
    )
    in_year = query.where(Achievement.published_at >= begins)
    return session.scalar(query) or 0, session.scalar(in_year) or 0
