"""The conditions of a studio, each with its evidence, and the dossiers made of its record."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.permissions import can_keep_studio
from marketplace.runtime import runtime
from marketplace.schemas.studio import DossierSchema
from marketplace.services.account import people
from marketplace.services.studio import conditions, dossier, records
from marketplace.services.studio.conditions import Evidence
from marketplace.web.actor import actor
from marketplace.web.security import inert
from marketplace.web.studios.forms import DossierForm
from marketplace.web.studios.records import blueprint


@blueprint.get("/<int:studio_id>/conditions")
def conditions_page(studio_id: int) -> str:
    return _page(studio_id, DossierForm(formdata=None))


@blueprint.post("/<int:studio_id>/dossiers")
def freeze(studio_id: int) -> ResponseReturnValue:
    form = DossierForm()
    if (data := form.load(DossierSchema())) is None:
        return _page(studio_id, form), 422
    with unit_of_work(runtime().sessions) as session:
        dossier.freeze(session, actor(), studio_id, data)
    flash(_("申报材料已冻结，以后记录怎样变动都不影响它。"))
    return redirect(url_for(".conditions_page", studio_id=studio_id, _anchor="dossiers"), 303)


@blueprint.get("/<int:studio_id>/dossiers/<int:dossier_id>.json")
@inert
def download(studio_id: int, dossier_id: int) -> Response:
    """Give out the very text that was hashed."""
    with runtime().sessions() as session:
        found = dossier.get(session, actor(), studio_id, dossier_id)
    answer = Response(found.content, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="studio-{studio_id}-dossier-{dossier_id}.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def leads_to(studio_id: int, evidence: Evidence) -> str:
    """Return the address where a piece of evidence is found."""
    if evidence.noun == "part":
        return url_for("studio_records.show", studio_id=studio_id, _anchor=evidence.place)
    if evidence.noun == "honour":
        return url_for("honour_office.honour", honour_id=evidence.place)
    if evidence.noun == "achievement":
        return url_for("catalogue.achievement", achievement_id=evidence.place)
    return url_for("proposals.show", proposal_id=evidence.place)


def _page(studio_id: int, form: DossierForm) -> str:
    with runtime().sessions() as session:
        studio = records.get(session, actor(), studio_id)
        found = conditions.of(session, studio, today())
        made = dossier.of(session, actor(), studio_id)
        return render_template(
            "studios/conditions.html",
            studio=studio,
            conditions=found,
            counts={state: sum(it.state == state for it in found) for state in ("pass", "fail", "no_data")},
            form=form,
            may_read=can_keep_studio(actor(), studio),
            dossiers=made,
            whole={it.id: dossier.is_whole(it) for it in made},
            people=people.called(session, (it.made_by for it in made)),
            day=today(),
        )
