"""The files an office keeps: found, opened, corrected; honours recorded and taken back; what is read for a purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, DomainError, Invalid
from marketplace.permissions import Actor, Permission, can, can_in_unit, levels_given, require
from marketplace.runtime import runtime
from marketplace.schemas.honour import AidSchema, HonourSchema, PersonSchema, PurposeSchema, RevocationSchema
from marketplace.services.account import people
from marketplace.services.honour import management, personal_file, persons, recording
from marketplace.services.honour.persons import Asked
from marketplace.web import files
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.honours.forms import AidForm, HonourForm, ManagementForm, PersonForm, PurposeForm, RevocationForm

blueprint = Blueprint("honour_office", __name__, url_prefix="/curation/honours")

blueprint.before_request(require_staff)

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    lists = {
        "kind": vocabulary.honour_kinds, "level": vocabulary.honour_levels, "management_level": vocabulary.award_levels,
    }  # fmt: skip
    given = {name: request.args.get(name, "") for name in lists}
    wanted = {it: given[it] for it in lists if given[it] in lists[it]}
    asked = Asked(request.args.get("q", "").strip()[:100], **wanted, place=request.args.get("place", "")[:20])
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = persons.listed(session, actor(), asked, limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "honours/office.html",
            people=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            asked=asked,
            lists={name: list(codes) for name, codes in lists.items()},
            may_record=can(actor(), Permission.HONOUR_RECORD),
            day=today(),
        )


@blueprint.route("/people/new", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    require(actor(), Permission.HONOUR_RECORD)
    form = PersonForm()
    if request.method == "GET":
        return _form_page(form, _("新建人员档案"))
    if (data := form.load(PersonSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                person_id = persons.add(session, actor(), data).id
            flash(_("档案已建立，接着登记荣誉。"))
            return redirect(url_for(".new_honour", person_id=person_id), 303)
        except Conflict as error:
            form.name.errors = [error.text(_)]
    return _form_page(form, _("新建人员档案")), 422


@blueprint.get("/people/<int:person_id>")
def person(person_id: int) -> str:
    return person_page(person_id)


def person_page(person_id: int, form: ManagementForm | None = None) -> str:
    """Return the page of a file; ``form`` is that of a handing over which was refused."""
    with runtime().sessions() as session:
        found = persons.get(session, actor(), person_id)
        levels = management.may_hand_over(actor(), found)
        form = form or ManagementForm(formdata=None, prefix="management-", data={"since": today()})
        form.offer(levels)
        keeps = can_in_unit(actor(), Permission.HONOUR_RECORD, found.organisation)
        events = persons.history(session, actor(), found)
        return render_template(
            "honours/person.html",
            person=found,
            keeps=keeps,
            may_record=bool(levels_given(actor(), found.organisation)),
            may_open=personal_file.may_open(actor(), found),
            purpose_form=PurposeForm(formdata=None),
            management_form=form if levels else None,
            events=events,
            people=people.called(session, (event.actor for event in events)),
            stamps={},
            day=today(),
        )


@blueprint.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
def edit_person(person_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            return _form_page(PersonForm.showing(persons.kept(session, actor(), person_id)), _("修改档案"), person_id)
    form = PersonForm()
    if (data := form.load(PersonSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                persons.revise(session, actor(), person_id, form.revision_read(), data)
            flash(_("档案已修改。"))
            return redirect(url_for(".person", person_id=person_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form_page(form, _("修改档案"), person_id), 422


@blueprint.post("/people/<int:person_id>/agreement")
def agreement(person_id: int) -> ResponseReturnValue:
    agreed = {name: request.form.get(name) == "yes" for name in ("shows_name", "shows_unit")}
    with unit_of_work(runtime().sessions) as session:
        persons.agree(session, actor(), person_id, agreed)
    flash(_("已按本人的意愿设定。"))
    return redirect(url_for(".person", person_id=person_id), 303)


@blueprint.post("/people/<int:person_id>/account")
def tie_account(person_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            persons.tie_account(session, actor(), person_id, request.form.get("email", ""))
        flash(_("账号已对应，本人可以在“我的荣誉”里看到。"))
    except DomainError as error:
        flash(error.text(_))
    return redirect(url_for(".person", person_id=person_id), 303)


@blueprint.route("/people/<int:person_id>/new", methods=["GET", "POST"])
def new_honour(person_id: int) -> ResponseReturnValue:
    form = HonourForm()
    if request.method == "GET":
        return _honour_form_page(form, person_id)
    if (data := form.load(HonourSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                honour_id = recording.record(session, actor(), person_id, data).id
            flash(_("荣誉已登记；请附上依据文件。"))
            return redirect(url_for(".honour", honour_id=honour_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.title.errors = [error.text(_)]
    return _honour_form_page(form, person_id), 422


@blueprint.get("/<int:honour_id>")
def honour(honour_id: int) -> str:
    return _honour_page(honour_id, RevocationForm(formdata=None, data={"revoked_on": today()}))


@blueprint.post("/<int:honour_id>/revoke")
def revoke(honour_id: int) -> ResponseReturnValue:
    form = RevocationForm()
    if (data := form.load(RevocationSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                recording.revoke(session, actor(), honour_id, data)
            flash(_("荣誉已撤销，记录保留。"))
            return redirect(url_for(".honour", honour_id=honour_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _honour_page(honour_id, form), 422


@blueprint.post("/people/<int:person_id>/personal")
def personal(person_id: int) -> ResponseReturnValue:
    """Show the personal data of somebody once, for the purpose that was stated; the page is not kept by the browser."""
    form = PurposeForm()
    data = form.load(PurposeSchema())
    if data is None:
        flash(" ".join(str(sentence) for sentence in form.purpose.errors))
        return redirect(url_for(".person", person_id=person_id), 303)
    with unit_of_work(runtime().sessions) as session:
        opened = personal_file.open_for(session, actor(), person_id, data["purpose"])
        page = render_template(
            "honours/personal_file.html",
            opened=opened,
            person=opened.person,
            people=people.called(session, (it.recorded_by for aid in opened.aid for it in (aid, *aid.former))),
            form=AidForm(formdata=None, data={"done_on": today()}),
            corrections={it.id: AidForm.correcting(it) for it in opened.aid},
        )
        return _unkept(page)


@blueprint.post("/people/<int:person_id>/aid")
def note_aid(person_id: int) -> ResponseReturnValue:
    return _aid_written(person_id, AidForm(), personal_file.note_aid, _("已记入本人的联系帮扶记录。"))


@blueprint.post("/people/<int:person_id>/aid/<int:aid_id>")
def correct_aid(person_id: int, aid_id: int) -> ResponseReturnValue:
    """Note what was done indeed; what was noted before stays below it."""

    def write(session: Session, who: Actor, number: int, data: Mapping[str, Any]) -> object:
        return personal_file.correct_aid(session, who, number, aid_id, data)

    return _aid_written(person_id, AidForm.of(aid_id), write, _("已更正，原来的记录保留。"), aid_id)


def _aid_written(
    person_id: int, form: AidForm, write: Callable[..., object], said: str, aid_id: int | None = None
) -> ResponseReturnValue:
    status = 422
    if (data := form.load(AidSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                write(session, actor(), person_id, data)
            flash(said)
            return redirect(url_for(".person", person_id=person_id), 303)
        except Conflict as error:
            form.form_errors, status = [error.text(_)], 409
    with runtime().sessions() as session:
        found = persons.get(session, actor(), person_id)
        page = render_template("honours/personal_file.html", opened=None, person=found, form=form, aid_id=aid_id)
        return _unkept(page, status)


def _unkept(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _form_page(form: PersonForm, heading: str, person_id: int | None = None) -> str:
    return render_template("honours/person_form.html", form=form, heading=heading, person_id=person_id)


def _honour_form_page(form: HonourForm, person_id: int) -> str:
    with runtime().sessions() as session:
        found = persons.kept(session, actor(), person_id)
        given = levels_given(actor(), found.organisation)
        levels = [level for level in vocabulary.honour_levels if level in given]
        return render_template("honours/honour_form.html", form=form, person=found, levels=levels)


def _honour_page(honour_id: int, form: RevocationForm) -> str:
    with runtime().sessions() as session:
        found = recording.get(session, actor(), honour_id)
        return render_template(
            "honours/honour.html",
            honour=found,
            form=form,
            may_revoke=found.revoked_on is None and found.level in levels_given(actor(), found.person.organisation),
            **files.of(session, actor(), "honour", honour_id),
            day=today(),
        )
