"""Figures for union staff: all themes on one page, one theme at a glance, and the entries behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import marshmallow as ma
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import today
from marketplace.errors import Invalid
from marketplace.models import Organisation
from marketplace.runtime import runtime
from marketplace.schemas.statistics import StatisticsQuerySchema
from marketplace.services.proposal import rates as proposal_rates
from marketplace.services.statistics import board, designated, entries, market, rates, scope
from marketplace.services.statistics import divided as rate_parts
from marketplace.services.statistics.asking import Question, question
from marketplace.services.statistics.board import THEMES, Board, Row
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.demands.forms import sentences
from marketplace.web.statistics import drawing
from marketplace.web.studios.tiles import PLACES

blueprint = Blueprint("statistics", __name__, url_prefix="/curation/statistics")
blueprint.before_request(require_staff)

_PAGE, _YEARS = 50, 10
_SECTIONS = [code for code in vocabulary.industries if vocabulary.industries.level(code) == 1]
# Which themes have rates of their own beside what is reached of their targets.
_WITH_COVERAGE, _WITH_PROPOSALS = "labour_competition", "million_proposals"


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """Show every theme with its targets, and the rates the rules ask for."""
    with runtime().sessions() as session:
        asked, refused = _asked(session)
        if asked is None:
            return render_template("statistics/refused.html", errors=refused), 422
        found = [board.measures(session, actor(), it, asked.scope, asked.period, asked.other) for it in THEMES]
        return render_template(
            "statistics/overview.html",
            themes=dict(zip(THEMES, found, strict=True)),
            six_ones=rates.six_ones(session, asked.scope, asked.period),
            coverage=rates.coverage(session, asked.scope, asked.period),
            proposals=_proposals(session, asked),
            sees_market=market.can_see(actor(), asked.scope),
            **_shown(session, asked),
        )


@blueprint.get("/<theme>")
def theme(theme: str) -> ResponseReturnValue:
    """Show a theme: its measures against targets and another period, by month, place and industry."""
    with runtime().sessions() as session:
        asked, refused = _asked(session)
        if asked is None:
            return render_template("statistics/refused.html", errors=refused), 422
        found = board.board(session, actor(), theme, asked.scope, asked.period, asked.other, asked.measure)
        return render_template(
            "statistics/theme.html",
            board=found,
            charts=_charts(found, asked),
            six_ones=rates.six_ones(session, asked.scope, asked.period) if theme == rates.SIX_ONES else None,
            coverage=_coverage(session, asked) if theme == _WITH_COVERAGE else None,
            proposals=_proposals(session, asked) if theme == _WITH_PROPOSALS else None,
            **_shown(session, asked),
        )


@blueprint.get("/<theme>/entries")
def behind(theme: str) -> ResponseReturnValue:
    """List the entries a number counts, the newest first, a page at a time."""
    with runtime().sessions() as session:
        asked, refused = _asked(session)
        if asked is None:
            return render_template("statistics/refused.html", errors=refused), 422
        item = request.args.get("item", "")[:30]
        after = request.args.get("after", type=int)
        found = entries.behind(
            session, actor(), theme, asked.scope, asked.period, measure=asked.measure, item=item, limit=_PAGE,
            after=after,
        )  # fmt: skip
        return render_template("statistics/entries.html", theme=theme, found=found, **_shown(session, asked))


@blueprint.get("/rates/<name>/<side>")
def divided(name: str, side: str) -> ResponseReturnValue:
    """List what the numerator or the denominator of a rate counts, a page at a time."""
    with runtime().sessions() as session:
        asked, refused = _asked(session)
        if asked is None:
            return render_template("statistics/refused.html", errors=refused), 422
        after = request.args.get("after", type=int)
        found = rate_parts.listing(session, actor(), name, side, asked.scope, asked.period, limit=_PAGE, after=after)
        return render_template("statistics/divided.html", name=name, side=side, found=found, **_shown(session, asked))


def _asked(session: Any) -> tuple[Question | None, list[str]]:
    """Read the address; return why it cannot be read where it cannot."""
    names = StatisticsQuerySchema().fields
    given = {name: value for name, value in request.args.items() if name in names}
    try:
        return question(session, actor(), StatisticsQuerySchema().load(given)), []
    except ma.ValidationError as error:
        return None, [it for found in error.normalized_messages().values() for it in sentences(found)]
    except Invalid as error:
        return None, error.sentences(_)


def _shown(session: Any, asked: Question) -> dict[str, Any]:
    """Return what every page shows of the question: its own parameters, and what else may be chosen."""
    unit = session.get(Organisation, asked.scope.organisation_id) if asked.scope.organisation_id is not None else None
    year = today().year
    parameters = {
        "year": asked.period.year, "first": asked.period.first, "last": asked.period.last,
        "region": asked.scope.region if "/" in asked.scope.region_path and unit is None else None,
        "industry": asked.scope.industry if unit is None else None, "unit": unit.id if unit else None,
        "measure": asked.measure, "versus": asked.other.year if asked.other else 0,
        "versus_first": asked.other.first if asked.other and asked.other.first != asked.period.first else None,
        "versus_last": asked.other.last if asked.other and asked.other.last != asked.period.last else None,
    }  # fmt: skip
    held = scope.own(actor())
    return {
        "asked": asked, "unit": unit,
        "parameters": {name: it for name, it in parameters.items() if it not in (None, "")},
        "years": sorted({*range(year - _YEARS + 1, year + 1), asked.period.year, asked.period.year - 1}, reverse=True),
        "regions": [] if held.organisation_id is not None else _regions(held.region),
        "branches": [] if held.organisation_id is not None or held.industry else _SECTIONS,
    }  # fmt: skip


def _regions(code: str) -> list[str]:
    """Return the places one may choose from: the own one, and what lies in it."""
    within = vocabulary.regions.children(code)
    if code != scope.PROVINCE:
        return [code, *within]
    return [code, *(it for city in within for it in (city, *vocabulary.regions.children(city)))]


def _charts(found: Board, asked: Question) -> dict[str, drawing.Chart]:
    months = {str(month): it.person_times for month, it in found.months.items()}
    places = {it.code: it.figures.person_times for it in found.places}
    branches = {it.code: it.figures.person_times for it in found.branches}
    charts = {"months": drawing.columns(months, found.monthly_target)}
    if any(places.values()):
        charts["places"] = drawing.bars(places, _aims(found.places))
        if asked.scope.region == scope.PROVINCE and asked.scope.organisation_id is None:
            charts["map"] = drawing.tiles({code: it for code, it in places.items() if code})
    if any(branches.values()):
        charts["branches"] = drawing.bars(branches, _aims(found.branches))
    return charts


def _aims(rows: Sequence[Row]) -> dict[str, Fraction | int]:
    """Return what is to be reached by the places or industries that have a target."""
    return {it.code: it.target.whole for it in rows if it.target is not None and it.target.whole}


def _coverage(session: Any, asked: Question) -> dict[str, Any]:
    found = rates.coverage(session, asked.scope, asked.period)
    level = board.level_of(asked.scope)
    by_place = rates.coverage_by_place(session, asked.scope, asked.period, level)
    by_code = {path.rsplit("/", 1)[-1]: it for path, it in by_place.items()}
    is_province = asked.scope.region == scope.PROVINCE and asked.scope.organisation_id is None
    percents = {code: None if (it := by_code.get(code)) is None else it.percent(0) for code in PLACES}
    tiles = drawing.tiles({code: None if it is None else int(it) for code, it in percents.items()}, 100)
    return {
        "whole": found, "by_place": by_code, "has_list": designated.has_list(session, asked.period.year),
        "map": tiles if is_province and by_code else None,
    }  # fmt: skip


def _proposals(session: Any, asked: Question) -> proposal_rates.Rates:
    period = asked.period
    return proposal_rates.of_scope(session, actor(), period.first_day, period.cut_off, asked.scope)
