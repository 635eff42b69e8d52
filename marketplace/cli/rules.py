"""``flask rules``: the numbers that are the staff's to set, listed and set by whoever operates the server."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from marketplace.cli.groups import rules
from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid
from marketplace.permissions import SYSTEM
from marketplace.rules import Rule
from marketplace.runtime import runtime
from marketplace.services import rule as services

_UNITS = {"working_days": "个工作日", "days": "天", "years": "年", "count": "", "points": "分", "fen": "元"}


@rules.command("list")
def list_() -> None:
    """列出规则、现在的值和来源 / list the rules, what is in force and where it comes from."""
    with runtime().sessions() as session:
        for standing in services.listed(session, SYSTEM):
            rule = standing.rule
            since = f"{standing.since} 起" if standing.since else f"默认，{rule.source}"
            click.echo(f"{rule.name}  {_said(rule, standing.value)}  {rule.title}（{since}）")
            for later in standing.to_come:
                click.echo(f"    {later.valid_from} 起：{_said(rule, later.value)}（{later.reason}）")


@rules.command("set")
@click.argument("name")
@click.argument("values", nargs=-1, required=True)
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="从哪天起，不填为今天 / from which day on"
)
@click.option("--reason", required=True, help="理由 / the reason")
def set_(name: str, values: tuple[str, ...], valid_from: dt.datetime | None, reason: str) -> None:
    """设定一条规则：一个数、表的“项=数”，或逐个列出；金额以元计 / set a rule; amounts are in yuan."""
    day = valid_from.date() if valid_from is not None else today()
    with unit_of_work(runtime().sessions) as session:
        standing, _values = services.history(session, SYSTEM, name)
        try:
            row = services.set_value(session, SYSTEM, name, _given(standing.rule.kind, values), day, reason)
        except Invalid as error:
            raise click.ClickException(" ".join(said for some in error.fields.values() for said in some)) from error
        click.echo(f"{row.valid_from} 起，{standing.rule.title}为 {_said(standing.rule, row.value)}。")


def _given(kind: str, values: tuple[str, ...]) -> Any:
    if kind == "table":
        return dict(value.partition("=")[::2] for value in values)
    return list(values) if kind == "list" else " ".join(values)


def _said(rule: Rule, value: Any) -> str:
    typed = services.typed(rule, value)
    if rule.kind == "table":
        return " ".join(f"{name}={number}{_UNITS[rule.of]}" for name, number in typed.items())
    return " ".join(typed) or "（空）" if rule.kind == "list" else f"{typed} {_UNITS[rule.kind]}".rstrip()
