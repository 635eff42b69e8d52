"""A record is read by anyone as far as it is disclosed, quoted to the letter and understood by search engines."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, unit_of_work
from tests import factories
from tests.web.api_records import FIXTURE, PERSONAL, SEAL, WANTED, stock
from tests.web.pages import Page, opened

UNIT = FIXTURE["completing_units"][0]


def linked(page: Page) -> dict[str, object]:
    data: dict[str, object] = json.loads(page.one("script", type="application/ld+json").text)
    return data


def test_an_achievement_shows_its_public_fields_and_nothing_more(app: Flask, client: FlaskClient) -> None:
    (fixture,), _ = stock(app, [FIXTURE])
    page = opened(client, f"/achievements/{fixture}")
    assert FIXTURE["summary"] in page.text
    for fact in ("TRL 8", "普通许可", "德阳市 · 旌阳区", UNIT, "张三", "2024年5月1日 完成"):
        assert fact in page.text
    hidden = (*PERSONAL, FIXTURE["principle"], *FIXTURE["extra"].values())
    assert not [secret for secret in hidden if secret in page.source]


def test_a_layer_the_record_opens_itself_is_shown(app: Flask, client: FlaskClient) -> None:
    (fixture,), _ = stock(app, [{**FIXTURE, "disclosure": {"principle": 0, "summary": 1}}])
    page = opened(client, f"/achievements/{fixture}")
    assert FIXTURE["principle"] in page.text
    assert FIXTURE["summary"] not in page.source


def test_a_year_alone_is_not_shown_as_a_day(app: Flask, client: FlaskClient) -> None:
    (seal,), _ = stock(app, [{**SEAL, "completed_on": "2019-01-01"}])
    assert "2019年 完成" in opened(client, f"/achievements/{seal}").text
    assert "Completed 2019" in opened(client, f"/achievements/{seal}?lang=en").text


def test_search_engines_read_what_is_on_the_page(app: Flask, client: FlaskClient) -> None:
    (fixture,), _ = stock(app, [{**FIXTURE, "title": "</script><b>夹具</b>"}])
    data = linked(opened(client, f"/achievements/{fixture}"))
    assert data["@type"] == "CreativeWork"
    assert data["name"] == "</script><b>夹具</b>"
    assert data["url"] == f"http://localhost/achievements/{fixture}"
    assert FIXTURE["principle"] not in json.dumps(data, ensure_ascii=False)


def test_crawlers_are_kept_to_the_records(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /achievements?" in answer.text.splitlines()


def test_an_achievement_that_is_not_published_is_not_there(sessions: SessionFactory, client: FlaskClient) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        draft = factories.AchievementFactory(state="draft", published_state="unpublished", published_at=None).id
    assert opened(client, f"/achievements/{draft}", 404).text.startswith("404")


def test_a_quotation_leads_to_its_passage(app: Flask, client: FlaskClient) -> None:
    _, (wanted,) = stock(app, [FIXTURE], [WANTED])
    quotation = opened(client, f"/demands/{wanted}").all("a", class_="quote")[-1]
    page = opened(client, quotation["href"])
    assert quotation["href"].endswith("#quote")
    assert page.one("mark", id="quote").text == quotation.text


@pytest.mark.parametrize(
    "place", ["summary:0-99999", "summary:9-3", "principle:0-3", "contact_name:0-2", "x", "summary"]
)
def test_a_place_that_cannot_be_quoted_marks_nothing(app: Flask, client: FlaskClient, place: str) -> None:
    (fixture,), _ = stock(app, [FIXTURE])
    assert opened(client, f"/achievements/{fixture}?quote={place}").all("mark") == []


def test_an_achievement_shows_the_open_demands_it_may_solve(app: Flask, client: FlaskClient) -> None:
    (fixture, _), (wanted,) = stock(app, [FIXTURE, SEAL], [WANTED])
    page = opened(client, f"/achievements/{fixture}")
    assert page.link("看这条需求") == f"/demands/{wanted}"
    assert page.link(SEAL["title"]).startswith("/achievements/")


def test_a_unit_shows_its_records_but_not_what_it_posted_unnamed(app: Flask, client: FlaskClient) -> None:
    named, unnamed = {**WANTED, "organisation": UNIT}, {**WANTED, "organisation": UNIT, "is_anonymous": True}
    (fixture,), (shown, hidden) = stock(app, [FIXTURE], [named, {**unnamed, "title": "不具名的需求"}])
    page = opened(client, opened(client, f"/achievements/{fixture}").link(UNIT))
    assert page.link(FIXTURE["title"]) == f"/achievements/{fixture}"
    assert page.link(WANTED["title"]) == f"/demands/{shown}"
    assert "不具名的需求" not in page.source
    assert UNIT not in opened(client, f"/demands/{hidden}").source


def test_a_unit_without_records_says_so(sessions: SessionFactory, client: FlaskClient) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        unit = factories.OrganisationFactory().id
    assert "还没有公开的成果" in opened(client, f"/organisations/{unit}").text


@pytest.mark.parametrize("address", ["/achievements/1", "/organisations/1", "/demands/1", "/achievements/0x1"])
def test_a_record_that_does_not_exist_is_not_there(client: FlaskClient, address: str) -> None:
    assert opened(client, address, 404).one("h1").text == "没有这一页"
