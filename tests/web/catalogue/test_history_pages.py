"""The page of a record tells those who may know what was done with it, and its author takes the proof away."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace import workflow
from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.models import Account
from marketplace.models.audit import TimeStamp
from marketplace.permissions import SYSTEM
from marketplace.services import achievement as achievements
from marketplace.services import publicity as publicities
from marketplace.web.names import EVENTS
from search.embedding import Embedder
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, DraftFactory
from tests.files import sign_statements
from tests.opening import build_app
from tests.web.pages import opened
from tests.web.staff import at_the_province

AUTHOR = "author@example.cn"
ACTIONS = ("endorse", "pass_first_review", "pass_final_review")


@pytest.fixture
def author(app: Flask) -> FlaskClient:
    opened_account(app, AUTHOR, "worker")
    return signed_in(app, AUTHOR)


@pytest.fixture
def page(sessions: SessionFactory, author: FlaskClient) -> str:
    """The page of an achievement that its author submitted and the province published."""
    return published(sessions)


def published(sessions: SessionFactory) -> str:
    with unit_of_work(sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email=AUTHOR)).one()
        written = DraftFactory(account_id=account.id)
        sign_statements(session, written)
        drafted = written.id
        for action in ("submit", *ACTIONS):
            achievements.act(session, SYSTEM, drafted, action)
        shown = publicities.announce(session, SYSTEM, [drafted], "拟公布成果", "")
        shown.starts_on, shown.ends_on = dt.date(2026, 3, 2), dt.date(2026, 3, 9)
        assert publicities.finish(session, SYSTEM, shown.id) == {drafted: None}
    return f"/achievements/{drafted}"


def test_an_author_sees_each_step_and_by_which_office_and_downloads_the_proof(author: FlaskClient, page: str) -> None:
    shown = opened(author, page)
    assert "提交 " in shown.text
    assert shown.text.index("通过初审") < shown.text.index("通过终审") < shown.text.index("开始公示")
    assert "系统管理员" in shown.text
    assert "时间戳" not in shown.one("section", id="history").text
    assert "command line" not in shown.text
    assert shown.link("下载提交证明") == f"{page}/proof"
    answer = author.get(f"{page}/proof")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert names == ["README.txt", "events.json", "verify.py", "submission-1.json"]


def test_the_province_sees_who_it_was(app: Flask, page: str) -> None:
    shown = opened(at_the_province(app), page)
    assert "command line" in shown.text
    assert shown.link("下载提交证明") == f"{page}/proof"


def test_an_office_of_the_place_sees_the_history_and_does_not_take_the_text_away(app: Flask, page: str) -> None:
    opened_account(app, "city@example.cn", "city", region="5106")
    city = signed_in(app, "city@example.cn")
    shown = opened(city, page)
    assert "通过初审" in shown.text
    assert "下载提交证明" not in shown.text
    assert city.get(f"{page}/proof").status_code == 403


def test_where_there_is_an_authority_the_author_sees_what_is_not_yet_stamped(
    sqlite_url: str, tmp_path: Path, embedder: Embedder
) -> None:
    asking = {"TSA_URL": "https://tsa.example.cn/", "TSA_CA_FILE": str(tmp_path / "root.pem")}
    app = build_app(sqlite_url, tmp_path, embedder, **asking)
    held = app.extensions["marketplace"]
    opened_account(app, AUTHOR, "worker")
    author, address = signed_in(app, AUTHOR), published(held.sessions)
    assert "尚未加盖时间戳" in opened(author, address).text
    with unit_of_work(held.sessions) as session:
        session.execute(sa.update(TimeStamp).values(response=b"stamp", stamped_at=now(), due_at=None))
    shown = opened(author, address).text
    assert "时间戳 20" in shown
    assert "尚未加盖时间戳" not in shown
    held.engine.dispose()


def test_others_see_neither(app: Flask, client: FlaskClient, page: str) -> None:
    opened_account(app, "elsewhere@example.cn", "city", region="5107")
    opened_account(app, "other@example.cn", "worker")
    for reader in (client, signed_in(app, "elsewhere@example.cn"), signed_in(app, "other@example.cn")):
        assert "通过初审" not in opened(reader, page).text
        assert reader.get(f"{page}/proof").status_code == 403
        assert reader.get("/achievements/4711/proof").status_code == 404


def test_an_imported_achievement_has_a_history_and_no_proof(app: Flask, sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        imported = f"/achievements/{AchievementFactory().id}"
    province = at_the_province(app)
    assert "下载提交证明" not in opened(province, imported).text
    assert province.get(f"{imported}/proof").status_code == 409


def test_whoever_posted_a_demand_sees_what_was_done_with_it(app: Flask, client: FlaskClient) -> None:
    posted = client.post("/api/v1/demands", json={"title": "漏油", "text": "机床主轴箱轴端漏油，每月停机三次。"}).json
    address = f"/demands/{posted['id']}"
    assert client.get(address, query_string={"key": posted["access_key"]}).status_code == 303
    assert "提交" in opened(client, address).one("section", id="history").text
    assert app.test_client().get(address).status_code == 404


def test_every_step_of_a_record_has_a_name_in_its_history() -> None:
    steps = {step.action for step in (*workflow.ACHIEVEMENT, *workflow.DEMAND)}
    assert steps <= set(EVENTS)
