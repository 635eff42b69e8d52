"""A lost phone, as its owner and the office above meet it on the pages."""

from __future__ import annotations

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.models import Account
from tests.accounts import mails_to, opened_account, sign_in, signed_in, with_second_factor
from tests.web.pages import Page, opened, sent

WORKER = "li@example.cn"
FACTOR = "/account/second-factor"


def codes_on(page: Page) -> list[str]:
    return [code.text for code in page.all("code")]


@pytest.fixture
def codes(app: Flask) -> list[str]:
    """The recovery codes somebody was shown when the second factor was set up."""
    opened_account(app, WORKER, "worker")
    worker = signed_in(app, WORKER)
    page = opened(worker, FACTOR)
    form = page.form(FACTOR, code=pyotp.TOTP(page.one("code").text).now())
    shown = sent(worker, FACTOR, form, 201)
    assert "只显示这一次" in shown.text
    assert shown.link("我已保存") == "/account"
    assert not set(codes_on(opened(worker, FACTOR))) & set(codes_on(shown))
    return codes_on(shown)


def entered(app: Flask, status: int = 200, **given: str) -> tuple[FlaskClient, Page]:
    """Sign in with the password and what is given beside it."""
    client = app.test_client()
    return client, sent(client, "/account/code", sign_in(client, WORKER).form("/account/code", **given), status)


def test_a_recovery_code_signs_in_once_and_its_owner_is_told(app: Flask, codes: list[str]) -> None:
    assert len(codes) == 10
    worker, page = entered(app, recovery_code=codes[0].upper())
    assert page.one("h1").text == "我的账号"
    assert mails_to(app, WORKER)[-1] == "recovery_code_used"
    assert "没有用过的恢复码：9 个" in opened(worker, FACTOR).text
    _client, page = entered(app, 422, recovery_code=codes[0])
    assert "恢复码不对或已经用过" in page.text
    assert page.one("details")["open"] == "" and "open" in page.one("details").attributes
    assert "请填写动态码或恢复码" in entered(app, 422)[1].text


def test_new_codes_are_made_by_whoever_gives_a_code(app: Flask, codes: list[str]) -> None:
    worker, _page = entered(app, recovery_code=codes[0])
    place = f"{FACTOR}/codes"
    assert "动态码不对" in sent(worker, place, opened(worker, FACTOR).form(place, code="000000"), 422).text
    made = codes_on(sent(worker, place, opened(worker, FACTOR).form(place, recovery_code=codes[1]), 201))
    assert len(made) == 10
    assert not set(made) & set(codes)
    entered(app, 422, recovery_code=codes[2])
    entered(app, recovery_code=made[0])


def test_without_a_phone_a_recovery_code_takes_the_second_factor_off(app: Flask, codes: list[str]) -> None:
    worker, _page = entered(app, recovery_code=codes[0])
    form = opened(worker, FACTOR).form(f"{FACTOR}/codes", recovery_code=codes[1])
    assert "二次验证已关闭" in sent(worker, f"{FACTOR}/remove", form).text
    assert sign_in(app.test_client(), WORKER).one("h1").text == "我的账号"
    assert mails_to(app, WORKER)[-1] == "second_factor_removed"


def test_the_pages_speak_english(app: Flask, codes: list[str]) -> None:
    worker, _page = entered(app, recovery_code=codes[0])
    page = opened(worker, f"{FACTOR}?lang=en")
    assert "Recovery codes not yet used: 9" in page.text
    shown = sent(worker, f"{FACTOR}/codes", page.form(f"{FACTOR}/codes", recovery_code=codes[1]), 201)
    assert shown.one("h1").text == "Recovery codes"


def test_the_office_above_takes_it_off_with_a_reason_and_no_other_is_offered_to(app: Flask) -> None:
    opened_account(app, "county@example.cn", "county", region="510603")
    with_second_factor(app, "county@example.cn")
    opened_account(app, "city@example.cn", "city", region="5106")
    opened_account(app, "other@example.cn", "county", region="510603")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        number = session.scalars(sa.select(Account.id).filter_by(email="county@example.cn")).one()
    address = f"/curation/people/{number}"
    action = f"{address}/second-factor/remove"
    colleague = signed_in(app, "other@example.cn")
    page = opened(colleague, address)
    assert "解除二次验证" not in page.text
    assert colleague.post(action, data={"reason": "手机丢失", **page.form("/account/sign-out")}).status_code == 403
    city = signed_in(app, "city@example.cn")
    page = opened(city, address)
    assert "请写明理由" in sent(city, action, page.form(action), 422).text
    page = sent(city, action, page.form(action, reason="手机丢失，已当面核对"))
    assert "二次验证已解除" in page.text
    assert action not in [form["action"] for form in page.all("form")]
    assert sign_in(app.test_client(), "county@example.cn").one("h1").text == "工会工作区"
