"""The forms of the annual review. What a field may hold is said by the schemas."""

from __future__ import annotations

import datetime as dt
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.db import today
from marketplace.errors import N_
from marketplace.models import StudioReview
from marketplace.web.account.forms import DomainForm
from marketplace.web.awards.forms import as_number
from marketplace.web.demands.forms import Ticks
from marketplace.web.display import label
from marketplace.web.honours.forms import day, select
from marketplace.web.studios.forms import line, number, text

_OUTCOMES = {"yes": _("整改合格"), "no": _("不合格，摘牌")}
_DECISIONS = {"yes": _("申诉成立"), "no": _("申诉不成立")}


def _places() -> list[SelectChoice]:
    cities = [SelectChoice(code, label(code, "regions")) for code in vocabulary.regions.children("51")]
    return [SelectChoice("", gettext("全省")), *cities]


def _tiers() -> list[SelectChoice]:
    return [SelectChoice(code, label(code, "studio_tiers")) for code in vocabulary.studio_tiers]


def _either(name: object, choices: dict[str, Any]) -> wtforms.SelectField:
    offered = [SelectChoice("", _("请选择")), *(SelectChoice(code, said) for code, said in choices.items())]
    return wtforms.SelectField(name, choices=offered, validate_choice=False)


class ReviewYearForm(DomainForm):
    year = number(_("年度"), 2000)
    title = line(_("名称"))
    region = wtforms.SelectField(_("范围"), choices=_places, validate_choice=False)
    tiers = Ticks(_("考核哪些梯次"), choices=_tiers, validate_choice=False)
    period_from = day(_("考核期从哪天起"))
    period_to = day(_("考核期到哪天止"))
    cut_off = day(_("报送截止日"))

    @classmethod
    def suggesting(cls) -> ReviewYearForm:
        """Return the form for the year that is running."""
        year = today().year
        days = {"period_from": dt.date(year, 1, 1), "period_to": dt.date(year, 12, 31)}
        tiers = ["city", "industry", "province", "showcase", "national"]
        title = gettext("%(year)s 年创新工作室年度考核", year=year)
        return cls(formdata=None, data={"year": year, "title": title, "tiers": tiers, **days})


class MendingForm(DomainForm):
    mending = text(_("整改了什么"), 10_000)


class CheckForm(DomainForm):
    passed = _either(_("复查结果"), _OUTCOMES)
    finding = text(_("复查情况（单位看得到）"), 2000)


class DelistingForm(DomainForm):
    finding = text(_("摘牌的理由（单位看得到）"), 2000)


class AppealForm(DomainForm):
    text = text(_("申诉的理由和依据"))


class AppealDecisionForm(DomainForm):
    upheld = _either(_("裁定"), _DECISIONS)
    grade = select(_("申诉成立的，改定的等次"), vocabulary.review_grades, N_("不改"))
    finding = text(_("核查情况（单位看得到）"), 2000)


def report_sent(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return a report as it was typed, with the remarks by indicator."""
    remarks = {name: form.get(f"remark-{name}", "") for name in vocabulary.review_indicators}
    return {"account": form.get("account", ""), "plans": form.get("plans", ""), "remarks": remarks}


def grade_sent(form: MultiDict[str, str], review: StudioReview) -> dict[str, Any]:
    """Return a grade as it was typed, with the points by indicator; None where the field was left blank."""
    scores = {name: as_number(form.get(f"score-{name}", "")) for name in review.review_year.weights}
    return {"scores": scores, "grade": form.get("grade", ""), "opinion": form.get("opinion", "")}
