"""Two views of an office over its people: which office looks after how many model workers, and which terms end."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.models import CrewHonour, Honour
from marketplace.runtime import runtime
from marketplace.schemas.honour import ManagementSchema
from marketplace.services.honour import management, terms
from marketplace.web.actor import actor
from marketplace.web.honours.forms import ManagementForm
from marketplace.web.honours.office import blueprint, person_page

_MOST = 200


@blueprint.get("/managed")
def managed() -> str:
    with runtime().sessions() as session:
        return render_template("honours/managed.html", offices=management.by_office(session, actor()), day=today())


@blueprint.post("/people/<int:person_id>/management")
def hand_over(person_id: int) -> ResponseReturnValue:
    form = ManagementForm(prefix="management-")
    if (data := form.load(ManagementSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                management.hand_over(session, actor(), person_id, data)
            flash(_("管理关系已记下。"))
            return redirect(url_for(".person", person_id=person_id, _anchor="management"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.level.errors = [error.text(_)]
    return person_page(person_id, form), 422


@blueprint.get("/terms")
def ending_terms() -> str:
    with runtime().sessions() as session:
        found = terms.ending(session, actor(), Honour, limit=_MOST + 1)
        return render_template(
            "honours/terms.html",
            honours=found[:_MOST],
            more=len(found) > _MOST,
            of_crews=terms.ending(session, actor(), CrewHonour, limit=_MOST),
            most=_MOST,
            day=today(),
        )
