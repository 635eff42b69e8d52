"""The honours everybody may see, and one's own with what one agrees to have shown."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import NotFound
from marketplace.runtime import runtime
from marketplace.services.honour import persons, public
from marketplace.web.actor import actor, sign_in_first
from search.document import SearchRequest

blueprint = Blueprint("honours", __name__, url_prefix="/honours")

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    after, year = (request.args.get(name, type=int) for name in ("after", "year"))
    kind, level = request.args.get("kind", ""), request.args.get("level", "")
    asked = public.Asked(
        text=request.args.get("q", "").strip()[:100],
        kind=kind if kind in vocabulary.honour_kinds else "",
        level=level if level in vocabulary.honour_levels else "",
        year=year,
    )
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = public.listed(session, asked, limit=_PAGE + 1, after=after)
        return render_template(
            "honours/list.html",
            honours=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            counts=public.counts(session, asked),
            years=public.years(session),
            kinds=list(vocabulary.honour_kinds),
            levels=list(vocabulary.honour_levels),
            narrowed_by=[(it, value) for it, value in (("kind", asked.kind), ("level", asked.level)) if value],
            studios_led=public.studios_led(session, found[:_PAGE]),
            searches={it: SearchRequest(it, asked.text) for it in ("achievement", "studio")},
            asked={
                "q": asked.text or None,
                "kind": asked.kind or None,
                "level": asked.level or None,
                "year": asked.year,
            },
            day=today(),
        )


@blueprint.route("/mine", methods=["GET", "POST"])
def mine() -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    if request.method == "GET":
        with runtime().sessions() as session:
            return render_template("honours/mine.html", person=persons.of_account(session, actor()), day=today())
    agreed = {name: request.form.get(name) == "yes" for name in ("shows_name", "shows_unit")}
    with unit_of_work(runtime().sessions) as session:
        person = persons.of_account(session, actor())
        if person is None:
            raise NotFound("person", actor().name)
        persons.agree(session, actor(), person.id, agreed)
    flash(_("已按您的意愿设定。"))
    return redirect(url_for(".mine"), 303)
