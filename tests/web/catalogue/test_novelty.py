"""Before an achievement is submitted, its text is held against the records; whoever submits it decides."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.permissions import SYSTEM
from marketplace.services import achievement as achievements
from tests.web.api_records import FIXTURE, SEAL, stock
from tests.web.pages import Page, opened, sent

BETTER = FIXTURE["summary"].replace("0.015mm", "0.008mm")


def checked(client: FlaskClient, text: str, title: str = "", status: int = 200) -> Page:
    form = opened(client, "/novelty").form()
    form.setlist("text", [text])
    form.setlist("title", [title])
    return sent(client, "/novelty", form, status)


def asked(client: FlaskClient, text: str, title: str = "") -> dict[str, Any]:
    answer = client.post("/api/v1/novelty", json={"text": text, "title": title})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json
    return body


def test_a_text_on_record_is_recognised_and_led_to(app: Flask, client: FlaskClient) -> None:
    (number, _), _demands = stock(app, [FIXTURE, SEAL])
    page = checked(client, FIXTURE["summary"], FIXTURE["title"])
    assert "已有相同的成果" in page.source
    assert f"/achievements/{number}" in page.source


def test_what_differs_is_shown_beside_what_the_record_says(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    page = checked(client, BETTER, FIXTURE["title"])
    assert "在已有成果上有改进" in page.source
    assert "0.008mm" in page.one("table", class_="comparison").text
    assert "0.015mm" in page.one("table", class_="comparison").text


def test_the_text_stays_in_the_form_to_be_changed(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE])
    assert checked(client, BETTER).form()["text"] == BETTER


def test_a_text_like_none_is_told_to_be_new(app: Flask, client: FlaskClient) -> None:
    stock(app, [SEAL])
    assert "没有找到相同或相近的成果" in checked(client, "用己酸菌液淋窖养护，恢复老窖泥的活性。").source


def test_nothing_is_no_text(app: Flask, client: FlaskClient) -> None:
    stock(app, [SEAL])
    checked(client, "  ", status=422)
    assert client.post("/api/v1/novelty", json={"text": ""}).status_code == 422


def test_without_an_index_the_check_says_so(client: FlaskClient) -> None:
    checked(client, "夹具", status=503)
    assert client.post("/api/v1/novelty", json={"text": "夹具"}).status_code == 503


def test_a_program_gets_every_difference_with_its_place_in_both_texts(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    found = asked(client, BETTER, FIXTURE["title"])
    assert found["verdict"] == "improvement"
    nearest = found["nearest"][0]
    record = client.get(f"/api/v1/achievements/{nearest['achievement']['id']}").json
    assert nearest["differences"]
    for difference in nearest["differences"]:
        new, old = difference["new"], difference["record"]
        assert {"title": FIXTURE["title"], "text": BETTER}[new["field"]][new["start"] : new["end"]] == new["quote"]
        assert record[old["field"]][old["start"] : old["end"]] == old["quote"]


def test_only_what_the_asker_may_read_is_held_against(app: Flask, client: FlaskClient) -> None:
    (number, _), _demands = stock(app, [FIXTURE, SEAL])
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        achievements.act(session, SYSTEM, number, "revoke", "弄虚作假")
    found = asked(client, FIXTURE["summary"], FIXTURE["title"])
    assert number not in [near["achievement"]["id"] for near in found["nearest"]]
    assert found["verdict"] != "same"


@pytest.mark.parametrize("source", ["file", "-"])
def test_a_terminal_is_told_the_same(app: Flask, tmp_path: Any, source: str) -> None:
    stock(app, [FIXTURE, SEAL])
    file = tmp_path / "new.txt"
    file.write_text(BETTER, "utf-8")
    answer = app.test_cli_runner().invoke(
        args=["search", "novelty", "-" if source == "-" else str(file)], input=BETTER if source == "-" else None
    )
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("有改进")
    assert FIXTURE["title"] in answer.output
    assert "0.015mm" in answer.output
