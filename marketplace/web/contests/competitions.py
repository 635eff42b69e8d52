"""The office's pages of labour competitions: units registered, measured before, during and after, graded."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import marshmallow as ma
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.permissions import can_evaluate, can_follow_campaign, can_run_campaign, can_see_grade
from marketplace.runtime import runtime
from marketplace.schemas.contest import CompetitionIndicatorSchema, CompetitionRegistrationSchema, EvaluationSchema
from marketplace.services import publicity as publicities
from marketplace.services.account import people
from marketplace.services.competition import evaluating, publishing, registering
from marketplace.web import files
from marketplace.web.actor import actor
from marketplace.web.contests.forms import CompetitionRegistrationForm, EvaluationForm, IndicatorsForm
from marketplace.web.contests.names import tell
from marketplace.web.curation.home import require_staff
from marketplace.web.demands.forms import sentences
from marketplace.web.display import measured
from marketplace.web.doing import done, typed

blueprint = Blueprint("competition_office", __name__, url_prefix="/curation/competitions")

blueprint.before_request(require_staff)

_PAGE = 50
_VALUE = re.compile(r"value-(\d{1,9})")


@blueprint.get("")
def listing() -> str:
    with runtime().sessions() as session:
        found = registering.competitions(session, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "contests/competitions.html",
            competitions=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.get("/<int:campaign_id>")
def show(campaign_id: int) -> str:
    return _page(campaign_id)


@blueprint.post("/<int:campaign_id>/units")
def register(campaign_id: int) -> ResponseReturnValue:
    form = _registration(campaign_id)
    if (data := form.load(CompetitionRegistrationSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                registering.register(session, actor(), campaign_id, data)
            flash(_("已报名。"))
            return redirect(url_for(".show", campaign_id=campaign_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except (Conflict, NotAllowed) as error:
            form.form_errors = [error.text(_)]
    return _page(campaign_id, form), 422


@blueprint.post("/<int:campaign_id>/indicators")
def indicators(campaign_id: int) -> ResponseReturnValue:
    form = IndicatorsForm(prefix="set-")
    rows = [{**row, "less_is_better": bool(row.get("less_is_better"))} for row in form.indicators.rows()]
    try:
        with unit_of_work(runtime().sessions) as session:
            loaded = CompetitionIndicatorSchema(many=True).load(rows)
            evaluating.set_indicators(session, actor(), campaign_id, loaded)
        flash(_("评价指标已定。"))
    except ma.ValidationError as error:
        flash(" ".join(sentences(error.normalized_messages())))
    except (Conflict, Invalid) as error:
        flash(" ".join(error.sentences(_)))
    return redirect(url_for(".show", campaign_id=campaign_id, _anchor="indicators"), 303)


@blueprint.get("/units/<int:registration_id>")
def unit(registration_id: int) -> str:
    return _unit_page(registration_id)


@blueprint.post("/units/<int:registration_id>/evaluations")
def evaluate(registration_id: int) -> ResponseReturnValue:
    form = EvaluationForm()
    values = [
        {"indicator_id": int(found[1]), "value": said.strip(), "evidence": request.form.get(f"evidence-{found[1]}", "")}
        for name, said in request.form.items()
        if (found := _VALUE.fullmatch(name)) and said.strip()
    ]
    try:
        with unit_of_work(runtime().sessions) as session:
            given = {name: form[name].data for name in ("phase", "evaluated_on", "finding")}
            data: dict[str, Any] = EvaluationSchema().load({**given, "values": values})
            evaluating.evaluate(session, actor(), registration_id, data)
        flash(_("评价已记下。"))
        return redirect(url_for(".unit", registration_id=registration_id), 303)
    except ma.ValidationError as error:
        form.form_errors = list(sentences(error.normalized_messages()))
    except (Conflict, Invalid, NotAllowed) as error:
        form.form_errors = error.sentences(_)
    return _unit_page(registration_id, form), 422


@blueprint.post("/units/<int:registration_id>/grade")
def grade(registration_id: int) -> ResponseReturnValue:
    given, reason = request.form.get("grade", ""), request.form.get("reason", "")[:2000]
    return done(
        lambda session: evaluating.grade(session, actor(), registration_id, given, reason),
        _("等级已定。"),
        url_for(".unit", registration_id=registration_id),
    )


@blueprint.post("/<int:campaign_id>/publicity")
def put_up(campaign_id: int) -> ResponseReturnValue:
    return done(
        lambda session: publishing.put_up(session, actor(), campaign_id, typed("channel", 200)),
        _("公示已开始。"),
        url_for(".show", campaign_id=campaign_id, _anchor="grades"),
    )


@blueprint.post("/<int:campaign_id>/announcement")
def announce(campaign_id: int) -> ResponseReturnValue:
    return done(
        lambda session: tell(publishing.announce(session, actor(), campaign_id)),
        "",
        url_for(".show", campaign_id=campaign_id, _anchor="grades"),
    )


@blueprint.post("/units/<int:registration_id>/taking-back")
def take_back(registration_id: int) -> ResponseReturnValue:
    return done(
        lambda session: publishing.take_back(session, actor(), registration_id, typed("reason", 500)),
        _("等级已撤下。"),
        url_for(".unit", registration_id=registration_id),
    )


@blueprint.post("/units/<int:registration_id>/withdraw")
def withdraw(registration_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")[:500]
    return done(
        lambda session: registering.withdraw(session, actor(), registration_id, reason),
        _("已退出。"),
        url_for(".unit", registration_id=registration_id),
    )


def _registration(campaign_id: int, **options: Any) -> CompetitionRegistrationForm:
    form = CompetitionRegistrationForm(prefix="unit-", **options)
    with runtime().sessions() as session:
        form.offer(registering.types_of(registering.competition(session, actor(), campaign_id)))
    return form


def _page(campaign_id: int, refused: CompetitionRegistrationForm | None = None) -> str:
    form = refused or _registration(campaign_id, formdata=None)
    with runtime().sessions() as session:
        campaign = registering.competition(session, actor(), campaign_id)
        after = request.args.get("after", type=int)
        found = registering.listed(session, actor(), campaign, limit=_PAGE + 1, after=after)
        known = evaluating.indicators(session, campaign)
        follows = can_follow_campaign(actor(), campaign)
        waiting = publishing.on_the_way(session, campaign) if follows else []
        lines = [
            (it.name, it.unit, "" if it.target is None else measured(it.target), "低" if it.less_is_better else "")
            for it in known
        ]
        return render_template(
            "contests/competition.html",
            campaign=campaign,
            registrations=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            indicators=known,
            grades=evaluating.grades_given(session, campaign) if follows else None,
            sees_grade=partial(can_see_grade, actor()),
            waiting=waiting,
            running=publicities.running_for(session, *waiting),
            day=today(),
            runs=can_run_campaign(actor(), campaign),
            form=form,
            is_refused=refused is not None,
            indicators_form=IndicatorsForm(
                formdata=None, prefix="set-", data={"indicators": "\n".join(map(" | ".join, lines))}
            ),
        )


def _unit_page(registration_id: int, refused: EvaluationForm | None = None) -> str:
    form = refused or EvaluationForm(formdata=None, data={"evaluated_on": today().isoformat()})
    with runtime().sessions() as session:
        registration = registering.get(session, actor(), registration_id)
        phases = [it for it in ("before", "during", "after") if can_evaluate(actor(), registration, it)]
        form.phase.choices = [it for it in form.phase.choices if it.value in phases]
        return render_template(
            "contests/unit.html",
            registration=registration,
            campaign=registration.campaign,
            compared=evaluating.compared(session, registration),
            locked_from=evaluating.locked_from(registration),
            phases=phases,
            sees_grade=can_see_grade(actor(), registration),
            is_fixed=evaluating.is_fixed(registration),
            running=publicities.running_for(session, registration),
            people=people.called(session, (it.evaluated_by for it in registration.evaluations)),
            **files.of(session, actor(), "competition_registration", registration.id),
            form=form,
            is_refused=refused is not None,
        )
