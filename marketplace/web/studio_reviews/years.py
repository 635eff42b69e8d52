"""The years of review: opened by the province or a city, how each stands, its weights, and its end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.permissions import Permission, can_read_decided, can_run_review, require
from marketplace.runtime import runtime
from marketplace.schemas.studio_review import ReviewYearSchema, WeightsSchema
from marketplace.services.account import people
from marketplace.services.studio_review import progress, years
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.awards.forms import as_number, joined_messages
from marketplace.web.security import inert
from marketplace.web.studio_reviews.forms import ReviewYearForm

blueprint = Blueprint("review_years", __name__, url_prefix="/studios/reviews/years")

blueprint.before_request(sign_in_first)


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.STUDIO_REVIEW)
    if request.method == "GET":
        return render_template("studio_reviews/year_form.html", form=ReviewYearForm.suggesting())
    form = ReviewYearForm()
    if (data := form.load(ReviewYearSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                year_id = years.open_(session, actor(), data).id
            flash(_("考核已开始，有工作室的单位会收到邮件。"))
            return redirect(url_for(".show", year_id=year_id), 303)
        except Conflict as error:
            form.form_errors = [error.text(_)]
    return render_template("studio_reviews/year_form.html", form=form), 422


@blueprint.get("/<int:year_id>")
def show(year_id: int) -> str:
    return _page(year_id)


@blueprint.post("/<int:year_id>/weights")
def weigh(year_id: int) -> ResponseReturnValue:
    sent = request.form
    weights = {name.removeprefix("weight-"): as_number(it) for name, it in sent.items() if name.startswith("weight-")}
    given: dict[str, Any] = {"weights": weights, "cut_off": sent.get("cut_off", "")}
    try:
        data = WeightsSchema().load(given)
        with unit_of_work(runtime().sessions) as session:
            years.weigh(session, actor(), year_id, data)
    except ValidationError as error:
        return _page(year_id, joined_messages(error.normalized_messages())), 422
    except Invalid as error:
        return _page(year_id, {name: " ".join(map(_, said)) for name, said in error.fields.items()}), 422
    flash(_("已保存。"))
    return redirect(url_for(".show", year_id=year_id), 303)


@blueprint.post("/<int:year_id>/close")
def close(year_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            years.close(session, actor(), year_id)
    except Conflict as error:
        return _page(year_id, {"close": error.text(_)}), 409
    flash(_("考核已结束，等次在各工作室的页面上公开。"))
    return redirect(url_for(".show", year_id=year_id), 303)


@blueprint.get("/<int:year_id>/snapshot.json")
@inert
def snapshot(year_id: int) -> Response:
    """Give out the very text that was hashed when the year closed; empty before."""
    with runtime().sessions() as session:
        decided = years.decided(session, actor(), year_id)
    answer = Response(decided, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="studio-review-{year_id}.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(year_id: int, wrong: dict[str, str] | None = None) -> str:
    with runtime().sessions() as session:
        year = years.get(session, actor(), year_id)
        return render_template(
            "studio_reviews/year.html",
            year=year,
            progress=progress.of(session, actor(), year),
            runs=can_run_review(actor(), year.region_path) and year.closed_at is None,
            is_locked=years.has_reports(session, year),
            is_whole=years.is_whole(year),
            may_read_decided=can_read_decided(actor(), year),
            people=people.called(session, filter(None, [year.opened_by, year.closed_by])),
            wrong=wrong or {},
            day=today(),
        )
