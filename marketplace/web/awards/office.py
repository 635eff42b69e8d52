"""The rounds as an office sees them: opened, changed while nothing was put forward, given a panel, called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid, StaleRevision
from marketplace.models import AwardRound
from marketplace.permissions import Permission, can, can_follow_award, can_run_award, require
from marketplace.runtime import runtime
from marketplace.services.account import people
from marketplace.services.award import deciding, nominating, panel, rounds, tallying
from marketplace.web.actor import actor
from marketplace.web.awards.forms import RoundForm, sent_tables
from marketplace.web.curation.home import require_staff

blueprint = Blueprint("award_office", __name__, url_prefix="/curation/awards")

blueprint.before_request(require_staff)

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = rounds.listed(session, limit=_PAGE + 1, after=after)
        return render_template(
            "awards/office_rounds.html",
            rounds=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            may_open=can(actor(), Permission.AWARD_RUN),
        )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.AWARD_RUN)
    with runtime().sessions() as session:
        shape = rounds.defaults(session)
    if request.method == "GET":
        day = today()
        numbers = {name: shape[name] for name in ("line", "spread", "judges_needed", "publicity_days")}
        return _form_page(RoundForm(formdata=None, data={"year": day.year, "opens_on": day, **numbers}), shape)
    form, tables = RoundForm(), sent_tables(shape)
    data = form.load_round(tables)
    if data is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                award_id = rounds.open_round(session, actor(), data).id
            flash(_("评选已开始，到截止日为止接受提名。"))
            return redirect(url_for(".show", award_id=award_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form_page(form, tables), 422


@blueprint.get("/<int:award_id>")
def show(award_id: int) -> str:
    return round_page(award_id)


@blueprint.route("/<int:award_id>/edit", methods=["GET", "POST"])
def edit(award_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        award = rounds.run_by(session, actor(), award_id)
        shape = {"rubrics": award.rubrics, "quotas": award.quotas}
        if request.method == "GET":
            return _form_page(RoundForm.showing(award), shape, award_id)
    form, tables = RoundForm(), sent_tables(shape)
    data = form.load_round(tables)
    if data is None:
        return _form_page(form, tables, award_id), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            rounds.revise(session, actor(), award_id, form.revision_read(), data)
    except Invalid as error:
        form.refuse_invalid(error)
        return _form_page(form, tables, award_id), 422
    except StaleRevision as error:
        form.form_errors = [error.text(_)]
        return _form_page(form, tables, award_id), 409
    flash(_("已保存。"))
    return redirect(url_for(".show", award_id=award_id), 303)


@blueprint.post("/<int:award_id>/cancel")
def cancel(award_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            rounds.cancel(session, actor(), award_id, request.form.get("reason", "")[:500])
    except Invalid as error:
        return round_page(award_id, {"cancel": " ".join(error.sentences(_))}), 422
    flash(_("评选已取消，提名的建议回到原来的状态。"))
    return redirect(url_for(".show", award_id=award_id), 303)


@blueprint.post("/<int:award_id>/panel")
def call_judge(award_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        panel.add(session, actor(), award_id, request.form.get("account", 0, type=int))
    return redirect(url_for(".show", award_id=award_id, _anchor="panel"), 303)


@blueprint.post("/<int:award_id>/panel/<int:account_id>/release")
def release_judge(award_id: int, account_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        panel.remove(session, actor(), award_id, account_id)
    return redirect(url_for(".show", award_id=award_id, _anchor="panel"), 303)


@blueprint.post("/<int:award_id>/scoring")
def begin_scoring(award_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        panel.begin(session, actor(), award_id)
    flash(_("提名已截止，评分表已分给各位专家。"))
    return redirect(url_for(".show", award_id=award_id), 303)


def round_page(award_id: int, wrong: Mapping[str, str] | None = None) -> str:
    """Show a round with what the actor may see and do in it; ``wrong`` says what is wrong with which of its forms."""
    with runtime().sessions() as session:
        award = rounds.with_panel(session, award_id)
        runs, follows = can_run_award(actor(), award), can_follow_award(actor(), award)
        # One more than is shown tells whether there is a next page.
        found = nominating.listed(session, actor(), award, limit=_PAGE + 1, after=_place())
        allocation = deciding.allocation(award) if follows and award.state == "scored" else None
        equals = [it for edge in allocation.edges for it in edge.equals] if allocation else []
        return render_template(
            "awards/office_round.html",
            award=award,
            runs=runs,
            follows=follows,
            nominations=found[:_PAGE],
            count=nominating.count(session, award),
            next_after="_".join(map(str, nominating.place_of(found[_PAGE - 1]))) if len(found) > _PAGE else None,
            is_window=award.state == "open" and award.opens_on <= today() <= award.closes_on,
            is_closed=today() > award.closes_on,
            judges=panel.may_be_added(session, actor(), award_id) if runs and _takes_judges(award) else [],
            standing=panel.standing(session, award) if follows else [],
            progress=tallying.progress(session, award) if follows else (0, 0),
            allocation=allocation,
            equals=nominating.named(session, equals),
            lists=deciding.lists_of(session, award),
            people=people.called(session, [award.decided_by] if award.decided_by else []),
            wrong=wrong or {},
        )


def _place() -> nominating.Place | None:
    """Return where the last nomination of the page before stood; a form that is refused shows its page again."""
    rank, _dash, number = request.values.get("after", "").partition("_")
    is_place = all(it.isascii() and it.isdigit() and len(it) < 10 for it in (rank, number))
    return (int(rank), int(number)) if is_place else None


def _takes_judges(award: AwardRound) -> bool:
    return award.state in ("open", "scoring", "second_round")


def _form_page(form: RoundForm, tables: Mapping[str, Any], award_id: int | None = None) -> str:
    return render_template("awards/office_form.html", form=form, tables=tables, award_id=award_id)
