"""Achievements: found in the catalogue, read, and seen beside what is like them or needs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _

from marketplace.indexing.finding import find
from marketplace.runtime import runtime
from marketplace.schemas.achievement import AchievementSchema, disclosed
from marketplace.services import achievement as achievements
from marketplace.services.match import found as matches
from marketplace.services.studio import keeping
from marketplace.web.api import answers, reasons
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import NUMBER, Blueprint, actor
from marketplace.web.api.questions import AchievementQuerySchema, LimitQuerySchema
from marketplace.web.api.revisions import ETAG, revised
from marketplace.web.asking import note_if_unanswered
from search.document import FACETS, Hit, SearchRequest, Sort

blueprint = Blueprint("api_achievements", __name__, url_prefix="/achievements", description=_("职工创新成果"))


@blueprint.route("")
@blueprint.doc(
    operationId="searchAchievements",
    summary=_("检索成果"),
    description=_("按词语和语义检索；不填 q 则列出筛选出的全部成果。同一筛选项可重复，任一符合即可。"),
)
@blueprint.arguments(AchievementQuerySchema, location="query")
@blueprint.response(200, answers.CataloguePageSchema)
def listing(question: dict[str, Any]) -> dict[str, Any]:
    offset, reader = position(question) or 0, actor()
    request = SearchRequest(
        kind="achievement",
        text=question["q"],
        tokens=reader.tokens,
        filters={facet: tuple(question[facet]) for facet in FACETS if question[facet]},
        sort=Sort(question["sort"]),
        offset=offset,
        limit=question["limit"],
    )
    answer = find(runtime().sessions, runtime().catalogue, reader, request)
    note_if_unanswered(request, answer, reader)
    page = answer.page
    end = offset + len(page.hits)
    return {
        "hits": _readable(page.hits),
        "total": page.total,
        "facets": page.facets,
        "suggestions": page.suggestions,
        "notice": answers.said(answer),
        "next": cursor(question, end) if page.hits and end < page.total else None,
    }


@blueprint.route(f"/<{NUMBER}:achievement_id>")
@blueprint.doc(
    operationId="readAchievement",
    summary=_("读取一项成果"),
    description=_("只含对公众披露的字段；ETag 是版本号。"),
)
@blueprint.response(200, AchievementSchema(partial=True), headers=ETAG)
@blueprint.alt_response(304, "NOT_MODIFIED")
def one(achievement_id: int) -> Response:
    with runtime().sessions() as session:
        achievement = achievements.get(session, actor(), achievement_id)
        return revised(disclosed(achievement), achievement.revision)


@blueprint.route(f"/<{NUMBER}:achievement_id>/demands")
@blueprint.doc(
    operationId="matchesOfAchievement",
    summary=_("一项成果可能解决的需求"),
    description=_("与该成果匹配的公开需求，附逐句引文。"),
)
@blueprint.response(200, reasons.MatchesOfAchievementSchema)
def demands(achievement_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        achievement = achievements.get(session, actor(), achievement_id)
        found = matches.of_achievement(session, actor(), achievement)
        return {"matches": [reasons.match_answer(match) for match in found]}


@blueprint.route(f"/<{NUMBER}:achievement_id>/similar")
@blueprint.doc(
    operationId="similarAchievements", summary=_("相似的成果"), description=_("内容与该成果相近的其他成果。")
)
@blueprint.arguments(LimitQuerySchema, location="query")
@blueprint.response(200, answers.HitsSchema)
def similar(question: dict[str, Any], achievement_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        achievements.get(session, actor(), achievement_id)
    found = runtime().catalogue.similar("achievement", str(achievement_id), actor().tokens, question["limit"])
    return {"hits": _readable(found)}


def _readable(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return the hits without what was withdrawn since the index last heard of it."""
    with runtime().sessions() as session:
        readable = achievements.several(session, actor(), [int(hit.document.id) for hit in hits])
        studios = keeping.studios_with(session, "achievement", list(readable))
    return [
        answers.hit_answer(hit) | answers.market_answer(readable[number]) | {"studios": studios.get(number, [])}
        for hit in hits
        if (number := int(hit.document.id)) in readable
    ]
