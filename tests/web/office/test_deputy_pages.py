"""Somebody who goes away names a deputy on a page or by a program; what the deputy decides says for whom."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace import workflow
from marketplace.db import today, unit_of_work
from marketplace.models import Account, RoleGrant
from marketplace.permissions import SYSTEM
from marketplace.services.account import signing_in, tokens
from marketplace.web.deciding import signature
from tests import factories
from tests.accounts import mails_to, opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory
from tests.web.pages import opened, sent

PAGE = "/curation/deputies"
UNIT = "旌阳阀门厂"
CLERK, COUNTY = "clerk@example.cn", "county@example.cn"


@pytest.fixture
def number(app: Flask) -> int:
    """An achievement at the desk of its unit, whose only clerk goes away; the county is to see to it."""
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        OrganisationFactory(name=UNIT, region="510603", region_path="51/5106/510603")
    opened_account(app, CLERK, "unit_union", organisation=UNIT)
    opened_account(app, COUNTY, "county", region="510603")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        unit = session.scalars(sa.select(RoleGrant).filter_by(role="unit_union")).one().organisation
        achievement = AchievementFactory(
            state="submitted", published_state="unpublished", published_at=None, units=[unit], title="密封件寿命翻倍"
        )
        workflow.move(session, SYSTEM, achievement)
        return achievement.id


def day(after: int) -> str:
    return (today() + dt.timedelta(days=after)).isoformat()


def account_id(app: Flask, email: str) -> int:
    with app.extensions["marketplace"].sessions() as session:
        return session.scalars(sa.select(Account.id).filter_by(email=email)).one()


def name_deputy(app: Flask, clerk: FlaskClient, last: int = 14, status: int = 200) -> str:
    form = opened(clerk, PAGE).form(PAGE, deputy=str(account_id(app, COUNTY)), ends_on=day(last))
    return sent(clerk, PAGE, form, status).text


def test_a_deputy_is_named_decides_for_the_clerk_and_is_ended(app: Flask, number: int) -> None:
    clerk, county = signed_in(app, CLERK), signed_in(app, COUNTY)
    assert "密封件寿命翻倍" not in opened(county, "/curation/queue").text
    assert "请把结束的日期提前" in name_deputy(app, clerk, 60, 422)
    assert "代理人已指定" in name_deputy(app, clerk)
    assert "county代您" in opened(clerk, PAGE).text
    assert "您代clerk" in opened(county, PAGE).text
    assert (mails_to(app, COUNTY)[-1], mails_to(app, CLERK)[-1]) == ("deputy_of", "deputised")

    queue = opened(county, "/curation/queue")
    assert "密封件寿命翻倍" in queue.text
    assert "代clerk" in queue.text
    review = f"/curation/review/achievements/{number}"
    page = opened(county, review)
    assert "您代clerk办理" in page.text
    decide = f"/curation/review/achievement/{number}"
    sent(county, decide, page.form(decide, reason="请附试用记录") | {"action": "return"})
    assert "county（代clerk）" in opened(county, review).text

    end = next(it["action"] for it in opened(county, PAGE).elements if it["action"].endswith("/end"))
    form, late = (opened(it, PAGE).form(end) for it in (county, clerk))
    assert "代理已结束" in sent(county, end, form).text
    assert "这项代理已经结束" in sent(clerk, end, late).text
    assert "提前结束" in opened(clerk, PAGE).text


@pytest.mark.parametrize(
    ("signed", "told"),
    [
        ("account:1", "张明"),
        ("account:2 for account:1", "李娜（代张明）"),
        ("account:3 for account:4", "由代理人办理"),
        ("visitor", ""),
    ],
)
def test_a_history_says_who_acted_for_whom_as_far_as_its_reader_is_told_names(
    app: Flask, signed: str, told: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert signature(signed, {"account:1": "张明", "account:2": "李娜"}) == told


def test_whoever_holds_no_desk_is_told_so(app: Flask) -> None:
    opened_account(app, "audit@example.cn", "auditor")
    assert "没有需要人代理的岗位" in opened(signed_in(app, "audit@example.cn"), PAGE).text


def test_a_program_names_and_ends_a_deputy(app: Flask, client: FlaskClient, number: int) -> None:
    clerk, county = (program(app, email) for email in (CLERK, COUNTY))
    place = "/api/v1/deputies"
    (desk,) = client.get(place, headers=clerk).json["desks"]
    assert (desk["role"], desk["scope"]) == ("unit_union", UNIT)
    (colleague,) = desk["colleagues"]
    assert (colleague["name"], colleague["role"]) == ("county", "county")
    body = {"grant": desk["grant"], "deputy": colleague["id"], "starts_on": day(0), "ends_on": day(5)}
    assert client.post(place, json={**body, "ends_on": day(-1)}, headers=clerk).status_code == 422
    assert client.post(place, json=body, headers=county).status_code == 404
    named = client.post(place, json=body, headers=clerk)
    assert (named.status_code, named.json["deputy"]["name"], named.json["is_in_force"]) == (201, "county", True)
    (task,) = client.get("/api/v1/tasks", headers=county).json["tasks"]
    assert (task["record"]["id"], task["deputy_for"], task["stands_in_for"]) == (number, "clerk", None)
    end = f"{place}/{named.json['id']}/end"
    assert client.post(end, headers=county).json["is_in_force"] is False
    assert client.post(end, headers=county).status_code == 409
    assert client.get("/api/v1/tasks", headers=county).json["tasks"] == []


def program(app: Flask, email: str) -> dict[str, str]:
    with app.app_context(), unit_of_work(app.extensions["marketplace"].sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email=email)).one()
        actor = signing_in.actor_of(account, has_second_factor=True)
        made = tokens.create(session, actor, {"name": "t", "scopes": ["read", "review"], "days": 1})
        return {"Authorization": f"Bearer {made[1]}"}
