"""A worker writes an achievement on the pages, his colleague confirms by mail, and the unit sends it back once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Account, Achievement, Mail
from marketplace.permissions import Actor, Grant
from marketplace.services import achievement as achievements
from tests import factories
from tests.accounts import mails_to, opened_account, signed_in
from tests.factories import DraftFactory
from tests.web.api_records import FIXTURE, stock
from tests.web.pages import Page, opened, sent

AUTHOR, COLLEAGUE = "author@example.cn", "colleague@example.cn"
UNIT = "德阳示例机械厂"


@pytest.fixture
def author(app: Flask) -> FlaskClient:
    opened_account(app, AUTHOR, "worker", organisation=UNIT, region="510603")
    return signed_in(app, AUTHOR)


def begun(client: FlaskClient) -> str:
    """Begin a draft and return the address of its form."""
    form = opened(client, "/submissions").form("/submissions")
    return client.post("/submissions", data=form).location.partition("?")[0]


def step(client: FlaskClient, address: str, name: str, action: str = "next", status: int = 200, **filled: Any) -> Page:
    """Fill one screen in and press a button."""
    place = f"{address}?step={name}"
    form = opened(client, place).form(place)
    for field, value in filled.items():
        form.setlist(field.replace("__", "-"), value if isinstance(value, list) else [value])
    form["action"] = action
    return sent(client, place, form, status)


@pytest.fixture
def whole(sessions: SessionFactory, author: FlaskClient) -> str:
    """The form of a draft with everything in it, by its author and a colleague."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email=AUTHOR)).one()
        drafted = DraftFactory(account_id=account.id, contributors=[], units=[account.grants[0].organisation]).id
    address = f"/submissions/{drafted}/edit"
    step(
        author, address, "people", completers__0__name="author", completers__0__share="60",
        completers__0__part="提出方案", completers__0__email=AUTHOR,
    )  # fmt: skip
    step(
        author, address, "people", completers__1__name="同事", completers__1__share="40",
        completers__1__part="制作样机", completers__1__email=COLLEAGUE,
    )  # fmt: skip
    return address


def key_of(sessions: SessionFactory, email: str) -> str:
    with sessions() as session:
        mail = session.scalars(sa.select(Mail).filter_by(recipient=email, kind="part")).one()
        return mail.values["secret"]


def test_a_visitor_is_led_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/submissions").location.startswith("/account/sign-in")


def test_an_achievement_is_written_screen_by_screen_without_a_script(author: FlaskClient) -> None:
    address = begun(author)
    page = step(author, address, "what", title="薄壁件车削夹具")
    assert page.one("h1").text == "解决了什么问题，效果怎样？"
    page = step(author, address, "problem", action="previous", problem="夹紧后内孔变形")
    assert page.form(f"{address}?step=what")["title"] == "薄壁件车削夹具"
    shown = opened(author, "/submissions")
    assert "薄壁件车削夹具" in shown.text
    assert "正在写" in shown.text


def test_the_whole_form_stands_on_one_page_and_keeps_its_rows(author: FlaskClient) -> None:
    address = begun(author)
    form = opened(author, address).form(address)
    assert form["completers-0-email"] == AUTHOR
    assert form["completing_units"] == UNIT
    filled = {"indicators-0-name": "圆度", "keywords": "薄壁件，夹具、车削", "trl": "6", "benefit_claimed": "12.5"}
    for name, value in (filled | {"action": "save"}).items():
        form[name] = value
    form.setlist("transfer_modes", ["ordinary_licence"])
    form = sent(author, address, form).form(address)
    assert (form["indicators-0-name"], form["keywords"], form["trl"]) == ("圆度", "薄壁件、夹具、车削", "6")
    assert form["benefit_claimed"] == "12.5"


def test_what_is_well_written_is_kept_beside_what_is_not(author: FlaskClient) -> None:
    address = begun(author)
    page = step(author, address, "readiness", status=422, trl="6", completed_on="上个月")
    assert "请填写日期" in page.text
    assert opened(author, f"{address}?step=readiness").form(f"{address}?step=readiness")["trl"] == "6"


@pytest.mark.parametrize("level", ["²", "6" * 5000])
def test_what_is_no_number_is_refused_and_nothing_breaks(author: FlaskClient, level: str) -> None:
    address = begun(author)
    assert "请填写整数" in step(author, address, "readiness", status=422, trl=level).text
    step(author, address, "readiness", status=409, revision="6" * 5000)


def test_a_text_with_a_mark_of_secrecy_is_refused_at_its_field(author: FlaskClient, sessions: SessionFactory) -> None:
    address = begun(author)
    page = step(author, address, "how", status=422, principle="密级：机密", difference="整周夹紧")
    assert "平台不接收国家秘密" in page.text
    with sessions() as session:
        assert session.scalars(sa.select(Achievement.difference)).one() == ""


def autosaved(client: FlaskClient, address: str, revision: str, **fields: str) -> Any:
    token = opened(client, address).form(address)["csrf_token"]
    data = MultiDict({"csrf_token": token, "revision": revision, "fields": ",".join(fields), **fields})
    return client.post(address.replace("/edit", "/autosave"), data=data)


def test_the_script_saves_what_was_changed_and_leaves_the_rest(author: FlaskClient) -> None:
    address = begun(author)
    step(author, address, "what", title="夹具", teaser="一句话")
    revision = opened(author, address).form(address)["revision"]
    kept = autosaved(author, address, revision, title="液性塑料夹具")
    assert kept.json["errors"] == {}
    assert int(kept.json["revision"]) > int(revision)
    form = opened(author, address).form(address)
    assert (form["title"], form["teaser"], form["revision"]) == ("液性塑料夹具", "一句话", str(kept.json["revision"]))
    refused = autosaved(author, address, form["revision"], completed_on="昨天", teaser="新的一句")
    assert list(refused.json["errors"]) == ["completed_on"]
    assert autosaved(author, address, revision, title="旧页面").status_code == 409


def test_a_form_that_is_out_of_date_shows_both_versions(author: FlaskClient) -> None:
    address = begun(author)
    place = f"{address}?step=what"
    old = opened(author, place).form(place, title="旧页面上的名称")
    step(author, address, "what", title="别处写的名称")
    page = sent(author, place, old, 409)
    versions = page.one("table", class_="versions").text
    assert "旧页面上的名称" in versions
    assert "别处写的名称" in versions
    again = page.form(place)
    assert sent(author, place, again).form(place)["title"] == "旧页面上的名称"


def test_what_is_missing_is_led_to_before_anything_is_submitted(author: FlaskClient) -> None:
    address = begun(author)
    page = step(author, address, "finish", action="submit", status=422)
    assert "请给成果起个名称" in page.text
    assert page.link("是什么成果？") == f"{address}?step=what"


def test_a_submission_is_agreed_returned_mended_and_followed(
    app: Flask, author: FlaskClient, whole: str, sessions: SessionFactory
) -> None:
    opened_account(app, "union@example.cn", "unit_union", organisation=UNIT)
    page = step(author, whole, "finish", action="submit")
    assert "等单位工会确认" in page.text
    assert f"{UNIT} · 单位工会" in page.text
    assert "还有 1 位完成人没有确认" in page.text
    assert mails_to(app, COLLEAGUE) == ["part"]

    colleague = app.test_client()
    assert colleague.get("/submissions/part", query_string={"key": key_of(sessions, COLLEAGUE)}).status_code == 303
    asked = opened(colleague, "/submissions/part")
    assert "40%" in asked.text
    sent(colleague, "/submissions/part", asked.form("/submissions/part", answer="decline"), 422)
    sent(colleague, "/submissions/part", asked.form("/submissions/part", answer="agree"))
    assert colleague.get("/submissions/part").status_code == 410

    number = int(whole.split("/")[2])
    with unit_of_work(sessions) as session:
        unit = session.get_one(Achievement, number).units[0]
        clerk = Actor("clerk", (Grant("unit_union", organisation_id=unit.id),))
        achievements.act(session, clerk, number, "return", "请写明怎样测的")
    shown = opened(author, whole.removesuffix("/edit"))
    assert "请写明怎样测的" in shown.text
    assert "请按退回意见修改" in shown.text
    assert "请写明怎样测的" in opened(author, f"{whole}?step=figures").text
    assert "等单位工会确认" in step(author, whole, "finish", action="submit").text


def test_the_unit_says_on_the_page_why_somebody_did_not_confirm(app: Flask, author: FlaskClient, whole: str) -> None:
    opened_account(app, "union@example.cn", "unit_union", organisation=UNIT)
    step(author, whole, "finish", action="submit")
    place = whole.removesuffix("/edit")
    union = signed_in(app, "union@example.cn")
    page = opened(union, place)
    (address,) = {it.form for it in page.all("input", name="reason")}
    answered = Page(union.post(address, data=page.form(address, reason="已退休"), follow_redirects=True))
    assert "单位说明：已退休" in answered.text
    assert opened(author, place).all("input", name="reason") == []


def test_a_completer_finds_the_question_in_his_account(app: Flask, author: FlaskClient, whole: str) -> None:
    opened_account(app, COLLEAGUE, "worker")
    step(author, whole, "finish", action="submit")
    colleague = signed_in(app, COLLEAGUE)
    place = opened(colleague, "/submissions").link("薄壁件车削夹具改进")
    page = sent(colleague, place, opened(colleague, place).form(place, answer="decline", reason="份额不对"))
    assert "请您确认" not in page.text
    assert "份额不对" in opened(author, whole.removesuffix("/edit")).text


def test_others_reach_no_page_of_a_draft(app: Flask, author: FlaskClient, whole: str) -> None:
    opened_account(app, "other@example.cn", "worker")
    other = signed_in(app, "other@example.cn")
    for place in (whole, whole.removesuffix("/edit"), whole.replace("/edit", "/near"), "/submissions/parts/1"):
        assert other.get(place).status_code == 404


@pytest.fixture
def near(app: Flask, author: FlaskClient) -> Iterator[tuple[str, int]]:
    """A draft that improves on a record, and that record."""
    (number,), _demands = stock(app, [FIXTURE])
    address = begun(author)
    step(author, address, "what", title=FIXTURE["title"])
    step(author, address, "problem", summary=FIXTURE["summary"].replace("0.015mm", "0.008mm"))
    yield address, number


def test_what_is_near_is_shown_with_what_differs_and_may_be_improved_on(
    app: Flask, author: FlaskClient, near: tuple[str, int], sessions: SessionFactory
) -> None:
    address, number = near
    place = address.replace("/edit", "/near")
    page = opened(author, place)
    assert "0.008mm" in page.text
    assert "0.015mm" in page.text
    assert "<html" not in author.get(place, query_string={"panel": 1}).text
    stated = address.replace("/edit", f"/improves/{number}")
    assert FIXTURE["title"] in sent(author, stated, page.form(stated)).text
    assert "改进" not in opened(app.test_client(), f"/achievements/{number}").text
    with unit_of_work(sessions) as session:
        draft = session.get_one(Achievement, int(address.split("/")[2]))
        draft.title, draft.state, draft.published_state = "更准的夹具", "published", "published"
        draft.published_at = draft.created_at
    assert "更准的夹具" in opened(app.test_client(), f"/achievements/{number}").text


def test_who_finds_his_own_work_asks_its_owner(
    app: Flask, author: FlaskClient, near: tuple[str, int], sessions: SessionFactory
) -> None:
    address, number = near
    opened_account(app, "owner@example.cn", "worker")
    with unit_of_work(sessions) as session:
        owner = session.scalars(sa.select(Account).filter_by(email="owner@example.cn")).one()
        session.get_one(Achievement, number).account_id = owner.id
    app.test_cli_runner().invoke(args=["index", "sync"])
    asking = f"/submissions/join/{number}"
    page = opened(author, address.replace("/edit", "/near"))
    assert "等对方答复" in sent(author, asking, page.form(asking, part="我做的样机")).text
    holder = signed_in(app, "owner@example.cn")
    page = opened(holder, "/submissions")
    assert "我做的样机" in page.text
    sent(holder, "/submissions/joins/1", page.form("/submissions/joins/1", answer="decline", reply="没有参加"))
    assert "没有参加" in opened(author, "/submissions").text
    assert mails_to(app, AUTHOR)[-1] == "join_answered"
