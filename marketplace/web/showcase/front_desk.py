"""The desk of the front page: what stands where and why not, what comes, and the page as it will be."""

from __future__ import annotations

import marshmallow as ma
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import now, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.runtime import runtime
from marketplace.schemas.showcase import Moment, SlotSchema, address_of
from marketplace.services.showcase import front, items, slots
from marketplace.web.actor import actor
from marketplace.web.catalogue.views import front_page_with
from marketplace.web.doing import done
from marketplace.web.showcase.desk import blueprint, past
from marketplace.web.showcase.forms import SlotForm, local


@blueprint.get("")
def overview() -> str:
    with runtime().sessions() as session:
        return render_template(
            "showcase/desk.html", placed=front.at_desk(session, actor()), address_of=address_of, now=local(now())
        )


@blueprint.get("/preview")
def preview() -> str:
    """Show the front page as it will be at a moment, now where that is no moment."""
    try:
        moment = Moment().deserialize(request.args.get("at", ""))
    except ma.ValidationError:
        moment = now()
    with runtime().sessions() as session:
        return front_page_with(session, front.preview(session, actor(), moment), previewed_at=moment)


@blueprint.route("/slots/new", methods=["GET", "POST"])
def new_slot() -> ResponseReturnValue:
    form = SlotForm()
    if request.method == "GET":
        form.address.data = request.args.get("address", "")[:300]
        return _form_page(form)
    if (data := form.load(SlotSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                slots.put_up(session, actor(), data)
            flash(_("已放上首页，到时显示。"))
            return redirect(url_for(".overview"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.month.errors = [error.text(_)]
    return _form_page(form), 422


@blueprint.get("/slots/<int:slot_id>")
def slot(slot_id: int) -> str:
    with runtime().sessions() as session:
        found = slots.get(session, actor(), slot_id)
        at = (found.noun, found.object_id)
        return render_template(
            "showcase/slot.html",
            slot=found,
            state=found.state_at(now()),
            seen=items.seen(session, [at], now())[at],
            address=address_of(*at),
            **past(session, slots.history(session, actor(), slot_id)),
        )


@blueprint.route("/slots/<int:slot_id>/edit", methods=["GET", "POST"])
def edit_slot(slot_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            return _form_page(SlotForm.showing(slots.get(session, actor(), slot_id)), slot_id)
    form = SlotForm()
    if (data := form.load(SlotSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                slots.revise(session, actor(), slot_id, form.revision_read(), data)
            flash(_("已保存。"))
            return redirect(url_for(".slot", slot_id=slot_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except Conflict as error:
            form.month.errors = [error.text(_)]
    return _form_page(form, slot_id), 422


@blueprint.post("/slots/<int:slot_id>/take-down")
def take_slot_down(slot_id: int) -> ResponseReturnValue:
    address = url_for(".slot", slot_id=slot_id)
    return done(lambda it: slots.take_down(it, actor(), slot_id), _("已从首页撤下。"), address)


@blueprint.post("/slots/<int:slot_id>/versions/<int:version_id>")
def bring_slot_back(slot_id: int, version_id: int) -> ResponseReturnValue:
    address = url_for(".slot", slot_id=slot_id)
    return done(lambda it: slots.bring_back(it, actor(), slot_id, version_id), _("已恢复成那时的内容。"), address)


def _form_page(form: SlotForm, slot_id: int | None = None) -> str:
    return render_template("showcase/slot_form.html", form=form, slot_id=slot_id)
