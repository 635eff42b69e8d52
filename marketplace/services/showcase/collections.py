"""The verbs of a collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import Collection, CollectionItem
from marketplace.permissions import Actor, Permission, require
from marketplace.services.showcase import items, publishing, versions
from marketplace.services.showcase.items import Card, Seen

_TEXTS = ("title", "lead")


@dataclass(frozen=True, slots=True)
class Member:
    """A record of a collection as the public sees it, with what the desk says of it."""

    card: Card
    note: str


def get(session: Session, actor: Actor, collection_id: int) -> Collection:
    """Return a collection the actor may see now; raise NotFound."""
    found = session.get(Collection, collection_id)
    if found is None or not publishing.is_seen(actor, found, now()):
        raise NotFound("collection", collection_id)
    return found


def members(session: Session, collection: Collection) -> list[Member]:
    """Return what the public sees of a collection now, in order; what is not public is left out."""
    shown = items.cards(session, _references(collection), now())
    return [Member(shown[at], it.note) for it in collection.items if (at := (it.noun, it.object_id)) in shown]


def members_at_desk(session: Session, collection: Collection) -> dict[items.Reference, Seen]:
    """Return how the desk sees each record of a collection: its title, and why the public does not see it."""
    return items.seen(session, _references(collection), now())


def listed(session: Session, *, limit: int, after: int | None = None) -> tuple[list[Card], int | None]:
    """Return the collections everybody sees now, the newest first, from below the id ``after``, and where to go on.

    Those of which nothing is public are left out, so there may be fewer than ``limit`` before the end.
    """
    query = sa.select(Collection.id).where(items.shown_at(Collection, now())).order_by(Collection.id.desc())
    query = query if after is None else query.where(Collection.id < after)
    ids = list(session.scalars(query.limit(limit + 1)))
    shown = items.cards(session, [("collection", it) for it in ids[:limit]], now())
    found = [shown["collection", it] for it in ids[:limit] if ("collection", it) in shown]
    return found, ids[limit - 1] if len(ids) > limit else None


def at_desk(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Collection]:
    """Return every collection, drafts included, the newest first; raise NotAllowed."""
    require(actor, Permission.SHOWCASE_CURATE)
    query = sa.select(Collection).options(selectinload(Collection.items)).order_by(Collection.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Collection.id < after)))


def add(session: Session, actor: Actor, data: Mapping[str, Any]) -> Collection:
    """Begin a collection, as a draft, from what ``CollectionSchema.load`` returned; raise Invalid."""
    require(actor, Permission.SHOWCASE_CURATE)
    collection = Collection(items=[])
    _fill(session, collection, data)
    session.add(collection)
    session.flush()
    states = (None, "draft")
    versions.keep(session, actor, "draft", "collection", collection.id, _fields(collection), states, is_first=True)
    return collection


def revise(session: Session, actor: Actor, collection_id: int, revision: int, data: Mapping[str, Any]) -> Collection:
    """Change a collection from what ``CollectionSchema.load`` returned, at once where it is published.

    Raises NotFound, StaleRevision and Invalid.
    """
    collection = _kept(session, actor, collection_id)
    versions.require_revision(collection, revision)
    return _change(session, actor, collection, data, "revise")


def publish(session: Session, actor: Actor, collection_id: int, data: Mapping[str, Any]) -> Collection:
    """Show a collection from a moment on, from what ``ShownSchema.load`` returned; raise Invalid for an empty one."""
    collection = _kept(session, actor, collection_id)
    if not collection.items:
        raise Invalid({"items": [N_("专题里还没有内容，不能公布。")]})
    before = collection.state_at(now())
    publishing.set_time(collection, data)
    session.flush()
    states = (before, collection.state_at(now()))
    versions.keep(session, actor, "publish", "collection", collection.id, _fields(collection), states)
    return collection


def withdraw(session: Session, actor: Actor, collection_id: int) -> Collection:
    """Make a collection a draft again; it is gone from every page at once. Raises Conflict where it is one."""
    collection = _kept(session, actor, collection_id)
    before = collection.state_at(now())
    publishing.unset_time(collection)
    session.flush()
    versions.keep(session, actor, "withdraw", "collection", collection.id, _fields(collection), (before, "draft"))
    return collection


def bring_back(session: Session, actor: Actor, collection_id: int, version_id: int) -> Collection:
    """Give a collection the content it had in a version; whether it is published stays as it is.

    A record that was deleted since is left out. Raises NotFound, and Conflict where nothing would change.
    """
    collection = _kept(session, actor, collection_id)
    kept = versions.version(session, "collection", collection_id, version_id).fields
    held = [{"address": (noun, number), "note": note} for noun, number, note in kept["items"]]
    data = {**{name: kept[name] for name in ("title", "lead", "language")},
            "items": [it for it in held if items.exists(session, it["address"])]}  # fmt: skip
    present = _fields(collection)
    if all(present[name] == kept[name] for name in ("title", "lead", "language", "items")):
        raise Conflict(N_("现在的内容与那时相同，没有改动。"))
    return _change(session, actor, collection, data, "bring_back")


def history(session: Session, actor: Actor, collection_id: int) -> list[versions.Step]:
    """Return what was done with a collection, the latest first."""
    _kept(session, actor, collection_id)
    return versions.steps(session, "collection", collection_id)


def _change(session: Session, actor: Actor, collection: Collection, data: Mapping[str, Any], verb: str) -> Collection:
    _fill(session, collection, data)
    # Items are rows of their own: the collection is told that it changed, so that its revision rises.
    collection.updated_at = now()
    session.flush()
    state = collection.state_at(now())
    versions.keep(session, actor, verb, "collection", collection.id, _fields(collection), (state, state))
    return collection


def _fill(session: Session, collection: Collection, data: Mapping[str, Any]) -> None:
    texts = {name: data[name] for name in _TEXTS} | {"items": "\n".join(it["note"] for it in data["items"])}
    versions.require_publishable(session, texts)
    unknown = [it["address"] for it in data["items"] if not items.exists(session, it["address"])]
    if unknown:
        raise Invalid({"items": [N_("有一条记录不存在，请核对网址。")]})
    if collection.shown_from is not None and not data["items"]:
        raise Invalid({"items": [N_("已公布的专题不能是空的；请先撤下。")]})
    for name in ("title", "lead", "language"):
        setattr(collection, name, data[name])
    collection.items = [
        CollectionItem(position=place, noun=it["address"][0], object_id=it["address"][1], note=it["note"])
        for place, it in enumerate(data["items"], start=1)
    ]


def _fields(collection: Collection) -> dict[str, Any]:
    plain = {name: getattr(collection, name) for name in ("title", "lead", "language", "shown_from", "shown_until")}
    return {**plain, "items": [[it.noun, it.object_id, it.note] for it in collection.items]}


def _references(collection: Collection) -> Sequence[items.Reference]:
    return [(it.noun, it.object_id) for it in collection.items]


def _kept(session: Session, actor: Actor, collection_id: int) -> Collection:
    require(actor, Permission.SHOWCASE_CURATE)
    return get(session, actor, collection_id)
