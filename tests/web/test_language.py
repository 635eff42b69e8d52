"""Everybody reads the pages in a language of theirs; what people wrote stays as they wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web.api.catalogue.demands import EXAMPLE
from search.embedding import Embedder
from search.thesaurus import bundled
from tests.opening import build_app
from tests.web.api_records import FIXTURE, SEAL, stock
from tests.web.conftest import Shelf
from tests.web.pages import PAGES, Page, opened, sent

CHINESE = re.compile("[\u4e00-\u9fff]+")
# The language that is offered by its own name, questions to try and the example of the API: the records are Chinese.
EXPECTED = {
    *("中文", "夹具", "淬不硬", "薄壁件车削变形", "皮带划破了怎么及时停机", "焊接烟尘怎么收集", "机床主轴轴端漏油"),
    *CHINESE.findall(str(EXAMPLE)),
    # A known remedy is named as the thesaurus names it.
    *(
        name
        for it in bundled().concepts.values()
        for word in (it.preferred, *it.solved_by)
        for name in CHINESE.findall(word)
    ),
}
ACHIEVEMENT = {
    **FIXTURE,
    "title": "Hydraulic fixture for thin-walled housings",
    "summary": "The fixture grips the housing evenly. Roundness stays within 0.015 mm, the pass rate rises to 98.6%.",
    "keywords": ["fixture", "housing"],
    "completing_units": ["Deyang Works"],
    "completers": [{"name": "Zhang San"}],
    "language": "en",
}
DEMAND = {
    "title": "Thin-walled housing out of round",
    "text": "The bore of the housing is three-lobed after turning. Roundness within 0.02 mm, pass rate at least 98%.",
    "organisation": "Mianyang Works",
    "cooperation": ["service"],
    "industry": "34",
    "region": "5107",
    "budget_max": 30_000_000,
}


def language(page: Page) -> str:
    return page.one("html")["lang"]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5", "en"),
        ("de", "zh-Hans"),
    ],
)
def test_a_page_speaks_the_language_the_browser_prefers(client: FlaskClient, asked: str, answered: str) -> None:
    answer = client.get("/about", headers={"Accept-Language": asked})
    assert language(Page(answer)) == answered
    assert "Accept-Language" in answer.headers["Vary"]


def test_an_installation_has_a_language_of_its_own(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> None:
    client = build_app(sqlite_url, tmp_path, embedder, DEFAULT_LANGUAGE="en").test_client()
    assert language(opened(client, "/about")) == "en"


def test_a_language_once_chosen_is_kept(client: FlaskClient) -> None:
    chinese = opened(client, "/about")
    assert language(opened(client, chinese.link("English"))) == "en"
    assert language(opened(client, "/help", headers={"Accept-Language": "zh-CN"})) == "en"
    assert language(opened(client, opened(client, "/help").link("中文"))) == "zh-Hans"


def test_a_language_nobody_speaks_here_changes_nothing(client: FlaskClient) -> None:
    assert language(opened(client, "/about?lang=tlh")) == "zh-Hans"
    assert language(opened(client, "/about")) == "zh-Hans"


def test_the_other_language_is_the_same_page(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    page = opened(client, "/achievements?q=夹具&kind=small_improvement&kind=new_product")
    other = opened(client, page.link("English"))
    kept = {(field["name"], field["value"]) for field in other.all("input")}
    assert {("q", "夹具"), ("kind", "small_improvement"), ("kind", "new_product")} <= kept


def test_the_address_of_the_other_language_never_holds_the_key_of_a_demand(client: FlaskClient) -> None:
    page = opened(client, "/about?key=secret&x=1")
    assert "secret" not in page.source
    assert "x=1" in page.link("English")


@pytest.fixture(scope="module")
def foreigner(shelf: Shelf) -> FlaskClient:
    """A visitor of a catalogue whose records are in English."""
    return shelf([ACHIEVEMENT], [DEMAND]).test_client()


def examples(client: FlaskClient) -> Iterator[str]:
    """Yield the Chinese of the examples that programs are given: the records are Chinese."""
    waiting = [client.get("/api/v1/openapi.json").json["paths"]]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            given = [found.get("example"), found.get("examples")]
            yield from CHINESE.findall(json.dumps(given, ensure_ascii=False))
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


@pytest.mark.parametrize("address", [*PAGES, "/achievements?year=1999"])
def test_an_english_page_is_english_to_the_last_word(foreigner: FlaskClient, address: str) -> None:
    page = Page(foreigner.get(address, headers={"Accept-Language": "en"}))
    shown = page.one("body").text + " ".join(it["placeholder"] + it["title"] + it["aria-label"] for it in page.elements)
    expected = EXPECTED | set(examples(foreigner)) if address == "/api/v1/docs" else EXPECTED
    assert set(CHINESE.findall(shown)) <= expected


def test_codes_amounts_and_days_are_written_as_the_language_does(app: Flask, client: FlaskClient) -> None:
    (fixture,), _ = stock(app, [{**FIXTURE, "price": 30_000_000, "benefit_claimed": 123_456_700}])
    chinese, english = (opened(client, f"/achievements/{fixture}?lang={name}").text for name in ("zh_Hans", "en"))
    for written in ("30 万元", "1,234,567 元", "2024年5月1日", "小革新", "普通许可"):
        assert written in chinese
    for written in ("CNY 300,000", "CNY 1,234,567", "May 1, 2024", "Small improvement", "Deyang"):
        assert written in english


def test_what_is_wrong_with_a_form_is_said_in_english_too(client: FlaskClient) -> None:
    form = opened(client, "/demands/new?lang=en").form()
    assert sent(client, "/demands/brief", form, 422).one("div", class_="invalid-feedback").text == "Required."
