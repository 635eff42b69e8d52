"""A report of a period as a table of numbers, told in no language yet: what is printed and what is frozen alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.errors import N_, Conflict
from marketplace.models import Campaign, CampaignItem, Report
from marketplace.services.participation import closing
from marketplace.services.participation.counting import Figures
from marketplace.services.reports import measuring, rates
from marketplace.services.reports.kinds import Kind, kinds
from marketplace.services.reports.measuring import ALL, Counted, Covered

# What is known in both languages of the pages.
Label = tuple[str, str]
# The offices that may host campaigns, the widest first.
_WIDEST_FIRST = ("province", "city", "industry", "county", "unit")
_EVERYTHING, _UNKNOWN = ("全部", "All"), ("没有登记", "Not recorded")
_TOTAL = ("合计", "Total")
_MOST_ROWS = 5000
# How many campaigns are named before the rest is only counted.
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Definition:
    """What of a ``Report`` decides its numbers; paths are those of its place, empty for the whole province."""

    kind: str
    campaign_id: int | None
    rows: str
    columns: tuple[str, ...]
    region_path: str
    industry_path: str
    organisation_id: int | None

    @classmethod
    def of(cls, report: Report) -> Definition:
        return cls(
            report.kind, report.campaign_id, report.rows, tuple(report.columns), report.scope_region_path,
            report.scope_industry_path, report.organisation_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: of which group of what is counted, and which of ``kinds.MEASURES``."""

    group: str
    label: Label
    measure: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row; a cell without a number is None and never 0. A rate is a text with its digits as printed."""

    key: str
    label: Label
    cells: tuple[int | str | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``notes`` are sentences to be translated with what is filled in, ``total`` the row of everything.
    ``rows_of`` is one of ``models.participation.report.ROWS``.
    """

    rows_of: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    notes: tuple[tuple[str, dict[str, str]], ...]


def build(session: Session, of: Definition, chosen: Sequence[Campaign], period: str) -> Table:
    """Return the table of a report that adds up some campaigns, for "2026", "2026-Q1" or "2026-03".

    Raises Invalid for a period nobody can read, and Conflict where there would be more rows than can be printed.
    """
    kind = kinds()[of.kind]
    covered = covering(of, chosen, period)
    counted = measuring.counted(session, covered, of.rows, kind.group)
    others = measuring.of_other_hierarchy(session, covered, of.rows) if "of_which" in of.columns else {}
    columns = tuple(_columns(of, list(_groups(session, chosen, kind))))
    found = list(_rows(session, of, covered, counted))
    if len(found) > _MOST_ROWS:
        raise Conflict(N_("这张表超过 %(most)s 行，一次印不出。请缩小范围，或者按县、按市填报。"), most=_MOST_ROWS)
    divided = rates.by_row(session, covered, of.rows) if rates.CHOICES & set(of.columns) else None

    def row(key: str, label: Label) -> Row:
        cells = [_cell(counted, others, key, it) for it in columns]
        rated = rates.cells(of.columns, divided, key, counted.get((key, ALL), Figures())) if divided else []
        return Row(key, label, (*cells, *rated))

    return Table(
        of.rows,
        (*columns, *(Column(*it) for it in rates.columns(of.columns))),
        tuple(row(key, label) for key, label in found),
        row(ALL, _TOTAL),
        tuple(_notes(of, chosen, counted, divided)),
    )


def campaigns_of(session: Session, of: Definition, period: str) -> list[Campaign]:
    """Return the campaigns that a report adds up for a period, the first opened first; raise Invalid as ``build``."""
    if of.campaign_id is not None:
        return [session.get_one(Campaign, of.campaign_id)]
    kind, (first, last) = kinds()[of.kind], closing.months(period)
    query = sa.select(Campaign).where(Campaign.kind.in_(kind.campaigns), Campaign.state != "draft")
    found = [
        it
        for it in session.scalars(query.order_by(Campaign.opens_on, Campaign.id))
        if month_of(it.opens_on) <= last and month_of(it.closes_on) >= first and _meets(it, of)
    ]
    if not kind.widest:
        return found
    # What counts for a campaign of the province counts for one of a city too, and must not count twice.
    widest = {code: min((it.level for it in found if it.kind == code), key=_WIDEST_FIRST.index, default="")
              for code in kind.campaigns}  # fmt: skip
    return [it for it in found if it.level == widest[it.kind]]


def covering(of: Definition, chosen: Sequence[Campaign], period: str) -> Covered:
    """Return which entries a report counts in a period; raise Invalid as ``build``."""
    ids = tuple(it.id for it in chosen)
    return Covered(ids, *closing.months(period), of.region_path, of.industry_path, of.organisation_id)


def month_of(day: dt.date) -> int:
    """Return the month of a day as year × 100 + month."""
    return day.year * 100 + day.month


def _meets(campaign: Campaign, of: Definition) -> bool:
    """Say whether any unit may lie both in the scope of a campaign and in the place of a report."""
    if campaign.organisation_id is not None and of.organisation_id is not None:
        return campaign.organisation_id == of.organisation_id
    pairs = (
        (campaign.scope_region_path, of.region_path),
        (campaign.scope_industry_path, of.industry_path),
    )
    return all(_is_along(one, other) for one, other in pairs)


def _is_along(one: str, other: str) -> bool:
    return not one or not other or f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _groups(session: Session, chosen: Sequence[Campaign], kind: Kind) -> Iterator[tuple[str, Label, bool]]:
    """Yield the groups with their labels and whether numbers without names are taken there; all together first."""
    items = list(
        session.scalars(
            sa.select(CampaignItem)
            .where(CampaignItem.campaign_id.in_([it.id for it in chosen]))
            .order_by(CampaignItem.campaign_id, CampaignItem.position)
        )
    )
    of = {it.id: it for it in chosen}
    named: dict[str, Label] = {}
    batched: set[str] = set()
    for item in items:
        code = {"item": item.code, "measure": item.measure}.get(kind.group) or of[item.campaign_id].competition_class
        code = str(code)
        named.setdefault(code, _label_of_group(kind, code, item))
        batched |= {code} if item.takes_batches else set()
    if kind.group == "class":
        named = {code: named[code] for code in vocabulary.competition_classes if code in named}
    if len(named) != 1:
        yield ALL, _EVERYTHING, bool(batched)
    yield from ((code, label, code in batched) for code, label in named.items())


def _label_of_group(kind: Kind, code: str, item: CampaignItem) -> Label:
    if kind.group == "item":
        return item.zh, item.en
    codes = vocabulary.campaign_measures if kind.group == "measure" else vocabulary.competition_classes
    return _label(codes, code)


def _label(codes: vocabulary.CodeList, code: str) -> Label:
    return codes.label(code), codes.label(code, "en")


def _columns(of: Definition, groups: Sequence[tuple[str, Label, bool]]) -> Iterator[Column]:
    for code, label, takes_batches in groups:
        measures: list[str] = [it for it in ("entries", "objects") if it in of.columns]
        measures += ["person_times", "persons", *(["batch_persons"] if takes_batches else [])]
        yield from (Column(code, label, it) for it in measures)
    if "of_which" in of.columns:
        yield Column(ALL, _EVERYTHING, "of_which")


def _cell(counted: Counted, others: dict[str, int], key: str, column: Column) -> int:
    if column.measure == "of_which":
        return others.get(key, 0)
    return int(getattr(counted.get((key, column.group), Figures()), column.measure))


def _rows(session: Session, of: Definition, covered: Covered, counted: Counted) -> Iterator[tuple[str, Label]]:
    seen = {key for key, _group in counted if key != ALL}
    if of.rows == "month":
        yield from (
            (str(it), (f"{it // 100}-{it % 100:02}",) * 2) for it in months(covered.first_month, covered.last_month)
        )
        return
    if of.rows == "unit":
        names = measuring.unit_names(session, covered)
        yield from ((key, (names[key],) * 2) for key in sorted(seen, key=lambda it: (names[it], it)))
        return
    codes = vocabulary.industries if of.rows == "industry" else vocabulary.regions
    known = {codes.path(code): _label(codes, code) for code in _places(of)}
    yield from known.items()
    yield from ((key, _UNKNOWN) for key in sorted(seen - known.keys()))


def _places(of: Definition) -> list[str]:
    """Return the codes of the places that have a row, also where nothing was counted there."""
    bound = of.industry_path if of.rows == "industry" else of.region_path
    codes = vocabulary.industries if of.rows == "industry" else vocabulary.regions
    level = {"industry": 1, "city": 2, "county": 3}[of.rows]
    return [code for code in codes if codes.level(code) == level and _is_along(codes.path(code), bound)]


def months(first: int, last: int) -> list[int]:
    """Return the months (year × 100 + month) from the first to the last."""
    found = [year * 100 + month for year in range(first // 100, last // 100 + 1) for month in range(1, 13)]
    return [it for it in found if first <= it <= last]


def _notes(
    of: Definition, chosen: Sequence[Campaign], counted: Counted, divided: rates.Divided | None
) -> Iterator[tuple[str, dict[str, str]]]:
    yield N_("人次：参加一次算一次。人数：同一个人只算一次，所以合计行的人数按人重新计数，不等于各行之和。"), {}
    titles = "、".join(f"《{it.title}》" for it in chosen[:_NAMED])
    if len(chosen) > _NAMED:
        told = {"titles": titles, "count": str(len(chosen))}
        yield N_("来源：平台上已确认的参与记录，活动：%(titles)s等 %(count)s 个。"), told
    elif chosen:
        yield N_("来源：平台上已确认的参与记录，活动：%(titles)s。"), {"titles": titles}
    else:
        yield N_("这一期没有这样的活动。"), {}
    uncounted = counted.get((ALL, ALL), Figures()).uncounted
    if uncounted:
        yield N_("另有 %(count)s 条按人数填报的记录没有报人数，只计入人次。"), {"count": str(uncounted)}
    if "of_which" in of.columns:
        yield N_("既属地区又属产业的单位只计一次；“其中”一列是先归另一系统的单位的人次，已含在左边的数里。"), {}
    if divided:
        yield from rates.notes(divided)
