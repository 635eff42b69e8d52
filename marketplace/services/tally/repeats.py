"""Linked objects that count by themselves in several campaigns: the first entry stands, the others are its repeats.

The first is that of the lowest item, so that it is the same in whatever order they were written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import CampaignItem, ParticipationObject
from marketplace.models.participation.tally import ALL_CODES, OF_PERSONS
from marketplace.services.tally import seats
from marketplace.services.tally.seats import Seat
from marketplace.services.tally.sums import Sums, add

_OBJECTS = cast("sa.Table", ParticipationObject.__table__)
_AT_ONCE = 1000
_NOBODY = [0] * len(OF_PERSONS)


class Made(NamedTuple):
    """That an object counts for an item, of one of its makers: what a row of ``ParticipationObject`` says."""

    noun: str
    object_id: int
    person_id: int
    item_id: int
    campaign_id: int
    organisation_id: int
    month: int
    objects: int


class Repeated(NamedTuple):
    """How much more or less repeats, by place and by unit, of objects that count for all items of a measure."""

    overlap: Sums
    units: Sums


def settle(session: Session, moved: Mapping[Made, int]) -> Repeated:
    """Begin what counts more often now and end what does less; return what repeats more or less by it."""
    moved = {made: number for made, number in moved.items() if number}
    if not moved:
        return Repeated({}, {})
    of = _OBJECTS.c
    held = set(_held(session, {made[:2] for made in moved}))
    after = set(Counter(held) + Counter(moved))
    is_it = sa.and_(*(of[name] == sa.bindparam(f"at_{name}") for name in _KEY))
    if ended := held - after:
        rows = [{f"at_{name}": value for name, value in zip(_KEY, made, strict=False)} for made in sorted(ended)]
        session.connection().execute(sa.delete(_OBJECTS).where(is_it), rows)
    bulk.insert(session, _OBJECTS, [made._asdict() for made in sorted(after - held)])
    repeated = Repeated({}, {})
    for sign, some in ((-1, held), (1, after)):
        _add(session, repeated, sign, some)
    return repeated


def reseated(session: Session, before: Mapping[int, Seat]) -> Sums:
    """Return what the overlap has otherwise of units that were moved; ``before`` says where each of them lay."""
    of = _OBJECTS.c
    objects = sa.select(of.noun, of.object_id).where(of.organisation_id.in_(before)).distinct()
    some = list(_held(session, {(row.noun, row.object_id) for row in session.execute(objects)}))
    repeated = Repeated({}, {})
    _add(session, repeated, -1, some, before)
    _add(session, repeated, 1, some)
    return repeated.overlap


_KEY = ("noun", "object_id", "person_id", "item_id")


def _held(session: Session, objects: Collection[tuple[Any, ...]]) -> Iterable[Made]:
    of = _OBJECTS.c
    for noun, ids in groupby(sorted(objects), lambda it: it[0]):
        several = [object_id for _noun, object_id in ids]
        for start in range(0, len(several), _AT_ONCE):
            query = sa.select(*(of[name] for name in Made._fields)).where(of.noun == noun)
            for row in session.execute(query.where(of.object_id.in_(several[start : start + _AT_ONCE]))):
                yield Made(*row)


def _add(
    session: Session, repeated: Repeated, sign: int, some: Collection[Made], known: Mapping[int, Seat] | None = None
) -> None:
    found = _repeats(session, some)
    placed = {**seats.of_units(session, {unit for _measure, _code, unit, _month in found}), **(known or {})}
    for (measure, code, unit, month), (entries, objects) in found.items():
        if code == ALL_CODES:
            add(repeated.units, (measure, unit, month), [sign * entries, sign * objects])
        for place in seats.places(placed[unit]):
            add(repeated.overlap, (measure, code, *place, month), [sign * entries, sign * objects, *_NOBODY])


def _repeats(session: Session, some: Collection[Made]) -> dict[tuple[str, str, int, int], list[int]]:
    """Return how many entries and objects repeat others, by measure, code, unit and month."""
    of = CampaignItem
    query = sa.select(of.id, of.measure, of.code).where(of.id.in_({made.item_id for made in some}))
    items = {row.id: (row.measure, row.code) for row in session.execute(query)}
    found: dict[tuple[str, str, int, int], list[int]] = {}
    seen: set[tuple[Any, ...]] = set()
    for made in sorted(some, key=lambda it: it.item_id):
        measure, own = items[made.item_id]
        for code in (ALL_CODES, own):
            said = (measure, code, *made[:2])
            is_repeat, is_whole = (*said, made.person_id) in seen, bool(made.objects)
            numbers = found.setdefault((measure, code, made.organisation_id, made.month), [0, 0])
            numbers[0] += is_repeat
            numbers[1] += is_whole and said in seen
            seen.add((*said, made.person_id))
            if is_whole:
                seen.add(said)
    return {key: numbers for key, numbers in found.items() if any(numbers)}
