"""What of a frozen report is counted otherwise by now: each figure as frozen, as now, the difference, and why.

Nothing here changes an edition. A reason is that of the corrections of closed periods since (``PeriodErratum``), each
told to the row, the column group and the margins it counts in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_
from marketplace.models import (
    Campaign,
    CampaignItem,
    FrozenReport,
    Organisation,
    ParticipationEntry,
    PeriodClose,
    PeriodErratum,
)
from marketplace.services.reports import freezing, measuring, tables
from marketplace.services.reports.kinds import kinds
from marketplace.services.reports.measuring import ALL, Covered
from marketplace.services.reports.tables import Column, Definition, Label, Row, Table

# No correction of an entry: what the ledger counts by moved under it.
OTHERWISE = N_("不是参与记录的更正：单位的归属、职工人数或项目的设置有变动")

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
    _heading, before, of, ids = freezing.content(frozen)
    chosen = list(session.scalars(sa.select(Campaign).where(Campaign.id.in_(ids)).order_by(Campaign.id)))
    after = tables.build(session, of, chosen, frozen.period)
    found = list(_differing(before, after))
    if not found:
        return []
    reasons = _reasons(session, frozen, of, tables.covering(of, chosen, frozen.period))
    return [
        Erratum(label, column, was, is_now, _why(reasons, key, column)) for key, label, column, was, is_now in found
    ]


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


def _reasons(session: Session, frozen: FrozenReport, of: Definition, covered: Covered) -> Mapping[_Cell, list[str]]:
    """Return why entries of a table were corrected since it was frozen, by row and group, margins included."""
    key = measuring.row_key(of.rows)
    entry = ParticipationEntry
    query = (
        sa.select(
            entry.month if key is None else key, measuring.group_key(kinds()[of.kind].group), PeriodErratum.reason
        )
        .join(PeriodClose, PeriodClose.id == PeriodErratum.close_id)
        .join(entry, entry.id == PeriodErratum.entry_id)
        .join(Organisation, Organisation.id == entry.organisation_id)
        .join(CampaignItem, CampaignItem.id == entry.item_id)
        .join(Campaign, Campaign.id == entry.campaign_id)
        .where(PeriodErratum.id > frozen.last_erratum_id, entry.campaign_id.in_(covered.campaigns))
        .where(entry.month.between(covered.first_month, covered.last_month), *measuring.of_place(covered))
        .order_by(PeriodErratum.id)
    )
    found: dict[_Cell, list[str]] = {}
    for row, group, reason in session.execute(query):
        for cell in measuring.margins(str(row), str(group)):
            told = found.setdefault(cell, [])
            told += [reason] if reason not in told else []
    return found


def _why(reasons: Mapping[_Cell, list[str]], key: str, column: Column) -> tuple[str, ...]:
    group = ALL if column.measure in ("part", "whole", "rate") else column.group
    return tuple(reasons.get((key, group), ())) or (OTHERWISE,)
