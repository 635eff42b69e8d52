"""The pages of the catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import flask
import structlog
from flask import Blueprint, Response, render_template, url_for
from sqlalchemy.orm import Session, joinedload
from werkzeug.datastructures import MultiDict

from marketplace import vocabulary
from marketplace.db import today
from marketplace.indexing import finding
from marketplace.indexing.documents import ACHIEVEMENT_TEXT
from marketplace.indexing.finding import Answer, find
from marketplace.models import Achievement, Studio
from marketplace.permissions import Actor, can_answer_for, can_prepare_listing, owns
from marketplace.runtime import runtime
from marketplace.schemas.achievement import disclosed
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands
from marketplace.services import organisation as organisations
from marketplace.services import outcome as outcomes
from marketplace.services import submission
from marketplace.services.authoring import relations
from marketplace.services.award import promotion
from marketplace.services.crew import public as crews
from marketplace.services.listing import exclusivity
from marketplace.services.listing import reading as offered
from marketplace.services.match import found as matches
from marketplace.services.showcase.front import Front, front_page
from marketplace.services.studio import keeping
from marketplace.web import disclosure, files, history, quotations
from marketplace.web.actor import actor
from marketplace.web.asking import note_if_unanswered
from marketplace.web.catalogue import facets, questions
from marketplace.web.catalogue.linked_data import linked_data
from marketplace.web.proofs import proof_of
from search.document import Hit, Page, SearchRequest, Sort
from search.errors import SearchError

blueprint = Blueprint("catalogue", __name__)

logger = structlog.get_logger(__name__)

# Where what is searched is found.
_PLACES = {"achievement": "catalogue.results", "studio": "studios.listing"}
NEWEST = 6
SIMILAR = 5
STUDIOS_BESIDE = 3


@blueprint.app_template_global()
def results_url(search: SearchRequest) -> str:
    """Return where a search is answered."""
    return url_for(_PLACES[search.kind], **questions.address(search))


@blueprint.app_template_global()
def search_filters(search: SearchRequest) -> list[tuple[str, str]]:
    """Return what a new question keeps of the one before: the filters and the order, but not the page."""
    kept = {name: value for name, value in questions.address(search).items() if name not in ("q", "page")}
    return list(MultiDict(kept).items(multi=True))


@blueprint.get("/")
def home() -> str:
    with runtime().sessions() as session:
        return front_page_with(session, front_page(session))


def front_page_with(session: Session, front: Front, previewed_at: dt.datetime | None = None) -> str:
    """Show the front page with what is curated on it; ``previewed_at`` tells the desk which moment it looks at."""
    search = SearchRequest(kind="achievement", tokens=actor().tokens, sort=Sort.NEWEST, limit=NEWEST)
    page = _found(search).page
    return render_template(
        "catalogue/home.html",
        search=search,
        front=front,
        previewed_at=previewed_at,
        groups={group.facet: group for group in facets.groups(search, page.facets)},
        newest=_readable(session, page.hits),
        published=achievements.count_published(session),
        open_demands=demands.count_open(session),
        demands=demands.listed(session, actor(), limit=NEWEST),
    )


@blueprint.get("/achievements")
def results() -> str:
    search = questions.question(flask.request.args, actor().tokens, runtime().settings.page_size)
    answer = _found(search)
    note_if_unanswered(search, answer, actor())
    page = answer.page
    by_studios = questions.asked_of(search, "studio")
    # What the database alone can find would keep the reader waiting twice.
    beside = None if answer.is_plain else finding.beside(runtime().catalogue, replace(by_studios, limit=STUDIOS_BESIDE))
    with runtime().sessions() as session:
        hits = _readable(session, page.hits)
        return render_template(
            "catalogue/results.html",
            search=search,
            page=page,
            is_plain=answer.is_plain,
            hits=hits,
            studios_of=keeping.studios_with(session, "achievement", [record.id for _hit, record in hits]),
            studios_beside=_studios_beside(session, beside) if beside and search.text else (),
            searches={"achievement": search, "studio": by_studios},
            totals={"achievement": page.total, "studio": beside.total if beside else None},
            groups=facets.groups(search, page.facets),
            chosen=facets.chosen(search),
            vocabularies=vocabulary.OF_FACETS[search.kind],
            unfiltered=questions.unfiltered(search),
            first_page=questions.sorted_by(search, search.sort),
            sorts={sort: questions.sorted_by(search, sort) for sort in Sort},
            pages=questions.pages(search, page.total),
        )


@blueprint.get("/achievements/<int:achievement_id>")
def achievement(achievement_id: int) -> str:
    return achievement_page(achievement_id)


def achievement_page(achievement_id: int, refused: Mapping[int, Collection[str]] | None = None) -> str:
    """Show an achievement; ``refused`` says what was wrong with its owner's answer to a demand."""
    with runtime().sessions() as session:
        record = achievements.get(session, actor(), achievement_id)
        plain = achievements.as_read(actor(), record)
        passages = {name: plain[name] for name in ACHIEVEMENT_TEXT if plain.get(name)} | quotations.passages(record)
        found = matches.of_achievement(session, actor(), record)
        is_owner = can_answer_for(actor(), record) and owns(actor(), record)
        taken = exclusivity.taken_among(session, [record.id]).get(record.id)
        address = url_for("catalogue.achievement", achievement_id=record.id, _external=True)
        return render_template(
            "catalogue/achievement.html",
            achievement=plain,
            passages=passages,
            quoted=quotations.quoted(flask.request.args.get("quote", ""), passages),
            linked_data=linked_data(disclosed(record), address),
            similar=_readable(session, _similar(achievement_id, actor())),
            origin=promotion.origin_of(session, actor(), record),
            bases=relations.bases_of(session, actor(), record),
            improvements=relations.improvements_of(session, actor(), record),
            matches=[(match, quotations.quotations(match.reasons, passages)) for match in found],
            unpublished_state=record.state if record.published_state != "published" else None,
            is_owner=is_owner,
            outcomes=outcomes.of_matches(session, found, "owner") if is_owner else {},
            refused=refused or {},
            refusals=list(vocabulary.refusals),
            has_proof=submission.has_proof(session, actor(), record),
            studios=keeping.studios_with(session, "achievement", [record.id]).get(record.id, ()),
            listings=offered.of_achievement(session, actor(), record),
            taken=taken,
            may_be_listed=record.published_state == "published" and not taken and can_prepare_listing(actor(), record),
            **files.of(session, actor(), "achievement", record.id),
            **disclosure.of(session, actor(), record),
            **history.of(session, actor(), record),
        )


@blueprint.get("/achievements/<int:achievement_id>/proof")
def proof(achievement_id: int) -> Response:
    """Give out the proof that the achievement was submitted."""
    return proof_of(actor(), "achievement", achievement_id)


@blueprint.get("/organisations/<int:organisation_id>")
def organisation(organisation_id: int) -> str:
    with runtime().sessions() as session:
        unit = organisations.get(session, actor(), organisation_id)
        return render_template(
            "catalogue/organisation.html",
            organisation=unit,
            achievements=organisations.achievements_of(session, actor(), unit),
            demands=organisations.demands_of(session, actor(), unit),
            crews=crews.of_unit(session, unit.id),
            day=today(),
        )


@blueprint.get("/about")
def about() -> str:
    settings = runtime().settings
    return render_template(
        "catalogue/about.html",
        record_unanswered=settings.record_unanswered,
        unanswered_days=settings.unanswered_days,
    )


@blueprint.get("/help")
def guide() -> str:
    return render_template("catalogue/help.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers to the records: every combination of filters would be an address of its own to them."""
    return Response("User-agent: *\nDisallow: /achievements?\nDisallow: /api/\n", mimetype="text/plain")


def _found(search: SearchRequest) -> Answer:
    return find(runtime().sessions, runtime().catalogue, actor(), search)


def _similar(achievement_id: int, reader: Actor) -> Sequence[Hit]:
    try:
        return runtime().catalogue.similar("achievement", str(achievement_id), reader.tokens, SIMILAR)
    except SearchError as error:
        logger.warning("catalogue_not_ready", reason=type(error).__name__)
        return ()


def _readable(session: Session, hits: Sequence[Hit]) -> list[tuple[Hit, Achievement]]:
    """Pair hits with their records, leaving out what was withdrawn since the index last heard of it."""
    records = achievements.several(session, actor(), [int(hit.document.id) for hit in hits])
    return [(hit, records[int(hit.document.id)]) for hit in hits if int(hit.document.id) in records]


def _studios_beside(session: Session, page: Page) -> list[tuple[Hit, Studio]]:
    return finding.studios_found(session, page.hits, joinedload(Studio.organisation))
