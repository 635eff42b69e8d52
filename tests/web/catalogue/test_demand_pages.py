"""A demand goes from its first words to its matches, seen and changed only by whoever posted it until it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from marketplace.db import SessionFactory, unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services import demand as demands
from tests import factories
from tests.web.api_records import FIXTURE, SEAL, WANTED, stock
from tests.web.pages import Page, opened, sent

Publish = Callable[[int], None]


@pytest.fixture
def publish(sessions: SessionFactory) -> Publish:
    """What staff do when a demand is in order."""

    def verified(demand_id: int) -> None:
        with unit_of_work(sessions) as session:
            for action in ("verify", "open"):
                demands.act(session, SYSTEM, demand_id, action)

    return verified


def filled(page: Page, **changes: str) -> MultiDict[str, str]:
    form = page.form()
    for name, value in changes.items():
        form.setlist(name, [value])
    return form


def looked_over(client: FlaskClient, text: str = WANTED["text"]) -> Page:
    """Return the page on which the brief of a text is looked over."""
    return sent(client, "/demands/brief", filled(opened(client, "/demands/new"), text=text))


def posted(client: FlaskClient, **changes: str) -> Page:
    """Post a demand in two steps and return its page."""
    wanted = {"title": WANTED["title"], "contact_name": WANTED["contact_name"], **changes}
    return sent(client, "/demands", filled(looked_over(client), **wanted))


def number_of(page: Page) -> int:
    return int(page.one("p", class_="kicker").text.split()[1])


def fields(page: Page) -> dict[str, Any]:
    return page.form().to_dict()


def test_a_demand_is_told_looked_over_posted_and_matched(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    page = posted(client)
    assert page.one("h1").text == WANTED["title"]
    assert "等待核实" in page.one("p", class_="kicker").text
    best = page.all("section", class_="match")[0]
    assert best.text.startswith(f"1 {FIXTURE['title']}")
    assert page.all("q")


def test_the_first_three_matches_are_open_and_the_others_open_on_demand(app: Flask, client: FlaskClient) -> None:
    stock(app, [{**FIXTURE, "title": f"{kind}夹具", "summary": f"{kind}用于薄壁壳体车削，圆度稳定。"}
                for kind in ("液性塑料", "弹性膜片", "扇形软爪", "真空吸附", "磁力")])  # fmt: skip
    page = posted(client)
    assert len(page.all("section", class_="match")) == 3
    assert len(page.all("details", class_="match")) == 2


def test_nothing_is_kept_while_the_brief_is_looked_over(client: FlaskClient) -> None:
    looked_over(client)
    assert "还没有公开的需求" in opened(client, "/demands").text
    opened(client, "/demands/1", 404)


@pytest.mark.parametrize("text", ["", "   ", "字" * 20_001, "a\x00b"])
def test_a_text_that_cannot_be_taken_is_refused_beside_its_field(client: FlaskClient, text: str) -> None:
    form = filled(opened(client, "/demands/new"), text=text)
    page = sent(client, "/demands/brief", form, 422)
    assert page.one("div", class_="invalid-feedback").text


def test_what_is_wrong_stands_beside_its_field_and_nothing_written_is_lost(client: FlaskClient) -> None:
    wrong = {"budget_min": "9", "budget_max": "5", "due": "明天", "process": "车内孔", "cooperation": "magic"}
    page = sent(client, "/demands", filled(looked_over(client), title="", **wrong), 422)
    told = [it.text for it in page.elements if "invalid-feedback" in it["class"].split()]
    assert {"必填。", "请填写日期，例如 2026-03-15。"} <= set(told)
    kept = fields(page)
    assert (kept["budget_min"], kept["process"], kept["text"]) == ("9", "车内孔", WANTED["text"])


def test_an_indicator_without_its_value_is_refused_in_its_row(client: FlaskClient) -> None:
    page = sent(
        client, "/demands", filled(looked_over(client), **{"indicators-0-name": "圆度", "indicators-0-value": ""}), 422
    )
    assert [it.text for it in page.all("p", class_="invalid-feedback")] == ["必填。"]


def test_the_form_offers_two_empty_rows_however_often_it_comes_back(client: FlaskClient) -> None:
    page = looked_over(client)
    rows = [name for name in fields(page) if name.endswith("-name")]
    again = sent(client, "/demands", filled(page, title=""), 422)
    assert [name for name in fields(again) if name.endswith("-name")] == rows


def test_until_it_is_verified_nobody_else_sees_it(app: Flask, client: FlaskClient) -> None:
    demand_id = number_of(posted(client))
    assert opened(client, "/demands").link(WANTED["title"]) == f"/demands/{demand_id}"
    stranger = app.test_client()
    opened(stranger, f"/demands/{demand_id}", 404)
    opened(stranger, f"/demands/{demand_id}/edit", 404)
    assert WANTED["title"] not in opened(stranger, "/demands").source


def test_once_public_it_is_read_by_anyone_without_its_contact(
    app: Flask, client: FlaskClient, publish: Publish
) -> None:
    demand_id = number_of(posted(client))
    publish(demand_id)
    stranger = app.test_client()
    page = opened(stranger, opened(stranger, "/demands").link(WANTED["title"]))
    assert WANTED["text"] in page.text
    assert WANTED["contact_name"] not in page.source
    assert page.all("code", class_="address") == []
    opened(stranger, f"/demands/{demand_id}/edit", 403)


def test_its_address_with_the_key_opens_it_in_another_browser(app: Flask, client: FlaskClient) -> None:
    address = posted(client).one("code", class_="address").text.removeprefix("http://localhost")
    other = app.test_client()
    answer = other.get(address)
    assert (answer.status_code, answer.location) == (303, address.partition("?")[0])
    assert WANTED["contact_name"] in opened(other, answer.location).text


def test_a_guessed_key_opens_nothing(app: Flask, client: FlaskClient) -> None:
    demand_id = number_of(posted(client))
    stranger = app.test_client()
    assert Page(stranger.get(f"/demands/{demand_id}?key=guessed", follow_redirects=True)).status == 404


def test_a_key_opens_its_own_demand_only(app: Flask, client: FlaskClient) -> None:
    first, second = posted(client), number_of(posted(client))
    key = first.one("code", class_="address").text.partition("?")[2]
    stranger = app.test_client()
    stranger.get(f"/demands/{second}?{key}")
    opened(stranger, f"/demands/{second}", 404)


def test_a_change_is_saved_and_matched_anew(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    demand_id = number_of(posted(client))
    form = filled(
        opened(client, f"/demands/{demand_id}/edit"), title="主轴箱漏油", text="机床主轴箱轴端漏油，想彻底止住。"
    )
    page = sent(client, f"/demands/{demand_id}/edit", form)
    assert page.one("h1").text == "主轴箱漏油"
    assert page.all("section", class_="match")[0].text.startswith(f"1 {SEAL['title']}")


def test_two_who_change_it_at_once_are_shown_both_versions(client: FlaskClient) -> None:
    demand_id = number_of(posted(client, process="车内孔"))
    address = f"/demands/{demand_id}/edit"
    mine, theirs = opened(client, address), opened(client, address)
    sent(client, address, filled(theirs, title="先保存的"))
    page = sent(client, address, filled(mine, title="后保存的", process="镗孔"), 409)
    rows = [row.text for row in page.all("tr")[1:]]
    assert rows == ["标题 后保存的 先保存的", "工序或工艺 镗孔 车内孔"]
    assert sent(client, address, page.form()).one("h1").text == "后保存的"


def test_a_change_that_is_wrong_is_refused_and_nothing_is_saved(client: FlaskClient) -> None:
    demand_id = number_of(posted(client))
    address = f"/demands/{demand_id}/edit"
    page = sent(client, address, filled(opened(client, address), title="改过的", min_trl="10"), 422)
    assert fields(page)["title"] == "改过的"
    assert opened(client, f"/demands/{demand_id}").one("h1").text == WANTED["title"]


def test_who_wants_no_name_shown_has_none_shown(app: Flask, client: FlaskClient, publish: Publish) -> None:
    demand_id = number_of(posted(client, organisation="绵阳示例电子厂", is_anonymous="y"))
    publish(demand_id)
    assert "绵阳示例电子厂" not in opened(app.test_client(), f"/demands/{demand_id}").source
    assert fields(opened(client, f"/demands/{demand_id}/edit"))["organisation"] == "绵阳示例电子厂"


def test_a_solved_demand_stays_readable_and_is_no_longer_changed(client: FlaskClient, sessions: SessionFactory) -> None:
    demand_id = number_of(posted(client))
    with unit_of_work(sessions) as session:
        for action in ("verify", "open", "solve"):
            demands.act(session, SYSTEM, demand_id, action)
    assert "已解决" in opened(client, f"/demands/{demand_id}").text
    opened(client, f"/demands/{demand_id}/edit", 403)


def test_a_form_from_elsewhere_is_refused(client: FlaskClient) -> None:
    assert client.post("/demands", data={"title": "别处来的", "text": "x"}).status_code == 400
    form = filled(looked_over(client), csrf_token="guessed")
    sent(client, "/demands", form, 400)


def test_open_demands_are_listed_newest_first_page_by_page(client: FlaskClient, sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        for number in range(25):
            factories.DemandFactory(title=f"难题{number:02}")
    page = opened(client, "/demands")
    seen = [link.text for link in page.all("a", class_="title")]
    seen += [link.text for link in opened(client, page.link("更早的需求")).all("a", class_="title")]
    assert seen == [f"难题{number:02}" for number in reversed(range(25))]


def test_a_demand_is_kept_even_where_nothing_can_be_matched_yet(client: FlaskClient) -> None:
    page = posted(client)
    assert "还没有匹配的成果" in page.text
    assert page.link("直接检索").startswith("/achievements?q=")
