"""Take a report away as a workbook or as a PDF; that it was taken stays on record as every export does."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import asdict
from typing import IO

from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.documents import drawn
from marketplace.models import FrozenReport, Report
from marketplace.permissions import Actor
from marketplace.services.export import log
from marketplace.services.export.columns import Telling
from marketplace.services.export.log import Wish
from marketplace.services.reports import freezing, groups, tables
from marketplace.services.reports.groups import Definition
from marketplace.services.reports.printing import WIDTH_OF_A4, Printed, printed
from marketplace.services.reports.workbook import workbook

FORMS = ("xlsx", "pdf")


def shown(session: Session, report: Report, period: str, telling: Telling) -> Printed:
    """Return the table of a report for a period with the figures of now; raise Invalid or Conflict as ``build``."""
    of = Definition.of(report)
    table = tables.build(session, of, groups.campaigns_of(session, of, period), period)
    return printed(freezing.heading(report, period), table, telling)


def frozen_shown(frozen: FrozenReport, telling: Telling) -> Printed:
    """Return the table of an edition as it was frozen."""
    heading, table, _of = freezing.content(frozen)
    return printed(heading, table, telling)


def take(session: Session, actor: Actor, report: Report, period: str, form: str, telling: Telling) -> IO[bytes]:
    """Return a report with the figures of now as a file of ``FORMS``; raise as ``shown``."""
    table = shown(session, report, period, telling)
    log.note(session, actor, "report", Wish(form, {"report": str(report.id), "period": period}), len(table.rows))
    return _file(table, form, now())


def take_frozen(session: Session, actor: Actor, frozen: FrozenReport, form: str, telling: Telling) -> IO[bytes]:
    """Return an edition as a file of ``FORMS``: equal editions give equal numbers, whenever they are taken."""
    table = frozen_shown(frozen, telling)
    log.note(session, actor, "report", Wish(form, {"edition": str(frozen.id)}), len(table.rows))
    return _file(table, form, frozen.frozen_at)


def _file(table: Printed, form: str, at: dt.datetime) -> IO[bytes]:
    if form == "xlsx":
        return workbook(table)
    told = asdict(table) | {"is_wide": sum(table.widths) > WIDTH_OF_A4}
    told |= {"rows": [_texts(it) for it in table.rows], "total": _texts(table.total)}
    return io.BytesIO(drawn("report", told, at))


def _texts(cells: tuple[int | str, ...]) -> list[str]:
    return [f"{it:,}" if isinstance(it, int) else it for it in cells]
