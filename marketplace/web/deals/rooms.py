"""The list of one's deals and the room of each: what is said, what is to be done, who sits at the table."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.models import Deal, TermSheet
from marketplace.permissions import SYSTEM, can_sign_contract, can_tell_completers, side_in, sides_of
from marketplace.runtime import runtime
from marketplace.schemas.deal import DealTaskSchema, DoneSchema, MessageSchema, terms_of
from marketplace.services.account import people
from marketplace.services.deal import (
    archive,
    benefits,
    clearing,
    following_up,
    milestones,
    opening,
    rooms,
    signing,
    story,
    talking,
    terms,
)
from marketplace.services.files.refusal import FileRefused
from marketplace.services.listing import told_by_unit
from marketplace.web import files
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.deals.forms import MessageForm, TaskForm
from marketplace.web.doing import done, typed
from marketplace.web.proposals.forms import ReasonForm
from marketplace.web.security import inert
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("deals", __name__, url_prefix="/deals")
blueprint.before_request(sign_in_first)

_PAGE = 30


@blueprint.get("")
def listing() -> str:
    """List the deals at whose table the reader sits."""
    with runtime().sessions() as session:
        found = rooms.listed(session, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        shown = found[:_PAGE]
        return render_template(
            "deals/list.html",
            deals=shown,
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            news=rooms.unread(session, actor().account_id, [it.id for it in shown]),
            waiting=benefits.waiting(session, actor()),
        )


@blueprint.post("/from-match/<int:match_id>")
def open_from_match(match_id: int) -> ResponseReturnValue:
    """Begin to negotiate about a match whose parties were introduced, or go on where that was begun."""
    with unit_of_work(runtime().sessions) as session:
        deal_id = opening.negotiate(session, actor(), match_id).id
    return redirect(url_for(".show", deal_id=deal_id), 303)


@blueprint.get("/<int:deal_id>")
def show(deal_id: int) -> str:
    with unit_of_work(runtime().sessions) as session:
        return _page(session, deal_id)


@blueprint.post("/<int:deal_id>/messages")
def say(deal_id: int) -> ResponseReturnValue:
    """Say something, with the files chosen beside it; where one is no good nothing is sent."""
    form = MessageForm()
    data = form.load(MessageSchema())
    if data is None:
        with runtime().sessions() as session:
            return _page(session, deal_id, form), 422
    brought = [(str(sent.filename), sent.read()) for sent in request.files.getlist("file") if sent.filename]
    try:
        with unit_of_work(runtime().sessions) as session:
            talking.say(session, actor(), runtime().files, deal_id, data["text"], brought)
    except FileRefused as error:
        form.form_errors = [*error.sentences(_), _("没有发送：写的话还在，附件请重新选择。")]
    except Invalid as error:
        form.refuse_invalid(error)
    except Conflict as error:
        form.form_errors = [error.text(_)]
    else:
        return redirect(url_for(".show", deal_id=deal_id, _anchor="talk"), 303)
    with runtime().sessions() as session:
        return _page(session, deal_id, form), 422


@blueprint.post("/<int:deal_id>/tasks")
def add_task(deal_id: int) -> ResponseReturnValue:
    form = TaskForm(prefix="task-")
    data = form.load(DealTaskSchema())
    if data is None:
        with runtime().sessions() as session:
            return _page(session, deal_id, task=form), 422
    return done(
        lambda session: milestones.add(session, actor(), deal_id, data),
        _("已添加。"), url_for(".show", deal_id=deal_id, _anchor="tasks"),
    )  # fmt: skip


@blueprint.post("/<int:deal_id>/tasks/<int:task_id>/done")
def finish(deal_id: int, task_id: int) -> ResponseReturnValue:
    def finished(session: Session) -> None:
        data = DoneSchema().load({"done_on": today().isoformat(), "note": request.form.get("note", "")})
        milestones.done(session, actor(), deal_id, task_id, data)

    return done(finished, _("已记为办完。"), url_for(".show", deal_id=deal_id, _anchor="tasks"))


@blueprint.post("/<int:deal_id>/broker")
def seat_broker(deal_id: int) -> ResponseReturnValue:
    chosen = request.form.get("broker", type=int)
    address = url_for(".show", deal_id=deal_id, _anchor="table")
    return done(lambda session: rooms.seat_broker(session, actor(), deal_id, chosen), _("席位已变更。"), address)


@blueprint.post("/<int:deal_id>/terminate")
def terminate(deal_id: int) -> ResponseReturnValue:
    codes = [code for code in vocabulary.refusals if code in request.form.getlist("codes")]
    address = url_for(".show", deal_id=deal_id)
    return done(
        lambda session: signing.terminate(session, actor(), deal_id, typed("reason"), codes), _("交易已终止。"), address
    )


@blueprint.post("/<int:deal_id>/follow-up")
def follow_up(deal_id: int) -> ResponseReturnValue:
    """Let a free use become the negotiation of a transfer."""
    try:
        with unit_of_work(runtime().sessions) as session:
            deal_id = following_up.begin(session, actor(), deal_id).id
        flash(_("已由试用转入转让的洽谈。"))
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".show", deal_id=deal_id), 303)


@blueprint.get("/<int:deal_id>/contract.pdf")
@inert
def contract(deal_id: int) -> Response:
    with runtime().sessions() as session:
        return _taken(archive.contract(session, actor(), deal_id), "application/pdf", f"deal-{deal_id}-contract.pdf")


@blueprint.post("/<int:deal_id>/archive")
@inert
def export(deal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        content = archive.zipped(session, actor(), runtime().files, deal_id)
    return _taken(content, "application/zip", f"deal-{deal_id}.zip")


def _taken(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(session: Session, deal_id: int, message: MessageForm | None = None, task: TaskForm | None = None) -> str:
    reader = actor()
    deal = rooms.enter(session, reader, deal_id)
    said = rooms.messages(session, reader, deal)
    new = rooms.unread(session, reader.account_id, [deal.id]).get(deal.id, 0)
    if said:
        rooms.read_up_to(session, reader, deal, said[-1].id)
    events = rooms.events(session, reader, deal)
    seat = rooms.seat_of(reader, deal)
    counting = terms.current(session, deal)
    told = story.of(session, deal)
    return render_template(
        "deals/room.html",
        deal=deal,
        seat=seat,
        side=side_in(reader, deal),
        refusals=list(vocabulary.refusals),
        is_party=bool(sides_of(reader, deal)),
        messages=said,
        new=new,
        tasks=milestones.of(session, reader, deal),
        today=today(),
        counting=counting,
        refusal=told_by_unit.progress(session, reader, deal),
        may_sign=can_sign_contract(reader, deal),
        tells_completers=can_tell_completers(reader, deal),
        bars=_bars(session, deal, counting),
        changes=_latest_changes(session, deal),
        brokers=rooms.brokers(session, reader, deal),
        message_form=message or MessageForm(formdata=None),
        task_form=task or TaskForm(formdata=None, prefix="task-"),
        end_form=ReasonForm(formdata=None),
        fields_of=fields_of,
        after=following_up.after(session, deal),
        may_follow=following_up.may_begin(deal),
        story=told,
        english=story.in_english(session, told[0]) if told is not None else None,
        events=events,
        people=people.called(session, (it.actor for it in events)),
        stamps={},
        **files.of(session, reader, "deal", deal.id),
    )


def _bars(session: Session, deal: Deal, counting: TermSheet | None) -> list[str]:
    """Return all that a version both agreed on waits for before it can be signed."""
    if counting is None or not counting.is_agreed or deal.state not in terms.BEFORE_SIGNATURE:
        return []
    found = clearing.barred(session, SYSTEM, deal, terms_of(counting), counting.number)
    return [it.text(_) for it in found]


def _latest_changes(session: Session, deal: Deal) -> list[terms.Change]:
    versions = terms.versions(session, actor(), deal)
    if len(versions) < 2:
        return []
    return terms.changes(versions[-2], versions[-1])
