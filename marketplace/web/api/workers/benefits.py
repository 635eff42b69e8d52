"""Benefits for programs: fixed before use, claimed by the formula, attested, verified, declared false."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Benefit
from marketplace.runtime import runtime
from marketplace.schemas.benefit import AmountSchema, BenefitPlanSchema, BenefitSchema, ClaimSchema, shown
from marketplace.schemas.proposal import StatedReasonSchema
from marketplace.services.award import granting
from marketplace.services.benefit import steps
from marketplace.services.proposal import reading
from marketplace.web.api.answers import ReferenceSchema
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.revisions import ETAG, revised

blueprint = Blueprint("api_benefits", __name__, url_prefix="", description=_("建议的效益"))

PLAN = {
    "metric": "每件工时费",
    "baseline": "2025 年全年 18 元/件",
    "method": "车间工时台账",
    "unit_of_output": "件",
    "planned_attestor": "finance",
}
FIGURES = {"unit_cost_before": 1800, "unit_cost_after": 1250, "yearly_output": "20000", "implementation_cost": 300000}
FOUND = {"amount": 10700000, "note": "核对了工时台账"}


class BenefitsSchema(ma.Schema):
    benefits = ma.fields.List(ma.fields.Nested(BenefitSchema), required=True)


class ToAttestSchema(BenefitSchema):
    """A claim that waits for an attestor, and the proposal it is of."""

    proposal = ma.fields.Nested(ReferenceSchema, required=True)


class WaitingSchema(ma.Schema):
    benefits = ma.fields.List(ma.fields.Nested(ToAttestSchema), required=True)


@blueprint.route("/benefits")
@blueprint.doc(
    operationId="listBenefitsToAttest",
    summary=_("列出等您证明的效益"),
    description=_("财务核证人范围内已申报、还没有核验的，没有人证明过的在前。"),
    security=TOKEN,
)
@blueprint.response(200, WaitingSchema)
def to_attest() -> Response:
    with runtime().sessions() as session:
        found = steps.to_attest(session, actor())
        waiting = [{**shown(benefit), "proposal": ReferenceSchema().dump(proposal)} for benefit, proposal in found]
        return jsonify(benefits=waiting)


@blueprint.route(f"/benefits/<{NUMBER}:benefit_id>")
@blueprint.doc(
    operationId="readBenefit",
    summary=_("读取一项效益"),
    description=_("只给作者、单位、有权办理的工会和证明它的人；证明材料是它的附件。"),
    security=TOKEN,
)
@blueprint.response(200, BenefitSchema, headers=ETAG)
@blueprint.alt_response(304, "NOT_MODIFIED")
def one(benefit_id: int) -> Response:
    with runtime().sessions() as session:
        benefit = steps.get(session, actor(), benefit_id)
        return revised(shown(benefit), benefit.revision)


@blueprint.route(f"/proposals/<{NUMBER}:proposal_id>/benefits")
@blueprint.doc(
    operationId="readBenefits",
    summary=_("读取建议的效益"),
    description=_("申报、证明、核验三项金额并列，以分计；只给作者、单位和有权办理的工会。"),
)
@blueprint.response(200, BenefitsSchema)
def of_proposal(proposal_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        proposal = reading.get(session, actor(), proposal_id)
        return {"benefits": steps.read(session, actor(), proposal)}


@blueprint.route(f"/proposals/<{NUMBER}:proposal_id>/benefits", methods=["POST"])
@blueprint.doc(
    operationId="fixBenefit",
    summary=_("约定效益指标"),
    description=_("单位在采纳以后、投入使用以前写明指标、基准、方法和由谁证明；再约定一次就替换，投入使用以后不能改。"),
    security=TOKEN,
)
@blueprint.arguments(BenefitPlanSchema, example=PLAN)
@blueprint.response(200, BenefitSchema)
@blueprint.alt_response(409, "CONFLICT")
def fix(data: dict[str, Any], proposal_id: int) -> Benefit:
    with unit_of_work(runtime().sessions) as session:
        proposal = reading.get(session, actor(), proposal_id)
        return steps.agree(session, actor(), proposal, data)


@blueprint.route(f"/benefits/<{NUMBER}:benefit_id>/claim", methods=["POST"])
@blueprint.doc(
    operationId="claimBenefit",
    summary=_("申报效益"),
    description=_(
        "净效益 =（改前单位成本 − 改后单位成本）× 年产量 − 每年实施费用，成本以分计，期间是首次使用起十二个月；"
        "没有金额的写 safety_effect。重新申报以后要重新证明。"
    ),
    security=TOKEN,
)
@blueprint.arguments(ClaimSchema, example=FIGURES)
@blueprint.response(200, BenefitSchema)
@blueprint.alt_response(409, "CONFLICT")
def claim(data: dict[str, Any], benefit_id: int) -> Benefit:
    with unit_of_work(runtime().sessions) as session:
        return steps.claim(session, actor(), benefit_id, data)


@blueprint.route(f"/benefits/<{NUMBER}:benefit_id>/attest", methods=["POST"])
@blueprint.doc(
    operationId="attestBenefit",
    summary=_("证明效益"),
    description=_("财务核证人写明账上看到的金额和依据；本单位的是财务证明，地区的是外部证明。"),
    security=TOKEN,
)
@blueprint.arguments(AmountSchema, example=FOUND)
@blueprint.response(200, BenefitSchema)
@blueprint.alt_response(409, "CONFLICT")
def attest(data: dict[str, Any], benefit_id: int) -> Benefit:
    with unit_of_work(runtime().sessions) as session:
        return steps.attest(session, actor(), benefit_id, data)


@blueprint.route(f"/benefits/<{NUMBER}:benefit_id>/verify", methods=["POST"])
@blueprint.doc(
    operationId="verifyBenefit",
    summary=_("核验效益"),
    description=_("建议所在的县级（空缺时上一级）工会写明核验的金额和依据，建议随之进入效益已核验。"),
    security=TOKEN,
)
@blueprint.arguments(AmountSchema, example=FOUND)
@blueprint.response(200, BenefitSchema)
@blueprint.alt_response(409, "CONFLICT")
def verify(data: dict[str, Any], benefit_id: int) -> Benefit:
    with unit_of_work(runtime().sessions) as session:
        return steps.verify(session, actor(), benefit_id, data)


@blueprint.route(f"/benefits/<{NUMBER}:benefit_id>/revoke", methods=["POST"])
@blueprint.doc(
    operationId="revokeBenefit",
    summary=_("撤销数据不实的效益"),
    description=_("不再计入统计，建议撤销，作者和单位在规定年限内不能申报；据此授予的金点子须由有权办理评选的人撤销。"),
    security=TOKEN,
)
@blueprint.arguments(StatedReasonSchema, example={"reason": "台账是补造的"})
@blueprint.response(200, BenefitSchema)
@blueprint.alt_response(409, "CONFLICT")
def revoke(data: dict[str, Any], benefit_id: int) -> Benefit:
    with unit_of_work(runtime().sessions) as session:
        return granting.declare_false(session, actor(), benefit_id, data["reason"])
