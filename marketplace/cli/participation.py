"""``flask participation``: prove that what is counted of campaigns is what their entries add up to."""

from __future__ import annotations

import click

from marketplace.cli.groups import participation
from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.services.tally import recounting


@participation.command("recount")
@click.option("--mend", is_flag=True, help="把合计改正为重新计算的结果 / put the tallies right")
def recount(mend: bool) -> None:
    """从每条记录重新计算各活动的合计并比较 / add all entries up anew and compare; status 1 where they differ.

    每个活动是一个事务：计算期间该活动的填报等待。
    """
    with runtime().sessions() as session:
        steps = recounting.steps(session)
    found = 0
    for step in steps:
        with unit_of_work(runtime().sessions) as session:
            differences = step(session, mend=mend)
        for it in differences:
            click.echo(f"{it.table} {it.key}：合计 {it.kept}，重新计算 {it.counted}")
        found += len(differences)
    verdict = "全部一致" if not found else f"{found} 处不一致" + ("，已改正" if mend else "；改正请加 --mend")
    click.echo(f"核对了 {len(steps)} 组合计：{verdict}。")
    if found and not mend:
        raise SystemExit(1)
