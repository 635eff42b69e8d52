"""The JSON API under /api/v1: the same services and schemas as the pages, described by an OpenAPI document.

A view parses, calls one service and answers. Errors are answered by ``marketplace.web.errors`` as problem details.
"""

from __future__ import annotations

from flask import Flask

from marketplace.web.api import documentation
from marketplace.web.api.catalogue import (
    achievements,
    concepts,
    demands,
    golden_ideas,
    matches,
    novelty,
    organisations,
    public_statistics,
    showcase,
    studios,
    vocabularies,
)
from marketplace.web.api.contests import competitions, contestants, contests, evaluations, panels, prizes, sheets
from marketplace.web.api.following import favourites, notices, saved_searches, webhooks
from marketplace.web.api.market import auctions, deals, listings, open_bids, term_sheets
from marketplace.web.api.office import (
    award_rounds,
    exports,
    naming,
    naming_decisions,
    publicity,
    rates,
    reports,
    review_years,
    statistics,
    studio_figures,
    studio_reviews,
    tasks,
)
from marketplace.web.api.people import (
    campaigns,
    crews,
    deputies,
    honours,
    outreach,
    participation,
    persons,
)
from marketplace.web.api.specification import PREFIX, described
from marketplace.web.api.workers import benefits, files, parts, proposals, submissions

NOUNS = (
    achievements,
    auctions,
    award_rounds,
    benefits,
    campaigns,
    competitions,
    concepts,
    contestants,
    contests,
    crews,
    deals,
    demands,
    deputies,
    evaluations,
    exports,
    favourites,
    files,
    golden_ideas,
    honours,
    listings,
    matches,
    naming,
    naming_decisions,
    notices,
    novelty,
    open_bids,
    organisations,
    outreach,
    panels,
    participation,
    parts,
    persons,
    prizes,
    proposals,
    public_statistics,
    publicity,
    rates,
    reports,
    review_years,
    saved_searches,
    sheets,
    showcase,
    statistics,
    studio_figures,
    studio_reviews,
    studios,
    submissions,
    tasks,
    term_sheets,
    vocabularies,
    webhooks,
)


def init_app(app: Flask) -> None:
    """Add the API, its description and its documentation page to the application."""
    # Chinese stays readable in an answer, and a record keeps the order of its fields.
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    api = described(app)
    for noun in NOUNS:
        api.register_blueprint(noun.blueprint, url_prefix=PREFIX + noun.blueprint.url_prefix)
    api.register_blueprint(files.disclosure, url_prefix=PREFIX + files.disclosure.url_prefix)
    app.register_blueprint(documentation.blueprint)
