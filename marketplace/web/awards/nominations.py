"""Putting proposals forward in a round, and setting one aside, by the offices."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.schemas.award import NominationSchema
from marketplace.services.award import nominating, rounds
from marketplace.web.actor import actor
from marketplace.web.awards.forms import as_number
from marketplace.web.awards.office import blueprint, round_page

_PAGE = 30


@blueprint.get("/<int:award_id>/nominate")
def candidates(award_id: int) -> str:
    return _candidates_page(award_id)


@blueprint.post("/<int:award_id>/nominate")
def nominate(award_id: int) -> ResponseReturnValue:
    sent = request.form
    given = {
        "proposal": as_number(sent.get("proposal", "")),
        "rubric": sent.get("rubric", "A"),
        "first_author_checked": "first_author_checked" in sent,
    }
    wrong = NominationSchema().validate(given)
    if wrong:
        return _candidates_page(award_id, _("请填写建议的编号。")), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            nominating.nominate(session, actor(), award_id, NominationSchema().load(given))
    except Invalid as error:
        return _candidates_page(award_id, " ".join(error.sentences(_))), 422
    except Conflict as error:
        return _candidates_page(award_id, error.text(_)), 409
    flash(_("已提名。"))
    return redirect(url_for(".show", award_id=award_id), 303)


@blueprint.post("/nominations/<int:nomination_id>/set-aside")
def set_aside(nomination_id: int) -> ResponseReturnValue:
    award_id = request.form.get("award", 0, type=int)
    try:
        with unit_of_work(runtime().sessions) as session:
            found = nominating.set_aside(session, actor(), nomination_id, request.form.get("reason", "")[:500])
            award_id = found.award_round_id
    except Invalid as error:
        told = " ".join(error.sentences(_))
        return round_page(award_id, {f"set-aside-{nomination_id}": told}), 422
    flash(_("已从本次评选中撤下，建议回到原来的状态。"))
    return redirect(url_for(".show", award_id=award_id), 303)


def _candidates_page(award_id: int, wrong: str | None = None) -> str:
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        award = rounds.get(session, award_id)
        # One more than is shown tells whether there is a next page.
        found = nominating.candidates(session, actor(), award, limit=_PAGE + 1, after=after)
        return render_template(
            "awards/office_nominate.html",
            award=award,
            candidates=found[:_PAGE],
            next_after=found[_PAGE - 1].proposal.id if len(found) > _PAGE else None,
            wrong=wrong,
        )
