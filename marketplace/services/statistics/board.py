"""A theme at one glance: what was done of each of its measures, against the target and another period, by month, place
and industry.

Everything is read from the tallies; a period is compared month for month, and what has no base has no percentage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.errors import N_, NotFound
from marketplace.models import CampaignItem
from marketplace.permissions import Actor
from marketplace.services.participation.kinds import kinds
from marketplace.services.statistics import targets
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import LEDGER, Rate, Source
from marketplace.services.statistics.scope import PROVINCE, Scope, may_see, parts
from marketplace.services.tally import together
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.items import Counted, by_kind
from marketplace.services.tally.places import DEPTHS
from marketplace.services.tally.together import Share

TARGETS = Source(N_("%(year)s 年目标"), {})
NO_TARGET = Source(N_("没有设定目标"))
# The measures of the domain that staff follow by themselves: proposals and innovations are the two millions.
THEMES = tuple(vocabulary.campaign_kinds)
_NOTHING = Counted(())


@dataclass(frozen=True, slots=True)
class Change:
    """What a number was in another period; None where nothing was counted then."""

    now: int
    before: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.now - self.before

    @property
    def percent(self) -> Fraction | None:
        """How much more in per cent; None without a base."""
        return Fraction(100 * (self.now - self.before), self.before) if self.before else None


@dataclass(frozen=True, slots=True)
class Row:
    """What was done of a measure, of an item or in a place; ``of_which`` by units that count elsewhere (rule 66).

    ``is_vague`` are the units of which no more is known than that they lie somewhere in what is asked for.
    """

    code: str
    figures: Figures
    target: Rate | None = None
    change: Change | None = None
    of_which: Figures = field(default_factory=Figures)
    is_vague: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A theme in a scope and a period; months as year × 100 + month, in order; targets where there are any."""

    theme: str
    measure: str
    measures: list[Row]
    items: list[tuple[CampaignItem, Figures]]
    months: dict[int, Figures]
    month_targets: dict[int, Rate]
    places: list[Row]
    branches: list[Row]
    units: int
    cross: CrossTable


def measures_of(theme: str) -> tuple[str, ...]:
    """Return the measures a theme counts; raise NotFound for a theme there is not."""
    if theme not in kinds():
        raise NotFound("statistics", theme)
    return tuple(dict.fromkeys(it["measure"] for it in kinds()[theme].items))


def board(
    session: Session, actor: Actor, theme: str, scope: Scope, period: Period, other: Period | None = None,
    measure: str = "",
) -> Board:  # fmt: skip
    """Return what a page of a theme shows; months, places and branches are of one measure.

    Raises NotFound for a theme or a measure there is not, and NotAllowed for a scope beyond the actor's offices.
    """
    may_see(actor, scope)
    chosen = _measure_of(theme, measure)
    of = scope.slice(period.first_month, period.last_month)
    read = _read(session, scope, period, other)
    items = read.now.get((theme, chosen), _NOTHING)
    rows = _measures(session, theme, scope, period, read)
    row = next(it for it in rows if it.code == chosen)
    months = _months(together.by_month(session, items, of), period)
    return Board(
        theme=theme,
        measure=chosen,
        measures=rows,
        items=[(items.named[code], figures) for code, figures in together.by_code(session, items, of).items()],
        months=months,
        month_targets=_month_targets(session, scope, period, row, months),
        places=_places(session, items, scope, period, chosen),
        branches=_branches(session, items, scope, period, chosen),
        units=together.units(session, items, of),
        cross=_crossed(session, items, scope, period, row),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """What units of a place and a section of industry did; empty codes where that is not known, see ``Row``."""

    place: str
    branch: str
    share: Share
    is_vague: bool = False


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Places by sections of industry for a measure; each unit lies in one cell (rule 66)."""

    measure: str
    places: list[str]
    branches: list[str]
    cells: list[Cell]
    total: Figures

    def cell(self, place: str, branch: str) -> Cell | None:
        return next((it for it in self.cells if (it.place, it.branch) == (place, branch)), None)


@dataclass(frozen=True, slots=True)
class Overview:
    """What was done of each measure of every theme; ``items`` are those counted, by kind and measure."""

    themes: Mapping[str, list[Row]]
    items: Mapping[tuple[str, str], Counted]


def overview(session: Session, actor: Actor, scope: Scope, period: Period, other: Period | None = None) -> Overview:
    """Return every theme at once, against its targets and another period; raise as ``board``."""
    may_see(actor, scope)
    read = _read(session, scope, period, other)
    return Overview({it: _measures(session, it, scope, period, read) for it in THEMES}, read.now)


def reached(figures: Figures, target: int | None, period: Period) -> Rate:
    """Return how much of a target of person-times is reached."""
    source = Source(TARGETS.sentence, {"year": str(period.year)}) if target else NO_TARGET
    return Rate(figures.person_times, target, LEDGER, source, period.cut_off)


def _measure_of(theme: str, measure: str) -> str:
    measures = measures_of(theme)
    if measure and measure not in measures:
        raise NotFound("statistics", measure)
    return measure or measures[0]


def level_of(scope: Scope) -> str:
    """Return at which level of ``places.DEPTHS`` the places of a scope are shown."""
    return "city" if scope.region == PROVINCE else "county"


@dataclass(frozen=True, slots=True)
class _Read:
    """What is to be reached, and which items count in a period and in the one it is compared with; read once."""

    aims: Mapping[str, int]
    now: Mapping[tuple[str, str], Counted]
    other: Period | None
    before: Mapping[tuple[str, str], Counted]


def _read(session: Session, scope: Scope, period: Period, other: Period | None) -> _Read:
    aims = targets.of_scope(session, scope, period.year)
    now = by_kind(session, scope.slice(period.first_month, period.last_month))
    before = by_kind(session, scope.slice(other.first_month, other.last_month)) if other is not None else {}
    return _Read(aims, now, other, before)


def _measures(session: Session, theme: str, scope: Scope, period: Period, read: _Read) -> list[Row]:
    rows = []
    for measure in measures_of(theme):
        figures = _total(session, read.now.get((theme, measure), _NOTHING), scope, period)
        change = None
        if read.other is not None:
            theirs = read.before.get((theme, measure), _NOTHING)
            before = _total(session, theirs, scope, read.other).person_times if theirs.ids else None
            change = Change(figures.person_times, before)
        rows.append(Row(measure, figures, reached(figures, read.aims.get(measure), period), change))
    return rows


def _total(session: Session, items: Counted, scope: Scope, period: Period) -> Figures:
    return together.total(session, items, scope.slice(period.first_month, period.last_month))


def _crossed(session: Session, items: Counted, scope: Scope, period: Period, row: Row) -> CrossTable:
    of = scope.slice(period.first_month, period.last_month)
    level = level_of(scope)
    found = together.crossed(session, items, of, level, "section")
    cells = [
        Cell(_code(place), branch, share, _is_vague(place, level) or not branch)
        for (place, branch), share in sorted(found.items())
    ]
    return CrossTable(
        measure=row.code,
        places=_in_order({it.place for it in cells}, parts(scope)),
        branches=_in_order({it.branch for it in cells}, vocabulary.industries),
        cells=cells,
        total=row.figures,
    )


def _months(found: dict[int, Figures], period: Period) -> dict[int, Figures]:
    return {month: found.get(month, Figures()) for month in period.months}


def _month_targets(
    session: Session, scope: Scope, period: Period, row: Row, months: Mapping[int, Figures]
) -> dict[int, Rate]:
    aims = targets.of_months(session, scope, period, row.code, row.target.whole if row.target else None)
    return {
        month: Rate(
            months[month].person_times, aim, LEDGER, source, Period(period.year, month % 100, month % 100).cut_off
        )
        for month, (aim, source) in aims.items()
    }


def _places(session: Session, items: Counted, scope: Scope, period: Period, measure: str) -> list[Row]:
    of = scope.slice(period.first_month, period.last_month)
    found = together.by_place(session, items, of, level_of(scope))
    aims = targets.of_places(session, period.year, scope.industry_path)
    rows = []
    for code in parts(scope):
        path = vocabulary.regions.path(code)
        place = found.pop(path, None)
        figures = place.all if place else Figures()
        aim = aims.get(path, {}).get(measure)
        of_which = place.of_which if place else Figures()
        rows.append(Row(code, figures, reached(figures, aim, period) if aim else None, of_which=of_which))
    # What lies nowhere in particular is told as well, so that the rows add up.
    if scope.organisation_id is None:
        rows += [Row(_code(path), it.all, of_which=it.of_which, is_vague=True) for path, it in sorted(found.items())]
    return rows


def _branches(session: Session, items: Counted, scope: Scope, period: Period, measure: str) -> list[Row]:
    level = "division" if scope.industry_path else "section"
    of = scope.slice(period.first_month, period.last_month)
    found = together.by_place(session, items, of, level)
    aims = {} if scope.organisation_id is not None else targets.of_industries(session, period.year, scope.place_path)
    rows = {}
    for path in {*found, *(it for it in aims if _is_row(it, scope, level) and measure in aims[it])}:
        share = found.get(path, Share(Figures(), Figures()))
        aim = aims.get(path, {}).get(measure) if not (is_vague := _is_vague(path, level)) else None
        target = reached(share.all, aim, period) if aim else None
        rows[_code(path)] = Row(_code(path), share.all, target, of_which=share.of_which, is_vague=is_vague)
    return [rows[code] for code in _in_order(set(rows), vocabulary.industries)]


def _is_row(path: str, scope: Scope, level: str) -> bool:
    """Say whether an industry is one of those a scope is shown by."""
    within = not scope.industry_path or path.startswith(f"{scope.industry_path}/")
    return within and len(path) == DEPTHS[level][1]


def _in_order(found: set[str], known: Iterable[str]) -> list[str]:
    """Return codes in the order of a list, and what it does not know last."""
    ordered = [code for code in known if code in found]
    return ordered + sorted(found.difference(ordered))


def _is_vague(path: str, level: str) -> bool:
    """Say whether a path ends above a level: asking for it would ask for all that lies in it."""
    return len(path) < DEPTHS[level][1]


def _code(path: str) -> str:
    return path.rsplit("/", 1)[-1]
