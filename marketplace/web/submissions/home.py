"""The blueprint of submissions: for whoever is signed in, but for a completer who comes by the link of a mail."""

from __future__ import annotations

from decimal import Decimal

import flask
from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models import Achievement, Proposal
from marketplace.services.authoring.completeness import UNTITLED
from marketplace.services.proposal.importing import BY_THE_REGISTER
from marketplace.web.actor import sign_in_first

blueprint = Blueprint("submissions", __name__, url_prefix="/submissions")

_BY_LINK = ("submissions.part", "submissions.answer_part")


@blueprint.before_request
def require_person() -> ResponseReturnValue | None:
    return None if flask.request.endpoint in _BY_LINK else sign_in_first()


@blueprint.after_request
def keep_out_of_caches(response: flask.Response) -> flask.Response:
    response.cache_control.no_store = True
    return response


@blueprint.app_template_filter()
def percent(share: Decimal) -> str:
    """Return a share without the zeros nobody wrote: 33.5%."""
    return f"{share.normalize():f}%"


@blueprint.app_template_filter()
def excused(reason: str) -> str:
    """Return why somebody did not confirm: a unit's own words, or the product's in the language of the page."""
    return str(gettext(BY_THE_REGISTER)) if reason == BY_THE_REGISTER else reason


@blueprint.app_template_filter()
def named(record: Achievement | Proposal) -> str:
    """Return what a record is called, a draft without a name in the language of the page."""
    return str(gettext(UNTITLED)) if record.title == UNTITLED else record.title
