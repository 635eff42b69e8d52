"""What rates divide by: headcounts are typed here, lists of enterprises are seen and struck, targets of places set."""

from __future__ import annotations

from collections.abc import Callable

import marshmallow as ma
import wtforms
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid, NotAllowed
from marketplace.permissions import Permission, can, can_set_target, require
from marketplace.runtime import runtime
from marketplace.schemas.statistics import HeadcountSchema, StrikeSchema, YearlyTargetSchema
from marketplace.services.account import people
from marketplace.services.statistics import designated, headcounts, targets
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor
from marketplace.web.awards.forms import as_number
from marketplace.web.curation.home import require_staff
from marketplace.web.demands.forms import industry_choices, region_choices
from marketplace.web.honours.forms import day, select
from marketplace.web.statistics.names import month_name
from marketplace.web.studios.forms import fields_of, line, number

blueprint = Blueprint("denominators", __name__, url_prefix="/curation/denominators")
blueprint.before_request(require_staff)

_SHOWN = 30


class HeadcountForm(DomainForm):
    unit = line(lazy_gettext("单位（全称）"))
    day = day(lazy_gettext("哪一天的人数"))
    number = number(lazy_gettext("职工人数"))
    source = line(lazy_gettext("来源，例如统计年报"), 120)


def _months() -> list[SelectChoice]:
    return [SelectChoice("", _("全年")), *(SelectChoice(str(it), month_name(200000 + it)) for it in range(1, 13))]


def _regions() -> list[SelectChoice]:
    return [SelectChoice("", _("全省")), *region_choices()[1:]]


def _industries() -> list[SelectChoice]:
    return [SelectChoice("", _("所有行业")), *industry_choices()[1:]]


class TargetForm(DomainForm):
    """A target; nothing chosen is the whole year, the whole province, every industry."""

    year = number(lazy_gettext("年度"))
    month = wtforms.SelectField(
        lazy_gettext("全年或者哪个月"), choices=_months, coerce=as_number, validate_choice=False
    )
    region = wtforms.SelectField(lazy_gettext("地区"), choices=_regions, validate_choice=False)
    industry = wtforms.SelectField(lazy_gettext("行业"), choices=_industries, validate_choice=False)
    measure = select(lazy_gettext("指标"), vocabulary.campaign_measures)
    amount = number(lazy_gettext("要达到的人次（填 0 取消这个目标）"), 0)


@blueprint.get("")
def page() -> str:
    return _page({})


@blueprint.post("/headcounts")
def record() -> ResponseReturnValue:
    require(actor(), Permission.PARTICIPATION_CONFIRM)
    form = HeadcountForm(prefix="headcount-")
    return _kept("headcount", form, HeadcountSchema(), headcounts.record, _("职工人数已记下。"))


@blueprint.post("/targets")
def set_target() -> ResponseReturnValue:
    if not _may_set():
        raise NotAllowed("set", "target")
    form = TargetForm(prefix="target-")
    return _kept("target", form, YearlyTargetSchema(), targets.set_target, _("目标已设定。"))


@blueprint.post("/lists/strike")
def strike() -> ResponseReturnValue:
    try:
        given = {name: request.form.get(name, "") for name in ("file_hash", "reason")}
        data = StrikeSchema().load({**given, "year": request.form.get("year", type=int)})
    except ma.ValidationError:
        flash(_("请写明理由。"))
        return redirect(url_for(".page", _anchor="lists"), 303)
    with unit_of_work(runtime().sessions) as session:
        struck = designated.strike(session, actor(), data["year"], data["file_hash"], data["reason"])
    flash(_("已从名单里去掉这个文件的 %(count)s 家企业。", count=struck))
    return redirect(url_for(".page", _anchor="lists"), 303)


def _kept(
    name: str, form: DomainForm, schema: ma.Schema, verb: Callable[..., object], done: str
) -> ResponseReturnValue:
    if (data := form.load(schema)) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                verb(session, actor(), data)
            flash(done)
            return redirect(url_for(".page", year=data.get("year"), _anchor=f"{name}s"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except NotAllowed as error:
            form.form_errors = [error.text(_)]
    return _page({name: form}), 422


def _page(refused: dict[str, DomainForm]) -> str:
    year = request.args.get("year", today().year, type=int)
    year = year if 2000 <= year <= 2100 else today().year
    with runtime().sessions() as session:
        may_import = can(actor(), Permission.ORGANISATION_IMPORT)
        aims = targets.listed(session, actor(), year)
        return render_template(
            "statistics/denominators.html",
            headcounts=headcounts.listed(session, actor(), limit=_SHOWN),
            lists=designated.lists(session, actor()),
            year=year,
            targets=aims,
            people=people.called(session, (it.set_by for it in aims if it.set_by)),
            may_import=may_import,
            may_set=_may_set(),
            may_record=can(actor(), Permission.PARTICIPATION_CONFIRM),
            forms={
                "headcount": refused.get("headcount") or HeadcountForm(formdata=None, prefix="headcount-"),
                "target": refused.get("target") or TargetForm(formdata=None, prefix="target-", data={"year": year}),
            },
            refused=refused,
            fields_of=fields_of,
        )


def _may_set() -> bool:
    """Say whether the actor sets what any place or industry is to reach."""
    return any(can_set_target(actor(), it.region_path, it.industry_path) for it in actor().grants)
