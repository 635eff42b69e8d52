"""The first page of an office, and the door to all of its pages."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.errors import NotAllowed
from marketplace.permissions import can, can_enter_curation
from marketplace.runtime import runtime
from marketplace.services import task as tasks
from marketplace.services.account import signing_in
from marketplace.services.task import Counts
from marketplace.web.actor import actor, sign_in_first, signed_in
from marketplace.web.curation.office_pages import PAGES, OfficePage, Section

blueprint = Blueprint("curation", __name__, url_prefix="/curation")


@blueprint.before_request
def require_staff() -> ResponseReturnValue | None:
    """Let staff in, lead visitors to sign in, and those whose office needs it to their second factor."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    if can_enter_curation(actor()):
        return None
    found = signed_in()
    if found is not None and found.must_add_second_factor:
        return redirect(url_for("account.second_factor_page"), 303)
    raise NotAllowed("enter", "curation")


@blueprint.get("")
def home() -> str:
    found = signed_in()
    return render_template(
        "curation/home.html",
        grants=signing_in.grants_in_force(found.account) if found else [],
        sections=_sections(),
        waiting=_waiting(),
    )


def _sections() -> list[Section]:
    """Return the sections with the pages that are there and the actor may open."""
    found = [Section(section.name, tuple(filter(_opens, section.pages))) for section in PAGES]
    return [section for section in found if section.pages]


def _opens(page: OfficePage) -> bool:
    return page.endpoint in current_app.view_functions and can(actor(), page.permission)


def _waiting() -> Counts:
    with runtime().sessions() as session:
        return tasks.counts(session, actor())
