"""Whatever is wrong with a request is told as problem details: which field, in which language, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import marshmallow as ma
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from marketplace.web.api.parsing import fields
from tests.web.api_records import FIXTURE, stock

DEMAND = {"title": "标题", "text": "内容"}
WRONG = {
    "title": 1,
    "text": {},
    "process": [],
    "indicators": [1],
    "due": "明天",
    "budget_min": "百万",
    "budget_max": -1,
    "cooperation": ["魔法"],
    "min_trl": 10,
    "industry": "没有的行业",
    "region": 51,
    "is_anonymous": "也许",
    "organisation": "名" * 201,
    "state": "open",
}


def test_every_wrong_field_of_a_demand_is_named_in_chinese(client: FlaskClient) -> None:
    answer = client.post("/api/v1/demands", json=WRONG)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert {name.split(".")[0] for name in answer.json["errors"]} == set(WRONG)
    for sentences in answer.json["errors"].values():
        assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in sentences), sentences


def test_a_problem_is_told_in_the_language_asked_for(client: FlaskClient) -> None:
    answer = client.post("/api/v1/demands", json=WRONG, headers={"Accept-Language": "en"})
    told = answer.json["title"] + answer.json["detail"] + str(answer.json["errors"])
    for quoted in ("没有的行业", "魔法"):
        told = told.replace(quoted, "")
    assert not re.search("[\u4e00-\u9fff]", told)
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_field_inside_a_list_is_named_by_its_path(client: FlaskClient) -> None:
    answer = client.post(
        "/api/v1/demands", json={**DEMAND, "indicators": [{"name": "圆度", "value": "1"}, {"name": "孔径"}]}
    )
    assert list(answer.json["errors"]) == ["indicators.1.value"]


def test_a_field_nobody_knows_is_named(client: FlaskClient) -> None:
    answer = client.post("/api/v1/demands", json={**DEMAND, "budget": 5, "source": "别处"})
    assert set(answer.json["errors"]) == {"budget", "source"}


@pytest.mark.parametrize("address", ["achievements", "demands", "achievements/1/similar"])
def test_a_parameter_nobody_knows_is_named(app: Flask, client: FlaskClient, address: str) -> None:
    stock(app, [FIXTURE])
    answer = client.get(f"/api/v1/{address}?regoin=51&limit=0")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert set(answer.json["errors"]) == {"regoin", "limit"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"min_trl": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"title": "\\ud800", "text": "x"}', "application/json", 422),
        (b'{"title": "a\\u0000b", "text": "x"}', "application/json", 422),
        (b'{"title": "x", "text": "x", "budget_max": NaN}', "application/json", 422),
        (b'{"title": "x", "text": "x", "budget_max": 1e400}', "application/json", 422),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_a_reason(
    client: FlaskClient, body: bytes, kind: str, status: int
) -> None:
    answer = client.post("/api/v1/demands", data=body, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/vocabularies/nothing", 404),
        ("GET", "/api/v1/achievements/99999999999999999999", 404),
        ("GET", "/api/v1/organisations/1", 404),
        ("DELETE", "/api/v1/demands/1", 405),
        ("POST", "/api/v1/achievements", 405),
    ],
)
def test_what_is_not_there_is_a_problem_too(client: FlaskClient, method: str, address: str, status: int) -> None:
    answer = client.open(address, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert {"type", "title", "status", "detail", "instance"} <= set(answer.json)


def test_a_program_may_ask_what_an_address_allows_but_no_page_of_another_host_may(client: FlaskClient) -> None:
    answer = client.options("/api/v1/demands", headers={"Origin": "https://elsewhere.example"})
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert "Access-Control-Allow-Origin" not in answer.headers


def taken(schema: ma.Schema) -> Iterator[ma.fields.Field]:
    """Yield the fields of what is sent, and of what lies within them."""
    for field in schema.load_fields.values():
        yield field
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(inner, ma.fields.Nested):
            yield from taken(inner.schema)


@pytest.mark.parametrize(("language", "foreign"), [("zh", "[a-z] [a-z]"), ("en", "[\u4e00-\u9fff]")])
def test_whatever_an_operation_takes_it_refuses_in_the_language_of_who_asks(
    app: Flask, language: str, foreign: str
) -> None:
    described = [getattr(view, "_apidoc", {}).get("arguments", {}) for view in app.view_functions.values()]
    asked = [it["schema"] for arguments in described for it in arguments.get("parameters", ())]
    schemas = [it() if isinstance(it, type) else it for it in asked]
    assert len(schemas) > 100
    with app.test_request_context(headers={"Accept-Language": language}):
        for field in {it for schema in schemas for it in taken(schema)}:
            for wrong in (ma.missing, None, "☃", [1], {"☃": 1}, -5, 10**30, "☃" * 5000):
                try:
                    field.deserialize(wrong)
                except ma.ValidationError as error:
                    for said in fields(error.normalized_messages()).values():
                        assert not any(re.search(foreign, sentence) for sentence in said), (field, said)


messages = st.recursive(
    st.lists(st.text(min_size=1), min_size=1, max_size=2),
    lambda below: st.dictionaries(st.sampled_from(["_schema", "a", "b", 0, 1]), below, min_size=1, max_size=3),
)


@given(st.dictionaries(st.sampled_from(["title", "_schema", "indicators"]), messages, min_size=1))
def test_however_deep_messages_are_each_has_a_field(nested: dict) -> None:
    told = fields(nested)
    assert told
    assert all(name and sentences for name, sentences in told.items())
