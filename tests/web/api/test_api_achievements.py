"""A program finds, reads and compares achievements, and is told nothing a visitor may not see."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, unit_of_work
from search.asking.ranking import FITTED
from tests import factories
from tests.web.api_records import FIXTURE, PERSONAL, SEAL, WANTED, stock

ADDRESS = "/api/v1/achievements"


def found(client: FlaskClient, **question: Any) -> dict[str, Any]:
    answer = client.get(ADDRESS, query_string=question)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json
    return body


def marked(text: str, spans: list[dict[str, int]]) -> list[str]:
    return [text[span["start"] : span["end"]] for span in spans]


@pytest.fixture
def fixture_id(app: Flask) -> int:
    """One achievement among others, by its number."""
    (fixture, _seal), _ = stock(app, [FIXTURE, SEAL])
    return fixture


def test_a_question_finds_an_achievement_and_says_why(client: FlaskClient, fixture_id: int) -> None:
    page = found(client, q="薄壁壳体 夹具")
    best = page["hits"][0]
    assert (best["id"], best["rank"], best["title"]) == (fixture_id, 1, FIXTURE["title"])
    assert "夹具" in best["reason"]["words"]
    assert sum(best["reason"]["contributions"].values()) == pytest.approx(best["score"])
    assert best["reason"]["contributions"].keys() == best["reason"]["features"].keys() == FITTED["question"].keys()
    assert best["snippet"] in FIXTURE["summary"]
    assert "薄壁" in "".join(marked(best["title"], best["highlights"]["title"]))
    assert "夹具" in marked(best["snippet"], best["highlights"]["snippet"])


def test_a_filter_on_a_city_finds_what_lies_in_its_districts(client: FlaskClient, fixture_id: int) -> None:
    page = found(client, region="5106")
    assert [hit["id"] for hit in page["hits"]] == [fixture_id]
    assert page["total"] == 1


def test_a_filter_may_be_given_by_its_label(client: FlaskClient, fixture_id: int) -> None:
    assert [hit["id"] for hit in found(client, region="德阳市")["hits"]] == [fixture_id]


def test_values_of_one_filter_are_alternatives_and_filters_add_up(client: FlaskClient, fixture_id: int) -> None:
    assert found(client, kind=["small_invention", "small_improvement"])["total"] == 2
    assert found(client, kind="small_invention", region="5106")["total"] == 0


def test_facets_count_what_a_filter_would_leave(client: FlaskClient, fixture_id: int) -> None:
    regions = {facet["value"]: facet["count"] for facet in found(client)["facets"]["region"]}
    assert (regions["51"], regions["5106"], regions["510104"]) == (2, 1, 1)


@pytest.mark.parametrize("question", ["", "，。！", "x" * 5000, "' OR 1=1 -- \x00\x07", "轴承 bearing 軸承 ﾍﾞｱﾘﾝｸﾞ"])
def test_whatever_is_asked_is_answered(client: FlaskClient, fixture_id: int, question: str) -> None:
    assert "hits" in found(client, q=question)


def test_pages_turned_by_cursor_hold_every_achievement_once(app: Flask, client: FlaskClient) -> None:
    ids, _ = stock(app, [{**SEAL, "title": f"主轴箱漏油治理之{number}"} for number in range(7)])
    page = found(client, q="主轴箱漏油", limit=3)
    seen = page["hits"]
    while page["next"]:
        page = found(client, q="主轴箱漏油", limit=3, cursor=page["next"])
        seen += page["hits"]
    assert sorted(hit["id"] for hit in seen) == sorted(ids)
    assert [hit["rank"] for hit in seen] == [1, 2, 3, 4, 5, 6, 7]


def test_a_cursor_of_another_question_is_refused_by_name(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    cursor = found(client, limit=1)["next"]
    for question in ({"q": "夹具", "cursor": cursor}, {"cursor": cursor[:-1] + "?"}, {"cursor": "2"}):
        answer = client.get(ADDRESS, query_string=question)
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
        assert list(answer.json["errors"]) == ["cursor"]


def test_an_achievement_is_read_as_far_as_it_is_disclosed(client: FlaskClient, fixture_id: int) -> None:
    record = client.get(f"{ADDRESS}/{fixture_id}").json
    assert (record["title"], record["trl"], record["region"]) == (FIXTURE["title"], 8, "510603")
    assert record["units"][0]["name"] == "德阳示例机械厂"
    assert record["completers"][0]["name"] == "张三"
    assert not {"principle", "contact_name", "contact_phone", "extra"} & set(record)


def test_an_achievement_that_has_not_changed_is_not_sent_again(client: FlaskClient, fixture_id: int) -> None:
    first = client.get(f"{ADDRESS}/{fixture_id}")
    assert first.headers["ETag"] == f'"{first.json["revision"]}"'
    again = client.get(f"{ADDRESS}/{fixture_id}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_achievement_nobody_published_does_not_exist(client: FlaskClient, sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        draft = factories.AchievementFactory(state="draft", published_state="unpublished", published_at=None).id
    for address in (f"{ADDRESS}/{draft}", f"{ADDRESS}/{draft}/demands", f"{ADDRESS}/{draft}/similar"):
        answer = client.get(address)
        assert (answer.status_code, answer.json["instance"]) == (404, address)


def test_what_is_like_an_achievement_is_listed_without_itself(app: Flask, client: FlaskClient) -> None:
    (fixture, like), _ = stock(app, [FIXTURE, {**FIXTURE, "title": "薄壁套筒涨胎夹具"}])
    hits = client.get(f"{ADDRESS}/{fixture}/similar").json["hits"]
    assert [hit["id"] for hit in hits] == [like]


def test_the_open_demands_an_achievement_may_solve_are_listed_with_reasons(app: Flask, client: FlaskClient) -> None:
    (fixture, _), (wanted,) = stock(app, [FIXTURE, SEAL], [WANTED])
    (match,) = client.get(f"{ADDRESS}/{fixture}/demands").json["matches"]
    assert match["demand"] == {"id": wanted, "title": WANTED["title"]}
    assert any(reason["quote"] for reason in match["reasons"])


def test_no_answer_about_achievements_names_a_contact(app: Flask, client: FlaskClient) -> None:
    (fixture, _), _ = stock(app, [FIXTURE, SEAL], [WANTED])
    for address in ("", "?q=李联系", f"/{fixture}", f"/{fixture}/demands", f"/{fixture}/similar"):
        answer = client.get(ADDRESS + address)
        assert answer.status_code == 200
        assert not [secret for secret in PERSONAL if secret in answer.text]
