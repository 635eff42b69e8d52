"""The curated part of the front page at a moment: what is valid then, as far as the public sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models import Slot
from marketplace.permissions import Actor, Permission, require
from marketplace.services.showcase import items, slots
from marketplace.services.showcase.items import Card, Seen

MOST_IN_ROW = 6
_AT_DESK = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """A slot with what stands in it."""

    slot: Slot
    card: Card


@dataclass(frozen=True, slots=True)
class Front:
    """What stands where; nothing at all where nothing is curated."""

    top: Standing | None = None
    month: Standing | None = None
    row: tuple[Standing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.month or self.top or self.row)


@dataclass(frozen=True, slots=True)
class Placed:
    """A slot as the desk sees it: its state, its record, and whether it is on the page at this moment."""

    slot: Slot
    state: str
    seen: Seen
    is_on_page: bool


def front_page(session: Session, moment: dt.datetime | None = None) -> Front:
    """Return what the public sees at a moment, now where none is given.

    Of several slots of a place for one record the one that began last wins; where its record is not public, the one
    before it stands there.
    """
    moment = moment or now()
    valid = sa.and_(
        ~Slot.is_taken_down, Slot.valid_from <= moment, sa.or_(Slot.valid_until.is_(None), Slot.valid_until > moment)
    )
    found = list(session.scalars(sa.select(Slot).where(valid).order_by(Slot.valid_from.desc(), Slot.id.desc())))
    shown = items.cards(session, {(it.noun, it.object_id) for it in found}, moment)
    standing = [Standing(it, shown[at]) for it in found if (at := (it.noun, it.object_id)) in shown]
    row = sorted((it for it in standing if it.slot.place == "row"), key=lambda it: it.slot.position)
    top, month = _first(standing, "top"), _first(standing, "month")
    pictured = _each_picture_once([it for it in (top, month) if it is not None] + row[:MOST_IN_ROW])
    return Front(top=next(pictured) if top else None, month=next(pictured) if month else None, row=tuple(pictured))


def preview(session: Session, actor: Actor, moment: dt.datetime) -> Front:
    """Return what the public will see at a moment, for the desk alone; raise NotAllowed."""
    require(actor, Permission.SHOWCASE_CURATE)
    return front_page(session, moment)


def at_desk(session: Session, actor: Actor) -> list[Placed]:
    """Return the slots as the desk sees them: on the page, to come, over and taken down; raise NotAllowed."""
    found = slots.listed(session, actor, limit=_AT_DESK)
    moment = now()
    front = front_page(session, moment)
    on_page = {it.slot.id for it in (front.month, front.top, *front.row) if it is not None}
    known = items.seen(session, {(it.noun, it.object_id) for it in found}, moment)
    return [Placed(it, it.state_at(moment), known[it.noun, it.object_id], it.id in on_page) for it in found]


def _each_picture_once(standing: Iterable[Standing]) -> Iterator[Standing]:
    """Leave out a picture that stands further up: a collection shows that of a story, which may be there itself."""
    known: set[int] = set()
    for it in standing:
        story = it.card.pictured
        if story is not None and story.id in known:
            yield Standing(it.slot, replace(it.card, pictured=None))
            continue
        known.update([story.id] if story is not None else [])
        yield it


def _first(standing: Iterable[Standing], place: str) -> Standing | None:
    return next((it for it in standing if it.slot.place == place), None)
