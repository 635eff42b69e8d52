"""``flask review``: take a record one step along its way, for operators until every office has its page."""

from __future__ import annotations

import click

from marketplace import workflow
from marketplace.cli.groups import review
from marketplace.db import unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.runtime import runtime
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands


@review.command()
@click.argument("achievement_id", type=int)
@click.argument("action")
@click.option("--reason", help="理由 / the reason")
def achievement(achievement_id: int, action: str, reason: str | None) -> None:
    """对成果执行一步操作 / take an achievement one step."""
    with unit_of_work(runtime().sessions) as session:
        record = achievements.act(session, SYSTEM, achievement_id, action, reason)
        click.echo(f"成果 {record.id} 现为 {record.state}；下一步可以：{'、'.join(workflow.actions(record)) or '无'}。")


@review.command()
@click.argument("demand_id", type=int)
@click.argument("action")
@click.option("--reason", help="理由 / the reason")
def demand(demand_id: int, action: str, reason: str | None) -> None:
    """对需求执行一步操作 / take a demand one step."""
    with unit_of_work(runtime().sessions) as session:
        record = demands.act(session, SYSTEM, demand_id, action, reason)
        click.echo(f"需求 {record.id} 现为 {record.state}；下一步可以：{'、'.join(workflow.actions(record)) or '无'}。")
