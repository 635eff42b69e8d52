"""Take a list away: each line checked once more for its reader, the file written row by row, the taking recorded."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import Achievement, Demand, Proposal
from marketplace.permissions import Actor, can_enter_curation, can_read
from marketplace.services.export import log
from marketplace.services.export.columns import Telling, row
from marketplace.services.export.headings import COLUMNS
from marketplace.services.export.kinds import KINDS
from marketplace.services.export.log import Wish
from marketplace.services.export.sheets import Row, write

# Shorter than this says nothing: "工作" is no purpose.
SHORTEST_PURPOSE = 4
_PAGE = 500

_PARTS: dict[type[Any], tuple[Any, ...]] = {
    Achievement: (
        Achievement.units,
        Achievement.contributors,
        Achievement.indicators,
        Achievement.sites,
        Achievement.rights,
        Achievement.attachments,
    ),
    Demand: (Demand.organisation,),
    Proposal: (Proposal.organisation, Proposal.authors),
}


def export(
    session: Session, actor: Actor, kind: str, found: Iterable[Any], wish: Wish, telling: Telling, most: int
) -> IO[bytes]:
    """Return a list as a file, open at its start; ``found`` is what ``lists`` reads for a kind of COLUMNS.

    Raises NotAllowed where persons are to be named and the actor has no office, Invalid where no purpose is stated,
    and Conflict where there are more than ``most`` rows.
    """
    require_purpose(actor, wish)
    lines = _Counted(_lines(session, actor, kind, found, wish, telling), most)
    heading = [telling.translate(column.heading) for column in COLUMNS[kind]]
    file = write(wish.form, _after(heading, lines))
    log.note(session, actor, kind, wish, lines.count)
    return file


def require_purpose(actor: Actor, wish: Wish) -> None:
    """Raise NotAllowed or Invalid where persons are to be named without an office or without a purpose."""
    if wish.names_persons and not can_enter_curation(actor):
        raise NotAllowed("export", "personal_data")
    if wish.names_persons and len(wish.purpose.strip()) < SHORTEST_PURPOSE:
        raise Invalid({"purpose": [N_("请写明用途，例如“向市总工会报送季度汇总”。")]})


def paged(fetch: Callable[[int, Any], list[Any]], after: Callable[[Any], Any] = lambda last: last.id) -> Iterator[Any]:
    """Yield a whole list from a function that returns up to so many of it from after another."""
    place = None
    while found := fetch(_PAGE, place):
        yield from found
        place = after(found[-1])


class _Counted:
    """The rows of a file, counted as they are written."""

    def __init__(self, rows: Iterable[Row], most: int) -> None:
        self._rows, self._most, self.count = rows, most, 0

    def __iter__(self) -> Iterator[Row]:
        for cells in self._rows:
            self.count += 1
            if self.count > self._most:
                raise too_many(self._most)
            yield cells


def too_many(most: int) -> Conflict:
    return Conflict(N_("这个清单超过 %(most)s 行，一次导不出。请先用筛选条件缩小范围，再导出。"), most=most)


def _after(heading: Row, lines: Iterable[Row]) -> Iterator[Row]:
    yield heading
    yield from lines


def _lines(
    session: Session, actor: Actor, kind: str, found: Iterable[Any], wish: Wish, telling: Telling
) -> Iterator[Row]:
    columns, of_kind = COLUMNS[kind], KINDS[kind]
    for one in _with_parts(session, found, of_kind.record):
        record = of_kind.record(one)
        # Whatever list it comes from: nothing leaves that its reader may not open.
        if record is not None and not can_read(actor, record):
            continue
        is_named = wish.names_persons and of_kind.may_name(actor, one)
        if is_named and isinstance(record, Demand):
            audit.record(session, actor, "see_contact", "demand", record.id, reason=wish.purpose)
        yield row(columns, of_kind.plain(actor, one), replace(telling, names_persons=is_named))


def _with_parts(session: Session, found: Iterable[Any], record_of: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield what was found, its parts read some hundred records at a time."""
    waiting = iter(found)
    while some := list(itertools.islice(waiting, _PAGE)):
        for model, parts in _PARTS.items():
            ids = [record.id for record in map(record_of, some) if isinstance(record, model)]
            if ids:
                session.scalars(sa.select(model).where(model.id.in_(ids)).options(*map(selectinload, parts))).all()
        yield from some
