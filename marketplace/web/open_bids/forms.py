"""The forms of a list and of a bid; the decision is read from its page as plain fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import sentences
from marketplace.web.honours.forms import day
from marketplace.web.money import WanYuan
from marketplace.web.studios.forms import line, number

_REASON, _MILESTONES = re.compile(r"reason-([0-9]{1,9})"), 4


class CallForm(DomainForm):
    reward = WanYuan(_("奖金（万元）"))
    closes_on = day(_("揭榜截止的日期（当天也算）"))
    terms = wtforms.TextAreaField(_("揭榜的要求、奖金怎样支付"), render_kw={"rows": 4, "maxlength": 4000})


class BidForm(DomainForm):
    team = line(_("揭榜的团队"))
    plan = wtforms.TextAreaField(_("方案：怎样解决，凭什么做得到"), render_kw={"rows": 8, "maxlength": 20000})
    price = WanYuan(_("报价（万元）"))
    days = number(_("多少天完成"))


def decision_sent(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return what the form of a decision says, in the form ``AwardSchema.load`` takes it; an empty row is none."""
    reasons = {name[1]: said for key, said in form.items() if (name := _REASON.fullmatch(key))}
    milestones = [{"title": form.get(f"title-{row}", ""), "due_on": form.get(f"due-{row}", "")} for row in _rows(form)]
    return {"chosen": form.get("chosen", type=int), "reasons": reasons, "milestones": milestones}


def decision_refused(form: MultiDict[str, str], messages: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a decision, each row of its steps by the number it has on the page."""
    rows, steps = _rows(form), messages.get("milestones", {})
    told = [*sentences({name: found for name, found in messages.items() if name != "milestones"})]
    for place, found in steps.items():
        said = "".join(dict.fromkeys(sentences(found)))
        told.append(gettext("第 %(number)s 步：%(said)s", number=rows[place] + 1, said=said))
    return told


def _rows(form: MultiDict[str, str]) -> list[int]:
    """Return which rows of the steps hold something."""
    return [row for row in range(_MILESTONES) if form.get(f"title-{row}", "").strip() or form.get(f"due-{row}", "")]
