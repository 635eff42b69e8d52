"""The rules that are the staff's to set: what is in force, what it was and will be, and a new value from a day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, vocabulary
from marketplace.db import today
from marketplace.errors import N_, Invalid, NotFound
from marketplace.models import Achievement, RuleValue
from marketplace.permissions import Actor, Permission, require
from marketplace.rules import RULES, Rule
from marketplace.services.studio import conditions

# The most a number of each kind may be; the least is nothing, or what the rule itself says.
_MOST = {"working_days": 750, "days": 3650, "years": 30, "count": 10**9, "points": 100, "fen": 10**13}
_FEN_OF_YUAN = 100
# Lists whose members are not free text.
_PARTS_OF_ACHIEVEMENT = ("contributors", "indicators", "sites", "rights", "units", "attachments")
_MEMBERS = {
    "material_fields": frozenset((*Achievement.__table__.columns.keys(), *_PARTS_OF_ACHIEVEMENT)),
    "first_completer_bars": frozenset(vocabulary.standings),
    "naming_barring": frozenset(conditions.NAMES),
    "studio_leader_levels": frozenset(vocabulary.honour_levels),
    "studio_leader_skills": frozenset(vocabulary.skill_levels),
}
_LONGEST_LIST, _LONGEST_MEMBER = 2000, 300


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule as it stands: its value, since when (None for the default), and the values set for later."""

    rule: Rule
    value: Any
    since: dt.date | None
    to_come: Sequence[RuleValue] = field(default=())


def listed(session: Session, actor: Actor) -> list[Standing]:
    """Return every rule as it stands today."""
    require(actor, Permission.RULE_SET)
    kept: dict[str, list[RuleValue]] = {}
    for row in session.scalars(sa.select(RuleValue).order_by(RuleValue.valid_from, RuleValue.id)):
        kept.setdefault(row.name, []).append(row)
    return [_standing(rule, kept.get(rule.name, [])) for rule in RULES.values()]


def history(session: Session, actor: Actor, name: str) -> tuple[Standing, list[RuleValue]]:
    """Return a rule as it stands and every value it was ever given, the latest first; raise NotFound."""
    require(actor, Permission.RULE_SET)
    rule = _rule(name)
    query = sa.select(RuleValue).filter_by(name=name).order_by(RuleValue.valid_from, RuleValue.id)
    values = list(session.scalars(query))
    return _standing(rule, values), values[::-1]


def set_value(session: Session, actor: Actor, name: str, given: Any, valid_from: dt.date, reason: str) -> RuleValue:
    """Give a rule a value from a day on, today at the earliest: what was decided before stays explained.

    ``given`` is as ``read`` takes it. Raises NotFound, and Invalid for each field that is not as it must be.
    """
    require(actor, Permission.RULE_SET)
    rule = _rule(name)
    problems: dict[str, list[str]] = {}
    if valid_from < today():
        problems["valid_from"] = [N_("请填写今天或以后的日期；以前的决定仍按当时的规则。")]
    if not reason.strip():
        problems["reason"] = [N_("请写明理由。")]
    value = None
    try:
        value = read(rule, given)
    except Invalid as error:
        problems |= error.fields
    if problems:
        raise Invalid(problems)
    row = RuleValue(name=name, value=value, valid_from=valid_from, reason=reason.strip(), set_by=actor.name)
    session.add(row)
    session.flush()
    payload = {"name": name, "value": value, "valid_from": valid_from.isoformat()}
    audit.record(session, actor, "set", "rule", row.id, reason=reason.strip(), payload=payload, is_first=True)
    session.flush()
    return row


def read(rule: Rule, given: Any) -> Any:
    """Return the value of a rule from what somebody typed: text, a list of texts, or a mapping of texts.

    Amounts of money are typed in yuan. Raises Invalid.
    """
    if rule.kind == "table":
        return _read_table(rule, given)
    if rule.kind == "list":
        return _read_list(rule, given)
    return _read_number(rule.kind, given, rule.least, "value")


def typed(rule: Rule, value: Any) -> Any:
    """Return a value as somebody would type it, the reverse of ``read``."""
    if rule.kind == "table":
        return {name: _typed_number(rule.of, number) for name, number in value.items()}
    return list(value) if rule.kind == "list" else _typed_number(rule.kind, value)


def _read_table(rule: Rule, given: Any) -> dict[str, int]:
    if not isinstance(given, Mapping) or set(given) != set(rule.default):
        raise Invalid({"value": [N_("请给表里的每一项都填一个数。")]})
    table = {name: _read_number(rule.of, given[name], 0, "value") for name in rule.default}
    numbers = list(table.values())
    if rule.of == "points" and sum(numbers) != 100:
        raise Invalid({"value": [N_("各项分数合计应为 100。")]})
    if rule.of == "fen" and (numbers != sorted(set(numbers), reverse=True)):
        raise Invalid({"value": [N_("起点金额应从高到低，逐级减少。")]})
    return table


def _read_list(rule: Rule, given: Any) -> list[str]:
    members = (
        [str(member).strip() for member in given] if isinstance(given, Sequence) and not isinstance(given, str) else []
    )
    members = list(dict.fromkeys(member for member in members if member))
    if len(members) > _LONGEST_LIST or any(len(member) > _LONGEST_MEMBER for member in members):
        raise Invalid({"value": [N_("最多 2000 行，每行最多 300 个字。")]})
    if rule.name == "plaque_series" and not all(map(_is_series, members)):
        raise Invalid({"value": [N_("每行先写梯次，空一格写字头，字头用字母、数字或汉字，例如“省级示范 SF”。")]})
    known = _MEMBERS.get(rule.name)
    if known is not None and not known.issuperset(members):
        raise Invalid({"value": [N_("有不认识的代码，请照默认值的写法填写。")]})
    return members


def _is_series(line: str) -> bool:
    tier, _blank, prefix = line.rpartition(" ")
    tiers = {*vocabulary.studio_tiers, *map(vocabulary.studio_tiers.label, vocabulary.studio_tiers)}
    return tier.strip() in tiers and prefix.isalnum()


def _read_number(kind: str, given: Any, least: int, name: str) -> int:
    try:
        number = Decimal(str(given).strip().replace(",", "").replace("，", ""))
        number = number * _FEN_OF_YUAN if kind == "fen" else number
        # Neither NaN nor infinity is a whole number, and a fraction of a fen is none either.
        whole = int(number) if number == number.to_integral_value() else None
    except (InvalidOperation, ValueError, OverflowError):
        whole = None
    if whole is None:
        raise Invalid({name: [N_("请填写金额，最多两位小数。") if kind == "fen" else N_("请填写整数。")]})
    if not least <= whole <= _MOST[kind]:
        raise Invalid({name: [N_("数字太大或太小。")]})
    return whole


def _typed_number(kind: str, number: int) -> str:
    return f"{Decimal(number) / _FEN_OF_YUAN:f}" if kind == "fen" else str(number)


def _rule(name: str) -> Rule:
    if name not in RULES:
        raise NotFound("rule", name)
    return RULES[name]


def _standing(rule: Rule, values: Sequence[RuleValue]) -> Standing:
    """Return a rule as it stands, from its values in the order of the days they begin on."""
    day = today()
    begun = [it for it in values if it.valid_from <= day]
    to_come = [it for it in values if it.valid_from > day]
    if not begun:
        return Standing(rule, rule.default, None, to_come)
    return Standing(rule, begun[-1].value, begun[-1].valid_from, to_come)
