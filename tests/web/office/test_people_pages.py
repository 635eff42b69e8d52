"""The workspace of the union: who enters, whom an office sees, how people are invited and roles given and taken."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace import audit
from marketplace.models import Account
from tests.accounts import link_of, mails_to, opened_account, signed_in, with_second_factor
from tests.web.pages import Page, opened, sent

CITY = "city@example.cn"


@pytest.fixture
def city(app: Flask) -> FlaskClient:
    opened_account(app, CITY, "city", region="5106")
    return signed_in(app, CITY)


def account_id(app: Flask, email: str) -> int:
    with app.extensions["marketplace"].sessions() as session:
        return session.scalars(sa.select(Account.id).filter_by(email=email)).one()


def invite(client: FlaskClient, status: int = 200, **fields: str) -> Page:
    page = opened(client, "/curation/people/invite")
    given = {"name": "县工会", "email": "county@example.cn", "role": "county", "region": "510603"} | fields
    return sent(client, "/curation/people/invite", page.form("/curation/people/invite", **given), status)


def test_a_visitor_is_led_to_sign_in_and_back(app: Flask, client: FlaskClient) -> None:
    assert client.get("/curation/people?q=a").location == "/account/sign-in?next=/curation/people?q%3Da"


@pytest.mark.parametrize("role", ["worker", "judge", "broker"])
def test_who_has_no_office_is_not_let_in(app: Flask, role: str) -> None:
    opened_account(app, "li@example.cn", role)
    assert signed_in(app, "li@example.cn").get("/curation").status_code == 403


def test_an_office_sees_its_role_and_what_it_may_do(city: FlaskClient) -> None:
    page = opened(city, "/curation")
    assert "市（州）工会 德阳市" in page.text
    assert page.link("人员") == "/curation/people"
    assert "叙词表" not in page.text


def test_an_auditor_enters_and_manages_nobody(app: Flask) -> None:
    opened_account(app, "audit@example.cn", "auditor")
    auditor = signed_in(app, "audit@example.cn")
    assert "/curation/people" not in [it["href"] for it in opened(auditor, "/curation").elements]
    assert auditor.get("/curation/people").status_code == 403


def test_an_invited_colleague_sets_a_password_and_works(app: Flask, city: FlaskClient) -> None:
    assert "邀请已寄出" in invite(city).text
    assert mails_to(app, "county@example.cn") == ["invite"]
    colleague = app.test_client()
    form = opened(colleague, link_of(app, "county@example.cn"), follow_redirects=True).form("/account/link")
    form["password"] = form["repeated"] = "县工会自己的长密码"
    sent(colleague, "/account/link", form, 422)
    form["password"] = form["repeated"] = "县工会自己的长长的密码"
    sent(colleague, "/account/link", form)
    colleague = signed_in(app, "county@example.cn", "县工会自己的长长的密码")
    assert "县（市、区）工会 旌阳区" in opened(colleague, "/curation").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"region": "510703"}, 403),
        ({"role": "admin", "region": ""}, 403),
        ({"region": ""}, 422),
        ({"region": "5106"}, 422),
        ({"email": "nobody"}, 422),
        ({"name": ""}, 422),
        ({"until": "2020-01-01"}, 422),
        ({"role": "emperor"}, 422),
    ],
)
def test_an_invitation_beyond_ones_scope_or_without_its_parts_is_refused(
    app: Flask, city: FlaskClient, fields: dict[str, str], status: int
) -> None:
    invite(city, status, **fields)
    assert mails_to(app, "county@example.cn") == []


def test_only_roles_one_may_give_are_offered(city: FlaskClient) -> None:
    page = opened(city, "/curation/people/invite")
    offered = {option["value"] for option in page.all("option") if option.form}
    assert {"county", "worker"} <= offered
    assert not {"admin", "province_curator", "city", "auditor"} & offered


def test_a_role_is_taken_back_with_a_reason(app: Flask, city: FlaskClient) -> None:
    page = invite(city)
    (action,) = [form["action"] for form in page.all("form") if form["action"].endswith("/revoke")]
    assert "请写明理由" in sent(city, action, page.form(action), 422).text
    page = sent(city, action, page.form(action, reason="调离"))
    assert "角色已撤销" in page.text
    assert "county@example.cn" not in page.text
    with app.extensions["marketplace"].sessions() as session:
        event = audit.history(session, "account", account_id(app, "county@example.cn"))[-1]
        assert (event.verb, event.reason) == ("revoke_role", "调离")


def test_people_elsewhere_are_neither_listed_nor_opened(app: Flask, city: FlaskClient) -> None:
    opened_account(app, "far@example.cn", "county", region="510703")
    invite(city)
    page = opened(city, "/curation/people")
    assert "county@example.cn" in page.text
    assert "far@example.cn" not in page.text
    opened(city, f"/curation/people/{account_id(app, 'far@example.cn')}", 404)
    assert "没有这样的账号" in opened(city, "/curation/people?q=nobody").text


def test_an_enterprise_acts_for_its_unit_once_staff_confirm_it(app: Flask, city: FlaskClient) -> None:
    visitor = app.test_client()
    claim = {"name": "王经理", "email": "wang@example.cn", "organisation": "德阳新厂", "region": "510603"}
    page = opened(visitor, "/account/register")
    sent(visitor, "/account/register", page.form("/account/register", role="enterprise", **claim))
    assert "待确认单位：德阳新厂" in opened(city, "/curation/people").text
    place = f"/curation/people/{account_id(app, 'wang@example.cn')}"
    page = opened(city, place)
    assert "已确认" in sent(city, f"{place}/unit", page.form(f"{place}/unit", answer="confirm")).text
    assert "企业 德阳新厂" in opened(city, place).text


def test_the_province_sees_everybody(app: Flask) -> None:
    opened_account(app, "far@example.cn", "county", region="510703")
    opened_account(app, "boss@example.cn", "admin")
    phone = with_second_factor(app, "boss@example.cn")
    boss = signed_in(app, "boss@example.cn")
    form = opened(boss, "/account/code").form("/account/code", code=phone.now())
    sent(boss, "/account/code", form)
    assert {"far@example.cn", "boss@example.cn"} <= set(opened(boss, "/curation/people").text.split())
    assert "叙词表" in opened(boss, "/curation").text
