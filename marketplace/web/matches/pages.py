"""A match as its sides and its broker see it: lists by what is to be done, its page, its thread, its contacts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import marshmallow as ma
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace import audit, vocabulary
from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.models import Match
from marketplace.models.market.match import MUTUAL
from marketplace.permissions import can_introduce, can_read, match_sides
from marketplace.runtime import runtime
from marketplace.schemas.demand import disclosed
from marketplace.services import outcome as outcomes
from marketplace.services.deal import opening
from marketplace.services.demand_desk import brokers
from marketplace.services.match import meeting, opened, readers, thread
from marketplace.web import quotations
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.demands.answers import answer_sent
from marketplace.web.demands.forms import sentences
from marketplace.web.doing import done
from marketplace.web.matches.names import FIELDS

blueprint = Blueprint("matches", __name__, url_prefix="/matches")

_PAGE = 30


@blueprint.before_request
def _sign_in_without_a_key() -> ResponseReturnValue | None:
    return None if actor().keys else sign_in_first()


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """Show the matches of a side by what is to be done; a visitor sees those of the demands posted from here."""
    with runtime().sessions() as session:
        counts = {side: meeting.counted(session, actor(), side) for side in meeting.GROUPS}
        side = _chosen("side", counts, max(counts, key=lambda it: sum(counts[it].values())))
        first = next((group for group, count in counts[side].items() if count), "yours")
        group = _chosen("group", counts[side], first)
        after = request.args.get("after", type=int)
        listed = meeting.listed(session, actor(), side, group, limit=_PAGE + 1, after=after)
        return render_template(
            "matches/list.html",
            counts=counts,
            side=side,
            group=group,
            matches=[(match, _demand_for(match)) for match in listed[:_PAGE]],
            next_after=listed[_PAGE - 1].id if len(listed) > _PAGE else None,
        )


@blueprint.get("/introductions")
def introductions() -> ResponseReturnValue:
    """Show a broker or an office which pairs wait to be introduced."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        listed = meeting.to_introduce(session, actor(), limit=_PAGE + 1, after=after)
        return render_template(
            "matches/introductions.html",
            seen_to=brokers.seen_to_by(session, actor()) if after is None else [],
            matches=[(match, _demand_for(match)) for match in listed[:_PAGE]],
            next_after=listed[_PAGE - 1].id if len(listed) > _PAGE else None,
        )


@blueprint.get("/readers/<int:achievement_id>")
def what_readers_said(achievement_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with runtime().sessions() as session:
        said = readers.said_of(session, actor(), achievement_id)
        return render_template("matches/readers.html", said=said, achievement_id=achievement_id, field_names=FIELDS)


@blueprint.get("/<int:match_id>")
def show(match_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        meeting.see(session, actor(), match_id)
    return _page(match_id)


@blueprint.post("/<int:match_id>/answer")
def answer(match_id: int) -> ResponseReturnValue:
    try:
        data = answer_sent(request.form)
    except ma.ValidationError as error:
        return _page(match_id, {"answer": list(sentences(error.messages))}), 422

    def answered(session: Session) -> None:
        match = meeting.get(session, actor(), match_id)
        outcomes.answer(session, actor(), match, meeting.side_of(actor(), match), data)

    return done(answered, _("已答复。"), url_for(".show", match_id=match_id))


@blueprint.post("/<int:match_id>/messages")
def say(match_id: int) -> ResponseReturnValue:
    text = request.form.get("text", "")
    try:
        with unit_of_work(runtime().sessions) as session:
            thread.say(session, actor(), match_id, text)
    except Invalid as error:
        return _page(match_id, {"text": error.sentences(_)}, text), 422
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".show", match_id=match_id, _anchor="thread"), 303)


@blueprint.post("/<int:match_id>/take-up")
def take_up(match_id: int) -> ResponseReturnValue:
    return done(
        lambda session: outcomes.take_up(session, actor(), match_id),
        _("已重新对接，对方已收到通知。"),
        url_for(".show", match_id=match_id),
    )


@blueprint.post("/<int:match_id>/introduction")
def introduce(match_id: int) -> ResponseReturnValue:
    return done(
        lambda session: meeting.introduce(session, actor(), match_id),
        _("已引荐，双方都已收到通知。"),
        url_for(".show", match_id=match_id),
    )


@blueprint.post("/<int:match_id>/contact")
def contact(match_id: int) -> ResponseReturnValue:
    """Show how both sides are reached; that it was asked for stays in the history of the match."""
    try:
        with unit_of_work(runtime().sessions) as session:
            contacts = meeting.contact(session, actor(), match_id)
    except Conflict as error:
        flash(error.text(_))
        return redirect(url_for(".show", match_id=match_id), 303)
    return render_template("matches/contact.html", match_id=match_id, contacts=contacts)


def _page(match_id: int, refused: dict[str, Collection[str]] | None = None, text: str = "") -> str:
    with runtime().sessions() as session:
        match = meeting.get(session, actor(), match_id)
        sides = match_sides(actor(), match)
        side = next(iter(sides)) if len(sides) == 1 else None
        return render_template(
            "matches/show.html",
            match=match,
            side=side,
            demand=_demand_for(match),
            quotations=_quotations(match),
            outcome=outcomes.of_matches(session, [match], side).get(match.id) if side else None,  # type: ignore[arg-type]
            chance=outcomes.chances(session, [match], runtime().settings.calibration_answers).get(match.id),
            refusals=list(vocabulary.refusals),
            events=audit.history(session, "match", match.id),
            messages=thread.of(session, match),
            may_write=match.state in thread.OPEN and thread.speaks_as(actor(), match) is not None,
            is_mutual=match.state in MUTUAL,
            may_introduce_these=match.state == "mutual" and can_introduce(actor(), match),
            admits=opened.admits(session, actor(), match),
            is_closed=opened.is_closed(session, match),
            views=opened.views(session, actor(), match),
            field_names=FIELDS,
            deal=opening.of_match(session, match),
            may_negotiate=side is not None and match.state in ("introduced", "nda", "disclosed"),
            refused=refused or {},
            text=text,
        )


def _demand_for(match: Match) -> dict[str, Any]:
    """Return the demand without what its poster keeps back: who that is, is asked for, and logged, as a contact."""
    return disclosed(match.demand, is_owner=False)


def _quotations(match: Match) -> list[quotations.Quotation]:
    if not can_read(actor(), match.achievement) or not can_read(actor(), match.demand):
        return []
    return quotations.quotations(match.reasons, quotations.passages(match.achievement))


def _chosen(name: str, known: Collection[str], usual: str) -> str:
    asked = request.args.get(name, "")
    return asked if asked in known else usual
