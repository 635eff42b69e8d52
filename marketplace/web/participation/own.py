"""A worker's own page, made for a phone: what he has of the year, what is missing, and one short form to add."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.runtime import runtime
from marketplace.schemas.participation import OwnEntrySchema
from marketplace.services.participation import own, recording
from marketplace.services.participation.recording import Doubled
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.participation.forms import OwnEntryForm

blueprint = Blueprint("participation", __name__, url_prefix="/participation")

blueprint.before_request(sign_in_first)


@blueprint.get("")
def mine() -> str:
    return _page()


@blueprint.post("/<int:campaign_id>/entries")
def record(campaign_id: int) -> ResponseReturnValue:
    form = OwnEntryForm(prefix=f"c{campaign_id}-")
    if (data := form.load(OwnEntrySchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                recording.record_own(session, actor(), campaign_id, data)
            flash(_("已记下，等单位工会确认。"))
            return redirect(url_for(".mine"), 303)
        except Invalid as error:
            if "unit" in error.fields or "unit_id" in error.fields or "person" in error.fields:
                form.form_errors = error.sentences(_)
            else:
                form.refuse_invalid(error)
        except (Conflict, NotAllowed) as error:
            form.form_errors = [error.text(_)]
            form.first_entry = error.entry_id if isinstance(error, Doubled) else None
    return _page({campaign_id: form}), 422


def _page(refused: dict[int, OwnEntryForm] | None = None) -> str:
    with runtime().sessions() as session:
        boards = own.boards(session, actor())
        forms = {}
        for board in boards:
            number = board.campaign.id
            form = (refused or {}).get(number) or OwnEntryForm(
                formdata=None, prefix=f"c{number}-", data={"day": today().isoformat()}
            )
            form.offer(board.campaign.items)
            forms[number] = form
        return render_template("participation/own.html", boards=boards, forms=forms, refused=refused or {})
