"""The records of crews: listed within one's scope, opened, corrected, and written part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from marketplace import rules, vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.permissions import Actor, Permission, can, can_in_unit, levels_given, require
from marketplace.runtime import runtime
from marketplace.schemas.crew import (
    CrewHonourSchema,
    CrewSchema,
    DissolutionSchema,
    FindingSchema,
    InnovationSchema,
)
from marketplace.schemas.honour import RevocationSchema
from marketplace.services.account import people
from marketplace.services.crew import criteria, honours, records
from marketplace.services.crew.records import Asked
from marketplace.services.export import masking
from marketplace.web import files
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor
from marketplace.web.crews.forms import CrewForm, CrewHonourForm, DissolutionForm, FindingForm, InnovationForm
from marketplace.web.curation.home import require_staff
from marketplace.web.honours.forms import RevocationForm
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("crew_office", __name__, url_prefix="/curation/crews")

blueprint.before_request(require_staff)

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Part:
    """What is written by one form of a record."""

    heading: object
    form: type[DomainForm]
    schema: type[ma.Schema]
    write: Callable[[Session, Actor, int, Mapping[str, Any]], Any]


def _bring_about(session: Session, who: Actor, crew_id: int, data: Mapping[str, Any]) -> object:
    return records.bring_about(session, who, crew_id, data["achievement_id"])


_FOUND = lazy_gettext("评定一条标准")
PARTS: Mapping[str, Part] = {
    "honour": Part(lazy_gettext("登记荣誉"), CrewHonourForm, CrewHonourSchema, honours.record),
    "pioneer": Part(_FOUND, FindingForm, FindingSchema, criteria.find),
    "five_and_five": Part(_FOUND, FindingForm, FindingSchema, criteria.find),
    "innovation": Part(lazy_gettext("列入成果"), InnovationForm, InnovationSchema, _bring_about),
    "dissolve": Part(lazy_gettext("班组撤销"), DissolutionForm, DissolutionSchema, records.dissolve),
}


@blueprint.get("")
def listing() -> str:
    asked = asked_for()
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = records.listed(session, actor(), asked, limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "crews/office.html",
            crews=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            asked=asked,
            may_record=can(actor(), Permission.HONOUR_RECORD),
            day=today(),
            **choices(),
        )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.HONOUR_RECORD)
    form = CrewForm()
    if request.method == "GET":
        return _form_page(form, _("登记班组"))
    if (data := form.load(CrewSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                crew_id = records.add(session, actor(), data).id
            flash(_("班组已登记，接着登记荣誉和评定。"))
            return redirect(url_for(".show", crew_id=crew_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.name.errors = [error.text(_)]
    return _form_page(form, _("登记班组")), 422


@blueprint.get("/<int:crew_id>")
def show(crew_id: int) -> str:
    return _page(crew_id)


@blueprint.route("/<int:crew_id>/edit", methods=["GET", "POST"])
def edit(crew_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            return _form_page(CrewForm.showing(records.kept(session, actor(), crew_id)), _("修改班组"), crew_id)
    form = CrewForm()
    if (data := form.load(CrewSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                records.revise(session, actor(), crew_id, form.revision_read(), data)
            flash(_("班组的记录已修改。"))
            return redirect(url_for(".show", crew_id=crew_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.name.errors = [error.text(_)]
    return _form_page(form, _("修改班组"), crew_id), 422


@blueprint.post("/<int:crew_id>/<part>")
def write(crew_id: int, part: str) -> ResponseReturnValue:
    """Write a part of the record; what is refused is said in its form, on the page of the crew."""
    if part not in PARTS:
        abort(404)
    form = PARTS[part].form(prefix=f"{part}-")
    if (data := form.load(PARTS[part].schema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                PARTS[part].write(session, actor(), crew_id, data)
            flash(_("已记下：%(what)s。", what=PARTS[part].heading))
            return redirect(url_for(".show", crew_id=crew_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return _page(crew_id, {part: form}), 422


@blueprint.get("/honours/<int:honour_id>")
def honour(honour_id: int) -> str:
    return _honour_page(honour_id, RevocationForm(formdata=None, data={"revoked_on": today()}))


@blueprint.post("/honours/<int:honour_id>/revoke")
def revoke(honour_id: int) -> ResponseReturnValue:
    form = RevocationForm()
    if (data := form.load(RevocationSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                honours.revoke(session, actor(), honour_id, data)
            flash(_("荣誉已撤销，记录保留。"))
            return redirect(url_for(".honour", honour_id=honour_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _honour_page(honour_id, form), 422


def asked_for() -> Asked:
    """Return what the address asks of the list; what no list knows is no question."""
    lists = {"kind": vocabulary.crew_honour_kinds, "level": vocabulary.honour_levels}
    given = {name: request.args.get(name, "") for name in lists}
    return Asked(request.args.get("q", "").strip()[:100], **{it: given[it] for it in lists if given[it] in lists[it]})


def choices() -> dict[str, object]:
    """Return what a list of crews may be narrowed by."""
    return {"kinds": list(vocabulary.crew_honour_kinds), "levels": list(vocabulary.honour_levels)}


def _form_page(form: CrewForm, heading: str, crew_id: int | None = None) -> str:
    # A crew is of one unit for good.
    hidden = ("region", "industry") if crew_id else ()
    fields = [field for field in fields_of(form) if field.short_name not in hidden]
    return render_template("crews/form.html", form=form, fields=fields, heading=heading, crew_id=crew_id)


def _page(crew_id: int, refused: dict[str, DomainForm] | None = None) -> str:
    with runtime().sessions() as session:
        crew = records.get(session, actor(), crew_id)
        keeps = crew.dissolved_on is None and can_in_unit(actor(), Permission.HONOUR_RECORD, crew.organisation)
        given = levels_given(actor(), crew.organisation)
        events = records.history(session, actor(), crew)
        return render_template(
            "crews/record.html",
            crew=crew,
            keeps=keeps,
            # A roster may hold the telephone of somebody, and nobody has stated a purpose here.
            besides={heading: masking.text(said) for heading, said in crew.extra.items()},
            levels=[level for level in vocabulary.honour_levels if level in given],
            forms=_forms(session, refused or {}) if keeps else {},
            refused=refused or {},
            parts_of=PARTS,
            fields_of=fields_of,
            criteria=criteria.of(session, crew, today()),
            events=events,
            people=people.called(session, (event.actor for event in events)),
            stamps={},
            day=today(),
            **files.of(session, actor(), "crew", crew_id),
        )


def _forms(session: Session, refused: dict[str, DomainForm]) -> dict[str, DomainForm]:
    forms = {name: refused.get(name) or part.form(formdata=None, prefix=f"{name}-") for name, part in PARTS.items()}
    for name, form in forms.items():
        if isinstance(form, FindingForm):
            form.offer(name, rules.value(session, criteria.RULE_OF[name], today()))
    return forms


def _honour_page(honour_id: int, form: RevocationForm) -> str:
    with runtime().sessions() as session:
        found = honours.get(session, actor(), honour_id)
        may_revoke = found.revoked_on is None and found.level in levels_given(actor(), found.crew.organisation)
        return render_template("crews/honour.html", honour=found, form=form, may_revoke=may_revoke, day=today())
