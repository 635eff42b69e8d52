"""Records for the tests of the API, brought in, indexed and matched the way an operator would."""

from __future__ import annotations

from typing import Any

from flask import Flask

from marketplace.db import unit_of_work
from marketplace.models import Achievement, Demand
from marketplace.permissions import SYSTEM
from marketplace.runtime import Runtime
from marketplace.schemas.achievement import AchievementSchema
from marketplace.schemas.demand import DemandSchema
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands

FIXTURE = {
    "title": "薄壁壳体车削用液性塑料夹具",
    "summary": "针对薄壁壳体松夹后内孔变形，设计液性塑料夹具。松夹后圆度稳定在0.015mm，合格率由71%升至98.6%。",
    "keywords": ["薄壁件", "夹具"],
    "region": "510603",
    "industry": "34",
    "kind": "small_improvement",
    "trl": 8,
    "completed_on": "2024-05-01",
    "transfer_modes": ["ordinary_licence"],
    "completing_units": ["德阳示例机械厂"],
    "completers": [{"name": "张三"}],
    "principle": "薄壁套在液压下均匀涨开",
    "contact_name": "李联系",
    "contact_phone": "13900000001",
    "extra": {"备注": "内部信息"},
}
SEAL = {
    "title": "主轴箱漏油治理",
    "summary": "把机床主轴箱的迷宫密封改为组合密封，漏油停机由每月3次降为0。",
    "region": "510104",
    "kind": "small_invention",
}
WANTED = {
    "title": "薄壁壳体车削后圆度超差",
    "text": "三爪卡盘夹紧车内孔，松开卡爪后孔变成三棱形。要求松夹后圆度0.02mm以内，合格率达到98%以上。",
    "organisation": "绵阳示例电子厂",
    "contact_name": "王需求",
    "contact_phone": "13900000002",
}
PERSONAL = ("李联系", "13900000001", "王需求", "13900000002", "contact_")


def stock(
    app: Flask, achievement_rows: list[dict[str, Any]], demand_rows: list[dict[str, Any]] | None = None
) -> tuple[list[int], list[int]]:
    """Bring records in and let the worker index and match them; returns their ids, achievements and demands."""
    held: Runtime = app.extensions["marketplace"]
    with app.app_context(), unit_of_work(held.sessions) as session:
        rows = [AchievementSchema().load(row) for row in achievement_rows]
        brought: list[tuple[Achievement, Any]] = achievements.import_records(session, SYSTEM, rows)
        wanted = [DemandSchema().load(row) for row in demand_rows or []]
        posted: list[tuple[Demand, Any]] = demands.import_records(session, SYSTEM, wanted)
    synced = app.test_cli_runner().invoke(args=["index", "sync"])
    assert synced.exit_code == 0, synced.exc_info
    return [record.id for record, _ in brought], [record.id for record, _ in posted]
