"""What the states and kinds of contests and competitions are called on a page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from marketplace import contest_state_names as state_names
from marketplace.errors import DomainError

CONTEST_STATES = {code: _(called) for code, called in state_names.CONTEST.items()}
STAGE_STATES = {code: _(called) for code, called in state_names.CONTEST_STAGE.items()}
CONTESTANT_STATES = {code: _(called) for code, called in state_names.CONTESTANT.items()}
REGISTRATION_STATES = {code: _(called) for code, called in state_names.COMPETITION_REGISTRATION.items()}
SHOWCASE_STATES = {code: _(called) for code, called in state_names.COMPETITION_SHOWCASE.items()}
PHASES = {"before": _("竞赛前"), "during": _("竞赛中"), "after": _("竞赛后")}
SHOWCASE_KINDS = {"enterprise": _("示范企业"), "park": _("示范园区")}


def tell(held_up: Mapping[int, DomainError | None]) -> None:
    """Say how many of a list that was shown are announced, and what holds the others up."""
    announced = sum(it is None for it in held_up.values())
    if announced:
        flash(ngettext("已公布 %(num)d 项。", "已公布 %(num)d 项。", announced))
    for sentence in dict.fromkeys(it.text(gettext) for it in held_up.values() if it is not None):
        flash(gettext("没有公布的：%(why)s", why=sentence))
