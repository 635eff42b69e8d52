"""What is in publicity, for anybody to read and to object to."""

from __future__ import annotations

import marshmallow as ma
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.models import Publicity, PublicityEntry
from marketplace.runtime import runtime
from marketplace.schemas.objection import ObjectionSchema
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from marketplace.web.actor import actor
from marketplace.web.publicity.forms import ObjectionForm

blueprint = Blueprint("publicity", __name__, url_prefix="/publicity")


@blueprint.get("")
def lists() -> str:
    with runtime().sessions() as session:
        return render_template(
            "publicity/lists.html",
            running=publicities.listed(session),
            past=publicities.listed(session, over=True, limit=50),
        )


@blueprint.get("/<int:publicity_id>")
def show(publicity_id: int) -> str:
    with runtime().sessions() as session:
        publicity = publicities.get(session, publicity_id)
        return render_template(
            "publicity/show.html",
            publicity=publicity,
            standings=publicities.standings(session, publicity),
            is_open=publicity.closed_at is None and today() <= publicity.ends_on,
        )


@blueprint.route("/<int:publicity_id>/<noun>/<int:object_id>/objection", methods=["GET", "POST"])
def object_to(publicity_id: int, noun: str, object_id: int) -> ResponseReturnValue:
    form = ObjectionForm()
    if request.method == "POST":
        try:
            data = ObjectionSchema().load({"noun": noun, "object_id": object_id, **form.submitted()})
        except ma.ValidationError as error:
            form.refuse(error.normalized_messages())
            return _objection_page(publicity_id, noun, object_id, form), 422
        with unit_of_work(runtime().sessions) as session:
            objections.object_to(session, actor(), publicity_id, data)
        flash(_("异议已收到，将在期限内核查。署名和联系方式只有办理人员能看到。"))
        return redirect(url_for(".show", publicity_id=publicity_id), 303)
    return _objection_page(publicity_id, noun, object_id, form)


def _objection_page(publicity_id: int, noun: str, object_id: int, form: ObjectionForm) -> str:
    with runtime().sessions() as session:
        publicity = publicities.get(session, publicity_id)
        entry = _entry(publicity, noun, object_id)
        return render_template("publicity/objection.html", publicity=publicity, entry=entry, form=form)


def _entry(publicity: Publicity, noun: str, object_id: int) -> PublicityEntry:
    found = [entry for entry in publicity.entries if (entry.noun, entry.object_id) == (noun, object_id)]
    if not found:
        abort(404)
    return found[0]
