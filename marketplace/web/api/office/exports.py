"""Lists as files: what the caller may read of them, persons masked unless an office says what for, and on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import marshmallow as ma
from flask import Response
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.indexing.finding import whole
from marketplace.models.export import FORMS
from marketplace.permissions import Actor
from marketplace.runtime import runtime
from marketplace.schemas.fields import Day, DomainSchema, Text
from marketplace.services.export import exporting, filing, lists
from marketplace.services.export.filing import Filing
from marketplace.services.export.log import Wish
from marketplace.web import exports
from marketplace.web.api.parsing import TOKEN, Blueprint, actor
from marketplace.web.api.questions import AchievementQuerySchema, QuerySchema
from search.document import FACETS, SearchRequest, Sort

blueprint = Blueprint("api_exports", __name__, url_prefix="/exports", description=_("导出"))

_CSV, _XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = {"type": "string", "format": "binary"}
_SAID = _("UTF-8，第一行是栏目；只含您能看到的记录和栏目，姓名隐去一部分。行数太多时回答 409。")
_SAID_OF_OFFICE = _(
    "清单和筛选条件与工会工作区的页面相同，清单没有的筛选条件回答 422；只含令牌范围内能看到的记录，姓名和电话默认隐去"
    "一部分，names_persons 要写明 purpose。每次导出都留下记录。"
)
_NAME = "any({})".format(", ".join(f'"{name}"' for name in lists.LISTS))


class WholeListQuerySchema(AchievementQuerySchema):
    class Meta(AchievementQuerySchema.Meta):
        exclude = ("cursor", "limit")


class ListQuerySchema(QuerySchema):
    """How a list is wanted; the filters are those of its page, and each list has some of them."""

    form = ma.fields.String(load_default="csv", validate=ma.validate.OneOf(FORMS), metadata={"description": _("格式")})
    names_persons = ma.fields.Boolean(load_default=False, metadata={"description": _("写出姓名和电话")})
    purpose = ma.fields.String(
        load_default="", validate=ma.validate.Length(max=300), metadata={"description": _("用途，写出姓名时必填")}
    )
    q = ma.fields.String(
        metadata={
            "description": _("要找的文字：proposals、accounts、honours、crews、outreach、studios、studio-reviews")
        }
    )
    state = ma.fields.String(
        metadata={
            "description": _(
                "状态：proposals、queue、benefits、objections、outreach、participation、studios、studio-reviews"
            )
        }
    )
    category = ma.fields.String(metadata={"description": _("类别：proposals")})
    noun = ma.fields.String(metadata={"description": _("只要成果或建议：queue")})
    unit = ma.fields.String(metadata={"description": _("单位名称中的文字：queue")})
    overdue = ma.fields.String(metadata={"description": _("只要已经过期的：queue")})
    over = ma.fields.String(metadata={"description": _("要已经结束的公示：publicity")})
    only = ma.fields.String(metadata={"description": _("settled 要处理过的：questions")})
    round = ma.fields.String(metadata={"description": _("评选编号：nominations")})
    kind = ma.fields.String(metadata={"description": _("类别：honours、crews、outreach、studios")})
    management_level = ma.fields.String(metadata={"description": _("管理层级：honours")})
    place = ma.fields.String(
        metadata={"description": _("管理的地区或行业的代码，或者单位的编号，配合管理层级使用：honours")}
    )
    campaign = ma.fields.String(metadata={"description": _("活动编号：participation")})
    event = ma.fields.String(metadata={"description": _("活动编号：outreach-attendance")})
    tier = ma.fields.String(metadata={"description": _("梯次：studios")})
    region = ma.fields.String(metadata={"description": _("地区代码：outreach、studios")})
    warned = ma.fields.String(metadata={"description": _("要处理的事（any、leader、grants）：studios")})
    year = ma.fields.String(metadata={"description": _("年度：golden-ideas；考核年度的编号：studio-reviews")})
    grade = ma.fields.String(metadata={"description": _("等次：studio-reviews")})
    level = ma.fields.String(metadata={"description": _("级别：golden-ideas、honours、crews")})


class FilingQuerySchema(DomainSchema):
    body = Text(200, required=True, metadata={"description": _("报送单位")})
    contact = Text(100, required=True, metadata={"description": _("联系人")})
    phone = Text(60, required=True, metadata={"description": _("联系电话")})
    since = Day(required=True, metadata={"description": _("从哪天通过审核")})
    until = Day(required=True, metadata={"description": _("到哪天")})


@blueprint.route("/achievements")
@blueprint.doc(operationId="exportAchievements", summary=_("把检索到的成果导出为 CSV"), description=_SAID)
@blueprint.arguments(WholeListQuerySchema, location="query")
@blueprint.response(200, _FILE, content_type=_CSV)
@blueprint.alt_response(409, "CONFLICT")
def exported_achievements(question: dict[str, Any]) -> Response:
    reader, held = actor(), runtime()
    chosen = {facet: tuple(question[facet]) for facet in FACETS if question[facet]}
    search = SearchRequest(
        kind="achievement",
        text=question["q"],
        tokens=reader.tokens,
        filters=chosen,
        sort=Sort(question["sort"]),
    )
    told = {name: ",".join(values) for name, values in chosen.items()} | ({"q": search.text} if search.text else {})

    def found(session: Session) -> Iterator[Any]:
        return whole(held.sessions, held.catalogue, session, reader, search)

    return _sent(reader, "achievements", "achievement", found, Wish("csv", told))


@blueprint.route(f"/<{_NAME}:name>")
@blueprint.doc(operationId="exportList", summary=_("导出一个清单"), description=_SAID_OF_OFFICE, security=[*TOKEN, {}])
@blueprint.arguments(ListQuerySchema, location="query")
@blueprint.response(200, _FILE, content_type=_CSV)
@blueprint.alt_response(409, "CONFLICT")
def exported(question: dict[str, Any], name: str) -> Response:
    reader, wanted = actor(), lists.LISTS[name]
    asked = {key: value for key, value in question.items() if key not in ("form", "names_persons", "purpose") and value}
    wish = Wish(question["form"], asked, question["names_persons"], question["purpose"].strip())
    return _sent(reader, name, wanted.kind, lambda session: lists.read(session, reader, wanted, asked), wish)


@blueprint.route("/filing")
@blueprint.doc(
    operationId="exportFiling",
    summary=_("生成向上级报送的汇总表"),
    description=_("把本级在这段时间审核通过的成果做成 Excel 汇总表，完成人写全名；生成会留下记录。"),
    security=TOKEN,
)
@blueprint.arguments(FilingQuerySchema, location="query")
@blueprint.response(200, _FILE, content_type=_XLSX)
@blueprint.alt_response(409, "CONFLICT")
def filed_upwards(given: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        most = runtime().settings.export_most_rows
        file = filing.form(session, actor(), Filing(**given), exports.telling(), most)
    return exports.sent(file, "filing", "xlsx")


def _sent(reader: Actor, name: str, kind: str, records: Callable[[Session], Iterator[Any]], wish: Wish) -> Response:
    most = runtime().settings.export_most_rows
    with unit_of_work(runtime().sessions) as session:
        file = exporting.export(session, reader, kind, records(session), wish, exports.telling(), most)
    return exports.sent(file, name, wish.form)
