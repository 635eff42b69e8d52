"""Frozen reports for programs: which there are of a report, and one with its text, its hash and its errata."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.models import FrozenReport
from marketplace.runtime import runtime
from marketplace.services.reports import definitions, errata, freezing
from marketplace.services.reports.errata import Erratum
from marketplace.services.reports.kinds import MEASURES
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor
from marketplace.web.reports.names import in_words

blueprint = Blueprint("api_reports", __name__, url_prefix="/reports", description=_("冻结的报表"))


class EditionSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    report = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    period = ma.fields.String(required=True)
    edition = ma.fields.Integer(required=True)
    replaces_id = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("代替了哪一版")})
    reason = ma.fields.String(required=True, metadata={"description": _("重新冻结的理由")})
    sha256 = ma.fields.String(required=True)
    frozen_at = ma.fields.DateTime(required=True)


class EditionsSchema(ma.Schema):
    editions = ma.fields.List(ma.fields.Nested(EditionSchema), required=True)


class ReportErratumSchema(ma.Schema):
    row = ma.fields.String(required=True)
    column = ma.fields.String(required=True)
    frozen = ma.fields.String(required=True, allow_none=True, metadata={"description": _("冻结时的数，没有数据时为空")})
    now = ma.fields.String(required=True, allow_none=True, metadata={"description": _("现在的数，没有数据时为空")})
    difference = ma.fields.Integer(required=True, allow_none=True)
    reasons = ma.fields.List(ma.fields.String(), required=True)


class WholeEditionSchema(EditionSchema):
    text = ma.fields.String(required=True, metadata={"description": _("冻结的文本；它的 SHA-256 就是 sha256")})
    is_sound = ma.fields.Boolean(required=True)
    errata = ma.fields.List(ma.fields.Nested(ReportErratumSchema), required=True)


@blueprint.route(f"/<{NUMBER}:report_id>/editions")
@blueprint.doc(
    operationId="listFrozenReports",
    summary=_("列出一张报表冻结的各版"),
    description=_("后一期、后一版在前。"),
    security=TOKEN,
)
@blueprint.response(200, EditionsSchema)
def listing(report_id: int) -> Response:
    with runtime().sessions() as session:
        report = definitions.get(session, actor(), report_id)
        return jsonify({"editions": [_told(it) for it in freezing.listed(session, report)]})


@blueprint.route(f"/editions/<{NUMBER}:edition_id>")
@blueprint.doc(
    operationId="readFrozenReport",
    summary=_("读取冻结的一版"),
    description=_("连同文本、哈希，和冻结以后与台账不同的各个数。"),
    security=TOKEN,
)
@blueprint.response(200, WholeEditionSchema)
def one(edition_id: int) -> Response:
    with runtime().sessions() as session:
        frozen = freezing.get(session, actor(), edition_id)
        differing = [_erratum(it) for it in errata.errata(session, frozen)]
        told = {"text": frozen.text, "is_sound": freezing.is_sound(frozen), "errata": differing}
        return jsonify(_told(frozen) | WholeEditionSchema(only=tuple(told)).dump(told))


def _told(frozen: FrozenReport) -> dict[str, Any]:
    heading, _table, _of = freezing.content(frozen)
    names = ("id", "period", "edition", "replaces_id", "reason", "sha256", "frozen_at")
    plain = {name: getattr(frozen, name) for name in names} | {"report": frozen.report_id, "title": heading.title}
    answer: dict[str, Any] = EditionSchema().dump(plain)
    return answer


def _erratum(it: Erratum) -> dict[str, Any]:
    column = f"{in_words(it.column.label)} {gettext(MEASURES[it.column.measure])}"
    reasons = [gettext(reason) for reason in it.reasons]
    told = {"row": in_words(it.row), "column": column, "difference": it.difference, "reasons": reasons}
    return told | {"frozen": _text(it.frozen), "now": _text(it.now)}


def _text(number: int | str | None) -> str | None:
    return None if number is None else str(number)
