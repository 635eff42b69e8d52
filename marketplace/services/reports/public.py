"""What everybody may know of a year: taking part by city and month, targets, proposals, achievements and studios.

Of a measure those months are shown that the province has closed for all units in its campaigns: its closing is what
makes figures public. Small cells are hidden, see ``suppression``; each measure is a table of its own, so that no sum
runs across two tables. Who adds up is the platform itself; what it gives away names nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import rules, vocabulary
from marketplace.db import today
from marketplace.errors import NotFound
from marketplace.models import Achievement, Campaign, PeriodClose, PeriodErratum, RuleValue
from marketplace.permissions import SYSTEM
from marketplace.services.proposal import rates as proposal_rates
from marketplace.services.reports import groups, rates, suppression
from marketplace.services.reports.suppression import ALL, Place
from marketplace.services.statistics import board, targets
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import Rate
from marketplace.services.statistics.scope import PROVINCE, Scope
from marketplace.services.studio import spread
from marketplace.services.tally import items as campaign_items
from marketplace.services.tally import together
from marketplace.services.tally.counting import Figures

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
    where the sum itself is hidden, and the first of an earlier day too.
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
    """All of a year up to ``cut_off``, one of ``cut_offs``, the ends of public months; None while there are none.

    ``proposals`` are the rates of the proposals submitted up to the last of these, None where these are few, and for
    an earlier day, as the difference of two days could be few. ``achievements``
    are those published in all and in the year up to then, ``studios`` those of ``on`` by tier.
    """

    year: int
    cut_off: dt.date | None
    cut_offs: tuple[dt.date, ...]
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


def published(session: Session, year: int, until: int | None = None) -> Published:
    """Return what is public of a year up to the end of a month, the last that is public where none is said.

    Raises NotFound for a month of which nothing is public.
    """
    least: int = rules.value(session, LEAST, on=today())
    aims = targets.of_scope(session, Scope(), year)
    measures = tuple(_measures(session, year, least, aims))
    months = sorted({month for it in measures for month in it.months})
    last = max(months, default=None)
    if until is not None and year * 100 + until not in months:
        raise NotFound("statistics", f"{year}-{until:02}")
    chosen = last if until is None else year * 100 + until
    if chosen != last and chosen is not None:
        measures = tuple(
            _cut(session, it, chosen, least, aims.get(it.measure)) for it in measures if it.months[0] <= chosen
        )
    cut_off = None if chosen is None else max(it.cut_off for it in measures)
    return Published(
        year=year,
        cut_off=cut_off,
        cut_offs=tuple(rates.last_day(it) for it in months),
        on=today(),
        least=least,
        measures=measures,
        proposals=_proposals(session, year, cut_off, least) if cut_off and chosen == last else None,
        achievements=_achievements(session, year, cut_off or today()),
        studios=spread.of_province(session).by_tier,
    )


def _cut(session: Session, whole: Measured, until: int, least: int, target: int | None) -> Measured:
    """Return a table up to an earlier month; its sums are those that the whole table gives away already.

    A sum of the first months is shown where each of these is, or where each later month and the sum of all are: two
    tables of one year tell no more than the latest of them.
    """
    months = tuple(it for it in whole.months if it <= until)
    if months == whole.months:
        return whole
    later = [it for it in whole.months if it > until]
    of = Scope().slice(months[0], months[-1])
    items = campaign_items.counted(session, of, measure=whole.measure)
    sums = {_code(path): it for (path,), it in together.by(session, items, of, "city").items()}
    sums[ALL] = together.total(session, items, of)
    cells = {place: it for place, it in whole.cells.items() if place[1] in map(str, months)}
    for place in (*whole.places, ALL):
        figures = sums.get(place, Figures())
        is_shown = all(whole.cell(place, it) for it in months) or all(
            whole.cell(place, it) for it in [*map(str, later), ALL]
        )
        is_few = 0 < _people(figures) < least
        cells[place, ALL] = _shown(figures) if is_shown and not is_few else None
    period = _period(months)
    is_hidden = cells[ALL, ALL] is None
    return Measured(
        measure=whole.measure,
        places=whole.places,
        months=months,
        cells=cells,
        objects=None,
        reached=None if is_hidden else board.reached(sums[ALL], target, period),
        cut_off=period.cut_off,
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
        counted[_code(path), str(month)] = it
    counted |= {(_code(path), ALL): it for (path,), it in together.by(session, items, of, "city").items()}
    counted |= {(ALL, str(month)): it for (month,), it in together.by(session, items, of, "month").items()}
    # Of some units no more is known than the province, or not even that.
    vague = [it for it in (PROVINCE, "") if (it, ALL) in counted]
    places = (*vocabulary.regions.children(PROVINCE), *vague)
    people = {place: _people(it) for place, it in counted.items()}
    hidden = suppression.hidden(people, places, [str(it) for it in months], least)
    total, is_hidden = counted[ALL, ALL], (ALL, ALL) in hidden
    period = _period(months)
    return Measured(
        measure=measure,
        places=places,
        months=tuple(months),
        cells={it: None if it in hidden else _shown(counted.get(it, Figures())) for it in (*counted, *hidden)},
        objects=None if is_hidden else total.objects,
        reached=None if is_hidden else board.reached(total, target, period),
        cut_off=period.cut_off,
    )


def _period(months: Sequence[int]) -> Period:
    return Period(months[0] // 100, months[0] % 100, months[-1] % 100)


def _code(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _people(it: Figures) -> int:
    """Return for how many people figures stand at most: those who were not counted may be one each."""
    return it.persons + it.batch_persons + it.uncounted


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
