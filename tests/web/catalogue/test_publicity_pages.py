"""A list in publicity as anybody reads it, an objection as it is raised, and what the province does about both."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Publicity
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory
from tests.web.pages import opened, sent
from tests.web.staff import at_the_province

TITLES = ("车床主轴箱组合密封", "薄壁件液性塑料夹具")


@pytest.fixture
def passed(sessions: SessionFactory) -> list[int]:
    """Two achievements that passed the final review."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(name="示例机床厂")
        return [
            AchievementFactory(
                title=title, state="final_review", published_state="unpublished", published_at=None, units=[plant]
            ).id
            for title in TITLES
        ]


@pytest.fixture
def province(app: Flask) -> FlaskClient:
    return at_the_province(app)


@pytest.fixture
def publicity(province: FlaskClient, passed: list[int]) -> str:
    """The page of a list the province has begun with both."""
    form = opened(province, "/curation/publicity").form("", title="第一批拟公布成果", channel="门户网站")
    assert "公示已开始" in sent(province, "/curation/publicity", form).text
    return "/publicity/1"


def over(sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        day = dt.timedelta(days=1)
        session.execute(sa.update(Publicity).values(starts_on=today() - 9 * day, ends_on=today() - day))


def test_the_province_announces_and_anybody_reads(client: FlaskClient, publicity: str) -> None:
    assert opened(client, "/publicity").link("第一批拟公布成果") == publicity
    shown = opened(client, publicity).text
    assert all(title in shown for title in TITLES)
    assert "示例机床厂" in shown
    assert "公示中" in shown


def test_a_list_needs_a_title(province: FlaskClient, passed: list[int]) -> None:
    form = opened(province, "/curation/publicity").form("", title=" ")
    assert "请填写公示的标题" in sent(province, "/curation/publicity", form, 422).text


def test_a_visitor_objects_and_the_province_decides(
    client: FlaskClient, province: FlaskClient, publicity: str, passed: list[int]
) -> None:
    place = f"{publicity}/achievement/{passed[0]}/objection"
    assert place in {link["href"] for link in opened(client, publicity).all("a")}
    blank = sent(client, place, opened(client, place).form("", text="不是他们做的"), 422)
    assert "须写明证据" in blank.text
    form = opened(client, place).form("", text="不是他们做的", name="示例某甲", contact="028-00000000")
    after = sent(client, place, form)
    assert "异议已收到" in after.text
    assert "有异议" in after.text
    assert "示例某甲" not in after.source
    objection = opened(province, "/curation/publicity").link("不是他们做的")
    shown = opened(province, objection)
    assert "示例某甲" in shown.text
    assert "请写明核查结论" in sent(province, objection, {**shown.form(""), "decision": "dismissed"}, 422).text
    decided = {**shown.form("", finding="台账核对无误"), "decision": "dismissed"}
    assert "异议已办结" in sent(province, objection, decided).text
    assert "有异议" not in opened(client, publicity).text


def test_an_entry_that_is_held_up_is_told_beside_those_published(
    client: FlaskClient, province: FlaskClient, sessions: SessionFactory, publicity: str, passed: list[int]
) -> None:
    place = f"{publicity}/achievement/{passed[0]}/objection"
    sent(client, place, opened(client, place).form("", text="在先使用", evidence="台账第 3 页"))
    over(sessions)
    finish = f"/curation{publicity}/finish"
    told = sent(province, finish, opened(province, "/curation/publicity").form(finish)).text
    assert "还有异议没有办结" in told
    assert "已公布 1 项成果" in told
    assert client.get(f"/achievements/{passed[0]}").status_code == 404
    assert client.get(f"/achievements/{passed[1]}").status_code == 200
    assert client.get(place).status_code == 200
    assert "不再受理" in sent(client, place, opened(client, place).form("", text="x", evidence="y"), 409).text


def test_a_city_decides_objections_and_does_not_announce(app: Flask, passed: list[int]) -> None:
    opened_account(app, "city@example.cn", "city", region="5106")
    city = signed_in(app, "city@example.cn")
    shown = opened(city, "/curation/publicity")
    assert "开始一次公示" not in shown.text
    token = opened(city, "/account").form("/account")["csrf_token"]
    refused = city.post("/curation/publicity", data={"csrf_token": token, "title": "x", "achievement": passed})
    assert refused.status_code == 403


@pytest.mark.parametrize("place", ["/publicity/4711", "/publicity/1/achievement/4711/objection", "/publicity/x"])
def test_what_is_not_listed_is_not_found(client: FlaskClient, publicity: str, place: str) -> None:
    assert client.get(place).status_code == 404
