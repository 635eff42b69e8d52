"""The rules that are the province's to set: what is in force and why, what comes, and a new value from a day on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid
from marketplace.rules import Rule
from marketplace.runtime import runtime
from marketplace.services import rule as rules
from marketplace.services.account import people
from marketplace.web.actor import actor
from marketplace.web.curation.achievement_fields import FIELDS
from marketplace.web.curation.home import blueprint
from marketplace.web.display import label, number, yuan
from marketplace.web.studios.names import CONDITIONS

# What the entries of a table are called; the grades of a benefit go by number.
_ENTRIES = {
    "rubric_a": "rubric_criteria", "rubric_b": "rubric_criteria", "naming_indicators": "rubric_criteria",
    "award_quotas": "award_grades", "review_weights": "review_indicators",
    "yearly_targets": "campaign_measures",
}  # fmt: skip
# Where the members of a list are codes.
_MEMBERS = (vocabulary.standings, vocabulary.honour_levels, vocabulary.skill_levels)
UNITS = {
    "working_days": _("工作日"),
    "days": _("天"),
    "years": _("年"),
    "count": _("个"),
    "points": _("分"),
    "fen": _("元"),
}


@blueprint.get("/rules")
def rules_page() -> str:
    with runtime().sessions() as session:
        return render_template("review/rules.html", standings=rules.listed(session, actor()))


@blueprint.get("/rules/<name>")
def rule(name: str) -> str:
    return _rule_page(name)


@blueprint.post("/rules/<name>")
def set_rule(name: str) -> ResponseReturnValue:
    sent = request.form
    given: Any = sent.get("value", "")
    if "entries" in sent:
        given = {key: sent.get(f"value-{key}", "") for key in sent.getlist("entries")}
    elif "lines" in sent:
        given = sent.get("value", "").splitlines()
    try:
        day = dt.date.fromisoformat(sent.get("valid_from", ""))
    except ValueError:
        day = None
    try:
        if day is None:
            raise Invalid({"valid_from": [gettext("请填写日期，例如 2026-03-15。")]})
        with unit_of_work(runtime().sessions) as session:
            row = rules.set_value(session, actor(), name, given, day, sent.get("reason", "")[:500])
    except Invalid as error:
        return _rule_page(name, given, error), 422
    flash(gettext("已设定，从 %(day)s 起生效。", day=row.valid_from))
    return redirect(url_for(".rule", name=name), 303)


@blueprint.app_template_global("rule_shown")
def shown(rule: Rule, value: Any) -> list[tuple[str, str]]:
    """Return the value of a rule as its reader sees it: name and amount of each entry, the name mostly empty."""
    if rule.kind == "table":
        return [(_entry(rule, key), _amount(rule.of, amount)) for key, amount in value.items()]
    if rule.kind == "list":
        return [("", _member(rule, member)) for member in value] or [("", gettext("（空）"))]
    return [("", _amount(rule.kind, value))]


@blueprint.app_template_global("rule_entries")
def entries(rule: Rule, given: Any) -> list[tuple[str, str, str]]:
    """Return key, name and what was typed for each entry of a table."""
    return [(key, _entry(rule, key), str(given.get(key, ""))) for key in rule.default]


def _rule_page(name: str, given: Any = None, error: Invalid | None = None) -> str:
    sent = request.form
    with runtime().sessions() as session:
        standing, values = rules.history(session, actor(), name)
        refused = {field: " ".join(map(gettext, said)) for field, said in error.fields.items()} if error else {}
        return render_template(
            "review/rule.html",
            standing=standing,
            values=values,
            people=people.called(session, (it.set_by for it in values)),
            typed=rules.typed(standing.rule, standing.value) if error is None else given,
            valid_from=sent.get("valid_from", today().isoformat()),
            reason=sent.get("reason", ""),
            refused=refused,
            units=UNITS,
        )


def _entry(rule: Rule, key: str) -> str:
    if rule.name in _ENTRIES:
        return label(key, _ENTRIES[rule.name])
    return gettext("第 %(grade)s 等", grade=key)


def _member(rule: Rule, member: str) -> str:
    if rule.name == "material_fields":
        return str(FIELDS.get(member, member))
    if rule.name == "naming_barring":
        return str(CONDITIONS[member])
    codes = next((it for it in _MEMBERS if member in it), None)
    return label(member, codes.name) if codes is not None else member


def _amount(kind: str, amount: int) -> str:
    if kind == "fen":
        return yuan(amount)
    if kind == "working_days":
        return ngettext("%(num)d 个工作日", "%(num)d 个工作日", amount)
    if kind == "days":
        return ngettext("%(num)d 天", "%(num)d 天", amount)
    if kind == "years":
        return ngettext("%(num)d 年", "%(num)d 年", amount)
    return gettext("%(points)s 分", points=number(amount)) if kind == "points" else number(amount)
