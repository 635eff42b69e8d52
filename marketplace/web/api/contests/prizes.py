"""The prizes of a contest for programs: put into publicity, given and published, certified."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import NotFound
from marketplace.models import Contestant
from marketplace.runtime import runtime
from marketplace.services.contest import certificates, contests, publishing, results
from marketplace.web.api.contests.answers import (
    CertificateLinkSchema,
    ContestAnswerSchema,
    certificate_link,
    contest_told,
)
from marketplace.web.api.office.naming_decisions import ChannelBodySchema
from marketplace.web.api.office.publicity import PublicitySchema
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_contest_prizes", __name__, url_prefix="/contests", description=_("比赛的奖项和证书"))


class AnnouncedContestSchema(ma.Schema):
    contest = ma.fields.Nested(ContestAnswerSchema, required=True)
    publicity = ma.fields.Nested(
        PublicitySchema,
        required=True,
        allow_none=True,
        metadata={"description": _("开始的公示；没有人获奖的随即公布，为空")},
    )


class GivenPrizeSchema(ma.Schema):
    contestant = ma.fields.Integer(required=True)
    certificate = ma.fields.Nested(CertificateLinkSchema, required=True, allow_none=True)
    why = ma.fields.String(required=True, allow_none=True, metadata={"description": _("还不能授予的原因")})


class PublishedContestSchema(ma.Schema):
    contest = ma.fields.Nested(ContestAnswerSchema, required=True)
    prizes = ma.fields.List(ma.fields.Nested(GivenPrizeSchema), required=True)


class ContestCertificateSchema(CertificateLinkSchema):
    """What a certificate states."""

    is_valid = ma.fields.Boolean(required=True, metadata={"description": _("撤销以后为 false")})
    name = ma.fields.String(required=True, metadata={"description": _("没有同意公开的隐去")})
    unit = ma.fields.String(required=True)
    contest = ma.fields.String(required=True)
    group = ma.fields.String(required=True)
    rank = ma.fields.Integer(required=True)
    grade = ma.fields.String(required=True)
    granted_on = ma.fields.Date(required=True)


@blueprint.route(f"/<{NUMBER}:contest_id>/announcement", methods=["POST"])
@blueprint.doc(
    operationId="announceContestPrizes",
    summary=_("公示获奖名单"),
    description=_("最后一个阶段排出名次以后；按活动规定的工作日公示。不设奖的随即公布名次。"),
    security=TOKEN,
)
@blueprint.arguments(ChannelBodySchema, example={"channel": "平台首页"})
@blueprint.response(200, AnnouncedContestSchema)
@blueprint.alt_response(409, "CONFLICT")
def announce(data: dict[str, Any], contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        begun = publishing.announce(session, actor(), contest_id, data["channel"])
        contest = contests.get(session, actor(), contest_id)
        told = contest_told(contest, results.boards(session, actor(), contest))
        return jsonify({"contest": told, "publicity": begun and PublicitySchema().dump(begun)})


@blueprint.route(f"/<{NUMBER}:contest_id>/publication", methods=["POST"])
@blueprint.doc(
    operationId="publishContest",
    summary=_("授予奖项，公布结果"),
    description=_("公示期满、没有异议的授予并发证书；还不能授予的逐个告知原因，全部办完以后名次公布。"),
    security=TOKEN,
)
@blueprint.response(200, PublishedContestSchema)
@blueprint.alt_response(409, "CONFLICT")
def publish(contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        held = publishing.publish(session, actor(), contest_id)
        contest = contests.get(session, actor(), contest_id)
        given = {it.id: certificate_link(it) for it in contest.contestants}
        prizes = [
            {"contestant": number, "certificate": given[number], "why": why and why.text(gettext)}
            for number, why in held.items()
        ]
        told = contest_told(contest, results.boards(session, actor(), contest))
        return jsonify({"contest": told, "prizes": prizes})


@blueprint.route("/certificates/<certificate>")
@blueprint.doc(
    operationId="verifyContestCertificate",
    summary=_("核验一份比赛的证书"),
    description=_("按证书编号；撤销的 is_valid 为 false，没有授予过的编号答复 404。"),
)
@blueprint.response(200, ContestCertificateSchema)
def verify(certificate: str) -> Response:
    with runtime().sessions() as session:
        found = certificates.verify(session, certificate)
        if found is None:
            raise NotFound("certificate", certificate)
        return jsonify(ContestCertificateSchema().dump(_stated(found)))


@blueprint.route("/certificates/<certificate>/pdf")
@blueprint.doc(
    operationId="contestCertificate",
    summary=_("下载一份比赛的证书"),
    description=_("PDF，给本人、他的单位和主办的工会；撤销的不再给出。"),
    security=TOKEN,
)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@blueprint.alt_response(409, "CONFLICT")
def paper(certificate: str) -> Response:
    address = url_for("contests.verify", number=certificate, _external=True)
    with runtime().sessions() as session:
        answer = Response(certificates.pdf(session, actor(), certificate, address), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename={certificate}.pdf"
    answer.cache_control.no_store = True
    return answer


def _stated(found: Contestant) -> dict[str, Any]:
    said = found.stated or {}
    return (certificate_link(found) or {}) | {
        "is_valid": found.state == "awarded", "name": results.name_of(actor(), found), "granted_on": found.granted_on,
        **{name: said[name] for name in ("unit", "contest", "group", "rank", "grade")},
    }  # fmt: skip
