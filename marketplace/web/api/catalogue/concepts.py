"""The concepts of the thesaurus, with what staff changed: what the trades call things, and what solves what."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.errors import NotFound
from marketplace.runtime import runtime
from marketplace.schemas.thesaurus import ConceptSchema
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import Blueprint
from marketplace.web.api.questions import PageQuerySchema
from search.thesaurus import Concept, Kind

blueprint = Blueprint("api_concepts", __name__, url_prefix="/concepts", description=_("叙词"))


class ConceptQuerySchema(PageQuerySchema):
    q = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=60),
        metadata={"description": _("任何一种名称，中文或英文，或其中一段；不填则列出全部"), "examples": ["淬不硬"]},
    )
    kind = ma.fields.String(
        load_default=None,
        validate=ma.validate.OneOf(list(Kind)),
        metadata={"description": _("种类：问题、技术、设备、材料、性能、工艺、效果")},
    )


class ConceptAnswerSchema(ConceptSchema):
    """A concept as programs read it: what is only for being understood is left out."""

    class Meta(ConceptSchema.Meta):
        exclude = ("hidden", "revision")


class ConceptsSchema(ma.Schema):
    concepts = ma.fields.List(ma.fields.Nested(ConceptAnswerSchema), required=True)
    total = ma.fields.Integer(required=True)
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("")
@blueprint.doc(
    operationId="searchConcepts",
    summary=_("查找叙词"),
    description=_("按任何一种名称查找；名称完全相同的在前。检索和匹配就用这些叙词理解问题。"),
)
@blueprint.arguments(ConceptQuerySchema, location="query")
@blueprint.response(200, ConceptsSchema)
def listing(question: dict[str, Any]) -> dict[str, Any]:
    first = position(question) or 0
    found = [it for it in runtime().thesaurus.known().like(question["q"]) if question["kind"] in (None, it.kind)]
    last = first + question["limit"]
    return {
        "concepts": found[first:last],
        "total": len(found),
        "next": cursor(question, last) if last < len(found) else None,
    }


@blueprint.route("/<concept_id>")
@blueprint.doc(
    operationId="readConcept",
    summary=_("读取一条叙词"),
    description=_("名称、上位词、相关词；问题另有已知能解决它的技术。停用的不再给出。"),
)
@blueprint.response(200, ConceptAnswerSchema)
def one(concept_id: str) -> Concept:
    concept = runtime().thesaurus.known().concepts.get(concept_id)
    if concept is None:
        raise NotFound("concept", concept_id)
    return concept
