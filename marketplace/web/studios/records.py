"""The records of studios: listed within one's scope, opened, corrected, and written part by part."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.models.studios.studio import STATES
from marketplace.permissions import (
    Permission,
    can,
    can_enter_curation,
    can_in_unit,
    can_keep_studio,
    require,
    tiers_given,
)
from marketplace.runtime import runtime
from marketplace.schemas.studio import EndSchema, NewStudioSchema, StudioSchema
from marketplace.services.account import people
from marketplace.services.naming import applications, applying
from marketplace.services.studio import keeping, ladder, photos, records, warnings
from marketplace.services.studio.records import Asked
from marketplace.web import files
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.studios.forms import EndForm, NewStudioForm, PartForm, StudioForm, fields_of
from marketplace.web.studios.parts import ENDINGS, PARTS

blueprint = Blueprint("studio_records", __name__, url_prefix="/studios/records")

blueprint.before_request(sign_in_first)

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    asked = asked_for()
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = records.listed(session, actor(), asked, limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "studios/records.html",
            studios=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            asked=asked,
            warned={studio.id: warnings.of(session, studio, today()) for studio in found[:_PAGE]},
            may_record=can(actor(), Permission.STUDIO_RECORD),
            may_export=can_enter_curation(actor()),
            **choices(),
        )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.STUDIO_RECORD)
    form = NewStudioForm()
    if request.method == "GET":
        return render_template("studios/form.html", form=form, fields=fields_of(form), studio_id=None)
    if (data := form.load(NewStudioSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                studio_id = records.add(session, actor(), data).id
            flash(_("工作室已登记，接着填写领衔人、成员和其他各项。"))
            return redirect(url_for(".show", studio_id=studio_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.name.errors = [error.text(_)]
    return render_template("studios/form.html", form=form, fields=fields_of(form), studio_id=None), 422


@blueprint.get("/<int:studio_id>")
def show(studio_id: int) -> str:
    return _page(studio_id)


@blueprint.route("/<int:studio_id>/edit", methods=["GET", "POST"])
def edit(studio_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            form = StudioForm.showing(records.writable(session, actor(), studio_id))
        return render_template("studios/form.html", form=form, fields=_without_unit(form), studio_id=studio_id)
    form = StudioForm()
    if (data := form.load(StudioSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                records.revise(session, actor(), studio_id, form.revision_read(), data)
            flash(_("工作室的基本情况已修改。"))
            return redirect(url_for(".show", studio_id=studio_id), 303)
        except Conflict as error:
            form.name.errors = [error.text(_)]
    return render_template("studios/form.html", form=form, fields=_without_unit(form), studio_id=studio_id), 422


@blueprint.post("/<int:studio_id>/<part>")
def write(studio_id: int, part: str) -> ResponseReturnValue:
    """Write a part of the record; what is refused is said in its form, on the page of the studio."""
    if part not in PARTS:
        abort(404)
    form = PARTS[part].form(prefix=f"{part}-")
    if (data := form.load(PARTS[part].schema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                PARTS[part].write(session, actor(), studio_id, data)
            flash(_("已记下：%(what)s。", what=PARTS[part].heading))
            return redirect(url_for(".show", studio_id=studio_id, _anchor=f"write-{part}"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return _page(studio_id, {part: form}), 422


@blueprint.post("/<int:studio_id>/<part>/<int:part_id>/end")
def end(studio_id: int, part: str, part_id: int) -> ResponseReturnValue:
    """Note that a membership, an apprenticeship or an alliance ended."""
    if part not in ENDINGS:
        abort(404)
    form = EndForm(prefix=f"end-{part}-{part_id}-")
    if (data := form.load(EndSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                ENDINGS[part](session, actor(), studio_id, part_id, data)
            flash(_("已记下结束的日期。"))
            return redirect(url_for(".show", studio_id=studio_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _page(studio_id, endings={(part, part_id): form}), 422


def asked_for() -> Asked:
    """Return what the address asks of the list; what no list knows is no question."""
    lists = {
        "kind": vocabulary.studio_kinds, "tier": vocabulary.studio_tiers, "region": vocabulary.regions,
        "state": STATES, "warned": ("any", "leader", "grants"),
    }  # fmt: skip
    given = {name: request.args.get(name, "") for name in lists}
    return Asked(request.args.get("q", "").strip()[:100], **{it: given[it] for it in lists if given[it] in lists[it]})


def choices() -> dict[str, object]:
    """Return what a list of studios may be narrowed by."""
    return {
        "kinds": list(vocabulary.studio_kinds),
        "tiers": list(vocabulary.studio_tiers),
        "cities": list(vocabulary.regions.children("51")),
    }


def _without_unit(form: StudioForm) -> list[object]:
    # A studio comes to another unit by its own step, which is kept.
    return [field for field in fields_of(form) if field.short_name not in ("unit", "region", "industry")]


def _page(
    studio_id: int,
    refused: dict[str, PartForm] | None = None,
    endings: dict[tuple[str, int], EndForm] | None = None,
) -> str:
    with runtime().sessions() as session:
        studio = records.get(session, actor(), studio_id)
        keeps = can_keep_studio(actor(), studio) and studio.state != "closed"
        in_office = keeps and can_in_unit(actor(), Permission.STUDIO_RECORD, studio.organisation)
        shown = [name for name, part in PARTS.items() if in_office or (keeps and not part.is_office)]
        written = {
            name: (refused or {}).get(name) or PARTS[name].form(formdata=None, prefix=f"{name}-") for name in shown
        }
        for form in written.values():
            form.offer(studio)
        alliances = keeping.alliances_of(session, studio)
        ended = {
            (part, it.id): (endings or {}).get((part, it.id))
            or EndForm(formdata=None, prefix=f"end-{part}-{it.id}-", data={"ended_on": today()})
            for part, running in (
                ("member", [it for it in studio.members if it.until is None]),
                ("pair", [it for it in studio.apprenticeships if it.ended_on is None]),
                ("alliance", alliances),
            )
            for it in (running if keeps else ())
        }
        may_climb = bool(set(ladder.next_tiers(studio)) & tiers_given(actor(), studio.organisation))
        return render_template(
            "studios/record.html",
            studio=studio,
            keeps=keeps,
            forms=written,
            parts_of=PARTS,
            fields_of=fields_of,
            refused=refused or {},
            endings=ended,
            refused_endings=endings or {},
            may_climb=may_climb,
            warned=warnings.of(session, studio, today()),
            alliances=alliances,
            sound_photos=photos.shown(studio),
            applications=(applied := applications.of_studio(session, actor(), studio)),
            batches=applying.batches_for(session, studio, {it.naming_batch_id for it in applied}) if in_office else [],
            allied=keeping.studios_in(session, studio) if studio.kind == "alliance" else [],
            events=(events := records.history(session, actor(), studio)),
            people=people.called(session, (event.actor for event in events)),
            stamps={},
            day=today(),
            **files.of(session, actor(), "studio", studio_id),
        )
