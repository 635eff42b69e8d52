"""What the states and kinds of contests and competitions are called on a page."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _

from marketplace import state_names

CONTEST_STATES = {code: _(called) for code, called in state_names.CONTEST.items()}
STAGE_STATES = {code: _(called) for code, called in state_names.CONTEST_STAGE.items()}
CONTESTANT_STATES = {code: _(called) for code, called in state_names.CONTESTANT.items()}
PHASES = {"before": _("竞赛前"), "during": _("竞赛中"), "after": _("竞赛后")}
SHOWCASE_KINDS = {"enterprise": _("示范企业"), "park": _("示范园区")}


def measured(value: Decimal) -> str:
    """Return a measured value without zeros at its end."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
