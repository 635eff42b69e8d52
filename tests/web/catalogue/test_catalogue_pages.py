"""Whoever looks for an achievement finds it, sees why it was found, narrows the search and can send its address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.api_records import FIXTURE, SEAL, WANTED, stock
from tests.web.conftest import Shelf
from tests.web.pages import Page, opened


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    """A visitor of a catalogue with two achievements and a demand."""
    return shelf([FIXTURE, SEAL], [WANTED]).test_client()


@pytest.fixture
def pair_a_page(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> Iterator[FlaskClient]:
    """A visitor of a catalogue of five achievements that shows two on a page."""
    app = build_app(sqlite_url, tmp_path, embedder, PAGE_SIZE="2")
    stock(app, [{**SEAL, "title": f"漏油治理之{number}"} for number in range(5)])
    yield app.test_client()
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


def titles(page: Page) -> list[str]:
    return [heading.text for heading in page.all("h2") if heading["lang"]]


def test_the_first_page_counts_what_there_is_and_shows_the_newest(visitor: FlaskClient) -> None:
    page = opened(visitor, "/")
    assert [count.text for count in page.all("dd")] == ["2", "1", "1", "2"]
    assert page.link(FIXTURE["title"]).startswith("/achievements/")
    assert page.link(WANTED["title"]).startswith("/demands/")
    assert opened(visitor, page.link("制造业")).text.count(FIXTURE["title"]) == 1


def test_the_first_page_opens_before_anything_was_imported(client: FlaskClient) -> None:
    page = opened(client, "/")
    assert "还没有公布的成果" in page.text
    assert page.link("发布第一条需求") == "/demands/new"


def test_a_question_finds_marks_what_agrees_and_gives_the_reason(visitor: FlaskClient) -> None:
    page = opened(visitor, "/achievements?q=薄壁壳体用什么夹具")
    assert titles(page)[0] == FIXTURE["title"]
    assert "夹具" in {mark.text for mark in page.all("mark")}
    assert page.all("p", class_="reason")[0].text.startswith("命中词：")
    placed = page.all("details", class_="features")
    assert len(placed) == len(titles(page))
    assert "语义相近程度" in placed[0].text
    assert page.one("input", name="q")["value"] == "薄壁壳体用什么夹具"


def test_a_single_character_asked_for_is_marked(visitor: FlaskClient) -> None:
    assert "漏" in {mark.text for mark in opened(visitor, "/achievements?q=漏").all("mark")}


def test_where_nothing_was_asked_no_place_is_explained(visitor: FlaskClient) -> None:
    assert not opened(visitor, "/achievements").all("details", class_="features")


@pytest.mark.parametrize("facet", ["德阳市", "7–9 应用", "小革新", "普通许可", "2024", "制造业"])
def test_the_count_beside_a_filter_is_what_is_left_after_choosing_it(visitor: FlaskClient, facet: str) -> None:
    page = opened(visitor, "/achievements")
    (choice,) = [link for link in page.all("a") if link.text.startswith(f"{facet} ")]
    left = opened(visitor, choice["href"])
    assert choice.text == f"{facet} {len(titles(left))}"
    assert titles(left) == [FIXTURE["title"]]
    assert len(titles(opened(visitor, left.link(f"{facet} ×")))) == 2


def test_a_region_is_chosen_level_by_level(visitor: FlaskClient) -> None:
    city = opened(visitor, opened(visitor, "/achievements").link("德阳市"))
    county = opened(visitor, city.link("旌阳区"))
    assert titles(county) == [FIXTURE["title"]]
    assert [link.text for link in county.all("ol", class_="path")] == ["不限 四川省 德阳市 旌阳区"]
    assert len(titles(opened(visitor, county.link("不限")))) == 2


def test_a_new_question_keeps_the_filters_but_not_the_page(visitor: FlaskClient) -> None:
    page = opened(visitor, "/achievements?q=夹具&region=5106&sort=newest&page=7")
    kept = {field["name"]: field["value"] for field in page.all("input", type="hidden")}
    assert kept == {"region": "5106", "sort": "newest"}


def test_results_are_put_in_the_order_asked_for(app: Flask, client: FlaskClient) -> None:
    done = {"旧的": "2012-05-01", "新的": "2024-05-01"}
    stock(app, [{**SEAL, "title": title, "completed_on": day} for title, day in done.items()])
    page = opened(client, opened(client, "/achievements").link("最新"))
    assert titles(page) == ["新的", "旧的"]
    assert "最新" in [link.text for link in page.all("a", **{"aria-current": "true"})]


def test_pages_follow_each_other_without_loss_or_repetition(pair_a_page: FlaskClient) -> None:
    page, seen = opened(pair_a_page, "/achievements?q=漏油"), []
    while True:
        seen += titles(page)
        if not page.all("a", rel="next"):
            break
        page = opened(pair_a_page, page.one("a", rel="next")["href"])
    assert sorted(seen) == [f"漏油治理之{number}" for number in range(5)]
    assert "第 5–5 项，共 5 项" in page.text
    assert titles(opened(pair_a_page, page.one("a", rel="prev")["href"])) == seen[2:4]


def test_a_page_beyond_the_last_leads_back(pair_a_page: FlaskClient) -> None:
    page = opened(pair_a_page, "/achievements?page=9")
    assert titles(opened(pair_a_page, page.link("回到第一页"))) == titles(opened(pair_a_page, "/achievements"))


def test_where_nothing_is_found_the_page_says_what_to_try(visitor: FlaskClient) -> None:
    page = opened(visitor, "/achievements?q=夹具&year=1999")
    assert "没有找到相符的成果" in page.text
    assert titles(opened(visitor, page.link("去掉全部筛选条件"))) != []
    assert page.link("把难题写成需求发布") == "/demands/new"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "，。！？",
        "轴" * 5000,
        "<script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "' OR 1=1 -- ",
        "title:夹具 AND (body:",
        "../../etc/passwd",
        "軸承 bearing ﾍﾞｱﾘﾝｸﾞ 🔧",
        "\x00\x07\u202e",
    ],
)
def test_whatever_is_asked_is_answered_and_shown_as_text(visitor: FlaskClient, question: str) -> None:
    page = Page(visitor.get("/achievements", query_string={"q": question}))
    assert page.status == 200
    assert page.all("script") == []
    assert page.one("input", name="q")["value"] == question.strip()[:300]
    assert not [it for it in page.elements if "onmouseover" in it.attributes]


@pytest.mark.parametrize(
    "mistyped", ["page=-1", "page=x", "page=99999999999999999999", "sort=cheapest", "region=99", "year=20", "kind="]
)
def test_what_an_address_says_that_does_not_exist_is_left_out(visitor: FlaskClient, mistyped: str) -> None:
    page = opened(visitor, f"/achievements?{mistyped}")
    assert len(titles(page)) == 2 or "回到第一页" in page.text


def test_the_help_explains_and_its_example_finds_something(visitor: FlaskClient) -> None:
    assert titles(opened(visitor, opened(visitor, "/help").link("看一个例子")))[0] == FIXTURE["title"]


def test_the_about_page_says_what_is_public_and_what_no_number_means(client: FlaskClient) -> None:
    page = opened(client, "/about")
    assert "联系方式始终不公开" in page.text
    assert "不是成功的概率" in page.text
