"""The novelty check for programs: the records nearest to a new text, and where it differs from each."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.indexing import novelty
from marketplace.runtime import runtime
from marketplace.schemas.novelty import NewTextSchema
from marketplace.web.api.answers import ReferenceSchema
from marketplace.web.api.catalogue import demands
from marketplace.web.api.parsing import BODY_MESSAGES, Blueprint, actor
from search.matching.novelty import Verdict

blueprint = Blueprint("api_novelty", __name__, url_prefix="/novelty", description=_("查新"))

EXAMPLE = {name: demands.EXAMPLE[name] for name in ("title", "text")}


class NewTextBodySchema(NewTextSchema):
    error_messages = BODY_MESSAGES


def _verdict() -> ma.fields.String:
    meaning = _("same 相同，improvement 有改进，other_method 同一难题的另一种方法，new 没有相近的")
    return ma.fields.String(required=True, validate=ma.validate.OneOf(list(Verdict)), metadata={"description": meaning})


class PlaceSchema(ma.Schema):
    """A passage; the offsets count characters of the field, the end not included."""

    field = ma.fields.String(required=True)
    start = ma.fields.Integer(required=True)
    end = ma.fields.Integer(required=True)
    quote = ma.fields.String(required=True)


class DifferenceSchema(ma.Schema):
    new = ma.fields.Nested(PlaceSchema, required=True, metadata={"description": _("新文本中的一句")})
    record = ma.fields.Nested(
        PlaceSchema, required=True, allow_none=True, metadata={"description": _("成果中最接近的一句；没有时为空")}
    )


class NearSchema(ma.Schema):
    achievement = ma.fields.Nested(ReferenceSchema, required=True)
    verdict = _verdict()
    cosine = ma.fields.Float(required=True, metadata={"description": _("语义相似度（余弦）")})
    shared = ma.fields.Float(
        required=True, metadata={"description": _("新文本的用字有多少也在该成果中，按罕见程度加权，0 到 1")}
    )
    differences = ma.fields.List(ma.fields.Nested(DifferenceSchema), required=True)


class CheckSchema(ma.Schema):
    verdict = _verdict()
    nearest = ma.fields.List(ma.fields.Nested(NearSchema), required=True)


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="checkNovelty",
    summary=_("查新：与已有成果对照"),
    description=_("逐句指出与最相近成果的差别，供人判定；不保存内容，也不拦下任何提交。"),
)
@blueprint.arguments(NewTextBodySchema, example=EXAMPLE)
@blueprint.response(200, CheckSchema)
def check(new_text: dict[str, Any]) -> novelty.Check:
    held = runtime()
    with held.sessions() as session, held.catalogue.asking() as (engine, embedder):
        return novelty.check(session, engine, embedder, actor(), **new_text)
