"""A prepared front page is brought in from a file, once however often it is read, or refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from marketplace.db import SessionFactory, unit_of_work
from marketplace.services.showcase import front
from tests import factories
from tests.factories import AchievementFactory

VALVE = ["sample", "d1-t12-a3"]
PLAN: dict[str, Any] = {
    "stories": [{"title": "一个垫片", "text": "第一段。", "consent": "nobody"}],
    "collections": [{"title": "止漏", "items": [{"achievement": VALVE, "note": "不停机"}, {"story": "一个垫片"}]}],
    "front": [{"place": "top", "story": "一个垫片"}, {"place": "row", "collection": "止漏"}],
}
REFUSED: list[tuple[object, str]] = [
    ([], "front.json"),
    ({"collections": [{"title": "止漏", "items": "d1"}]}, "items"),
    ({"collections": [{"title": "止漏", "items": [{"achievement": ["sample", "d9"]}]}]}, "sample d9"),
    ({"collections": [{"title": "止漏", "items": [{"achievement": 12}]}]}, "“12”不在目录里"),
    ({"front": [{"place": "top"}]}, "不在目录里"),
    ({"stories": [{"title": "没有写明出现的人", "text": "正文。"}]}, "本人是否同意"),
    ({"front": [{"place": "nowhere", "achievement": VALVE}]}, "place"),
]


@pytest.fixture
def bring(app: Flask, sessions: SessionFactory, tmp_path: Path) -> Any:
    with unit_of_work(sessions) as session:
        factories.use(session)
        AchievementFactory(source=VALVE[0], source_id=VALVE[1])

    def bring(plan: object) -> Any:
        file = tmp_path / "front.json"
        file.write_text(json.dumps(plan), "utf-8")
        return app.test_cli_runner().invoke(args=["showcase", "load", str(file)])

    return bring


def test_a_front_page_is_brought_in_once(bring: Any, sessions: SessionFactory) -> None:
    assert "故事 1 篇、专题 1 个、首页内容 2 项" in bring(PLAN).output
    assert "故事 0 篇、专题 0 个、首页内容 0 项" in bring(PLAN).output
    with sessions() as session:
        page = front.front_page(session)
        assert (page.top.card.title, page.row[0].card.title, page.row[0].card.size) == ("一个垫片", "止漏", 2)


def test_a_plan_that_cannot_be_followed_says_what_is_wrong(bring: Any) -> None:
    for plan, told in REFUSED:
        result = bring(plan)
        assert (result.exit_code, told in result.output) == (1, True), result.output
