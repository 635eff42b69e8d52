"""Studios for programs: what everybody sees, and the record written part by part as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from marketplace.db import today, unit_of_work
from marketplace.indexing import finding
from marketplace.models import Studio, StudioPhoto
from marketplace.runtime import runtime
from marketplace.schemas import studio as schemas
from marketplace.schemas.studio_photo import PhotoSchema
from marketplace.services.studio import conditions, dossier, keeping, ladder, people, photos, public, records
from marketplace.services.studio_review import public as reviewed
from marketplace.web.api import answers
from marketplace.web.api.catalogue.studio_answers import (
    ConditionSchema,
    ConditionsSchema,
    StudioAnswerSchema,
    StudioLineSchema,
    StudioQuerySchema,
    StudiosSchema,
)
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from search.document import STUDIO_FACETS, SearchRequest, Sort

blueprint = Blueprint("api_studios", __name__, url_prefix="/studios", description=lazy_pgettext("栏目", "创新工作室"))

LOCATION = {"Location": {"description": _("这个工作室公开页的地址"), "schema": {"type": "string"}}}
DAY = "2026-05-01"
MOST_ACHIEVEMENTS = 3


class NewStudioBodySchema(schemas.NewStudioSchema):
    error_messages = BODY_MESSAGES


class WrittenSchema(ma.Schema):
    """What was written: a part of a studio's record."""

    studio_id = ma.fields.Integer(required=True)
    id = ma.fields.Integer(required=True, metadata={"description": _("这一项在工作室里的编号")})


@blueprint.route("")
@blueprint.doc(
    operationId="searchStudios",
    summary=_("检索创新工作室"),
    description=_(
        "按词语和语义检索公开的内容；不填 q 则列出筛选出的全部。同一筛选项可重复，任一符合即可；已撤销的不列出。"
    ),
)
@blueprint.arguments(StudioQuerySchema, location="query")
@blueprint.response(200, StudiosSchema)
def listing(question: dict[str, Any]) -> dict[str, Any]:
    held, offset, reader = runtime(), position(question) or 0, actor()
    request = SearchRequest(
        kind="studio",
        text=question["q"],
        tokens=reader.tokens,
        filters={facet: tuple(question[facet]) for facet in STUDIO_FACETS if question[facet]},
        sort=Sort(question["sort"]),
        offset=offset,
        limit=question["limit"],
    )
    answer = finding.find(held.sessions, held.catalogue, reader, request)
    page, end = answer.page, offset + len(answer.page.hits)
    with held.sessions() as session:
        found = [_found(studio) for _hit, studio in finding.studios_found(session, page.hits, *public.told())]
    return {
        "studios": found,
        "count": page.total,
        "facets": page.facets,
        "suggestions": page.suggestions,
        "notice": answers.said(answer),
        "next": cursor(question, end) if page.hits and end < page.total else None,
    }


@blueprint.route(f"/<{NUMBER}:studio_id>")
@blueprint.doc(
    operationId="readStudio",
    summary=_("读取一个创新工作室"),
    description=_("公开的部分：人员只列同意公开的，成果只列公开的。"),
)
@blueprint.response(200, StudioAnswerSchema)
def one(studio_id: int) -> Response:
    with runtime().sessions() as session:
        shown = public.show(session, studio_id)
        grades = [
            {"year": it.year, "grade": it.grade, "outcome": it.state if it.state in ("passed", "delisted") else None}
            for it in reviewed.grades(session, studio_id)
        ]
        told = _line(shown.studio) | {
            "story": shown.studio.story, "founded_on": shown.studio.founded_on,
            "leader": shown.leader.name if shown.leader else None, "members": [it.name for it in shown.members],
            "member_count": shown.member_count, "pair_count": shown.pair_count, "tiers": shown.studio.tiers,
            "results": shown.results, "photos": [_photo(it) for it in shown.photos],
            "grades": grades,
        }  # fmt: skip
        return jsonify(StudioAnswerSchema().dump(told))


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="addStudio",
    summary=_("登记创新工作室"),
    description=_("单位须在您的范围之内，梯次须在您的工会命名的范围之内。"),
    security=TOKEN,
)
@blueprint.arguments(
    NewStudioBodySchema,
    example={"name": "王示例创新工作室", "kind": "model_worker", "unit": "示例重机厂", "tier": "unit", "since": DAY},
)
@blueprint.response(201, StudioLineSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def add(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        studio = records.add(session, actor(), data)
        answer = jsonify(StudioLineSchema().dump(_line(studio)))
    answer.status_code = 201
    answer.location = url_for(".one", studio_id=studio.id)
    return answer


@blueprint.route(f"/<{NUMBER}:studio_id>/conditions")
@blueprint.doc(
    operationId="readStudioConditions",
    summary=_("逐项核对工作室的条件"),
    description=_("pass 符合，fail 不符合，no_data 没有数据；没有数据的不当作零。附依据和算出的数。"),
    security=TOKEN,
)
@blueprint.response(200, ConditionsSchema)
def conditions_of(studio_id: int) -> Response:
    with runtime().sessions() as session:
        found = conditions.of(session, records.get(session, actor(), studio_id), today())
        return jsonify({"as_of": today().isoformat(), "conditions": ConditionSchema(many=True).dump(found)})


def _writing(
    place: str, name: str, summary: object, schema: type[ma.Schema], write: Callable[..., Any], example: dict[str, Any]
) -> None:
    """Add the operation that writes one part of the record."""
    body = type(f"{schema.__name__.removesuffix('Schema')}PartBodySchema", (schema,), {"error_messages": BODY_MESSAGES})

    @blueprint.route(f"/<{NUMBER}:studio_id>/{place}", methods=["POST"], endpoint=name)
    @blueprint.doc(
        operationId=name,
        summary=summary,
        description=_("写入工作室记录的一项；规则和页面上相同。"),
        security=TOKEN,
    )
    @blueprint.arguments(body, example=example)
    @blueprint.response(201, WrittenSchema)
    @blueprint.alt_response(409, "CONFLICT")
    def written(data: dict[str, Any], studio_id: int) -> Response:
        with unit_of_work(runtime().sessions) as session:
            answer = jsonify({"studio_id": studio_id, "id": write(session, actor(), studio_id, data).id})
        answer.status_code = 201
        return answer


_writing("leaders", "setStudioLeader", _("确定领衔人"), schemas.LeaderSchema, people.lead,
         {"name": "王示例", "since": DAY})  # fmt: skip
_writing("members", "addStudioMember", _("添加成员，或变更角色和技能等级"), schemas.MemberSchema, people.join,
         {"name": "李示例", "role": "core", "since": DAY})  # fmt: skip
_writing("apprenticeships", "addApprenticeship", _("登记师徒"), schemas.PairSchema, people.pair,
         {"mentor": "王示例", "apprentice": "赵示例", "began_on": DAY, "plan": "一年学会刃磨"})  # fmt: skip
_writing("years", "setStudioYear", _("填写年度计划和预算"), schemas.YearSchema, keeping.plan_year,
         {"year": 2026, "plan": "攻关三项", "budget": 5_000_000})  # fmt: skip
_writing("grants", "addStudioGrant", _("登记经费"), schemas.GrantSchema, keeping.receive,
         {"payer": "省总工会", "amount": 10_000_000, "received_on": DAY})  # fmt: skip
_writing("grant-uses", "addGrantUse", _("登记支出"), schemas.GrantUseSchema, keeping.spend,
         {"grant_id": 1, "category": "equipment", "amount": 4_000_000, "used_on": DAY,
          "receipt": "凭证 12 号"})  # fmt: skip
_writing("results", "addStudioResult", _("列入成果"), schemas.ResultSchema, keeping.bring_about,
         {"kind": "standard", "title": "装夹作业规范", "made_on": DAY})  # fmt: skip
_writing("photos", "showStudioPhoto", _("把附件里的一张照片放到公开页面上"), PhotoSchema, photos.show,
         {"file_id": 1, "picture_text": "两名工人在车床前装夹薄壁壳体", "agreed": True})  # fmt: skip
_writing("dossiers", "freezeDossier", _("冻结申报材料"), schemas.DossierSchema, dossier.freeze,
         {"purpose": "2026 年省级示范创新工作室"})  # fmt: skip
_writing("tiers", "raiseStudio", _("升一级"), schemas.TierSchema, ladder.climb,
         {"tier": "county", "since": DAY, "basis": "川工发〔2026〕1号"})  # fmt: skip


def _line(studio: Studio) -> dict[str, Any]:
    names = ("id", "name", "aliases", "kind", "tier", "delisted_on", "state", "field")
    unit = studio.organisation
    return {name: getattr(studio, name) for name in names} | {"unit": unit.name, "region": unit.region}


def _found(studio: Studio) -> dict[str, Any]:
    shown = [it for it in public.results_of(studio) if it.kind == "achievement"][:MOST_ACHIEVEMENTS]
    return _line(studio) | {"achievements": [{"id": it.object_id, "title": it.title} for it in shown]}


def _photo(photo: StudioPhoto) -> dict[str, Any]:
    address = url_for("studio_photos.picture", studio_id=photo.studio_id, photo_id=photo.id)
    return {name: getattr(photo, name) for name in ("id", "picture_text", "caption")} | {"address": address}
