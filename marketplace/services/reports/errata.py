"""What of a frozen report is counted otherwise by now: each figure as frozen, as now, the difference, and why.

Nothing here changes an edition. A reason is that of the corrections of closed periods since (``PeriodErratum``), each
told to the row, the column group and the margins it counts in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_
from marketplace.models import Campaign, FrozenReport, Organisation, ParticipationEntry, PeriodClose, PeriodErratum
from marketplace.services.participation import closing
from marketplace.services.reports import freezing, groups, measuring, tables
from marketplace.services.reports.groups import Definition, Label
from marketplace.services.reports.measuring import ALL
from marketplace.services.reports.tables import Column, Row, Table
from marketplace.services.statistics.scope import Scope

# No correction of an entry: what the ledger counts by moved under it.
OTHERWISE = N_("不是参与记录的更正：单位的归属、职工人数或列入的活动有变动")

_Cell = tuple[str, str]
_Number = int | str | None


@dataclass(frozen=True, slots=True)
class Erratum:
    """A figure that differs; ``difference`` is None where one of both is not a number. ``reasons`` are never empty."""

    row: Label
    column: Column
    frozen: _Number
    now: _Number
    reasons: tuple[str, ...]

    @property
    def difference(self) -> int | None:
        if isinstance(self.frozen, int) and isinstance(self.now, int):
            return self.now - self.frozen
        return None


def errata(session: Session, frozen: FrozenReport) -> list[Erratum]:
    """Return the figures of an edition that differ from those of the ledger now, row by row, the sum last."""
    _heading, before, of = freezing.content(frozen)
    campaigns = groups.campaigns_of(session, of, frozen.period)
    found = list(_differing(before, tables.build(session, of, campaigns, frozen.period)))
    if not found:
        return []
    reasons = _reasons(session, frozen, of, campaigns)
    return [Erratum(called, column, was, now, _why(reasons, key, column)) for key, called, column, was, now in found]


def _differing(before: Table, after: Table) -> Iterator[tuple[str, Label, Column, _Number, _Number]]:
    known = {row.key: row for row in (*after.rows, after.total)}
    places = {(it.group, it.measure): place for place, it in enumerate(after.columns)}
    frozen = {row.key for row in before.rows}
    come = (Row(row.key, row.label, (0,) * len(before.columns)) for row in after.rows if row.key not in frozen)
    for row in (*before.rows, *come, before.total):
        now = known.get(row.key)
        for place, column in enumerate(before.columns):
            at = places.get((column.group, column.measure))
            is_now = now.cells[at] if now is not None and at is not None else 0
            if row.cells[place] != is_now:
                yield row.key, row.label, column, row.cells[place], is_now


def _reasons(
    session: Session, frozen: FrozenReport, of: Definition, campaigns: Sequence[Campaign]
) -> Mapping[_Cell, list[str]]:
    """Return why entries of a table were corrected since it was frozen, by row and group, margins included."""
    group_of = {item: it.code for it in groups.groups_of(of, campaigns) for item in it.items}
    first, last = closing.months(frozen.period)
    scope = Scope(of.region_path, of.industry_path, of.organisation_id)
    entry = ParticipationEntry
    query = (
        sa.select(measuring.row_of_entry(of.rows), entry.item_id, PeriodErratum.reason)
        .join(PeriodClose, PeriodClose.id == PeriodErratum.close_id)
        .join(entry, entry.id == PeriodErratum.entry_id)
        .join(Organisation, Organisation.id == entry.organisation_id)
        .where(PeriodErratum.id > frozen.last_erratum_id, entry.item_id.in_(group_of))
        .where(entry.month.between(first, last), scope.units())
        .order_by(PeriodErratum.id)
    )
    found: dict[_Cell, list[str]] = {}
    for row, item, reason in session.execute(query):
        for cell in product((str(row), ALL), (group_of[item], ALL)):
            told = found.setdefault(cell, [])
            told += [reason] if reason not in told else []
    return found


def _why(reasons: Mapping[_Cell, list[str]], key: str, column: Column) -> tuple[str, ...]:
    group = ALL if column.measure in ("part", "whole", "rate") else column.group
    return tuple(reasons.get((key, group), ())) or (OTHERWISE,)
