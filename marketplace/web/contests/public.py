"""Contests for everybody and, made for a phone, for workers: what is open to me, registering, my results."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.permissions import can_see_contestant
from marketplace.runtime import runtime
from marketplace.schemas.contest import OwnRegistrationSchema
from marketplace.services.contest import certificates, contests, registering, results
from marketplace.services.export import masking
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.contests.forms import RegistrationForm

blueprint = Blueprint("contests", __name__, url_prefix="/contests")

_PAGE = 30
# Kept with the record, in the language of the records.
_BY_HIMSELF = N_("本人退出")


@blueprint.get("")
def listing() -> str:
    with runtime().sessions() as session:
        found = contests.listed(session, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        own = results.mine(session, actor())
        return render_template(
            "contests/list.html",
            open_for_me=results.open_for(session, actor()),
            mine=own,
            told={it.id: results.is_told(actor(), it) for it in own},
            contests=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.get("/<int:contest_id>")
def show(contest_id: int) -> str:
    return _page(contest_id)


@blueprint.post("/<int:contest_id>/register")
def register(contest_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    form = RegistrationForm()
    if (data := form.load(OwnRegistrationSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                registering.register_own(session, actor(), contest_id, data)
            flash(_("已报名。"))
            return redirect(url_for(".show", contest_id=contest_id), 303)
        except (Conflict, Invalid, NotAllowed) as error:
            form.form_errors = error.sentences(_)
    return _page(contest_id, form), 422


@blueprint.post("/contestants/<int:contestant_id>/withdraw")
def withdraw(contestant_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with unit_of_work(runtime().sessions) as session:
        found = registering.withdraw(session, actor(), contestant_id, _BY_HIMSELF)
        contest_id = found.contest_id
    flash(_("已退出。"))
    return redirect(url_for(".show", contest_id=contest_id), 303)


@blueprint.get("/certificates/<number>")
def verify(number: str) -> ResponseReturnValue:
    """Say whether a certificate number is valid, revoked or unknown, and what the certificate states."""
    with runtime().sessions() as session:
        found = certificates.verify(session, number)
        sees = found is not None and can_see_contestant(actor(), found)
        name = ""
        if found is not None:
            is_named = sees or found.person.shows_name
            name = found.person.name if is_named else masking.name(found.person.name)
        page = render_template("contests/certificate.html", number=number, found=found, name=name, sees=sees)
        return page, 200 if found else 404


@blueprint.get("/certificates/<number>/certificate.pdf")
def certificate(number: str) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    address = url_for(".verify", number=number, _external=True)
    with runtime().sessions() as session:
        answer = Response(certificates.pdf(session, actor(), number, address), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    answer.cache_control.private = True
    return answer


def _page(contest_id: int, refused: RegistrationForm | None = None) -> str:
    with runtime().sessions() as session:
        contest = contests.get(session, actor(), contest_id)
        form = refused or RegistrationForm(formdata=None)
        form.offer(contest.groups)
        own = next((it for it in results.mine(session, actor()) if it.contest_id == contest.id), None)
        is_open = any(it.id == contest.id for it in results.open_for(session, actor()))
        return render_template(
            "contests/show.html",
            contest=contest,
            own=own,
            is_told=own is not None and results.is_told(actor(), own),
            may_register=is_open and (own is None or own.state == "withdrawn"),
            boards=results.boards(session, actor(), contest),
            form=form,
            day=today(),
        )
