"""The page of the market in figures, for the offices that register contracts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.runtime import runtime
from marketplace.services import market_statistics
from marketplace.services.statistics import scope
from marketplace.services.statistics.market import STEPS
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff

blueprint = Blueprint("market_statistics", __name__, url_prefix="/curation/market-statistics")
blueprint.before_request(require_staff)

STEP_NAMES = {step: _(state_names.MATCH[step]) for step in STEPS}


@blueprint.get("")
def show() -> str:
    """Show the market of a place or an industry, of all that the actor registers contracts of where none is said."""
    region, industry = request.args.get("region", ""), request.args.get("industry", "")
    with runtime().sessions() as session:
        asked = scope.asked(session, actor(), region, industry) if region or industry else None
        found = market_statistics.figures(session, actor(), asked)
    return render_template(
        "deals/statistics.html", figures=found, steps=STEPS, step_names=STEP_NAMES, parameters=_parameters(found.scope)
    )


def _parameters(of: scope.Scope) -> dict[str, Any]:
    """Return how a link to what a rate counts says for whom."""
    region = of.region if of.region_path not in ("", scope.PROVINCE) else ""
    return {name: code for name, code in (("region", region), ("industry", of.industry)) if code}
