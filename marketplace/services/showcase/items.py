"""What the public sees of a record that a collection or the front page points at, and why it does not see another.

A record that is no longer public has no card, so it disappears wherever it was pointed at, at once. A new kind of
record is one line of ``KINDS``, one of ``schemas.showcase.PATHS`` and one of ``web.showcase.names.KINDS``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.errors import N_
from marketplace.models import Achievement, Evidence, Story, Studio
from marketplace.models import Collection as Theme
from marketplace.permissions import VISITOR, readable
from marketplace.schemas.disclosure import PUBLIC, layer_of

Reference = tuple[str, int]

GONE = N_("这条记录已不存在")
_HIDDEN = {
    "unpublished": N_("这项成果还没有公布"),
    "revoked": N_("这项成果已经撤销"),
    "closed": N_("这个工作室已经撤销"),
    "draft": N_("还是草稿，没有公布"),
    "scheduled": N_("公布的时间还没有到"),
    "over": N_("公布的期限已过"),
    "empty": N_("里面没有公众看得到的内容"),
}
_LONGEST_LEAD = 140


@dataclass(frozen=True, slots=True)
class Card:
    """What the public sees of a record before opening it. ``pictured`` is the story whose picture stands for it."""

    noun: str
    id: int
    title: str
    lead: str
    language: str
    pictured: Story | None = None
    facts: tuple[str, ...] = ()
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as the desk sees it: its title, None where it is gone, and why the public does not see it, if so."""

    title: str | None
    hidden: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that can be pointed at, and what gives the cards of those the public sees at a moment."""

    model: type[Achievement | Story | Studio | Theme]
    cards: Callable[[Session, Collection[int], dt.datetime], dict[int, Card]]


def cards(session: Session, wanted: Iterable[Reference], moment: dt.datetime) -> dict[Reference, Card]:
    """Return the cards of the records the public sees at a moment, a few queries for each kind."""
    ids: dict[str, list[int]] = {}
    for noun, number in wanted:
        ids.setdefault(noun, []).append(number)
    return {
        (noun, number): card
        for noun, numbers in ids.items() if noun in KINDS
        for number, card in KINDS[noun].cards(session, numbers, moment).items()
    }  # fmt: skip


def seen(session: Session, wanted: Iterable[Reference], moment: dt.datetime) -> dict[Reference, Seen]:
    """Return how the desk sees each record that is pointed at."""
    wanted = list(wanted)
    shown = cards(session, wanted, moment)
    return {it: Seen(shown[it].title, None) if it in shown else _unseen(session, it, moment) for it in wanted}


def exists(session: Session, reference: Reference) -> bool:
    """Say whether there is such a record, whoever may see it."""
    return session.get(KINDS[reference[0]].model, reference[1]) is not None


def pictured() -> tuple[sa.orm.interfaces.ORMOption, ...]:
    """Return what loads the picture of a story with it."""
    return (joinedload(Story.picture).joinedload(Evidence.stored),)


def has_picture(story: Story) -> bool:
    """Say whether the picture of a story may be given out: it was chosen, and nothing is wrong with its file."""
    stored = story.picture.stored if story.picture is not None else None
    return stored is not None and stored.scan in ("clean", "unscanned") and stored.text != "marked"


def shown_at(model: type[Story] | type[Theme], moment: dt.datetime) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition, whether the public sees a story or a collection at a moment."""
    return sa.and_(model.shown_from <= moment, sa.or_(model.shown_until.is_(None), model.shown_until > moment))


def _achievements(session: Session, ids: Collection[int], _moment: dt.datetime) -> dict[int, Card]:
    query = sa.select(Achievement).where(Achievement.id.in_(ids), readable(Achievement, VISITOR))
    found = session.scalars(query.options(selectinload(Achievement.units)))
    return {
        it.id: Card("achievement", it.id, it.title, _lead(it), it.language, facts=tuple(u.name for u in it.units[:1]))
        for it in found
    }


def _lead(achievement: Achievement) -> str:
    """Return the teaser, or the beginning of the summary where that is open to everybody."""
    summary = achievement.summary if layer_of(achievement, "summary") == PUBLIC else ""
    return _beginning(achievement.teaser or summary)


def _beginning(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LEAD else f"{text[:_LONGEST_LEAD]}…"


def _studios(session: Session, ids: Collection[int], _moment: dt.datetime) -> dict[int, Card]:
    query = sa.select(Studio).where(Studio.id.in_(ids), Studio.state != "closed")
    found = session.scalars(query.options(joinedload(Studio.organisation)))
    return {
        it.id: Card("studio", it.id, it.name, _beginning(it.story or it.field), "zh", facts=(it.organisation.name,))
        for it in found
    }


def _stories(session: Session, ids: Collection[int], moment: dt.datetime) -> dict[int, Card]:
    query = sa.select(Story).where(Story.id.in_(ids), shown_at(Story, moment)).options(*pictured())
    return {it.id: _story(it) for it in session.scalars(query)}


def _story(story: Story) -> Card:
    picture = story if has_picture(story) else None
    return Card("story", story.id, story.title, story.lead, story.language, pictured=picture)


def _collections(session: Session, ids: Collection[int], moment: dt.datetime) -> dict[int, Card]:
    query = sa.select(Theme).where(Theme.id.in_(ids), shown_at(Theme, moment)).options(selectinload(Theme.items))
    found = list(session.scalars(query))
    inside = cards(session, {(it.noun, it.object_id) for theme in found for it in theme.items}, moment)
    shown = {}
    for theme in found:
        held = [inside[at] for item in theme.items if (at := (item.noun, item.object_id)) in inside]
        if held:
            picture = next((card.pictured for card in held if card.pictured), None)
            shown[theme.id] = Card(
                "collection", theme.id, theme.title, _beginning(theme.lead), theme.language, picture, size=len(held)
            )
    return shown


KINDS: Mapping[str, Kind] = {
    "achievement": Kind(Achievement, _achievements),
    "collection": Kind(Theme, _collections),
    "story": Kind(Story, _stories),
    "studio": Kind(Studio, _studios),
}


def _unseen(session: Session, reference: Reference, moment: dt.datetime) -> Seen:
    kind = KINDS.get(reference[0])
    record = session.get(kind.model, reference[1]) if kind is not None else None
    if isinstance(record, Studio):
        return Seen(record.name, _HIDDEN["closed"])
    if isinstance(record, Achievement):
        return Seen(record.title, _HIDDEN[record.published_state])
    if isinstance(record, Story | Theme):
        return Seen(record.title, _HIDDEN.get(record.state_at(moment), _HIDDEN["empty"]))
    return Seen(None, GONE)
