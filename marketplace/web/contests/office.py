"""The office's pages of contests: set up, people registered, lots drawn, stages scored, prizes shown and given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import DomainError, Invalid, NotAllowed, NotFound
from marketplace.permissions import Actor, can_decide_contest, can_run_campaign, can_withdraw_contestant
from marketplace.runtime import runtime
from marketplace.schemas.contest import RegistrationRowSchema
from marketplace.services.contest import contests, panel, publishing, registering, results, staging, tallying
from marketplace.services.participation import campaigns
from marketplace.web.actor import actor
from marketplace.web.contests.forms import ContestForm, UnitRegistrationForm, told
from marketplace.web.curation.home import require_staff
from marketplace.web.demands.forms import sentences
from marketplace.web.doing import done
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("contest_office", __name__, url_prefix="/curation/contests")

blueprint.before_request(require_staff)

_PAGE, _CAMPAIGNS = 30, 200
# What each button does with a contest.
_STEPS: dict[str, Callable[[Session, Actor, int], Any]] = {
    "open": contests.open_to_all,
    "draw": staging.draw,
    "begin": staging.begin,
    "tally": tallying.tally,
}
_OUT = {"withdraw": registering.withdraw, "disqualify": registering.disqualify, "take_back": publishing.take_back}


@blueprint.get("")
def listing() -> str:
    with runtime().sessions() as session:
        found = contests.listed(session, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "contests/office.html",
            contests=found[:_PAGE],
            campaigns=contests.hosting(session, actor(), limit=_CAMPAIGNS),
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.route("/new/<int:campaign_id>", methods=["GET", "POST"])
def new(campaign_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        campaign = campaigns.get(session, actor(), campaign_id)
        if not can_run_campaign(actor(), campaign):
            raise NotAllowed("run", "contest")
        form = ContestForm(data={**contests.defaults(session), "drops_extremes": True, "is_public": True})
    if request.method == "POST" and (data := form.read()) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                contest_id = contests.make(session, actor(), campaign_id, data).id
            flash(_("比赛已建立，核对、组成评审组以后请开放报名。"))
            return redirect(url_for(".show", contest_id=contest_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    status = 200 if request.method == "GET" else 422
    page = render_template("contests/form.html", form=form, fields=fields_of(form), campaign=campaign, contest=None)
    return page, status


@blueprint.route("/<int:contest_id>/edit", methods=["GET", "POST"])
def edit(contest_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        contest = contests.get(session, actor(), contest_id)
        if not can_run_campaign(actor(), contest.campaign):
            raise NotAllowed("run", "contest")
        form, campaign = ContestForm(data=told(contest)), contest.campaign
    if request.method == "POST" and (data := form.read()) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                contests.revise(session, actor(), contest_id, request.form.get("revision", 0, type=int), data)
            flash(_("已修改。"))
            return redirect(url_for(".show", contest_id=contest_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    status = 200 if request.method == "GET" else 422
    page = render_template("contests/form.html", form=form, fields=fields_of(form), campaign=campaign, contest=contest)
    return page, status


@blueprint.get("/<int:contest_id>")
def show(contest_id: int) -> str:
    return _page(contest_id)


@blueprint.post("/<int:contest_id>/people")
def register(contest_id: int) -> ResponseReturnValue:
    """Register people of a unit, and say of each line that was refused why."""
    form = UnitRegistrationForm(prefix="unit-")
    try:
        with unit_of_work(runtime().sessions) as session:
            rows, wrong = _rows(form)
            named = (form.unit.data or "").strip()
            found = registering.register(session, actor(), contest_id, named, list(rows.values()))
            wrong |= {
                at: " ".join(it.sentences(_)) for at, it in zip(rows, found, strict=True) if isinstance(it, DomainError)
            }
            done = len(rows) + sum(at not in rows for at in wrong) - len(wrong)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(contest_id, form), 422
    flash(ngettext("已报名 %(num)d 人。", "已报名 %(num)d 人。", done))
    if not wrong:
        return redirect(url_for(".show", contest_id=contest_id, _anchor="people"), 303)
    form.people.errors = [_("第 %(line)s 行：%(why)s", line=at + 1, why=why) for at, why in sorted(wrong.items())]
    return _page(contest_id, form), 422


@blueprint.post("/<int:contest_id>/step")
def step(contest_id: int) -> ResponseReturnValue:
    action = request.form.get("action", "")
    if action not in _STEPS:
        raise NotFound("contest", contest_id)
    return _do(contest_id, lambda session: _STEPS[action](session, actor(), contest_id))


@blueprint.post("/<int:contest_id>/cancel")
def cancel(contest_id: int) -> ResponseReturnValue:
    return _do(
        contest_id, lambda session: contests.cancel(session, actor(), contest_id, request.form.get("reason", ""))
    )


@blueprint.post("/<int:contest_id>/judges")
def judges(contest_id: int) -> ResponseReturnValue:
    """Call a judge to a group, or release him with the button beside his name."""
    group_id, account_id = (request.form.get(name, 0, type=int) for name in ("group", "account"))
    verb = panel.remove if "remove" in request.form else panel.add
    return _do(contest_id, lambda session: verb(session, actor(), contest_id, group_id, account_id), "judges")


@blueprint.post("/<int:contest_id>/absent")
def absent(contest_id: int) -> ResponseReturnValue:
    chosen = request.form.getlist("result", type=int)
    return _do(contest_id, lambda session: staging.note_absence(session, actor(), contest_id, chosen), "people")


@blueprint.post("/contestants/<int:contestant_id>/out")
def out(contestant_id: int) -> ResponseReturnValue:
    """Let somebody withdraw, disqualify him, or take a prize back, with a reason."""
    action, reason = request.form.get("action", ""), request.form.get("reason", "")
    if action not in _OUT:
        raise NotFound("contestant", contestant_id)
    with runtime().sessions() as session:
        contest_id = registering.get(session, actor(), contestant_id).contest_id
    return _do(contest_id, lambda session: _OUT[action](session, actor(), contestant_id, reason), "people")


@blueprint.post("/<int:contest_id>/announce")
def announce(contest_id: int) -> ResponseReturnValue:
    channel = request.form.get("channel", "").strip()[:200]
    return _do(contest_id, lambda session: publishing.announce(session, actor(), contest_id, channel))


@blueprint.post("/<int:contest_id>/publish")
def publish(contest_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        held = publishing.publish(session, actor(), contest_id)
        for error in held.values():
            if error is not None:
                flash(error.text(_))
    return redirect(url_for(".show", contest_id=contest_id), 303)


def _do(contest_id: int, verb: Callable[[Session], Any], anchor: str | None = None) -> ResponseReturnValue:
    return done(verb, _("已办理。"), url_for(".show", contest_id=contest_id, _anchor=anchor))


def _rows(form: UnitRegistrationForm) -> tuple[dict[int, dict[str, Any]], dict[int, str]]:
    """Return the rows that the schema takes, and of the others why it does not, each by the number of its line."""
    rows: dict[int, dict[str, Any]] = {}
    wrong: dict[int, str] = {}
    for at, row in enumerate(form.people.rows()):
        try:
            rows[at] = RegistrationRowSchema().load({name: said for name, said in row.items() if name})
        except ma.ValidationError as error:
            wrong[at] = " ".join(sentences(error.normalized_messages()))
    return rows, wrong


def _page(contest_id: int, refused: UnitRegistrationForm | None = None) -> str:
    with runtime().sessions() as session:
        contest = contests.get(session, actor(), contest_id)
        stage = next((it for it in contest.stages if it.state in ("scoring", "second_round")), None)
        runs = can_run_campaign(actor(), contest.campaign)
        form = refused or UnitRegistrationForm(formdata=None, prefix="unit-")
        return render_template(
            "contests/contest.html",
            contest=contest,
            runs=runs,
            people=registering.listed(session, actor(), contest),
            may_withdraw=partial(can_withdraw_contestant, actor()),
            may_decide=partial(can_decide_contest, actor()),
            stage=stage,
            progress=tallying.progress(session, stage) if stage is not None else None,
            seats=panel.seats(session, contest) if runs else [],
            candidates=panel.may_be_added(session, contest) if runs else [],
            boards=results.boards(session, actor(), contest),
            form=form,
            is_refused=refused is not None,
        )
