"""While the index cannot be asked, people and programs are answered from the database and told so."""

from __future__ import annotations

import shutil

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.runtime import Runtime
from search.document import SearchRequest
from search.errors import IndexUnavailable
from tests.web.api_records import FIXTURE, SEAL, stock
from tests.web.catalogue.test_catalogue_pages import opened, titles

NOTICE = "检索服务暂时不可用"


@pytest.fixture
def lost(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A visitor while the engine does not answer."""
    stock(app, [FIXTURE, SEAL])
    held: Runtime = app.extensions["marketplace"]

    def fail(_request: SearchRequest) -> None:
        raise IndexUnavailable("连接不上检索引擎")

    monkeypatch.setattr(held.catalogue, "search", fail)
    return client


def test_a_search_is_answered_from_the_database_with_a_notice(lost: FlaskClient) -> None:
    page = opened(lost, "/achievements?q=主轴箱漏油")
    assert titles(page) == [SEAL["title"]]
    assert NOTICE in page.text


def test_the_notice_is_in_the_language_of_the_reader(lost: FlaskClient) -> None:
    page = opened(lost, "/achievements?q=漏油&lang=en")
    assert "The search service is not available" in page.text


def test_filters_hold_and_can_be_taken_back(lost: FlaskClient) -> None:
    page = opened(lost, "/achievements?region=510603")
    assert titles(page) == [FIXTURE["title"]]
    assert len(titles(opened(lost, page.link("全部去掉")))) == 2


def test_nothing_found_is_said_beside_the_notice(lost: FlaskClient) -> None:
    page = opened(lost, "/achievements?q=焊接烟尘")
    assert NOTICE in page.text
    assert "没有找到相符的成果" in page.text


def test_the_first_page_and_every_record_open_without_the_index(lost: FlaskClient) -> None:
    assert SEAL["title"] in opened(lost, "/").text
    assert opened(lost, "/achievements/1").status == 200


def test_a_program_gets_the_same_answer_and_the_notice(lost: FlaskClient) -> None:
    answer = lost.get("/api/v1/achievements?q=主轴箱漏油").json
    assert [hit["title"] for hit in answer["hits"]] == [SEAL["title"]]
    assert answer["notice"].startswith(NOTICE)
    assert (answer["total"], answer["facets"], answer["suggestions"], answer["next"]) == (1, {}, [], None)


def test_with_the_index_there_is_no_notice(app: Flask, client: FlaskClient) -> None:
    stock(app, [SEAL])
    assert NOTICE not in opened(client, "/achievements?q=漏油").text
    assert client.get("/api/v1/achievements?q=漏油").json["notice"] is None


def test_before_the_index_is_built_people_are_answered_and_afterwards_from_it(app: Flask, client: FlaskClient) -> None:
    assert NOTICE in opened(client, "/achievements?q=漏油").text
    stock(app, [SEAL])
    assert NOTICE not in opened(client, "/achievements?q=漏油").text


def test_an_index_whose_files_are_lost_is_no_error(app: Flask, client: FlaskClient) -> None:
    stock(app, [SEAL])
    opened(client, "/achievements?q=漏油")
    shutil.rmtree(app.extensions["marketplace"].settings.index_path)
    page = opened(client, "/achievements?q=漏油")
    assert (titles(page), NOTICE in page.text) == ([SEAL["title"]], True)
