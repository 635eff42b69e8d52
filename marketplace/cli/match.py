"""``flask match``: match demands with achievements and show what was found, with the quoted reasons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from marketplace.cli.groups import match
from marketplace.cli.progress import progress_bar
from marketplace.db import unit_of_work
from marketplace.models import Demand, Match
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import SYSTEM
from marketplace.runtime import Runtime, runtime
from marketplace.services import demand as demands
from marketplace.services.match import found as matches
from marketplace.services.match import silence as silent_matches

# What embeds, matches or calibrates is imported where it does: the findings kept are shown without.
if TYPE_CHECKING:
    from marketplace.services.outcome import Side
    from search.matching.calibration import Calibration


@match.command()
@click.option("--demand", "demand_ids", type=int, multiple=True, help="只匹配这条需求，可重复 / only this demand")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
@click.option(
    "--top", type=click.IntRange(min=1), default=3, show_default=True, help="每条需求显示几项 / shown for each demand"
)
def run(demand_ids: tuple[int, ...], as_json: bool, top: int) -> None:
    """匹配需求并保存结果 / match demands and keep the findings."""
    from marketplace.indexing import matching

    held = runtime()
    with held.sessions() as session:
        ids = list(demand_ids) or matches.demands_to_match(session)
        for demand_id in ids:
            demands.get(session, SYSTEM, demand_id)
    with progress_bar("匹配需求", len(ids)) as progress:
        matching.match_demands(held.sessions, *held.catalogue.live(), ids, held.settings.match_limit, progress)
    _show(ids, as_json, top)


@match.command()
@click.option("--demand", "demand_ids", type=int, multiple=True, help="只看这条需求，可重复 / only this demand")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
@click.option(
    "--top", type=click.IntRange(min=1), default=3, show_default=True, help="每条需求显示几项 / shown for each demand"
)
def show(demand_ids: tuple[int, ...], as_json: bool, top: int) -> None:
    """显示已保存的匹配 / show the findings kept."""
    with runtime().sessions() as session:
        ids = list(demand_ids) or matches.demands_to_match(session)
    _show(ids, as_json, top)


@match.command()
@click.argument("demand_id", type=int)
@click.argument("achievement_id", type=int)
@click.option("--side", type=click.Choice(SIDES), default=SIDES[0], show_default=True, help="哪一方答复 / who answers")
@click.option("--refuse", "codes", multiple=True, help="拒绝的理由代码，可重复；不填为有兴趣 / reason to refuse")
@click.option("--note", default="", help="说明 / in words")
def answer(demand_id: int, achievement_id: int, side: Side, codes: tuple[str, ...], note: str) -> None:
    """登记一方对匹配的答复 / record how a side answers a match."""
    import marshmallow as ma

    from marketplace.schemas.outcome import OutcomeSchema
    from marketplace.services import outcome as outcomes

    try:
        data = OutcomeSchema().load({"interested": not codes, "codes": list(codes), "note": note})
    except ma.ValidationError as error:
        raise click.UsageError("；".join(_sentences(error.messages))) from error
    with unit_of_work(runtime().sessions) as session:
        found = matches.between(session, SYSTEM, demand_id, achievement_id)
        outcomes.answer(session, SYSTEM, found, side, data)
        click.echo(f"已登记，匹配现处于 {found.state}。")


@match.command()
def silence() -> None:
    """提醒很久没有动静的匹配，结束提醒后仍无动静的；索引进程自动执行 / warn of silent matches and end them."""
    warned, ended = end_silent_now(runtime())
    click.echo(f"提醒了 {warned} 项匹配的双方，结束了 {ended} 项。")


def end_silent_now(held: Runtime) -> tuple[int, int]:
    """Warn both sides of what has been silent, and end what stayed so; return how many matches of each."""
    with unit_of_work(held.sessions) as session:
        ended = silent_matches.expire(session, SYSTEM)
        return silent_matches.warn(session), ended


@match.command()
def calibration() -> None:
    """按答复校准匹配得分 / how likely interest is at each score, by the answers given."""
    from marketplace.services import outcome as outcomes

    held = runtime()
    least, fingerprint = held.settings.calibration_answers, held.catalogue.embedder.fingerprint
    with held.sessions() as session:
        count = len(outcomes.answers(session, fingerprint))
        found = outcomes.calibration(session, fingerprint, least)
    if count < least:
        click.echo(f"已有 {count} 条企业答复，还差 {least - count} 条才能校准；此前不显示概率。")
    elif found is None:
        click.echo(f"{count} 条企业答复全都相同，无从校准。")
    else:
        _print_calibration(found)


def _sentences(messages: Any) -> Iterator[str]:
    """Yield the sentences in messages nested to any depth."""
    if isinstance(messages, str):
        yield messages
        return
    for below in messages.values() if isinstance(messages, dict) else messages:
        yield from _sentences(below)


def _print_calibration(found: Calibration) -> None:
    table = Table("预测", "实际有兴趣", "95% 区间", "答复数")
    for one in found.bins:
        table.add_row(f"{one.said:.2f}", f"{one.found:.2f}", f"{one.low:.2f}–{one.high:.2f}", str(one.n))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    console.print(f"Brier 分数 {found.brier:.3f}（交叉验证），总是报平均值时为 {found.base_brier:.3f}。")
    console.print(f"依据 {found.n} 条企业答复。")


def _show(ids: Sequence[int], as_json: bool, top: int) -> None:
    with runtime().sessions() as session:
        found = [(demand := demands.get(session, SYSTEM, i), _best(session, demand, top)) for i in ids]
        if as_json:
            click.echo(json.dumps([_plain(*pair) for pair in found], ensure_ascii=False, indent=2))
            return
        console = Console(highlight=False, soft_wrap=True)
        for demand, best in found:
            _print(console, demand, best)


def _best(session: Session, demand: Demand, top: int) -> list[Match]:
    return matches.of_demand(session, SYSTEM, demand)[:top]


def _plain(demand: Demand, best: Sequence[Match]) -> dict[str, Any]:
    return {
        "demand": {"id": demand.id, "title": demand.title},
        "matches": [
            {
                "rank": found.rank,
                "score": round(found.score, 4),
                "achievement": {"id": found.achievement_id, "title": found.achievement.title},
                "features": found.features,
                "reasons": found.reasons,
                "fingerprint": found.fingerprint,
            }
            for found in best
        ],
    }


def _print(console: Console, demand: Demand, best: Sequence[Match]) -> None:
    console.print(f"\n[bold]需求 {demand.id}  {escape(demand.title)}[/bold]")
    if not best:
        console.print("  没有找到合适的成果。")
    for found in best:
        title = escape(found.achievement.title)
        console.print(
            f"  [bold]{found.rank}.[/bold] {title}  [dim]成果 {found.achievement_id} · 得分 {found.score:.3f}[/dim]"
        )
        for reason in found.reasons:
            if reason["quote"]:
                console.print(f"     “{escape(reason['clause'])}” → “{escape(reason['quote'])}”", style="dim")
            if reason.get("path"):
                console.print(f"       已知解法：{escape(' → '.join(reason['path']))}", style="dim")
            for compared in reason["indicators"]:
                verdict = "达到" if compared["met"] else "未达到"
                said = f"{compared['name']}：要求 {compared['wanted']}，成果 {compared['offered']}"
                console.print(f"       {verdict}  {escape(said)}")
