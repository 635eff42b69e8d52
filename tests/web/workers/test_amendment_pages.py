"""A change of a published achievement, asked for on its form and looked at by the province."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Account
from tests import factories
from tests.accounts import mails_to, opened_account, signed_in
from tests.factories import AchievementFactory
from tests.web.pages import opened, sent
from tests.web.staff import at_the_province

AUTHOR, TITLE = "author@example.cn", "薄壁壳体车削用液性塑料夹具"


@pytest.fixture
def author(app: Flask) -> FlaskClient:
    opened_account(app, AUTHOR, "worker")
    return signed_in(app, AUTHOR)


@pytest.fixture
def published(sessions: SessionFactory, author: FlaskClient) -> int:
    with unit_of_work(sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email=AUTHOR)).one()
        return AchievementFactory(title="薄壁件车削夹具", account_id=account.id).id


def test_a_new_title_waits_for_the_province_which_sees_both_and_may_refuse(
    app: Flask, client: FlaskClient, author: FlaskClient, published: int
) -> None:
    place = f"/submissions/{published}/amend"
    assert opened(author, f"/submissions/{published}").link("申请修改") == place
    form = opened(author, place).form("", title=TITLE, reason="与鉴定证书一致")
    assert "公众看到的还是原来的内容" in sent(author, place, form).text
    assert "薄壁件车削夹具" in opened(client, f"/achievements/{published}").text
    province = at_the_province(app)
    page = opened(province, f"/curation/review/achievements/{published}")
    assert all(text in page.text for text in ("薄壁件车削夹具", TITLE, "与鉴定证书一致"))
    assert "退回补正" not in page.text
    refuse = f"/curation/achievements/{published}/amendment"
    told = sent(province, refuse, page.form(refuse, reason="证书上的名称不同"))
    assert "保持原样" in told.text
    assert "薄壁件车削夹具" in opened(client, f"/achievements/{published}").text


def test_what_matters_less_changes_at_once(client: FlaskClient, author: FlaskClient, published: int) -> None:
    place = f"/submissions/{published}/amend"
    form = opened(author, place).form("", keywords="夹具、薄壁件、车削", reason="补关键词")
    assert "已修改" in sent(author, place, form).text
    assert "薄壁件" in opened(client, f"/achievements/{published}").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": TITLE, "reason": ""}, "请写明修改的内容和理由"),
        ({"reason": "没有改动"}, "请写明修改的内容和理由"),
        ({"title": "", "reason": "去掉名称"}, "不能没有这一项"),
        ({"completed_on": "上个月", "reason": "日期"}, "请填写日期"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_in_words(
    author: FlaskClient, published: int, fields: dict[str, str], told: str
) -> None:
    place = f"/submissions/{published}/amend"
    assert told in sent(author, place, opened(author, place).form("", **fields), 422).text


def test_others_do_not_ask_for_changes(app: Flask, client: FlaskClient, published: int) -> None:
    opened_account(app, "other@example.cn", "worker")
    assert client.get(f"/submissions/{published}/amend").status_code == 303
    assert signed_in(app, "other@example.cn").get(f"/submissions/{published}/amend").status_code == 403


def test_a_change_of_completers_shows_who_has_agreed_to_it(
    app: Flask, author: FlaskClient, published: int, sessions: SessionFactory
) -> None:
    colleague, place = "colleague@example.cn", f"/submissions/{published}/amend"
    opened_account(app, colleague, "worker")
    people = {
        "completers-0-name": "示例作者", "completers-0-share": "60", "completers-0-email": AUTHOR,
        "completers-1-name": "示例同事", "completers-1-share": "40", "completers-1-email": colleague,
    }  # fmt: skip
    sent(author, place, opened(author, place).form("", **people, reason="补列完成人"))
    shown = opened(author, f"/submissions/{published}").one("section", id="people").text
    assert "修改涉及的完成人" in shown and "已发邮件，等他确认" in shown
    province = at_the_province(app)
    review = f"/curation/review/achievements/{published}"
    assert "已询问，等本人确认" in opened(province, review).one("section", **{"aria-labelledby": "amendment"}).text
    browser = signed_in(app, colleague)
    question = opened(browser, "/submissions").link("薄壁件车削夹具")
    page = opened(browser, question)
    assert "作者申请修改完成人" in page.text
    sent(browser, question, page.form(question, answer="agree"))
    assert "本人已确认" in opened(province, review).one("section", **{"aria-labelledby": "amendment"}).text
    assert mails_to(app, colleague)[-1] == "part"
    place = f"/submissions/{published}/amend/take-back"
    shown = opened(author, f"/submissions/{published}")
    assert "撤回这项成果" not in shown.text
    assert "保持原样公布" in sent(author, place, shown.form(place)).text
