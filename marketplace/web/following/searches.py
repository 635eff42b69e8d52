"""The saved searches of whoever is signed in: saved from a results page, shown with what is new, and changed."""

from __future__ import annotations

from typing import Any

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.errors import StaleRevision
from marketplace.models import SavedSearch
from marketplace.runtime import runtime
from marketplace.schemas.saved_search import MOST_VALUES, RevisedSearchSchema, SavedSearchSchema
from marketplace.services.saved_search import keeping, telling
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.catalogue import questions
from marketplace.web.doing import done
from marketplace.web.following.forms import RevisedSearchForm, SavedSearchForm
from search.document import SearchRequest

blueprint = Blueprint("saved_searches", __name__, url_prefix="/saved-searches")

blueprint.before_request(sign_in_first)

_MOST_SHOWN = 50


@blueprint.app_template_global()
def saving_address(search: SearchRequest) -> str:
    """Return where a search is saved."""
    kept = {name: value for name, value in questions.address(search).items() if name not in ("sort", "page")}
    return url_for("saved_searches.new", noun=search.kind, **kept)


@blueprint.app_template_global()
def conditions_of(saved: SavedSearch | SearchRequest) -> list[tuple[str, str]]:
    """Return the filters of a search as (facet, value), one after another."""
    return [(facet, value) for facet, values in saved.filters.items() for value in values]


@blueprint.get("")
def listing() -> str:
    with runtime().sessions() as session:
        return render_template("following/searches.html", searches=keeping.listed(session, actor()))


@blueprint.get("/new")
def new() -> str:
    asked = _asked(request.args)
    form = SavedSearchForm(formdata=None, data={"name": asked.text[:120], "text": asked.text})
    return _new_page(form, asked)


@blueprint.post("")
def save() -> ResponseReturnValue:
    form, asked = SavedSearchForm(), _asked(request.form)
    filters = {facet: list(values[:MOST_VALUES]) for facet, values in asked.filters.items()}
    data = form.load(SavedSearchSchema(), kind=asked.kind, filters=filters)
    if data is None:
        return _new_page(form, asked), 422
    with unit_of_work(runtime().sessions) as session:
        saved = keeping.save(session, actor(), data)
    flash(_("已保存。有新的结果就告诉您。"))
    return redirect(url_for(".show", saved_search_id=saved.id), 303)


@blueprint.get("/<int:saved_search_id>")
def show(saved_search_id: int) -> str:
    return _page(saved_search_id)


@blueprint.post("/<int:saved_search_id>")
def revise(saved_search_id: int) -> ResponseReturnValue:
    form = RevisedSearchForm()
    data = form.load(RevisedSearchSchema())
    if data is None:
        return _page(saved_search_id, form), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            keeping.revise(session, actor(), saved_search_id, form.revision_read(), data)
    except StaleRevision as error:
        flash(error.text(_))
        return redirect(url_for(".show", saved_search_id=saved_search_id), 303)
    flash(_("已保存。"))
    return redirect(url_for(".show", saved_search_id=saved_search_id), 303)


_ACTIONS = {
    "pause": keeping.pause,
    "resume": keeping.resume,
    "renew": keeping.renew_feed,
    "delete": keeping.delete,
}


@blueprint.post("/<int:saved_search_id>/<any(pause, resume, renew, delete):action>")
def act(saved_search_id: int, action: str) -> ResponseReturnValue:
    said = {
        "pause": _("已暂停。"), "resume": _("已继续，以后有新的就告诉您。"),
        "renew": _("订阅源换了网址，旧的不能再用。"), "delete": _("已删除。"),
    }[action]  # fmt: skip
    is_gone = action == "delete"
    address = url_for(".listing") if is_gone else url_for(".show", saved_search_id=saved_search_id)
    return done(lambda session: _ACTIONS[action](session, actor(), saved_search_id), said, address)


def _asked(arguments: MultiDict[str, str]) -> SearchRequest:
    # Not ``kind``: that is a filter.
    noun = arguments.get("noun", "")
    noun = noun if noun in vocabulary.OF_FACETS else "achievement"
    return questions.question(arguments, actor().tokens, 1, noun)


def _new_page(form: SavedSearchForm, asked: SearchRequest) -> str:
    return render_template(
        "following/search_new.html",
        form=form,
        asked=asked,
        conditions=conditions_of(asked),
        vocabularies=vocabulary.OF_FACETS[asked.kind],
    )


def _page(saved_search_id: int, form: RevisedSearchForm | None = None) -> str:
    with runtime().sessions() as session:
        saved = keeping.get(session, actor(), saved_search_id)
        values: dict[str, Any] = {"name": saved.name, "frequency": saved.frequency, "revision": saved.revision}
        return render_template(
            "following/search.html",
            saved=saved,
            form=form or RevisedSearchForm(formdata=None, data=values),
            conditions=conditions_of(saved),
            vocabularies=vocabulary.OF_FACETS[saved.kind],
            found=telling.found_for(session, actor(), saved, limit=_MOST_SHOWN),
        )


@blueprint.after_request
def keep_out_of_caches(response: flask.Response) -> flask.Response:
    response.cache_control.no_store = True
    return response
