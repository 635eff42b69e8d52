"""The entrance and one's own account, as people use them."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace import audit
from marketplace.db import now, unit_of_work
from marketplace.models import Account, SignIn
from marketplace.web.account.entrance import inside
from search.embedding import Embedder
from tests.accounts import (
    PASSWORD,
    link_of,
    mails_to,
    opened_account,
    sign_in,
    signed_in,
    with_second_factor,
)
from tests.opening import build_app
from tests.web.pages import opened, sent

WORKER = "li@example.cn"
OTHER = "另一句和以前完全不同的话"
TWICE = {"password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def worker(app: Flask) -> FlaskClient:
    opened_account(app, WORKER, "worker")
    return signed_in(app, WORKER)


def registered(client: FlaskClient, email: str = WORKER, status: int = 200, **fields: str) -> str:
    form = opened(client, "/account/register").form(
        "/account/register", **{"role": "worker", "name": "李师傅", "email": email} | fields
    )
    return sent(client, "/account/register", form, status).source


def test_who_registers_confirms_by_mail_and_signs_in(app: Flask, client: FlaskClient) -> None:
    assert "请查收邮件" in registered(client)
    page = opened(client, link_of(app, WORKER), follow_redirects=True)
    assert WORKER in page.text
    form = page.form("/account/link", **TWICE)
    assert "密码已设置" in sent(client, "/account/link", form).text
    assert sign_in(client, WORKER).one("h1").text == "我的账号"
    assert "李师傅" in opened(client, "/").source


def test_a_link_opens_once(app: Flask, client: FlaskClient) -> None:
    registered(client)
    address = link_of(app, WORKER)
    form = opened(client, address, follow_redirects=True).form("/account/link", **TWICE)
    sent(client, "/account/link", form)
    assert "已经用过" in opened(client, address, 410, follow_redirects=True).text


@pytest.mark.parametrize(
    "fields", [{"password": "short"}, {"password": "aaaaaaaaaaaa"}, {"repeated": "something else"}]
)
def test_a_weak_or_mistyped_password_is_asked_for_again(
    app: Flask, client: FlaskClient, fields: dict[str, str]
) -> None:
    registered(client)
    form = opened(client, link_of(app, WORKER), follow_redirects=True).form("/account/link", **{**TWICE, **fields})
    assert "密码" in sent(client, "/account/link", form, 422).text


def test_nothing_tells_whether_an_address_has_an_account(app: Flask, client: FlaskClient) -> None:
    opened_account(app, WORKER, "worker")
    assert registered(client) == registered(client, "nobody@example.cn")
    pages = []
    for email in (WORKER, "nobody2@example.cn"):
        form = opened(client, "/account/forgotten").form("/account/forgotten")
        form["email"] = email
        pages.append(sent(client, "/account/forgotten", form).text)
        page = sign_in(client, email, "wrong password", 422)
        pages.append(page.text.replace(email, ""))
    assert pages[0] == pages[2]
    assert pages[1] == pages[3]
    assert mails_to(app, WORKER)[-2:] == ["already_registered", "reset"]
    assert mails_to(app, "nobody2@example.cn") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "no address"}, "有效的邮箱"),
        ({"role": "admin"}, "没有"),
        ({"role": "enterprise"}, "单位名称"),
        ({"role": "enterprise", "organisation": "……"}, "全称"),
        ({"name": ""}, "必填"),
    ],
)
def test_a_registration_that_cannot_be_taken_says_what_to_mend(
    client: FlaskClient, fields: dict[str, str], said: str
) -> None:
    page = registered(client, status=422, **fields)
    assert said in page or "invalid-feedback" in page


def test_a_forgotten_password_is_set_anew_and_other_browsers_are_signed_out(app: Flask, worker: FlaskClient) -> None:
    visitor = app.test_client()
    form = opened(visitor, "/account/forgotten").form("/account/forgotten")
    form["email"] = WORKER.upper()
    sent(visitor, "/account/forgotten", form)
    form = opened(visitor, link_of(app, WORKER), follow_redirects=True).form(
        "/account/link", password=OTHER, repeated=OTHER
    )
    sent(visitor, "/account/link", form)
    assert worker.get("/account").status_code == 303
    sign_in(visitor, WORKER, PASSWORD, 422)
    sign_in(visitor, WORKER, OTHER)


def test_too_many_failures_lock_an_account_and_tell_its_owner(app: Flask, client: FlaskClient) -> None:
    opened_account(app, WORKER, "worker")
    for _ in range(10):
        sign_in(client, WORKER, "wrong password", 422)
    sign_in(client, WORKER, PASSWORD, 422)
    assert mails_to(app, WORKER)[-1] == "locked"
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        account = session.scalars(sa.select(Account).filter_by(email=WORKER)).one()
        verbs = [event.verb for event in audit.history(session, "account", account.id)]
        assert verbs.count("fail_to_sign_in") == 10
        assert verbs[-1] == "lock"
        account.locked_until = now() - dt.timedelta(seconds=1)
    sign_in(client, WORKER)


def test_who_asks_too_often_from_one_address_waits(
    sqlite_url: str, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> None:
    app = build_app(sqlite_url, tmp_path_factory.mktemp("slow"), embedder, SIGN_IN_RATE_LIMIT="2 per minute")
    client = app.test_client()
    form = opened(client, "/account/sign-in").form("/account/sign-in")
    answers = [client.post(f"/account/{place}", data=form) for place in ("sign-in", "forgotten", "sign-in")]
    assert [answer.status_code for answer in answers] == [422, 303, 429]
    # Reading the pages costs nobody anything.
    assert client.get("/account/sign-in").status_code == 200
    app.extensions["marketplace"].engine.dispose()


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/account/sign-in", data={"email": WORKER, "password": PASSWORD}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:1",
    ],
)
def test_signing_in_leads_to_no_other_site(app: Flask, client: FlaskClient, target: str) -> None:
    assert inside(target) is None
    opened_account(app, WORKER, "worker")
    form = opened(client, "/account/sign-in").form("/account/sign-in", email=WORKER, password=PASSWORD, next=target)
    assert client.post("/account/sign-in", data=form).location == "/account"


def test_signing_in_leads_to_the_page_that_asked_for_it(app: Flask, client: FlaskClient) -> None:
    opened_account(app, WORKER, "worker")
    asked = client.get("/account/tokens?lang=zh_Hans")
    assert asked.location == "/account/sign-in?next=/account/tokens?lang%3Dzh_Hans"
    assert sign_in(client, WORKER, next="/account/tokens").one("h1").text == "接口令牌"


def test_with_a_second_factor_the_password_alone_opens_nothing(app: Flask, worker: FlaskClient) -> None:
    phone = with_second_factor(app, WORKER)
    client = app.test_client()
    page = sign_in(client, WORKER)
    assert page.one("h1").text == "二次验证"
    assert client.get("/account").status_code == 303
    form = page.form("/account/code")
    form["code"] = "000000"
    sent(client, "/account/code", form, 422)
    form["code"] = phone.now()
    assert sent(client, "/account/code", form).one("h1").text == "我的账号"
    # The same code opens nothing a second time.
    other = app.test_client()
    form = sign_in(other, WORKER).form("/account/code")
    form["code"] = phone.now()
    sent(other, "/account/code", form, 422)


def test_an_administrator_does_nothing_before_the_second_factor_is_on(app: Flask) -> None:
    opened_account(app, "admin@example.cn", "admin")
    admin = signed_in(app, "admin@example.cn")
    page = opened(admin, "/curation", follow_redirects=True)
    assert page.one("h1").text == "二次验证"
    assert page.all("svg")
    form = page.form("/account/second-factor")
    form["code"] = pyotp.TOTP(page.one("code").text).now()
    assert "二次验证已开启" in sent(admin, "/account/second-factor", form, 201).text
    assert opened(admin, "/curation").one("h1").text == "工会工作区"


def test_a_browser_can_be_signed_out_from_another(app: Flask, worker: FlaskClient) -> None:
    other = signed_in(app, WORKER)
    page = opened(worker, "/account/sign-ins")
    (form,) = page.all("form", method="post")[1:]
    sent(worker, form["action"], page.form(form["action"]))
    assert other.get("/account").status_code == 303
    assert worker.get("/account").status_code == 200


def test_nobody_signs_out_somebody_else(app: Flask, worker: FlaskClient) -> None:
    opened_account(app, "wang@example.cn", "worker")
    signed_in(app, "wang@example.cn")
    with app.extensions["marketplace"].sessions() as session:
        others = session.scalars(sa.select(SignIn).order_by(SignIn.id.desc())).first()
        assert others is not None
    token = opened(worker, "/account").form("/account")["csrf_token"]
    assert worker.post(f"/account/sign-ins/{others.id}/end", data={"csrf_token": token}).status_code == 404


def test_signing_out_ends_it(worker: FlaskClient) -> None:
    page = opened(worker, "/account")
    assert sent(worker, "/account/sign-out", page.form("/account/sign-out")).status == 200
    assert worker.get("/account").status_code == 303


def test_the_name_and_the_language_are_ones_own_to_change(worker: FlaskClient) -> None:
    form = opened(worker, "/account").form("/account", name="李大师", language="en")
    page = sent(worker, "/account", form)
    assert page.one("h1").text == "My account"
    assert "李大师" in page.source


def test_a_password_is_changed_by_whoever_knows_it(worker: FlaskClient) -> None:
    form = opened(worker, "/account/password").form(
        "/account/password", present="wrong", password=OTHER, repeated=OTHER
    )
    assert "现在的密码不对" in sent(worker, "/account/password", form, 422).text
    form["present"] = PASSWORD
    assert "密码已更改" in sent(worker, "/account/password", form).text
    assert worker.get("/account").status_code == 200


def test_the_pages_of_an_account_are_kept_by_no_cache(worker: FlaskClient) -> None:
    assert "no-store" in worker.get("/account").headers["Cache-Control"]
    assert "no-store" in worker.get("/account/sign-in").headers["Cache-Control"]


def test_who_is_signed_in_is_told_too_that_the_database_is_away(app: Flask, worker: FlaskClient) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        session.execute(sa.text("ALTER TABLE sign_in RENAME TO gone"))
    page = opened(worker, "/account", 503)
    assert "数据库暂时无法使用" in page.text


def test_a_closed_account_is_signed_out_and_stays_so(app: Flask, worker: FlaskClient) -> None:
    done = app.test_cli_runner().invoke(args=["account", "close", WORKER, "--reason", "离职"])
    assert done.exit_code == 0, done.output
    assert worker.get("/account").status_code == 303
    sign_in(app.test_client(), WORKER, PASSWORD, 422)
