"""The notices of whoever is signed in, the number beside the bell, and the one page of preferences."""

from __future__ import annotations

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.services.mail.texts import told
from marketplace.services.notification import notices, preferences
from marketplace.web import language
from marketplace.web.actor import actor, sign_in_first, signed_in

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

blueprint.before_request(sign_in_first)

# Beyond this many the bell counts no further.
_MOST = 99


def unread() -> str:
    """Return what stands beside the bell, nothing where all was read or the database cannot say."""
    try:
        if signed_in() is None:
            return ""
        with runtime().sessions() as session:
            count = notices.count_unread(session, actor())
    except OperationalError:
        return ""
    return f"{_MOST}+" if count > _MOST else str(count or "")


@blueprint.get("")
def listing() -> str:
    size, is_unread = runtime().settings.page_size, "unread" in request.args
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        found = notices.listed(session, actor(), language.current(), limit=size + 1, after=after, unread=is_unread)
    return render_template(
        "following/notices.html",
        notices=found[:size],
        is_unread=is_unread,
        next_after=found[size - 1].notice.id if len(found) > size else None,
    )


@blueprint.get("/<int:notice_id>")
def show(notice_id: int) -> ResponseReturnValue:
    """Lead to what a notice is about; it is read by that."""
    with unit_of_work(runtime().sessions) as session:
        notice = notices.read(session, actor(), notice_id)
        path = told(language.current(), notice.kind, notice.values).path
    return redirect(path or url_for(".listing"), 303)


@blueprint.post("/read")
def read_all() -> ResponseReturnValue:
    up_to = request.form.get("up_to", 0, type=int)
    with unit_of_work(runtime().sessions) as session:
        notices.read_all(session, actor(), up_to=up_to)
    return redirect(url_for(".listing"), 303)


@blueprint.route("/preferences", methods=["GET", "POST"])
def choose() -> ResponseReturnValue:
    if request.method == "POST":
        wanted = {
            topic: (f"{topic}-in-product" in request.form, request.form.get(f"{topic}-mail", ""))
            for topic in preferences.CHOICES
        }
        with unit_of_work(runtime().sessions) as session:
            preferences.choose(session, actor(), wanted)
        flash(_("已保存。"))
        return redirect(url_for(".choose"), 303)
    with runtime().sessions() as session:
        chosen = preferences.chosen(session, actor())
    return render_template("following/preferences.html", chosen=chosen, choices=preferences.CHOICES), 200


@blueprint.after_request
def keep_out_of_caches(response: flask.Response) -> flask.Response:
    response.cache_control.no_store = True
    return response
