"""Bring a prepared showcase in from a file: a first front page, or one tried elsewhere.

What is there already, by its title or as what stands in its place, is left as it is, so that a file can be read twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import N_, Conflict
from marketplace.models import Achievement, Collection, Slot, Story
from marketplace.permissions import Actor
from marketplace.schemas.showcase import CollectionSchema, ShownSchema, SlotSchema, StorySchema, address_of
from marketplace.services.showcase import collections, slots, stories

_NOUNS = ("achievement", "story", "collection")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many were brought in."""

    stories: int
    collections: int
    slots: int


class Theme(ma.Schema):
    """The outline of a collection in a file."""

    class Meta:
        unknown = ma.INCLUDE

    items = ma.fields.List(ma.fields.Dict(), load_default=list)


class Plan(ma.Schema):
    """The outline of a file; what stands in it is judged by the schemas of the nouns."""

    stories = ma.fields.List(ma.fields.Dict(), load_default=list)
    collections = ma.fields.List(ma.fields.Nested(Theme), load_default=list)
    front = ma.fields.List(ma.fields.Dict(), load_default=list)


def load(session: Session, actor: Actor, content: Any) -> Loaded:
    """Publish what a plan holds: stories and collections at once, the front page from now on, a month where it says.

    An achievement is named by its source and its number there, a story or a collection by its title. Raises
    marshmallow's ValidationError, Conflict for a record that is not there, and what the verbs of the nouns raise.
    """
    plan = Plan().load(content)
    counts = dict.fromkeys(("stories", "collections", "slots"), 0)
    now_on = ShownSchema().load({})
    for told in plan["stories"]:
        if _titled(session, Story, str(told.get("title", ""))) is None:
            story = stories.add(session, actor, StorySchema().load(told))
            stories.publish(session, actor, story.id, now_on)
            counts["stories"] += 1
    for told in plan["collections"]:
        if _titled(session, Collection, str(told.get("title", ""))) is None:
            items = [{"address": _address(session, it), "note": it.get("note", "")} for it in told["items"]]
            collection = collections.add(session, actor, CollectionSchema().load({**told, "items": items}))
            collections.publish(session, actor, collection.id, now_on)
            counts["collections"] += 1
    for told in plan["front"]:
        counts["slots"] += _place(session, actor, told)
    return Loaded(**counts)


def _place(session: Session, actor: Actor, told: Mapping[str, Any]) -> bool:
    """Put a record in its place unless it stands there; the showcase of a month without one is that of this month."""
    given = {name: value for name, value in told.items() if name not in _NOUNS}
    if given.get("place") == "month":
        given.setdefault("month", f"{today():%Y-%m}")
    data = SlotSchema().load({**given, "address": _address(session, told)})
    noun, number = data["address"]
    query = sa.select(Slot.id).where(Slot.place == data["place"])
    if data["month"] is not None:
        query = query.where(Slot.month == data["month"])
    else:
        query = query.where(Slot.noun == noun, Slot.object_id == number)
    if session.scalars(query.limit(1)).first() is not None:
        return False
    slots.put_up(session, actor, data)
    return True


def _address(session: Session, told: Mapping[str, Any]) -> str:
    """Return the address of the record that is told of by title, or by source and number."""
    noun = next((it for it in _NOUNS if it in told), "")
    found: int | None = None
    match noun, told.get(noun):
        case "achievement", [str(source), str(number)]:
            query = sa.select(Achievement.id).where(Achievement.source == source, Achievement.source_id == number)
            found = session.scalar(query)
        case "story", str(title):
            found = _titled(session, Story, title)
        case "collection", str(title):
            found = _titled(session, Collection, title)
    if found is None:
        named = told.get(noun, told)
        shown = " ".join(map(str, named)) if isinstance(named, list) else str(named)
        raise Conflict(N_("文件里提到的“%(record)s”不在目录里，请先导入它。"), record=shown)
    return address_of(noun, found)


def _titled(session: Session, model: type[Story] | type[Collection], title: str) -> int | None:
    return session.scalars(sa.select(model.id).where(model.title == title).order_by(model.id).limit(1)).first()
