"""What everybody sees of studios: found as achievements are, spread over the province, and a page for each."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request, url_for

from marketplace import vocabulary
from marketplace.db import today
from marketplace.indexing import finding
from marketplace.permissions import can_see_studio
from marketplace.runtime import runtime
from marketplace.services.studio import public, reach, spread
from marketplace.services.studio_review import public as reviewed
from marketplace.web.actor import actor
from marketplace.web.catalogue import facets, questions
from marketplace.web.studios import tiles
from marketplace.web.studios.names import STUDIO_FACETS
from marketplace.web.studios.records import asked_for, choices
from search.document import Sort

blueprint = Blueprint("studios", __name__, url_prefix="/studios")


@blueprint.get("")
def listing() -> str:
    held = runtime()
    search = questions.question(request.args, actor().tokens, held.settings.page_size, "studio")
    answer = finding.find(held.sessions, held.catalogue, actor(), search)
    page, by_achievements = answer.page, questions.asked_of(search, "achievement")
    beside = None if answer.is_plain else finding.beside(held.catalogue, replace(by_achievements, limit=1))
    with held.sessions() as session:
        found = finding.studios_found(session, page.hits, *public.told())
        return render_template(
            "studios/list.html",
            search=search,
            page=page,
            is_plain=answer.is_plain,
            hits=[(hit, it, public.results_of(it)) for hit, it in found],
            searches={"achievement": by_achievements, "studio": search},
            totals={"achievement": beside.total if beside else None, "studio": page.total},
            groups=facets.groups(search, page.facets),
            chosen=facets.chosen(search),
            vocabularies=vocabulary.OF_FACETS[search.kind],
            facet_names=STUDIO_FACETS,
            unfiltered=questions.unfiltered(search),
            first_page=questions.sorted_by(search, search.sort),
            sorts={sort: questions.sorted_by(search, sort) for sort in (Sort.RELEVANCE, Sort.NEWEST)},
            pages=questions.pages(search, page.total),
            day=today(),
        )


@blueprint.get("/map")
def spread_page() -> str:
    asked = asked_for()
    with runtime().sessions() as session:
        found = spread.of_province(session, asked.kind, asked.tier)
    narrowed = {"kind": asked.kind or None, "tier": asked.tier or None}
    return render_template(
        "studios/map.html",
        spread=found,
        tiles=tiles.of(found.by_city),
        size=tiles.SIZE,
        leads={code: url_for(".listing", region=code, **narrowed) for code in found.by_city},
        asked=asked,
        day=today(),
        **choices(),
    )


@blueprint.get("/<int:studio_id>")
def show(studio_id: int) -> str:
    with runtime().sessions() as session:
        shown = public.show(session, studio_id)
        return render_template(
            "studios/show.html",
            shown=shown,
            reach=(found := reach.reach_of(session, shown.results)),
            tiles=tiles.of(found.by_city),
            size=tiles.SIZE,
            reviews=reviewed.grades(session, studio_id),
            may_see_record=can_see_studio(actor(), shown.studio),
        )
