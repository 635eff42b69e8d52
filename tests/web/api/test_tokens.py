"""Programs act with a token: made on a page, shown once, no more powerful than its scopes, ended at any time."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.schemas.account import TOKEN_SCOPES
from marketplace.services.account import tokens
from marketplace.web.account import names
from tests.accounts import opened_account, signed_in
from tests.web.api_records import FIXTURE, WANTED, stock
from tests.web.pages import opened, sent

EMAIL = "wang@example.cn"


@pytest.fixture
def person(app: Flask) -> FlaskClient:
    opened_account(app, EMAIL, "enterprise", organisation="绵阳示例电子厂")
    return signed_in(app, EMAIL)


def made(person: FlaskClient, *scopes: str, **fields: str) -> dict[str, str]:
    """Make a token on the page and return the header a program sends."""
    form = opened(person, "/account/tokens").form("/account/tokens", name="夜间同步", days="30", **fields)
    form.setlist("scopes", list(scopes))
    page = sent(person, "/account/tokens", form, 201)
    (header,) = [code.text for code in page.all("code")]
    assert header not in opened(person, "/account/tokens").source
    name, _, value = header.partition(": ")
    assert re.fullmatch(r"Bearer wix_[\w-]{43}", value)
    return {name: value}


def test_a_program_posts_and_changes_demands_of_its_account(app: Flask, person: FlaskClient) -> None:
    stock(app, [FIXTURE])
    program = app.test_client()
    headers = made(person, "read", "demands", "matches")
    posted = program.post("/api/v1/demands", json=WANTED, headers=headers)
    assert posted.status_code == 201
    place = posted.headers["Location"]
    assert program.get(place).status_code == 404
    known = program.get(place, headers=headers)
    assert known.json["contact_phone"] == WANTED["contact_phone"]
    assert "access_key" not in known.json
    changed = program.put(
        place, json={**WANTED, "title": "改过"}, headers={**headers, "If-Match": known.headers["ETag"]}
    )
    assert changed.json["title"] == "改过"
    (match,) = program.get(f"{place}/matches", headers=headers).json["matches"]
    answered = program.post(
        f"{place}/matches/{match['achievement']['id']}/answer", json={"interested": True}, headers=headers
    )
    assert answered.json["state"] == "interest_e"
    # The person sees in the browser what the program did.
    assert "改过" in opened(person, "/demands").text


@pytest.mark.parametrize(("scopes", "reads", "posts"), [(("read",), 200, 403), (("demands",), 404, 201)])
def test_a_token_does_what_its_scopes_say(
    app: Flask, person: FlaskClient, scopes: tuple[str, ...], reads: int, posts: int
) -> None:
    program = app.test_client()
    whole = made(person, "read", "demands")
    place = program.post("/api/v1/demands", json=WANTED, headers=whole).headers["Location"]
    headers = made(person, *scopes)
    assert program.get(place, headers=headers).status_code == reads
    assert program.post("/api/v1/demands", json=WANTED, headers=headers).status_code == posts


def test_every_scope_can_be_chosen_and_says_what_it_is() -> None:
    assert set(TOKEN_SCOPES) == set(tokens.SCOPES) == set(names.TOKEN_SCOPES)


@pytest.mark.parametrize("value", ["Bearer wrong", "Bearer ", "Basic d2FuZzp4", "wix_x", ""])
def test_a_token_that_opens_nothing_is_refused(client: FlaskClient, value: str) -> None:
    answer = client.get("/api/v1/demands", headers={"Authorization": value})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_a_revoked_token_opens_nothing(app: Flask, person: FlaskClient) -> None:
    headers = made(person, "read")
    program = app.test_client()
    assert program.get("/api/v1/demands", headers=headers).status_code == 200
    page = opened(person, "/account/tokens")
    (action,) = [form["action"] for form in page.all("form") if form["action"].endswith("/revoke")]
    sent(person, action, page.form(action))
    assert program.get("/api/v1/demands", headers=headers).status_code == 401


def test_a_cookie_is_nothing_to_the_api(app: Flask, person: FlaskClient) -> None:
    demand = sent_demand(person)
    assert person.get(demand).status_code == 200
    assert person.get(f"/api/v1{demand}").status_code == 404


def sent_demand(person: FlaskClient) -> str:
    form = opened(person, "/demands/new").form("/demands/brief", text=WANTED["text"])
    page = sent(person, "/demands/brief", form)
    assert page.form("/demands")["organisation"] == "绵阳示例电子厂"
    return person.post("/demands", data=page.form("/demands", title=WANTED["title"])).headers["Location"]


def test_a_demand_of_somebody_signed_in_belongs_to_the_account(app: Flask, person: FlaskClient) -> None:
    place = sent_demand(person)
    page = opened(person, place)
    assert "修改需求" in page.source
    assert "专用网址" not in page.source
    assert app.test_client().get(place).status_code == 404
    colleague = "zhao@example.cn"
    opened_account(app, colleague, "enterprise", organisation="绵阳示例电子厂")
    assert "修改需求" in opened(signed_in(app, colleague), place).source
    sent(person, "/account/sign-out", opened(person, "/account").form("/account/sign-out"))
    assert person.get(place).status_code == 404


def test_the_owner_of_an_achievement_answers_on_its_page(app: Flask, client: FlaskClient) -> None:
    stock(app, [FIXTURE], [WANTED])
    opened_account(app, "owner@example.cn", "enterprise", organisation=FIXTURE["completing_units"][0])
    owner = signed_in(app, "owner@example.cn")
    assert "告知不合适" not in opened(client, "/achievements/1").source
    page = opened(owner, "/achievements/1")
    (action,) = [form["action"] for form in page.all("form") if form["action"].endswith("/answer")]
    refused = sent(owner, action, page.form(action, interested="false"), 422)
    assert "请至少选一个理由" in refused.source
    page = sent(owner, action, page.form(action, interested="true"))
    assert "您已答复：有兴趣" in page.source
    token = page.form("/account/sign-out")["csrf_token"]
    assert client.post(action, data={"interested": "true", "csrf_token": token}).status_code in (400, 403)
