"""Figures for union staff: all themes on one page, one theme at a glance, and the entries behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.runtime import runtime
from marketplace.services.proposal import rates as proposal_rates
from marketplace.services.statistics import board, designated, entries, market, rates, scope
from marketplace.services.statistics import divided as rate_parts
from marketplace.services.statistics.asking import Question
from marketplace.services.statistics.board import Board, Row
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.statistics import drawing
from marketplace.web.statistics.questions import asked_of, refused, shown
from marketplace.web.studios.tiles import PLACES

blueprint = Blueprint("statistics", __name__, url_prefix="/curation/statistics")
blueprint.before_request(require_staff)

_PAGE = 50
# Which themes have rates of their own beside what is reached of their targets.
_WITH_COVERAGE, _WITH_PROPOSALS = "labour_competition", "million_proposals"


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """Show every theme with its targets, and the rates the rules ask for."""
    with runtime().sessions() as session:
        asked, errors = asked_of(session)
        if asked is None:
            return refused(errors)
        found = board.overview(session, actor(), asked.scope, asked.period, asked.other)
        return render_template(
            "statistics/overview.html",
            themes=found.themes,
            six_ones=rates.six_ones(session, asked.scope, asked.period, found.items.get((rates.SIX_ONES, ""))),
            coverage=rates.coverage(session, asked.scope, asked.period),
            proposals=_proposals(session, asked),
            sees_market=market.can_see(actor(), asked.scope),
            **shown(session, asked),
        )


@blueprint.get("/<theme>")
def theme(theme: str) -> ResponseReturnValue:
    """Show a theme: its measures against targets and another period, by month, place and industry."""
    with runtime().sessions() as session:
        asked, errors = asked_of(session)
        if asked is None:
            return refused(errors)
        found = board.board(session, actor(), theme, asked.scope, asked.period, asked.other, asked.measure)
        return render_template(
            "statistics/theme.html",
            board=found,
            charts=_charts(found, asked),
            six_ones=rates.six_ones(session, asked.scope, asked.period) if theme == rates.SIX_ONES else None,
            coverage=_coverage(session, asked) if theme == _WITH_COVERAGE else None,
            proposals=_proposals(session, asked) if theme == _WITH_PROPOSALS else None,
            **shown(session, asked),
        )


@blueprint.get("/<theme>/entries")
def behind(theme: str) -> ResponseReturnValue:
    """List the entries a number counts, the newest first, a page at a time."""
    with runtime().sessions() as session:
        asked, errors = asked_of(session)
        if asked is None:
            return refused(errors)
        item = request.args.get("item", "")[:30]
        after = request.args.get("after", type=int)
        found = entries.behind(
            session, actor(), theme, asked.scope, asked.period, measure=asked.measure, item=item, limit=_PAGE,
            after=after,
        )  # fmt: skip
        return render_template("statistics/entries.html", theme=theme, found=found, **shown(session, asked))


@blueprint.get("/rates/<name>/<side>")
def divided(name: str, side: str) -> ResponseReturnValue:
    """List what the numerator or the denominator of a rate counts, a page at a time."""
    with runtime().sessions() as session:
        asked, errors = asked_of(session)
        if asked is None:
            return refused(errors)
        after = request.args.get("after", type=int)
        found = rate_parts.listing(session, actor(), name, side, asked.scope, asked.period, limit=_PAGE, after=after)
        return render_template("statistics/divided.html", name=name, side=side, found=found, **shown(session, asked))


def _charts(found: Board, asked: Question) -> dict[str, drawing.Chart]:
    months = {str(month): it.person_times for month, it in found.months.items()}
    places = {it.code: it.figures.person_times for it in found.places}
    branches = {it.code: it.figures.person_times for it in found.branches}
    aims = {str(month): it.whole for month, it in found.month_targets.items() if it.whole}
    charts = {"months": drawing.columns(months, aims)}
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
