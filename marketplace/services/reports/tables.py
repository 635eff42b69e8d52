"""A report of a period as a table of numbers, told in no language yet: what is printed and what is frozen alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.errors import N_, Conflict
from marketplace.models import Campaign
from marketplace.services.participation import closing
from marketplace.services.reports import measuring, rates
from marketplace.services.reports.groups import Definition, Group, Label, groups_of, is_along, label, months
from marketplace.services.reports.kinds import kinds
from marketplace.services.reports.measuring import ALL, Cells
from marketplace.services.statistics.scope import Scope
from marketplace.services.tally.counting import Figures

_EVERYTHING, _UNKNOWN = ("全部", "All"), ("没有登记", "Not recorded")
_TOTAL = ("合计", "Total")
# Rows that are places have units which the other hierarchy counts.
_PLACES = ("city", "county", "industry")
_MOST_ROWS = 5000
# How many campaigns are named before the rest is only counted.
_NAMED = 8


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


def build(session: Session, of: Definition, campaigns: Sequence[Campaign], period: str) -> Table:
    """Return the table of a report that adds up some campaigns, for "2026", "2026-Q1" or "2026-03".

    Raises Invalid for a period nobody can read, and Conflict where there would be more rows than can be printed.
    """
    first, last = closing.months(period)
    scope = Scope(of.region_path, of.industry_path, of.organisation_id)
    asked, groups = scope.slice(first, last), groups_of(of, campaigns)
    kinds_of = tuple(dict.fromkeys(it.kind for it in campaigns)) or kinds()[of.kind].campaigns
    items = measuring.counted(session, asked, kinds_of, {it.id for it in campaigns})
    counted = measuring.cells(session, items, {it.code: it.items for it in groups}, asked, of.rows)
    has_others = "of_which" in of.columns and of.rows in _PLACES
    others = measuring.of_other_hierarchy(session, items, asked, of.rows) if has_others else {}
    found = list(_rows(session, of, counted, list(months(first, last))))
    if len(found) > _MOST_ROWS:
        raise Conflict(N_("这张表超过 %(most)s 行，一次印不出。请缩小范围，或者按县、按市填报。"), most=_MOST_ROWS)
    is_divided = not rates.CHOICES.isdisjoint(of.columns)
    divided = rates.by_row(session, items, scope, list(months(first, last)), of.rows) if is_divided else None
    columns = tuple(_columns(of, groups))

    def row(key: str, called: Label) -> Row:
        cells = [_cell(counted, others, key, it) for it in columns]
        return Row(key, called, (*cells, *(rates.cells(of.columns, divided, key) if divided else ())))

    return Table(
        of.rows,
        (*columns, *(Column(*it) for it in rates.columns(of.columns))),
        tuple(row(key, called) for key, called in found),
        row(ALL, _TOTAL),
        tuple(_notes(campaigns, counted, others, divided)),
    )


def _columns(of: Definition, groups: Sequence[Group]) -> Iterator[Column]:
    all_together = Group(ALL, _EVERYTHING, (), any(it.takes_batches for it in groups))
    told = groups if len(groups) == 1 else (all_together, *groups)
    for group in told:
        measures: list[str] = [it for it in ("entries", "objects") if it in of.columns]
        measures += ["person_times", "persons", *(["batch_persons"] if group.takes_batches else [])]
        yield from (Column(group.code, group.label, it) for it in measures)
        if group is told[0] and "of_which" in of.columns and of.rows in _PLACES:
            yield Column(ALL, group.label, "of_which")


def _cell(counted: Cells, others: dict[str, int], key: str, column: Column) -> int:
    if column.measure == "of_which":
        return others.get(key, 0)
    return int(getattr(counted.get((key, column.group), Figures()), column.measure))


def _rows(session: Session, of: Definition, counted: Cells, among: Sequence[int]) -> Iterator[tuple[str, Label]]:
    seen = {key for key, _group in counted if key != ALL}
    if of.rows == "month":
        for month in among:
            yield str(month), (f"{month // 100}-{month % 100:02}",) * 2
    elif of.rows == "unit":
        names = measuring.unit_names(session, seen)
        yield from ((key, (names[key],) * 2) for key in sorted(seen, key=lambda it: (names[it], it)))
    else:
        codes = vocabulary.industries if of.rows == "industry" else vocabulary.regions
        known = {codes.path(code): label(codes, code) for code in _places(of, codes)}
        yield from known.items()
        yield from ((key, _vague(codes, key)) for key in sorted(seen - known.keys()))


def _places(of: Definition, codes: vocabulary.CodeList) -> list[str]:
    """Return the codes of the places that have a row, also where nothing was counted there."""
    bound = of.industry_path if of.rows == "industry" else of.region_path
    level = {"industry": 1, "city": 2, "county": 3}[of.rows]
    return [code for code in codes if codes.level(code) == level and is_along(codes.path(code), bound)]


def _vague(codes: vocabulary.CodeList, path: str) -> Label:
    """Return what the units of a place are called of which it is not known where in it they lie."""
    code = path.rsplit("/", 1)[-1]
    if code not in codes:
        return _UNKNOWN
    zh, en = label(codes, code)
    return f"{zh}（没有再细分）", f"{en} (no further)"


def _notes(
    campaigns: Sequence[Campaign], counted: Cells, others: dict[str, int], divided: rates.Divided | None
) -> Iterator[tuple[str, dict[str, str]]]:
    yield (
        N_(
            "人次：参加一次算一次。记名的人数：同一个人只算一次，所以合计行按人重新计数，不等于各行之和。"
            "未记名的人数由单位上报。"
        ),
        {},
    )
    titles = "、".join(f"《{it.title}》" for it in campaigns[:_NAMED])
    if len(campaigns) > _NAMED:
        told = {"titles": titles, "count": str(len(campaigns))}
        yield N_("来源：平台上已确认的参与记录，活动：%(titles)s等 %(count)s 个。"), told
    elif campaigns:
        yield N_("来源：平台上已确认的参与记录，活动：%(titles)s。"), {"titles": titles}
    else:
        yield N_("这一期没有这样的活动。"), {}
    uncounted = counted[ALL, ALL].uncounted
    if uncounted:
        yield N_("另有 %(count)s 条按人数填报的记录没有报人数，只计入人次。"), {"count": str(uncounted)}
    if others:
        yield N_("既属地区又属产业的单位只计一次；“其中”一列是先归另一系统的单位的人次，已含在左边的数里。"), {}
    if divided:
        yield from rates.notes(divided)
