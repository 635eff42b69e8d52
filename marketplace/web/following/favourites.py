"""The records that whoever is signed in has marked, each with a note of his own."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from marketplace.models import Favourite
from marketplace.runtime import runtime
from marketplace.schemas.favourite import FavouriteSchema
from marketplace.services import favourite
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor, sign_in_first, signed_in
from marketplace.web.doing import done
from marketplace.web.following.forms import NoteForm

blueprint = Blueprint("favourites", __name__, url_prefix="/favourites")

blueprint.before_request(sign_in_first)

_PLACES = {
    "achievement": ("catalogue.achievement", "achievement_id"),
    "demand": ("demands.show", "demand_id"),
    "studio": ("studios.show", "studio_id"),
}
_KIND = "any(achievement, demand, studio)"


@blueprint.app_template_global()
def favourite_of(kind: str, object_id: int) -> Favourite | None:
    """Return the mark of whoever is signed in on a record, None for visitors and where the database cannot say."""
    try:
        if signed_in() is None:
            return None
        with runtime().sessions() as session:
            return favourite.of_record(session, actor(), kind, object_id)
    except OperationalError:
        return None


@blueprint.get("")
def listing() -> str:
    return _page()


@blueprint.post(f"/<{_KIND}:kind>/<int:object_id>")
def mark(kind: str, object_id: int) -> ResponseReturnValue:
    """Mark a record from its own page, and lead back there."""
    return done(lambda session: favourite.mark(session, actor(), kind, object_id), _("已收藏。"), _at(kind, object_id))


@blueprint.post(f"/<{_KIND}:kind>/<int:object_id>/note")
def write(kind: str, object_id: int) -> ResponseReturnValue:
    form: DomainForm = NoteForm()
    data = form.load(FavouriteSchema())
    if data is None:
        return _page({(kind, object_id): form}), 422
    address = url_for(".listing")
    return done(lambda session: favourite.mark(session, actor(), kind, object_id, data["note"]), _("已保存。"), address)


@blueprint.post(f"/<{_KIND}:kind>/<int:object_id>/remove")
def unmark(kind: str, object_id: int) -> ResponseReturnValue:
    address = url_for(".listing") if "from_list" in request.form else _at(kind, object_id)
    return done(lambda session: favourite.unmark(session, actor(), kind, object_id), _("已取消收藏。"), address)


def _at(kind: str, object_id: int) -> str:
    endpoint, name = _PLACES[kind]
    return url_for(endpoint, **{name: object_id}, _anchor="sharing")  # type: ignore[arg-type]


def _page(refused: dict[tuple[str, int], DomainForm] | None = None) -> str:
    with runtime().sessions() as session:
        marked = favourite.listed(session, actor())
    forms = {
        it.favourite.id: (refused or {}).get((it.favourite.kind, it.favourite.object_id))
        or NoteForm.of(it.favourite.id, it.favourite.note)
        for it in marked
    }
    achievements = [it for it in marked if it.record and it.favourite.kind == "achievement"]
    return render_template("following/favourites.html", marked=marked, forms=forms, may_compare=len(achievements) > 1)
