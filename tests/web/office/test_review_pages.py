"""An office works through its queue: it reads, decides, stays away, and two who decide at once do not overwrite."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from marketplace import audit, workflow
from marketplace.db import unit_of_work
from marketplace.models import Account, Achievement, Task
from marketplace.permissions import SYSTEM
from tests import factories
from tests.accounts import mails_to, opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory
from tests.web.pages import Page, opened, sent

CITY, COLLEAGUE, AUTHOR = "city@example.cn", "colleague@example.cn", "author@example.cn"
Filed = Callable[..., int]


@pytest.fixture
def filed(app_on_each: Flask) -> Filed:
    """File an achievement of a plant in Deyang that has come to the desk of the city."""
    opened_account(app_on_each, AUTHOR, "worker")

    def one(title: str = "薄壁件车削夹具改进", state: str = "unit_endorsed") -> int:
        with unit_of_work(app_on_each.extensions["marketplace"].sessions) as session:
            factories.use(session)
            author = session.scalars(sa.select(Account).filter_by(email=AUTHOR)).one()
            plant = OrganisationFactory(region="510603", region_path="51/5106/510603")
            achievement = AchievementFactory(
                title=title, state=state, published_state="unpublished", published_at=None, units=[plant],
                account_id=author.id, region="510603",
            )  # fmt: skip
            workflow.move(session, SYSTEM, achievement)
            number: int = achievement.id
            return number

    return one


@pytest.fixture
def city(app_on_each: Flask) -> FlaskClient:
    opened_account(app_on_each, CITY, "city", region="5106")
    return signed_in(app_on_each, CITY)


def state_of(app: Flask, number: int) -> str:
    with app.extensions["marketplace"].sessions() as session:
        return session.get_one(Achievement, number).state


def decided(client: FlaskClient, page: Page, number: int, action: str, status: int = 200, **fields: str) -> Page:
    place = f"/curation/review/achievement/{number}"
    return sent(client, place, chosen(page, place, action, **fields), status)


def chosen(page: Page, place: str, action: str, **fields: str) -> MultiDict[str, str]:
    """Return what a form sends when the button of a step is pressed."""
    form = page.form(place, **fields)
    form["action"] = action
    return form


def test_an_office_finds_reads_and_passes_what_waits(app_on_each: Flask, filed: Filed, city: FlaskClient) -> None:
    number = filed()
    assert "1" in opened(city, "/curation").one("span", class_="count").text
    place = opened(city, "/curation/queue").link("薄壁件车削夹具改进")
    page = opened(city, place)
    assert "个工作日" in page.text
    assert "没有等您办理" in decided(city, page, number, "pass_first_review").text
    assert state_of(app_on_each, number) == "first_review"
    assert mails_to(app_on_each, AUTHOR)[-1] == "advanced"


def test_a_return_says_why_and_which_fields_to_mend(app_on_each: Flask, filed: Filed, city: FlaskClient) -> None:
    number = filed()
    page = opened(city, f"/curation/review/achievements/{number}")
    refused = decided(city, page, number, "return", 422, mend="indicators")
    assert "请写明理由" in refused.text
    decided(city, refused, number, "return", reason="指标没有检测依据", mend="indicators")
    with app_on_each.extensions["marketplace"].sessions() as session:
        task = session.scalars(sa.select(Task).filter_by(object_id=number, closed_at=None)).one()
        assert (task.role, task.to_mend) == ("author", ["indicators"])
    assert mails_to(app_on_each, AUTHOR)[-1] == "returned"


def test_the_second_of_two_who_decide_at_once_is_told_who_was_first(
    app_on_each: Flask, filed: Filed, city: FlaskClient
) -> None:
    opened_account(app_on_each, COLLEAGUE, "city", region="5106")
    colleague, number = signed_in(app_on_each, COLLEAGUE), filed()
    place = f"/curation/review/achievements/{number}"
    first, second = opened(city, place), opened(colleague, place)
    decided(city, first, number, "pass_first_review")
    told = decided(colleague, second, number, "reject", 409, reason="与去年的重复")
    for said in ("通过初审", "city", "与去年的重复"):
        assert said in told.text
    assert state_of(app_on_each, number) == "first_review"


def test_several_are_decided_at_once_and_each_has_its_own_result(
    app_on_each: Flask, filed: Filed, city: FlaskClient
) -> None:
    numbers = [filed(title) for title in ("主轴箱漏油治理", "砂轮动平衡", "刀库卡滞")]
    form = chosen(opened(city, "/curation/queue"), "/curation/queue", "pass_first_review")
    form.setlist("item", [f"achievement-{number}-1" for number in numbers])
    # Another browser has dealt with the second meanwhile.
    other = signed_in(app_on_each, CITY)
    decided(
        other,
        opened(other, f"/curation/review/achievements/{numbers[1]}"),
        numbers[1],
        "reject",
        reason="不属于应用技术",
    )
    told = sent(city, "/curation/queue", form)
    assert "办理了 2 项" in told.text
    assert "已被他人修改" in told.text
    assert [state_of(app_on_each, number) for number in numbers] == ["first_review", "rejected", "first_review"]


def test_returning_several_asks_once_for_the_reason(app_on_each: Flask, filed: Filed, city: FlaskClient) -> None:
    numbers = [filed(title) for title in ("主轴箱漏油治理", "砂轮动平衡")]
    form = chosen(opened(city, "/curation/queue"), "/curation/queue", "return")
    form.setlist("item", [f"achievement-{number}-1" for number in numbers])
    asked = sent(city, "/curation/queue", form)
    assert "主轴箱漏油治理" in asked.text
    assert [state_of(app_on_each, number) for number in numbers] == ["unit_endorsed", "unit_endorsed"]
    assert "请写明理由" in sent(city, "/curation/queue", chosen(asked, "/curation/queue", "return"), 422).text
    sent(city, "/curation/queue", chosen(asked, "/curation/queue", "return", reason="请附检测报告"))
    assert [state_of(app_on_each, number) for number in numbers] == ["returned", "returned"]


def test_whoever_stays_away_leaves_it_to_a_colleague_or_the_office_above(
    app_on_each: Flask, filed: Filed, city: FlaskClient
) -> None:
    number = filed()
    place = f"/curation/review/achievement/{number}/away"
    told = sent(city, place, opened(city, f"/curation/review/achievements/{number}").form(place, reason="作者是亲属"))
    assert "转给上级" in told.text
    assert "没有等您办理" in opened(city, "/curation/queue").text
    with app_on_each.extensions["marketplace"].sessions() as session:
        task = session.scalars(sa.select(Task).filter_by(object_id=number, closed_at=None)).one()
        assert (task.role, task.stands_in_for) == ("province_curator", "city")


def test_who_reviews_asks_for_the_contact_and_that_stays_on_record(
    app_on_each: Flask, filed: Filed, city: FlaskClient
) -> None:
    number = filed()
    with unit_of_work(app_on_each.extensions["marketplace"].sessions) as session:
        session.get_one(Achievement, number).contact_phone = "13900000001"
    page = opened(city, f"/curation/review/achievements/{number}")
    assert "13900000001" not in page.source
    place = f"/curation/review/achievements/{number}/contact"
    assert "13900000001" in sent(city, place, page.form(place)).text
    with app_on_each.extensions["marketplace"].sessions() as session:
        event = audit.history(session, "achievement", number)[-1]
        assert (event.verb, event.role, event.reason) == ("see_contact", "city", "审核")
    opened_account(app_on_each, "auditor@example.cn", "auditor", region="5106")
    auditor = signed_in(app_on_each, "auditor@example.cn")
    form = opened(auditor, "/account").form("/account")
    assert "13900000001" not in sent(auditor, place, form, 403).source


def test_the_queue_is_filtered_and_turned(filed: Filed, city: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.web.curation.queue._PAGE", 2)
    titles = ["主轴箱漏油治理", "砂轮动平衡", "刀库卡滞"]
    for title in titles:
        filed(title)
    page, seen = opened(city, "/curation/queue"), []
    seen += [link.text for link in page.all("a", class_="title")]
    seen += [link.text for link in opened(city, page.link("后面的待办")).all("a", class_="title")]
    assert seen == titles
    assert "没有符合条件" in opened(city, "/curation/queue?state=submitted").text
    assert "没有符合条件" in opened(city, "/curation/queue?overdue=1").text
    assert "砂轮动平衡" in opened(city, "/curation/queue?unit=示例机械厂&noun=achievement").text
    assert "没有符合条件" in opened(city, "/curation/queue?unit=电子厂").text
    assert "下级工会没有过期" in opened(city, page.link("下级工会过期的待办")).text
