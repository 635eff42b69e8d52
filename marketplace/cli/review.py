"""``flask review``: what operators do with records in review: one step, the reminders, the desks of vacant offices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from marketplace import workflow
from marketplace.cli.groups import review
from marketplace.db import unit_of_work
from marketplace.errors import Conflict
from marketplace.models import Achievement, Demand
from marketplace.permissions import SYSTEM
from marketplace.runtime import Runtime, runtime
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands
from marketplace.services import reminders
from marketplace.services.auction import bidding
from marketplace.services.deal import milestones, rewarding
from marketplace.services.demand_desk import validity
from marketplace.services.honour import terms
from marketplace.services.listing import expiring, price_publicity
from marketplace.services.naming import reminding
from marketplace.services.proposal import reoffering
from marketplace.services.studio import succession
from marketplace.services.studio_review import overdue

# So many tasks are moved in one transaction.
_AT_A_TIME = 200


@review.command()
@click.argument("achievement_id", type=int)
@click.argument("action")
@click.option("--reason", help="理由 / the reason")
def achievement(achievement_id: int, action: str, reason: str | None) -> None:
    """对成果执行一步操作 / take an achievement one step."""
    _step("成果", Achievement, achievements.act, achievement_id, action, reason)


@review.command()
@click.argument("demand_id", type=int)
@click.argument("action")
@click.option("--reason", help="理由 / the reason")
def demand(demand_id: int, action: str, reason: str | None) -> None:
    """对需求执行一步操作 / take a demand one step."""
    _step("需求", Demand, demands.act, demand_id, action, reason)


def _step(
    called: str, model: type[Any], act: Callable[..., Any], object_id: int, action: str, reason: str | None
) -> None:
    with unit_of_work(runtime().sessions) as session:
        try:
            record = act(session, SYSTEM, object_id, action, reason)
        except Conflict as error:
            # Whoever types the name of a step is told the names of those there are.
            raise click.ClickException(f"{error}{_next(session.get(model, object_id))}") from error
        click.echo(f"{called} {record.id} 现为 {record.state}；{_next(record)}")


def _next(record: Any) -> str:
    return f"下一步可以：{'、'.join(workflow.actions(record)) or '无'}。"


@review.command()
def demands_due() -> None:
    """提醒将到期的需求，结束到期的；索引进程自动执行 / warn of demands that end soon, and end those that are over."""
    warned, ended = settle_demands_now(runtime())
    click.echo(f"提醒了 {warned} 条将到期的需求，结束了 {ended} 条。")


@review.command()
def remind() -> None:
    """提醒即将到期和已经过期的待办 / remind of what is due soon or overdue; the index worker does it by itself."""
    click.echo(f"写了 {remind_now(runtime())} 封提醒邮件，等待发出。")


@review.command()
def reroute() -> None:
    """把空缺岗位的待办转给上级，补上后转回；索引进程自动执行 / pass on what lies at vacant offices."""
    click.echo(f"转了 {reroute_now(runtime())} 项待办。")


@review.command()
def reoffer() -> None:
    """把存档备用满一年的建议重新提请单位考虑；索引进程自动执行 / offer shelved proposals to their units again."""
    click.echo(f"重新提请 {reoffer_now(runtime())} 条建议。")


@review.command()
def studios() -> None:
    """领衔人不能履职、年度考核过期未报的工作室按规定办理；索引进程自动执行 / see to studios by their deadlines."""
    click.echo(f"处理了 {look_after_now(runtime())} 个工作室。")


@review.command()
def market() -> None:
    """结束到期的挂牌和到时的拍卖，办结期满的价格公示；索引进程自动执行 / end what is over in the market."""
    click.echo(f"办结了 {settle_market_now(runtime())} 项。")


def settle_market_now(held: Runtime) -> int:
    """End the listings, the auctions and the publicity of prices whose time has come; return how many."""
    with unit_of_work(held.sessions) as session:
        auctions = bidding.close_due(session, _AT_A_TIME)
    with unit_of_work(held.sessions) as session:
        listings = expiring.expire(session, SYSTEM, _AT_A_TIME)
    with unit_of_work(held.sessions) as session:
        return auctions + listings + price_publicity.pass_due(session, SYSTEM)


def look_after_now(held: Runtime) -> int:
    """See to studios whose leader is gone or whose report is late, a few hundred at a time; return how many."""
    done = 0
    while True:
        with unit_of_work(held.sessions) as session:
            count = succession.look_after(session, SYSTEM, _AT_A_TIME)
            count += overdue.settle(session, SYSTEM, _AT_A_TIME - count)
        done += count
        if count < _AT_A_TIME:
            return done


def settle_demands_now(held: Runtime) -> tuple[int, int]:
    """Warn of demands that end soon and end those that are over; return how many of each."""
    with unit_of_work(held.sessions) as session:
        return validity.settle(session)


def reoffer_now(held: Runtime) -> int:
    """Put what was shelved long enough ago back on the desks of its units; return how many proposals."""
    with unit_of_work(held.sessions) as session:
        return reoffering.reoffer_due(session, SYSTEM)


def remind_now(held: Runtime) -> int:
    """Queue the reminders that are due; return how many mails."""
    with unit_of_work(held.sessions) as session:
        return sum(it.remind(session) for it in (reminders, overdue, terms, reminding, milestones, rewarding, expiring))


def reroute_now(held: Runtime) -> int:
    """Bring tasks to the offices that should have them now, a few hundred at a time; return how many were moved."""
    moved = 0
    while True:
        with unit_of_work(held.sessions) as session:
            count = workflow.reroute(session, SYSTEM, _AT_A_TIME)
        moved += count
        if count < _AT_A_TIME:
            return moved
