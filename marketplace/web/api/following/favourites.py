"""The records a person has marked, for his programs."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Favourite
from marketplace.models.following.saved_search import SEARCHED
from marketplace.runtime import runtime
from marketplace.schemas.favourite import LONGEST_NOTE, FavouriteSchema
from marketplace.schemas.fields import Text
from marketplace.services import favourite
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_favourites", __name__, url_prefix="/favourites", description=_("收藏"))

NOUN = f"any({', '.join(SEARCHED)})"


class FavouriteAnswerSchema(ma.Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(SEARCHED))
    id = ma.fields.Integer(required=True, metadata={"description": _("收藏的记录的编号")})
    note = ma.fields.String(required=True)


class MarkedAnswerSchema(FavouriteAnswerSchema):
    title = ma.fields.String(required=True, allow_none=True, metadata={"description": _("您现在看不到的记录为空")})


class FavouritesSchema(ma.Schema):
    favourites = ma.fields.List(ma.fields.Nested(MarkedAnswerSchema), required=True)


class FavouriteBodySchema(FavouriteSchema):
    error_messages = BODY_MESSAGES
    # What is not said of the note leaves it as it is.
    note = Text(LONGEST_NOTE)


@blueprint.route("")
@blueprint.doc(operationId="listFavourites", summary=_("列出自己的收藏"), description=_("新的在前。"), security=TOKEN)
@blueprint.response(200, FavouritesSchema)
def listing() -> Response:
    with runtime().sessions() as session:
        marked = favourite.listed(session, actor())
        return jsonify(
            {"favourites": [{**_told(it.favourite), "title": it.record and it.record.title} for it in marked]}
        )


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>", methods=["POST"])
@blueprint.doc(
    operationId="markFavourite",
    summary=_("收藏一条您看得到的记录"),
    description=_("已经收藏的，只改备注。"),
    security=TOKEN,
)
@blueprint.arguments(FavouriteBodySchema, example={"note": "问问价格"})
@blueprint.response(200, FavouriteAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def mark(data: dict[str, Any], noun: str, object_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(favourite.mark(session, actor(), noun, object_id, data.get("note"))))


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>/remove", methods=["POST"])
@blueprint.doc(operationId="removeFavourite", summary=_("取消收藏"), description=_("没有收藏的不变。"), security=TOKEN)
@blueprint.response(204)
def unmark(noun: str, object_id: int) -> None:
    with unit_of_work(runtime().sessions) as session:
        favourite.unmark(session, actor(), noun, object_id)


def _told(it: Favourite) -> dict[str, Any]:
    return {"kind": it.kind, "id": it.object_id, "note": it.note}
