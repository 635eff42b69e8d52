"""Saved searches for the programs of a person: kept, read with what was found, paused and deleted."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import SavedSearch
from marketplace.models.following.saved_search import FREQUENCIES, SEARCHED
from marketplace.runtime import runtime
from marketplace.schemas.fields import Whole
from marketplace.schemas.saved_search import RevisedSearchSchema, SavedSearchSchema
from marketplace.services.saved_search import keeping, telling
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import LimitQuerySchema

blueprint = Blueprint("api_saved_searches", __name__, url_prefix="/saved-searches", description=_("保存的检索"))

EXAMPLE = {
    "name": "薄壁件", "kind": "achievement", "text": "薄壁件车削变形", "filters": {"industry": ["34"]},
    "frequency": "daily",
}  # fmt: skip
LOCATION = {"Location": {"description": _("这项检索的地址"), "schema": {"type": "string"}}}


class SavedSearchAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(SEARCHED))
    text = ma.fields.String(required=True)
    filters = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.List(ma.fields.String()), required=True)
    frequency = ma.fields.String(required=True, validate=ma.validate.OneOf(FREQUENCIES))
    is_paused = ma.fields.Boolean(required=True)
    feed = ma.fields.String(required=True, metadata={"description": _("订阅源的保密网址；知道它的人不用登录就能看")})


class SavedSearchesSchema(ma.Schema):
    saved_searches = ma.fields.List(ma.fields.Nested(SavedSearchAnswerSchema), required=True)


class FoundAnswerSchema(ma.Schema):
    """A record found for a saved search, and why."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(SEARCHED))
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    words = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("命中的词")})
    similarity = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": _("意思相近的程度；只按词找到的为空")}
    )
    solution = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("已知解法的路径")})
    found_at = ma.fields.DateTime(required=True)


class FoundSchema(ma.Schema):
    found = ma.fields.List(ma.fields.Nested(FoundAnswerSchema), required=True)


class SavedSearchBodySchema(SavedSearchSchema):
    error_messages = BODY_MESSAGES


class SavedSearchRevisionBodySchema(RevisedSearchSchema):
    error_messages = BODY_MESSAGES
    revision = Whole(1, 2**31 - 1, required=True)


@blueprint.route("")
@blueprint.doc(
    operationId="listSavedSearches",
    summary=_("列出自己保存的检索"),
    description=_("新的在前；只有自己的。"),
    security=TOKEN,
)
@blueprint.response(200, SavedSearchesSchema)
def listing() -> Response:
    with runtime().sessions() as session:
        return jsonify({"saved_searches": [_told(it) for it in keeping.listed(session, actor())]})


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="saveSearch",
    summary=_("保存一项检索"),
    description=_("检索词和筛选条件至少有一样；以后有新的或改过的结果就告诉您。"),
    security=TOKEN,
)
@blueprint.arguments(SavedSearchBodySchema, example=EXAMPLE)
@blueprint.response(201, SavedSearchAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def save(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        saved = keeping.save(session, actor(), data)
        answer = jsonify(_told(saved))
        answer.headers["Location"] = url_for(".one", saved_search_id=saved.id)
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:saved_search_id>")
@blueprint.doc(
    operationId="readSavedSearch",
    summary=_("读取一项保存的检索"),
    description=_("附订阅源的保密网址。"),
    security=TOKEN,
)
@blueprint.response(200, SavedSearchAnswerSchema)
def one(saved_search_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(_told(keeping.get(session, actor(), saved_search_id)))


@blueprint.route(f"/<{NUMBER}:saved_search_id>", methods=["PUT"])
@blueprint.doc(
    operationId="reviseSavedSearch",
    summary=_("改名称和多久告诉一次"),
    description=_("检索词和筛选条件不能改，请另存一项。"),
    security=TOKEN,
)
@blueprint.arguments(SavedSearchRevisionBodySchema, example={"name": "薄壁件", "frequency": "weekly", "revision": 1})
@blueprint.response(200, SavedSearchAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def revise(data: dict[str, Any], saved_search_id: int) -> Response:
    revision = data.pop("revision")
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(keeping.revise(session, actor(), saved_search_id, revision, data)))


@blueprint.route(f"/<{NUMBER}:saved_search_id>/found")
@blueprint.doc(
    operationId="readFoundForSavedSearch",
    summary=_("保存以后找到的记录"),
    description=_("您现在能看到的，新的在前，附找到的原因。"),
    security=TOKEN,
)
@blueprint.arguments(LimitQuerySchema, location="query")
@blueprint.response(200, FoundSchema)
def found(question: dict[str, Any], saved_search_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        saved = keeping.get(session, actor(), saved_search_id)
        hits = telling.found_for(session, actor(), saved, limit=question["limit"])
        return {
            "found": [
                {
                    "kind": record.kind, "id": record.id, "title": record.title, "words": hit.words,
                    "similarity": hit.similarity, "solution": hit.solution, "found_at": hit.found_at,
                }
                for hit, record in hits
            ]
        }  # fmt: skip


_ACTIONS = {"pause": keeping.pause, "resume": keeping.resume, "renew": keeping.renew_feed}


@blueprint.route(f"/<{NUMBER}:saved_search_id>/<any({', '.join(_ACTIONS)}):action>", methods=["POST"])
@blueprint.doc(
    operationId="stepOfSavedSearch",
    summary=_("暂停、继续一项检索，或者换掉订阅源的网址"),
    description=_("暂停时新的和改过的，继续以后不补告。"),
    security=TOKEN,
)
@blueprint.response(200, SavedSearchAnswerSchema)
def act(saved_search_id: int, action: str) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(_ACTIONS[action](session, actor(), saved_search_id)))


@blueprint.route(f"/<{NUMBER}:saved_search_id>/delete", methods=["POST"])
@blueprint.doc(
    operationId="deleteSavedSearch",
    summary=_("删除一项检索和为它找到的"),
    description=_("它的订阅源和退订的网址随即失效。"),
    security=TOKEN,
)
@blueprint.response(204)
def delete(saved_search_id: int) -> None:
    with unit_of_work(runtime().sessions) as session:
        keeping.delete(session, actor(), saved_search_id)


def _told(saved: SavedSearch) -> dict[str, Any]:
    names = ("id", "revision", "name", "kind", "text", "filters", "frequency")
    plain = {name: getattr(saved, name) for name in names}
    feed = url_for("feeds.saved", key=saved.feed_key, _external=True)
    return plain | {"is_paused": saved.paused_at is not None, "feed": feed}
