"""The verbs of a story."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import DealStory, Evidence, Story
from marketplace.permissions import Actor, Permission, require
from marketplace.services.files import holding, pictures
from marketplace.services.files.holding import Files
from marketplace.services.showcase import items, publishing, versions

FIELDS = (
    "title", "lead", "text", "language", "picture_id", "picture_text", "consent", "appearing", "agreed_on",
)  # fmt: skip
_TEXTS = ("title", "lead", "text", "picture_text")
# Wide enough for the widest column on a fine screen, in pixels.
_LONGEST_SIDE = 1600


def get(session: Session, actor: Actor, story_id: int) -> Story:
    """Return a story the actor may see now; raise NotFound."""
    story = session.get(Story, story_id, options=items.pictured())
    if story is None or not publishing.is_seen(actor, story, now()):
        raise NotFound("story", story_id)
    return story


def listed(session: Session, *, limit: int, after: int | None = None, language: str | None = None) -> list[Story]:
    """Return the stories everybody sees now, the newest first, from below the id ``after``.

    Of one that is told in both languages a reader of a ``language`` gets the one in his.
    """
    query = sa.select(Story).where(items.shown_at(Story, now())).options(*items.pictured())
    if language is not None:
        other = DealStory.story_id if language == "en" else DealStory.english_id
        both = sa.select(other).where(DealStory.english_id.is_not(None))
        query = query.where(Story.id.not_in(both))
    query = query.order_by(Story.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Story.id < after)))


def in_other_language(session: Session, story: Story) -> Story | None:
    """Return the same story as it is told in the other language, where everybody sees it now."""
    held = session.scalar(
        sa.select(DealStory).where(sa.or_(DealStory.story_id == story.id, DealStory.english_id == story.id))
    )
    other = None if held is None else held.english_id if held.story_id == story.id else held.story_id
    query = sa.select(Story).where(Story.id == other, items.shown_at(Story, now()))
    return session.scalar(query) if other is not None else None


def at_desk(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Story]:
    """Return every story, drafts included, the newest first; raise NotAllowed."""
    require(actor, Permission.SHOWCASE_CURATE)
    query = sa.select(Story).options(*items.pictured()).order_by(Story.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Story.id < after)))


def add(session: Session, actor: Actor, data: Mapping[str, Any]) -> Story:
    """Begin a story, as a draft, from what ``StorySchema.load`` returned; raise Invalid."""
    require(actor, Permission.SHOWCASE_CURATE)
    versions.require_publishable(session, {name: data[name] for name in _TEXTS})
    story = Story(**data)
    session.add(story)
    session.flush()
    versions.keep(session, actor, "draft", "story", story.id, _fields(story), (None, "draft"), is_first=True)
    return story


def revise(session: Session, actor: Actor, story_id: int, revision: int, data: Mapping[str, Any]) -> Story:
    """Change a story from what ``StorySchema.load`` returned, at once where it is published.

    Raises NotFound, StaleRevision, and Invalid also for what a published story cannot be without.
    """
    story = _kept(session, actor, story_id)
    versions.require_revision(story, revision)
    return _change(session, actor, story, data, "revise")


def give_picture(
    session: Session, actor: Actor, files: Files, story_id: int, name: str, content: bytes, picture_text: str
) -> Story:
    """Give a story a picture, cleaned and kept as every file is, no larger than a page needs.

    Raises FileRefused, and Invalid where nothing says what the picture shows.
    """
    story = _kept(session, actor, story_id)
    if not picture_text.strip():
        raise Invalid({"picture_text": [N_("请用一句话说明图片里是什么，看不见图片的人听得到。")]})
    _kind, reduced = pictures.cleaned(name, content, _LONGEST_SIDE)
    held = holding.attach(session, actor, files, "story", story.id, name, reduced, "photo")
    changed = {"picture_id": held.id, "picture_text": picture_text.strip()}
    return _change(session, actor, story, changed, "revise")


def take_picture_away(session: Session, actor: Actor, story_id: int) -> Story:
    """Show a story without its picture; the file stays with the story, so that it can be brought back."""
    story = _kept(session, actor, story_id)
    return _change(session, actor, story, {"picture_id": None}, "revise")


def publish(session: Session, actor: Actor, story_id: int, data: Mapping[str, Any]) -> Story:
    """Show a story from a moment on, from what ``ShownSchema.load`` returned; raise Invalid for what it lacks."""
    story = _kept(session, actor, story_id)
    before = story.state_at(now())
    _require_whole(_fields(story))
    publishing.set_time(story, data)
    session.flush()
    versions.keep(session, actor, "publish", "story", story.id, _fields(story), (before, story.state_at(now())))
    return story


def withdraw(session: Session, actor: Actor, story_id: int) -> Story:
    """Make a story a draft again; it is gone from every page at once. Raises Conflict where it is one."""
    story = _kept(session, actor, story_id)
    before = story.state_at(now())
    publishing.unset_time(story)
    session.flush()
    versions.keep(session, actor, "withdraw", "story", story.id, _fields(story), (before, "draft"))
    return story


def bring_back(session: Session, actor: Actor, story_id: int, version_id: int) -> Story:
    """Give a story the content it had in a version; whether it is published stays as it is.

    Raises NotFound, and Conflict where nothing would change.
    """
    story = _kept(session, actor, story_id)
    kept = dict(versions.version(session, "story", story_id, version_id).fields)
    fields = {name: kept[name] for name in FIELDS}
    fields["agreed_on"] = dt.date.fromisoformat(fields["agreed_on"]) if fields["agreed_on"] else None
    if fields["picture_id"] is not None and session.get(Evidence, fields["picture_id"]) is None:
        fields["picture_id"] = None
    if all(getattr(story, name) == value for name, value in fields.items()):
        raise Conflict(N_("现在的内容与那时相同，没有改动。"))
    return _change(session, actor, story, fields, "bring_back")


def history(session: Session, actor: Actor, story_id: int) -> list[versions.Step]:
    """Return what was done with a story, the latest first."""
    _kept(session, actor, story_id)
    return versions.steps(session, "story", story_id)


def _change(session: Session, actor: Actor, story: Story, data: Mapping[str, Any], verb: str) -> Story:
    versions.require_publishable(session, {name: data[name] for name in _TEXTS if name in data})
    if story.shown_from is not None:
        _require_whole({**_fields(story), **data})
    for name, value in data.items():
        setattr(story, name, value)
    session.flush()
    session.refresh(story, ["picture"])
    state = story.state_at(now())
    versions.keep(session, actor, verb, "story", story.id, _fields(story), (state, state))
    return story


def _require_whole(fields: Mapping[str, Any]) -> None:
    """Raise Invalid for what a story cannot be published without."""
    lacking = {}
    if not fields["text"]:
        lacking["text"] = [N_("没有正文，不能公布。")]
    if fields["consent"] == "open":
        lacking["consent"] = [N_("请先写明文字和图片里有没有人，本人是否同意，然后才能公布；已公布的请先撤下。")]
    if lacking:
        raise Invalid(lacking)


def _fields(story: Story) -> dict[str, Any]:
    return {name: getattr(story, name) for name in (*FIELDS, "shown_from", "shown_until")}


def _kept(session: Session, actor: Actor, story_id: int) -> Story:
    require(actor, Permission.SHOWCASE_CURATE)
    return get(session, actor, story_id)
