"""Lists as CSV files: what the caller may read of them, persons masked, and on record like those taken from a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.permissions import Actor
from marketplace.runtime import runtime
from marketplace.services import demand as demands
from marketplace.services.export import exporting, log
from marketplace.web import exports
from marketplace.web.api.parsing import Blueprint, actor
from marketplace.web.api.questions import AchievementQuerySchema, QuerySchema
from search.document import FACETS, SearchRequest, Sort

blueprint = Blueprint("api_exports", __name__, url_prefix="/exports", description=_("导出"))

_CSV = "text/csv"
_FILE = {"type": "string", "format": "binary"}
_SAID = _("UTF-8，第一行是栏目；只含您能看到的记录和栏目，姓名隐去一部分。行数太多时回答 409。")


class WholeListQuerySchema(AchievementQuerySchema):
    class Meta(AchievementQuerySchema.Meta):
        exclude = ("cursor", "limit")


@blueprint.route("/achievements")
@blueprint.doc(operationId="exportAchievements", summary=_("把检索到的成果导出为 CSV"), description=_SAID)
@blueprint.arguments(WholeListQuerySchema, location="query")
@blueprint.response(200, _FILE, content_type=_CSV)
@blueprint.alt_response(409, "CONFLICT")
def exported_achievements(question: dict[str, Any]) -> Response:
    reader = actor()
    chosen = {facet: tuple(question[facet]) for facet in FACETS if question[facet]}
    search = SearchRequest(
        kind="achievement",
        text=question["q"],
        tokens=reader.tokens,
        filters=chosen,
        sort=Sort(question["sort"]),
    )
    told = {name: ",".join(values) for name, values in chosen.items()} | ({"q": search.text} if search.text else {})
    return _sent(reader, "achievement", lambda session: exports.found(session, reader, search), told)


@blueprint.route("/demands")
@blueprint.doc(operationId="exportDemands", summary=_("把公开的需求导出为 CSV"), description=_SAID)
@blueprint.arguments(QuerySchema, location="query")
@blueprint.response(200, _FILE, content_type=_CSV)
@blueprint.alt_response(409, "CONFLICT")
def exported_demands(_question: dict[str, Any]) -> Response:
    reader = actor()

    def records(session: Session) -> Iterator[Any]:
        return exporting.paged(lambda limit, after: demands.listed(session, reader, limit=limit, after=after))

    return _sent(reader, "demand", records, {})


def _sent(
    reader: Actor, kind: str, records: Callable[[Session], Iterator[Any]], filters: Mapping[str, str]
) -> Response:
    wish = log.Wish("csv", filters)
    most = runtime().settings.export_most_rows
    with (
        unit_of_work(runtime().sessions) as session,
        exporting.export(session, reader, kind, records(session), wish, exports.telling(), most) as file,
    ):
        answer = Response(file.read(), content_type=_CSV)
    answer.headers["Content-Disposition"] = f"attachment; filename={kind}s.csv"
    return answer
