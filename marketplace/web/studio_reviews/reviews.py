"""The reviews of studios: listed within one's scope, and each on a page with its report, grade, mending and appeals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import marshmallow as ma
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.models.studios.annual_review import STATES
from marketplace.permissions import Permission, can, can_enter_curation, leads
from marketplace.runtime import runtime
from marketplace.schemas import studio_review as schemas
from marketplace.services.account import people
from marketplace.services.studio_review import appeals, delisting, desks, grading, reports, years
from marketplace.services.studio_review.reports import Asked
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.awards.forms import joined_messages
from marketplace.web.studio_reviews import forms

blueprint = Blueprint("studio_reviews", __name__, url_prefix="/studios/reviews")

blueprint.before_request(sign_in_first)

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    asked = asked_for()
    with runtime().sessions() as session:
        after = request.args.get("after", type=int)
        # One more than is shown tells whether there is a next page.
        found = reports.listed(session, actor(), asked, limit=_PAGE + 1, after=after)
        return render_template(
            "studio_reviews/list.html",
            reviews=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            asked=asked,
            years=years.listed(session, actor()),
            may_open=can(actor(), Permission.STUDIO_REVIEW),
            may_export=can_enter_curation(actor()),
            states=STATES,
            day=today(),
        )


@blueprint.get("/<int:review_id>")
def show(review_id: int) -> str:
    return _page(review_id)


@blueprint.post("/<int:review_id>/report")
def report(review_id: int) -> ResponseReturnValue:
    """Keep the report, and with the second button hand it in."""
    sent = forms.report_sent(request.form)
    hands_in = request.form.get("step") == "submit"
    take = reports.submit if hands_in else reports.prepare
    said = _("报告已报送。截止以前、评定以前还可以重新报送。") if hands_in else _("已保存，还没有报送。")
    return _typed(review_id, "report", sent, schemas.ReportSchema(), take, said)


@blueprint.post("/<int:review_id>/grade")
def grade(review_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        sent = forms.grade_sent(request.form, reports.get(session, actor(), review_id))
    return _typed(review_id, "grade", sent, schemas.GradeSchema(), grading.grade, _("等次已评定，单位会收到邮件。"))


@blueprint.post("/<int:review_id>/mending")
def mend(review_id: int) -> ResponseReturnValue:
    form = forms.MendingForm(prefix="mending-")
    return _written(review_id, "mending", form, schemas.MendingSchema(), grading.mend, _("整改情况已报告，等待复查。"))


@blueprint.post("/<int:review_id>/check")
def check(review_id: int) -> ResponseReturnValue:
    form = forms.CheckForm(prefix="check-")
    return _written(review_id, "check", form, schemas.CheckSchema(), grading.check, _("复查结果已记下。"))


@blueprint.post("/<int:review_id>/delisting")
def delist(review_id: int) -> ResponseReturnValue:
    form = forms.DelistingForm(prefix="delisting-")
    schema = schemas.DelistingSchema()
    return _written(review_id, "delisting", form, schema, delisting.delist_failed, _("已摘牌，单位会收到邮件。"))


@blueprint.post("/<int:review_id>/appeal")
def appeal(review_id: int) -> ResponseReturnValue:
    form = forms.AppealForm(prefix="appeal-")
    return _written(review_id, "appeal", form, schemas.AppealSchema(), appeals.raise_, _("申诉已提出，由上级办理。"))


@blueprint.post("/<int:review_id>/appeals/<int:appeal_id>")
def decide(review_id: int, appeal_id: int) -> ResponseReturnValue:
    form = forms.AppealDecisionForm(prefix="decision-")

    def take(session: Any, who: Any, number: int, data: Mapping[str, Any]) -> Any:
        return appeals.decide(session, who, number, appeal_id, data)

    return _written(review_id, "decision", form, schemas.AppealDecisionSchema(), take, _("申诉已办结。"))


def asked_for() -> Asked:
    """Return what the address asks of the list; what no list knows is no question."""
    given = request.args
    state, grade_ = given.get("state", ""), given.get("grade", "")
    return Asked(
        given.get("year", type=int), state if state in STATES else "",
        grade_ if grade_ in vocabulary.review_grades else "", given.get("q", "").strip()[:100],
    )  # fmt: skip


def _typed(
    review_id: int, part: str, sent: Mapping[str, Any], schema: ma.Schema, take: Callable[..., Any], said: str
) -> ResponseReturnValue:
    """Take a step from fields that are one an indicator; what is refused is said beside them."""
    try:
        data = schema.load(sent)
        with unit_of_work(runtime().sessions) as session:
            take(session, actor(), review_id, data)
    except ma.ValidationError as error:
        return _page(review_id, sent={part: sent}, wrong=joined_messages(error.normalized_messages())), 422
    except Invalid as error:
        told = {name.removeprefix("scores."): " ".join(map(_, said)) for name, said in error.fields.items()}
        return _page(review_id, sent={part: sent}, wrong=told), 422
    except Conflict as error:
        return _page(review_id, sent={part: sent}, wrong={part: error.text(_)}), 409
    flash(said)
    return redirect(url_for(".show", review_id=review_id), 303)


def _written(
    review_id: int, part: str, form: DomainForm, schema: ma.Schema, take: Callable[..., Any], said: str
) -> ResponseReturnValue:
    if (data := form.load(schema)) is None:
        return _page(review_id, {part: form}), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            take(session, actor(), review_id, data)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(review_id, {part: form}), 422
    except Conflict as error:
        form.form_errors = [error.text(_)]
        return _page(review_id, {part: form}), 409
    flash(said)
    return redirect(url_for(".show", review_id=review_id), 303)


_FORMS: dict[str, type[DomainForm]] = {
    "mending": forms.MendingForm, "check": forms.CheckForm, "delisting": forms.DelistingForm,
    "appeal": forms.AppealForm, "decision": forms.AppealDecisionForm,
}  # fmt: skip


def _page(
    review_id: int,
    refused: Mapping[str, DomainForm] | None = None,
    sent: Mapping[str, Mapping[str, Any]] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> str:
    with runtime().sessions() as session:
        review = reports.get(session, actor(), review_id)
        year, day = review.review_year, today()
        may_grade = desks.may_grade(session, actor(), review)
        reports_here = desks.may_report(session, actor(), review.studio)
        is_late = review.rectify_by is not None and day > review.rectify_by
        open_appeal = next((it for it in review.appeals if it.state == "open"), None)
        steps = {
            "report": (reports_here or (leads(actor(), review.studio) and review.state == "due"))
            and review.state in ("due", "submitted") and day <= year.cut_off,
            "grade": may_grade and review.state in grading.GRADABLE and review.submitted_at is not None
            and year.closed_at is None and open_appeal is None,
            "mending": reports_here and review.state == "rectifying",
            "check": may_grade and open_appeal is None
            and (review.state == "mended" or (review.state == "rectifying" and is_late)),
            "delisting": may_grade and review.state == "failed" and open_appeal is None,
            "appeal": reports_here and appeals.open_against(session, review) is not None,
            "decision": open_appeal is not None and desks.may_decide(session, actor(), open_appeal),
        }  # fmt: skip
        names = (review.submitted_by, review.graded_by, review.mended_by, review.checked_by)
        events = reports.history(session, actor(), review)
        decided = [it.decided_by for it in review.appeals] + [it.raised_by for it in review.appeals]
        return render_template(
            "studio_reviews/review.html",
            review=review,
            studio=review.studio,
            year=year,
            figures=reports.figures(session, review),
            steps=steps,
            hands_in=reports_here,
            forms={
                part: (refused or {}).get(part) or made(formdata=None, prefix=f"{part}-")
                for part, made in _FORMS.items()
            },
            report=(sent or {}).get("report") or review_as_sent(review),
            graded=(sent or {}).get("grade") or {it: getattr(review, it) for it in ("scores", "grade", "opinion")},
            wrong=wrong or {},
            room=grading.room(session, review) if steps["grade"] else None,
            office=desks.grading(session, review),
            open_appeal=open_appeal,
            appeal_until=appeals.last_day(session, review),
            events=events,
            people=people.called(session, filter(None, [*names, *decided, *(it.actor for it in events)])),
            stamps={},
            day=day,
        )


def review_as_sent(review: Any) -> dict[str, Any]:
    """Return a report as its form holds it."""
    return {name: getattr(review, name) for name in ("account", "plans", "remarks")}
