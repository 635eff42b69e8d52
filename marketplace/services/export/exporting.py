"""Take a list away: each line checked once more for its reader, the file written row by row, the taking recorded."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit
from marketplace.errors import N_, NOUNS, Conflict, Invalid, NotAllowed
from marketplace.models import Achievement, Demand, Proposal
from marketplace.permissions import (
    Actor,
    Permission,
    admitted_to,
    can,
    can_enter_curation,
    can_read,
    can_read_history,
    can_see_authors,
)
from marketplace.schemas import achievement as achievement_schema
from marketplace.schemas import demand as demand_schema
from marketplace.schemas import proposal as proposal_schema
from marketplace.services.export import log
from marketplace.services.export.columns import COLUMNS, Telling, row
from marketplace.services.export.log import Wish
from marketplace.services.export.sheets import Row, write
from marketplace.services.task import Waiting

# Shorter than this says nothing: "工作" is no purpose.
SHORTEST_PURPOSE = 4
_PAGE = 500

Record = Achievement | Demand | Proposal
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
    """Return a list as a file, open at its start; ``found`` are records, or what waits at a desk, of a kind of COLUMNS.

    Raises NotAllowed where persons are to be named and the actor has no office, Invalid where no purpose is stated,
    and Conflict where there are more than ``most`` rows.
    """
    require_purpose(actor, wish)
    lines = _Counted(_lines(session, actor, found, wish, telling, COLUMNS[kind]), most)
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
    session: Session, actor: Actor, found: Iterable[Any], wish: Wish, telling: Telling, columns: Any
) -> Iterator[Row]:
    for one in _with_parts(session, found):
        record = _record_of(one)
        # Whatever list it comes from: nothing leaves that its reader may not open.
        if not can_read(actor, record):
            continue
        is_named = wish.names_persons and may_name_persons(actor, record)
        if is_named and isinstance(record, Demand):
            audit.record(session, actor, "see_contact", "demand", record.id, reason=wish.purpose)
        plain = _waiting(one) if isinstance(one, Waiting) else plain_of(actor, record)
        yield row(columns, plain, replace(telling, names_persons=is_named))


def _with_parts(session: Session, found: Iterable[Any]) -> Iterator[Any]:
    """Yield what was found, its parts read some hundred records at a time."""
    waiting = iter(found)
    while some := list(itertools.islice(waiting, _PAGE)):
        for model, parts in _PARTS.items():
            ids = [record.id for record in map(_record_of, some) if isinstance(record, model)]
            if ids:
                session.scalars(sa.select(model).where(model.id.in_(ids)).options(*map(selectinload, parts))).all()
        yield from some


def _record_of(one: Any) -> Record:
    record: Record = one.record if isinstance(one, Waiting) else one
    return record


def may_name_persons(actor: Actor, record: Record) -> bool:
    """Say whether the actor may take the persons of a record away by name: the office whose scope covers it."""
    permission = Permission.DEMAND_VERIFY if isinstance(record, Demand) else Permission.CURATION_ENTER
    return can(actor, permission, record)


def plain_of(actor: Actor, record: Record) -> dict[str, Any]:
    """Return what the actor may see of a record, field by field."""
    if isinstance(record, Achievement):
        plain = achievement_schema.disclosed(record, admitted_to(actor, record))
        return plain if can_read_history(actor, record) else {**plain, "state": "published"}
    if isinstance(record, Demand):
        return demand_schema.disclosed(record, is_owner=may_name_persons(actor, record))
    return proposal_schema.disclosed(record, sees_authors=can_see_authors(actor, record))


def _waiting(one: Waiting) -> dict[str, Any]:
    task, unit = one.task, one.unit
    return {
        "noun": NOUNS[task.noun],
        "id": task.object_id,
        "title": one.record.title,
        "unit": unit.name if unit is not None else None,
        "state": (task.noun, task.state),
        "opened_at": task.opened_at,
        "due_on": task.due_on,
        "days_left": one.days_left,
    }
