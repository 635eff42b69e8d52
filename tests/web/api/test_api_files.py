"""A program brings, lists, fetches and removes the files of its account, and sets who sees what."""

from __future__ import annotations

import base64

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import unit_of_work
from marketplace.models import Account
from tests import factories
from tests.factories import AchievementFactory
from tests.files import PROGRAM, pdf
from tests.web.api.test_api_submissions import bearer

AUTHOR = "author@example.cn"


@pytest.fixture
def author(app: Flask) -> dict[str, str]:
    return bearer(app, AUTHOR, "achievements")


@pytest.fixture
def number(app: Flask, author: dict[str, str]) -> int:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email=AUTHOR)).one()
        return AchievementFactory(
            state="draft", published_state="unpublished", published_at=None, account_id=account.id, principle="配比"
        ).id


def test_a_file_goes_in_and_comes_back_and_nobody_else_gets_it(
    client: FlaskClient, author: dict[str, str], number: int
) -> None:
    address = f"/api/v1/files/achievement/{number}"
    sent = {"file_name": "../总图.pdf", "purpose": "drawing", "content": base64.b64encode(pdf()).decode()}
    added = client.post(address, json=sent, headers=author)
    assert (added.status_code, added.json["file_name"], added.json["scan"]) == (201, "总图.pdf", "unscanned")
    assert client.get(address, headers=author).json["files"] == [added.json]
    got = client.get(added.headers["Location"], headers=author, buffered=True)
    assert got.data.startswith(b"%PDF-")
    assert got.headers["Content-Disposition"].startswith("attachment")
    for visitor in (client.get(address), client.get(added.headers["Location"]), client.post(address, json=sent)):
        assert visitor.status_code == 404
    bad = {**sent, "content": base64.b64encode(PROGRAM).decode()}
    assert "不是可以上传的类型" in client.post(address, json=bad, headers=author).json["detail"]
    assert client.post(address, json={**sent, "content": "%"}, headers=author).json["errors"]["content"]
    assert client.post(f"{added.headers['Location']}/remove", headers=author).json == {"files": []}


def test_a_program_sets_layers_as_the_page_does(client: FlaskClient, author: dict[str, str], number: int) -> None:
    author = author | {"If-Match": '"1"'}
    address = f"/api/v1/achievements/{number}/disclosure"
    refused = client.put(address, json={"protection": "planned", "layers": {"principle": 0}}, headers=author)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["principle"])
    done = client.put(address, json={"protection": "planned", "layers": {"problem": 2}}, headers=author)
    assert (done.status_code, done.json["layers"]) == (200, {"problem": 2})
    assert client.put(address, json={"protection": "planned"}, headers=author).status_code == 409
