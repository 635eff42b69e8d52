"""Proposals for programs: the same services and rules as the pages."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Proposal
from marketplace.permissions import can_see_authors
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Text
from marketplace.schemas.proposal import (
    CompletionSchema,
    MergeSchema,
    PartlyAdoptedSchema,
    ProposalSchema,
    StatedReasonSchema,
    disclosed,
)
from marketplace.services.proposal import answering, merging, reading, support, writing
from marketplace.services.proposal.reading import Asked
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor, revision_read
from marketplace.web.api.questions import PageQuerySchema
from marketplace.web.api.revisions import ETAG, IF_MATCH, revised
from marketplace.web.proofs import proof_of

blueprint = Blueprint("api_proposals", __name__, url_prefix="/proposals", description=_("合理化建议"))

LOCATION = {"Location": {"description": _("这条建议的地址"), "schema": {"type": "string"}}}
EXAMPLE = {
    "present_state": "每班换刀四次，每次停机二十分钟。",
    "measure": "改用快换刀座，刀具预先对好。",
    "expected_effect": "每班多出八十分钟。",
    "category": "efficiency",
}
_AUTHORS = {"submit": writing.submit, "withdraw": writing.withdraw}


class ProposalBodySchema(ProposalSchema):
    """A proposal as a client writes it."""

    class Meta(ProposalSchema.Meta):
        fields = (
            "title", "present_state", "measure", "expected_effect", "benefit_metric", "category", "crew",
            "is_pseudonymous", "organisation_id", "authors",
        )  # fmt: skip

    error_messages = BODY_MESSAGES


class ProposalAnswerSchema(ProposalSchema):
    """A proposal as it is given out; ``authors`` is empty for whoever may not know them."""

    class Meta(ProposalSchema.Meta):
        exclude = ("organisation_id",)


class ProposalPageSchema(ma.Schema):
    proposals = ma.fields.List(ma.fields.Nested(ProposalAnswerSchema), required=True)
    next = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("下一页的 cursor；没有下一页时为空")}
    )


class ProposalQuerySchema(PageQuerySchema):
    q = ma.fields.String(
        load_default="", metadata={"description": _("要找的词语；不填则列出全部"), "examples": ["换刀"]}
    )
    state = ma.fields.String(load_default="", metadata={"description": _("所处状态")})


class StepSchema(DomainSchema):
    """A step by its name, and the reason where it needs one."""

    action = Text(40, required=True)
    reason = Text(2000, load_default=None)


class SupportAnswerSchema(ma.Schema):
    supporters = ma.fields.Integer(required=True, metadata={"description": _("支持的人数")})


@blueprint.route("")
@blueprint.doc(
    operationId="listProposals",
    summary=_("列出您能看到的建议"),
    description=_("最新的在前，按 next 逐页读取，一页可能不满；草稿除外。没有令牌时只有评上的金点子。"),
)
@blueprint.arguments(ProposalQuerySchema, location="query")
@blueprint.response(200, ProposalPageSchema)
def listing(question: dict[str, Any]) -> Response:
    limit, asked = question["limit"], Asked(text=question["q"].strip()[:300], state=question["state"])
    with runtime().sessions() as session:
        found = reading.page(session, actor(), asked, limit=limit, after=position(question))
        return jsonify(
            proposals=[_shown(proposal) for proposal in found.proposals],
            next=cursor(question, found.next_after),
        )


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="draftProposal",
    summary=_("起草一条建议"),
    description=_("保存为草稿，只有作者看得到；再用 submit 一步提交给单位。"),
    security=TOKEN,
)
@blueprint.arguments(ProposalBodySchema, example=EXAMPLE)
@blueprint.response(201, ProposalAnswerSchema, headers=LOCATION | ETAG)
def draft(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        proposal = writing.draft(session, actor(), data)
        answer = revised(_shown(proposal), proposal.revision)
    answer.status_code, answer.location = 201, url_for("api_proposals.one", proposal_id=proposal.id)
    answer.cache_control.no_store = True
    return answer


@blueprint.route(f"/<{NUMBER}:proposal_id>")
@blueprint.doc(operationId="readProposal", summary=_("读取一条建议"), description=_("不署名的建议不给出作者。"))
@blueprint.response(200, ProposalAnswerSchema, headers=ETAG)
@blueprint.alt_response(304, "NOT_MODIFIED")
def one(proposal_id: int) -> Response:
    with runtime().sessions() as session:
        proposal = reading.get(session, actor(), proposal_id)
        return revised(_shown(proposal), proposal.revision)


@blueprint.route(f"/<{NUMBER}:proposal_id>", methods=["PUT"])
@blueprint.doc(
    operationId="saveProposal",
    summary=_("修改自己的建议"),
    description=_("草稿或退回的建议，整条替换；版本不符时拒绝。"),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@blueprint.arguments(ProposalBodySchema, example=EXAMPLE)
@blueprint.response(200, ProposalAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def save(data: dict[str, Any], proposal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        proposal = writing.save(session, actor(), proposal_id, revision_read(), data)
        return revised(_shown(proposal), proposal.revision)


@blueprint.route(f"/<{NUMBER}:proposal_id>/steps", methods=["POST"])
@blueprint.doc(
    operationId="stepProposal",
    summary=_("把建议推进一步"),
    description=_(
        "作者：submit、withdraw。单位：screen、reject、take_up、adopt、shelve、decline、return、begin。退回和不采纳须写理由。"
    ),
    security=TOKEN,
)
@blueprint.arguments(StepSchema, example={"action": "submit"})
@blueprint.response(200, ProposalAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def step(data: dict[str, Any], proposal_id: int) -> Response:
    action = data["action"]
    with unit_of_work(runtime().sessions) as session:
        if action in _AUTHORS:
            proposal = _AUTHORS[action](session, actor(), proposal_id)
        else:
            proposal = answering.act(session, actor(), proposal_id, action, data["reason"])
        return revised(_shown(proposal), proposal.revision)


@blueprint.route(f"/<{NUMBER}:proposal_id>/partial-adoption", methods=["POST"])
@blueprint.doc(
    operationId="adoptProposalPartly",
    summary=_("采纳建议的一部分"),
    description=_("写明采纳的部分，以及其余部分不采纳的理由。"),
    security=TOKEN,
)
@blueprint.arguments(PartlyAdoptedSchema, example={"adopted_part": "先改两台车床", "reason": "其余设备明年更新"})
@blueprint.response(200, ProposalAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def adopt_partly(data: dict[str, Any], proposal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        proposal = answering.adopt_partly(session, actor(), proposal_id, data)
        return revised(_shown(proposal), proposal.revision)


@blueprint.route(f"/<{NUMBER}:proposal_id>/completion", methods=["POST"])
@blueprint.doc(
    operationId="completeProposal",
    summary=_("报告建议已经实施"),
    description=_("首次使用的日期是效益十二个月的起点，不能晚于今天。"),
    security=TOKEN,
)
@blueprint.arguments(CompletionSchema, example={"implementation": "两台车床已改装", "first_used_on": "2026-03-01"})
@blueprint.response(200, ProposalAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def complete(data: dict[str, Any], proposal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        proposal = answering.complete(session, actor(), proposal_id, data)
        return revised(_shown(proposal), proposal.revision)


@blueprint.route(f"/<{NUMBER}:proposal_id>/merge", methods=["POST"])
@blueprint.doc(
    operationId="mergeProposal",
    summary=_("并入另一条建议"),
    description=_("双方的作者、日期和支持都保留；回答中是并入的那一条。"),
    security=TOKEN,
)
@blueprint.arguments(MergeSchema, example={"into": 2, "reason": "同一件事"})
@blueprint.response(200, ProposalAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def merge(data: dict[str, Any], proposal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        target = merging.merge(session, actor(), proposal_id, data["into_id"], data["reason"])
        return revised(_shown(target), target.revision)


@blueprint.route(f"/<{NUMBER}:proposal_id>/merge/undo", methods=["POST"])
@blueprint.doc(
    operationId="undoMergeOfProposal",
    summary=_("撤销合并"),
    description=_("在规定的期限以内，两条建议都回到合并以前。"),
    security=TOKEN,
)
@blueprint.arguments(StatedReasonSchema, example={"reason": "细看是两件事"})
@blueprint.response(200, ProposalAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def undo_merge(data: dict[str, Any], proposal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        proposal = merging.undo(session, actor(), proposal_id, data["reason"])
        return revised(_shown(proposal), proposal.revision)


@blueprint.route(f"/<{NUMBER}:proposal_id>/support", methods=["POST"])
@blueprint.doc(
    operationId="supportProposal",
    summary=_("支持本单位的一条建议"),
    description=_("同事每人一次，作者除外；重复支持不改变什么。"),
    security=TOKEN,
)
@blueprint.response(200, SupportAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def give_support(proposal_id: int) -> dict[str, Any]:
    with unit_of_work(runtime().sessions) as session:
        return {"supporters": support.support(session, actor(), proposal_id)}


@blueprint.route(f"/<{NUMBER}:proposal_id>/proof")
@blueprint.doc(
    operationId="proofOfProposal",
    summary=_("下载提交证明"),
    description=_("提交时的全文、哈希链和核对程序；给作者，以及知道作者是谁的办理工会。"),
    security=TOKEN,
)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@blueprint.alt_response(409, "CONFLICT")
def proof(proposal_id: int) -> Response:
    return proof_of(actor(), "proposal", proposal_id)


def _shown(proposal: Proposal) -> dict[str, Any]:
    return disclosed(proposal, sees_authors=can_see_authors(actor(), proposal))
