"""Stories and collections, open to everybody while they are published; the desk sees drafts here as well."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, send_file

from marketplace.db import now
from marketplace.errors import NotFound
from marketplace.models import Collection, Story
from marketplace.permissions import Permission, can
from marketplace.runtime import runtime
from marketplace.services.files import holding
from marketplace.services.showcase import collections, stories
from marketplace.services.showcase.items import has_picture
from marketplace.web import language
from marketplace.web.actor import actor
from marketplace.web.security import inert
from marketplace.web.showcase.linked_data import of_collection, of_story

blueprint = Blueprint("showcase", __name__)

_PAGE = 20


@blueprint.get("/stories")
def story_list() -> str:
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        after, told_in = request.args.get("after", type=int), "en" if language.current() == "en" else "zh"
        found = stories.listed(session, limit=_PAGE + 1, after=after, language=told_in)
        return render_template(
            "showcase/stories.html",
            stories=found[:_PAGE],
            pictured=[it.id for it in found if has_picture(it)],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.get("/stories/<int:story_id>")
def story(story_id: int) -> str:
    with runtime().sessions() as session:
        found = stories.get(session, actor(), story_id)
        return render_template(
            "showcase/story.html",
            story=found,
            other=stories.in_other_language(session, found),
            paragraphs=[line for line in found.text.splitlines() if line.strip()],
            has_picture=has_picture(found),
            linked_data=of_story(found),
            **_at_desk(found),
        )


@blueprint.get("/stories/<int:story_id>/picture")
@inert
def picture(story_id: int) -> Response:
    """Give out the picture of a story to whoever may see it; a browser asks each time whether it is still there."""
    with runtime().sessions() as session:
        found = stories.get(session, actor(), story_id)
        if found.picture_id is None or not has_picture(found):
            raise NotFound("file", story_id)
        held, path = holding.given_out(session, actor(), runtime().files, "story", story_id, found.picture_id)
        answer = send_file(path, held.media_type, etag=held.sha256, max_age=0)
    is_public = found.state_at(now()) == "published"
    answer.headers["Cache-Control"] = "no-cache" if is_public else "private, no-store"
    return answer


@blueprint.get("/collections")
def collection_list() -> str:
    with runtime().sessions() as session:
        cards, next_after = collections.listed(session, limit=_PAGE, after=request.args.get("after", type=int))
        return render_template("showcase/collections.html", cards_shown=cards, next_after=next_after)


@blueprint.get("/collections/<int:collection_id>")
def collection(collection_id: int) -> str:
    with runtime().sessions() as session:
        found = collections.get(session, actor(), collection_id)
        members = collections.members(session, found)
        return render_template(
            "showcase/collection.html",
            collection=found,
            members=members,
            linked_data=of_collection(found, members),
            **_at_desk(found),
        )


def _at_desk(record: Story | Collection) -> dict[str, Any]:
    """Return whether the reader composes the showcase, and the state to tell him where the public does not see it."""
    state = record.state_at(now())
    may_curate = can(actor(), Permission.SHOWCASE_CURATE)
    return {"may_curate": may_curate, "unseen_state": state if state != "published" else None}
