"""The public statistics: what everybody may know of a year, kept until figures change, and cacheable for visitors."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request
from sqlalchemy.orm import Session

from marketplace.errors import NotFound
from marketplace.runtime import runtime
from marketplace.services.reports import public
from marketplace.services.reports.public import Measured, Published
from marketplace.services.reports.suppression import ALL
from marketplace.web.actor import signed_in
from marketplace.web.statistics import drawing

blueprint = Blueprint("public_statistics", __name__, url_prefix="/statistics")

# For how long, in seconds, a visitor and what stands between him and us may keep the page.
_KEPT = 600


@blueprint.get("")
def page() -> Response:
    with runtime().sessions() as session:
        years = public.years(session)
        found = held(session, _year(years), _until())
    if years and found.year not in years:
        raise NotFound("statistics", found.year)
    table = _chosen(found)
    answer = make_response(
        render_template("reports/public.html", found=found, years=years, table=table, charts=_charts(table), all=ALL)
    )
    # Whoever has signed in sees his name on it.
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT}" if signed_in() is None else "private, no-cache"
    answer.vary.add("Cookie")
    return answer


def held(session: Session, year: int, until: int | None = None) -> Published:
    """Return what is public of a year up to a month, worked out again only after figures or the day have changed."""
    kept = current_app.extensions.setdefault("public_statistics", {})
    mark = public.mark(session)
    if kept.get("mark") != mark:
        kept.clear()
        kept["mark"] = mark
    if (year, until) not in kept:
        kept[year, until] = public.published(session, year, until)
    found: Published = kept[year, until]
    return found


def _year(years: list[int]) -> int:
    asked = request.args.get("year", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == 4 and int(asked) >= 2000:
        return int(asked)
    if asked:
        raise NotFound("statistics", asked)
    return years[0] if years else public.today().year


def _until() -> int | None:
    """Return up to which month of the year figures are asked for, None for all that is public."""
    asked = request.args.get("until", "")
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) <= 2):
        raise NotFound("statistics", asked)
    return int(asked) if asked else None


def _chosen(found: Published) -> Measured | None:
    asked = request.args.get("measure", "")
    known = {it.measure: it for it in found.measures}
    if asked and asked not in known:
        raise NotFound("statistics", asked)
    return known[asked] if asked else next(iter(known.values()), None)


def _charts(table: Measured | None) -> dict[str, drawing.Chart]:
    """Draw what may be seen of a measure; a hidden sum has no mark."""
    if table is None:
        return {}
    months = {str(it): table.cell(ALL, it) for it in table.months}
    places = {it: table.cell(it, ALL) for it in table.places}
    return {
        "months": drawing.columns({key: it.person_times for key, it in months.items() if it is not None}),
        "places": drawing.bars({key: it.person_times for key, it in places.items() if it is not None}),
    }
