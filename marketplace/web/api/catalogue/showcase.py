"""What the province shows first: the front page as it is now, collections and stories. They are written on pages."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import url_for
from flask_babel import lazy_gettext as _

from marketplace.models import Collection, Story
from marketplace.models.curation.showcase import TEXT_LANGUAGES
from marketplace.permissions import VISITOR
from marketplace.runtime import runtime
from marketplace.schemas.showcase import PATHS
from marketplace.services.showcase import collections, stories
from marketplace.services.showcase.front import Standing, front_page
from marketplace.services.showcase.items import Card, has_picture
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import NUMBER, Blueprint
from marketplace.web.api.questions import PageQuerySchema
from marketplace.web.showcase.names import card_url

blueprint = Blueprint("api_showcase", __name__, url_prefix="/showcase", description=_("展示：首页、专题和故事"))


class CardSchema(ma.Schema):
    """A record that is pointed at, as far as everybody sees it."""

    noun = ma.fields.String(required=True, validate=ma.validate.OneOf(tuple(PATHS.values())))
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    lead = ma.fields.String(required=True)
    language = ma.fields.String(required=True)
    note = ma.fields.String(required=True, metadata={"description": _("推荐语")})
    url = ma.fields.String(required=True, metadata={"description": _("公开页面的网址")})
    picture_url = ma.fields.String(required=True, allow_none=True)
    picture_text = ma.fields.String(required=True, metadata={"description": _("图片说明")})


class MonthCardSchema(CardSchema):
    month = ma.fields.String(required=True, metadata={"description": _("哪个月的展示，例如 2026-03")})


class FrontPageSchema(ma.Schema):
    month = ma.fields.Nested(MonthCardSchema, required=True, allow_none=True)
    top = ma.fields.Nested(CardSchema, required=True, allow_none=True)
    row = ma.fields.List(ma.fields.Nested(CardSchema), required=True)


class StorySummarySchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    lead = ma.fields.String(required=True)
    language = ma.fields.String(required=True, validate=ma.validate.OneOf(TEXT_LANGUAGES))
    published_at = ma.fields.DateTime(required=True)
    url = ma.fields.String(required=True, metadata={"description": _("公开页面的网址")})
    picture_url = ma.fields.String(required=True, allow_none=True)
    picture_text = ma.fields.String(required=True, metadata={"description": _("图片说明")})


class WholeStorySchema(StorySummarySchema):
    text = ma.fields.String(required=True, metadata={"description": _("正文，每段一行")})


class StoriesSchema(ma.Schema):
    stories = ma.fields.List(ma.fields.Nested(StorySummarySchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class CollectionsSchema(ma.Schema):
    collections = ma.fields.List(ma.fields.Nested(CardSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class WholeCollectionSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    lead = ma.fields.String(required=True)
    language = ma.fields.String(required=True, validate=ma.validate.OneOf(TEXT_LANGUAGES))
    published_at = ma.fields.DateTime(required=True)
    url = ma.fields.String(required=True, metadata={"description": _("公开页面的网址")})
    items = ma.fields.List(
        ma.fields.Nested(CardSchema), required=True, metadata={"description": _("按次序；不再公开的不在其中")}
    )


@blueprint.route("/front-page")
@blueprint.doc(
    operationId="getFrontPage",
    summary=_("读取首页现在的精选"),
    description=_("本月展示、头条和推荐栏；没有放内容的位置为空。"),
)
@blueprint.response(200, FrontPageSchema)
def front() -> dict[str, Any]:
    with runtime().sessions() as session:
        found = front_page(session)
        month = found.month and {**_standing(found.month), "month": f"{found.month.slot.month:%Y-%m}"}
        return {
            "month": month,
            "top": found.top and _standing(found.top),
            "row": [_standing(it) for it in found.row],
        }


@blueprint.route("/stories")
@blueprint.doc(operationId="listStories", summary=_("列出公布的故事"), description=_("新的在前。"))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, StoriesSchema)
def story_list(question: dict[str, Any]) -> dict[str, Any]:
    limit = question["limit"]
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = stories.listed(session, limit=limit + 1, after=position(question))
        return {
            "stories": [_story(it) for it in found[:limit]],
            "next": cursor(question, found[limit - 1].id) if len(found) > limit else None,
        }


@blueprint.route(f"/stories/<{NUMBER}:story_id>")
@blueprint.doc(operationId="getStory", summary=_("读取一篇故事"), description=_("没有公布的答复 404。"))
@blueprint.response(200, WholeStorySchema)
def story(story_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        found = stories.get(session, VISITOR, story_id)
        return {**_story(found), "text": found.text}


@blueprint.route("/collections")
@blueprint.doc(
    operationId="listCollections",
    summary=_("列出公布的专题"),
    description=_("新的在前；一页可能少于要求的条数，以 next 为准。"),
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, CollectionsSchema)
def collection_list(question: dict[str, Any]) -> dict[str, Any]:
    with runtime().sessions() as session:
        found, following = collections.listed(session, limit=question["limit"], after=position(question))
        return {
            "collections": [_card(it) for it in found],
            "next": cursor(question, following),
        }


@blueprint.route(f"/collections/<{NUMBER}:collection_id>")
@blueprint.doc(operationId="getCollection", summary=_("读取一个专题"), description=_("没有公布的答复 404。"))
@blueprint.response(200, WholeCollectionSchema)
def collection(collection_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        found = collections.get(session, VISITOR, collection_id)
        return {
            **_of(found),
            "url": url_for("showcase.collection", collection_id=found.id, _external=True),
            "items": [_card(it.card, it.note) for it in collections.members(session, found)],
        }


def _of(record: Story | Collection) -> dict[str, Any]:
    names = ("id", "title", "lead", "language")
    return {**{name: getattr(record, name) for name in names}, "published_at": record.shown_from}


def _story(story: Story) -> dict[str, Any]:
    return {
        **_of(story),
        "url": url_for("showcase.story", story_id=story.id, _external=True),
        **_picture(story if has_picture(story) else None),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return _card(standing.card, standing.slot.note)


def _card(card: Card, note: str = "") -> dict[str, Any]:
    names = ("noun", "id", "title", "lead", "language")
    return {
        **{name: getattr(card, name) for name in names},
        "note": note,
        "url": card_url(card, _external=True),
        **_picture(card.pictured),
    }


def _picture(story: Story | None) -> dict[str, Any]:
    if story is None:
        return {"picture_url": None, "picture_text": ""}
    address = url_for("showcase.picture", story_id=story.id, _external=True)
    return {"picture_url": address, "picture_text": story.picture_text}
