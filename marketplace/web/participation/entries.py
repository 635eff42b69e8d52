"""The page of one entry, for whose it is and for the offices of the unit: its proof, its correction, its withdrawal."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import ParticipationEntry
from marketplace.permissions import can_confirm_entries, can_see_name, is_oneself
from marketplace.runtime import runtime
from marketplace.schemas.participation import EntrySchema
from marketplace.services.participation import deciding
from marketplace.services.participation.recording import Doubled
from marketplace.web import files
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.participation.forms import CorrectionForm
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("participation_entries", __name__, url_prefix="/participation/entries")

# Kept with the entry, in the language of the records.
_BY_HIMSELF = N_("本人撤回")

blueprint.before_request(sign_in_first)


@blueprint.get("/<int:entry_id>")
def show(entry_id: int) -> str:
    with runtime().sessions() as session:
        return _page(session, entry_id)


@blueprint.post("/<int:entry_id>/correct")
def correct(entry_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        entry = deciding.get(session, actor(), entry_id)
        form, unit = CorrectionForm(), entry.organisation.name
        form.offer(entry.campaign)
    if (data := form.load(EntrySchema(), unit=unit)) is not None:
        try:
            with unit_of_work(runtime().sessions) as writing:
                new = deciding.correct(writing, actor(), entry_id, form.revision_read(), data).id
            flash(_("已更正；原来的一条保留，不再计入。"))
            return redirect(url_for(".show", entry_id=new), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except (Conflict, NotAllowed) as error:
            form.form_errors = [error.text(_)]
            form.first_entry = error.entry_id if isinstance(error, Doubled) else None
    with runtime().sessions() as session:
        return _page(session, entry_id, form), 422


@blueprint.post("/<int:entry_id>/withdraw")
def withdraw(entry_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        entry = deciding.get(session, actor(), entry_id)
        is_own = _is_own(entry)
        reason = _BY_HIMSELF if is_own else request.form.get("reason", "")[:500]
        try:
            deciding.withdraw(session, actor(), entry_id, reason)
            flash(_("已撤回。"))
        except (Invalid, Conflict) as error:
            flash(" ".join(error.sentences(_)))
    page = url_for("participation.mine") if is_own else url_for(".show", entry_id=entry_id)
    return redirect(page, 303)


def _is_own(entry: ParticipationEntry) -> bool:
    return entry.person is not None and is_oneself(actor(), entry.person)


def _page(session: Session, entry_id: int, refused: CorrectionForm | None = None) -> str:
    entry = deciding.get(session, actor(), entry_id)
    is_own, stands = _is_own(entry), deciding.stands(entry)
    form = refused or CorrectionForm.showing(
        entry, names_person=entry.person is not None and can_see_name(actor(), entry.person)
    )
    form.offer(entry.campaign)
    return render_template(
        "participation/entry.html",
        entry=entry,
        newer=deciding.replaced_by(session, entry),
        form=form,
        fields=fields_of(form),
        refused=refused is not None,
        is_own=is_own,
        may_correct=stands and not is_own and can_confirm_entries(actor(), entry.organisation),
        may_withdraw=is_own and entry.state == "recorded",
        **files.of(session, actor(), "participation_entry", entry.id),
    )
