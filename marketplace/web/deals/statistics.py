"""The page of the market in figures, for the offices that register contracts."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.runtime import runtime
from marketplace.services import market_statistics
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.statistics.names import rate_text, source_text, whole_text

blueprint = Blueprint("market_statistics", __name__, url_prefix="/curation/market-statistics")
blueprint.before_request(require_staff)

STEP_NAMES = {step: _(state_names.MATCH[step]) for step in market_statistics.STEPS}


@blueprint.get("")
def show() -> str:
    with runtime().sessions() as session:
        found = market_statistics.figures(session, actor())
    return render_template(
        "deals/statistics.html",
        figures=found,
        steps=market_statistics.STEPS,
        step_names=STEP_NAMES,
        rate_text=rate_text,
        whole_text=whole_text,
        source_text=source_text,
    )
