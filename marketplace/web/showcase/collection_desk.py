"""The desk of collections: composed, published for a time, withdrawn, brought back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import now, unit_of_work
from marketplace.errors import Invalid
from marketplace.runtime import runtime
from marketplace.schemas.showcase import CollectionSchema, ShownSchema
from marketplace.services.showcase import collections
from marketplace.web.actor import actor
from marketplace.web.doing import done
from marketplace.web.showcase.desk import blueprint, past
from marketplace.web.showcase.forms import CollectionForm, TimeForm

_PAGE = 50


@blueprint.get("/collections")
def collection_list() -> str:
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = collections.at_desk(session, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        next_after = found[_PAGE - 1].id if len(found) > _PAGE else None
        return render_template(
            "showcase/desk_collections.html", collections=found[:_PAGE], next_after=next_after, moment=now()
        )


@blueprint.route("/collections/new", methods=["GET", "POST"])
def new_collection() -> ResponseReturnValue:
    if request.method == "GET":
        return _form_page(CollectionForm.empty())
    form = CollectionForm.sent()
    if (data := form.load(CollectionSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                collection_id = collections.add(session, actor(), data).id
            flash(_("草稿已保存，公众还看不到。"))
            return redirect(url_for(".collection", collection_id=collection_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form_page(form), 422


@blueprint.get("/collections/<int:collection_id>")
def collection(collection_id: int) -> str:
    return _page(collection_id)


@blueprint.route("/collections/<int:collection_id>/edit", methods=["GET", "POST"])
def edit_collection(collection_id: int) -> ResponseReturnValue:
    if request.method == "GET":
        with runtime().sessions() as session:
            found = collections.get(session, actor(), collection_id)
            form = CollectionForm.showing(found, collections.members_at_desk(session, found))
            return _form_page(form, collection_id)
    form = CollectionForm.sent()
    if (data := form.load(CollectionSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                collections.revise(session, actor(), collection_id, form.revision_read(), data)
            flash(_("已保存。"))
            return redirect(url_for(".collection", collection_id=collection_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _form_page(form, collection_id), 422


@blueprint.post("/collections/<int:collection_id>/publish")
def publish_collection(collection_id: int) -> ResponseReturnValue:
    form = TimeForm()
    if (data := form.load(ShownSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                state = collections.publish(session, actor(), collection_id, data).state_at(now())
            flash(_("已公布。") if state == "published" else _("已定时，到时自动公布。"))
            return redirect(url_for(".collection", collection_id=collection_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    return _page(collection_id, form), 422


@blueprint.post("/collections/<int:collection_id>/withdraw")
def withdraw_collection(collection_id: int) -> ResponseReturnValue:
    address = url_for(".collection", collection_id=collection_id)
    return done(lambda it: collections.withdraw(it, actor(), collection_id), _("已撤下，公众看不到了。"), address)


@blueprint.post("/collections/<int:collection_id>/versions/<int:version_id>")
def bring_collection_back(collection_id: int, version_id: int) -> ResponseReturnValue:
    address = url_for(".collection", collection_id=collection_id)
    return done(
        lambda it: collections.bring_back(it, actor(), collection_id, version_id),
        _("已恢复成那时的内容。"),
        address,
    )


def _form_page(form: CollectionForm, collection_id: int | None = None) -> str:
    return render_template("showcase/collection_form.html", form=form, collection_id=collection_id)


def _page(collection_id: int, form: TimeForm | None = None) -> str:
    with runtime().sessions() as session:
        found = collections.get(session, actor(), collection_id)
        return render_template(
            "showcase/desk_collection.html",
            collection=found,
            state=found.state_at(now()),
            seen=collections.members_at_desk(session, found),
            form=form or TimeForm.showing(found),
            **past(session, collections.history(session, actor(), collection_id)),
        )
