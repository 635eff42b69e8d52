"""Demands listed with a reward: anybody reads the list, who can solve it bids, who posted it decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import marshmallow as ma
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.permissions import can_read, owns
from marketplace.runtime import runtime
from marketplace.schemas.open_bid import AwardSchema, BidSchema, CallSchema
from marketplace.services import demand as demands
from marketplace.services.open_bid import bids, calls, choosing
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.doing import done, typed
from marketplace.web.open_bids.forms import BidForm, CallForm, decision_refused, decision_sent

blueprint = Blueprint("open_bids", __name__, url_prefix="/open-bids")

_PAGE = 30


@blueprint.before_request
def _sign_in_to_act() -> ResponseReturnValue | None:
    return sign_in_first() if request.method == "POST" else None


@blueprint.get("")
def listing() -> str:
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        found = calls.listed(session, actor(), limit=_PAGE + 1, after=after)
        return render_template(
            "open_bids/list.html",
            calls=found[:_PAGE],
            day=today(),
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.route("/for/<int:demand_id>", methods=["GET", "POST"])
def new(demand_id: int) -> ResponseReturnValue:
    """List a demand with a reward."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    form = CallForm()
    if request.method == "POST" and (data := form.load(CallSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                call_id = calls.publish(session, actor(), demand_id, data).id
            flash(_("已张榜。截止以前，谁也看不到揭榜的方案。"))
            return redirect(url_for(".show", call_id=call_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            flash(error.text(_))
            return redirect(url_for("demands.show", demand_id=demand_id), 303)
    with runtime().sessions() as session:
        demand = demands.get(session, actor(), demand_id)
        if not calls.may_list(actor(), demand):
            raise NotAllowed("edit", "demand")
        page = render_template("open_bids/new.html", form=form, demand=demand)
    return page, 200 if request.method == "GET" else 422


@blueprint.get("/<int:call_id>")
def show(call_id: int) -> str:
    return _page(call_id)


@blueprint.post("/<int:call_id>/bid")
def bid(call_id: int) -> ResponseReturnValue:
    form = BidForm()
    data = form.load(BidSchema())
    if data is None:
        return _page(call_id, form), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            bids.submit(session, actor(), call_id, data)
        flash(_("方案已提交。截止以前可以修改或撤回，谁也看不到。"))
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(call_id, form), 422
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".show", call_id=call_id), 303)


@blueprint.post("/<int:call_id>/withdraw")
def withdraw(call_id: int) -> ResponseReturnValue:
    address = url_for(".show", call_id=call_id)
    return done(lambda session: bids.withdraw(session, actor(), call_id), _("方案已撤回。"), address)


@blueprint.post("/<int:call_id>/award")
def award(call_id: int) -> ResponseReturnValue:
    try:
        data = AwardSchema().load(decision_sent(request.form))
        with unit_of_work(runtime().sessions) as session:
            choosing.award(session, actor(), call_id, data)
        flash(_("已定标，揭榜的人都已收到通知。"))
    except ma.ValidationError as error:
        return _page(call_id, refused=decision_refused(request.form, error.normalized_messages())), 422
    except Invalid as error:
        return _page(call_id, refused=error.sentences(_)), 422
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".show", call_id=call_id), 303)


@blueprint.post("/<int:call_id>/fail")
def fail(call_id: int) -> ResponseReturnValue:
    address = url_for(".show", call_id=call_id)
    return done(lambda session: choosing.fail(session, actor(), call_id, typed("reason")), _("已流标。"), address)


@blueprint.post("/<int:call_id>/milestones/<int:milestone_id>")
def reach(call_id: int, milestone_id: int) -> ResponseReturnValue:
    return done(
        lambda session: choosing.reach(session, actor(), call_id, milestone_id, typed("note")),
        _("已记为完成。"),
        url_for(".show", call_id=call_id),
    )


def _page(call_id: int, form: BidForm | None = None, refused: Sequence[str] = ()) -> str:
    """Show a list; ``refused`` says what was wrong with a decision, which stays as it was typed."""
    with runtime().sessions() as session:
        call = calls.get(session, actor(), call_id)
        own = calls.own_bid(session, actor(), call)
        return render_template(
            "open_bids/show.html",
            call=call,
            day=today(),
            is_named=not call.demand.is_anonymous or owns(actor(), call.demand),
            shows_demand=can_read(actor(), call.demand),
            count=bids.count(session, call),
            own=own,
            form=form or BidForm(formdata=None, data=_written(own)),
            may_bid=bids.may_bid(actor(), call) and call.takes_bids(today()),
            decides=calls.decides(session, actor(), call),
            bids=bids.opened(session, actor(), call),
            chosen=choosing.chosen(session, call),
            refused=refused,
            typed=request.form if refused else {},
        )


def _written(bid: Any) -> dict[str, Any]:
    return {name: getattr(bid, name) for name in ("team", "plan", "price", "days")} if bid is not None else {}
