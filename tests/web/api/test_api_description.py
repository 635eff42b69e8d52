"""The API describes itself: an OpenAPI document a tool can read, and a page a person can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web.api.catalogue.demands import EXAMPLE
from marketplace.web.api.catalogue.vocabularies import LISTS
from marketplace.web.api.questions import DemandBodySchema
from tests.web.api_records import FIXTURE, WANTED, stock

DOCS = Path(__file__).parents[3] / "docs" / "api.md"


def test_every_address_is_described_with_its_methods(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    described = {
        (path, method.upper()) for path, item in document["paths"].items() for method in item if method != "parameters"
    }
    served = {
        (re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith(("api-docs", "api_docs"))
    }
    assert described == served


def test_every_operation_has_a_name_of_its_own_and_every_reference_a_target(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    operations = [
        operation for item in answer.json["paths"].values() for key, operation in item.items() if key != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for kind, name in set(re.findall(r'"#/components/(\w+)/(\w+)"', answer.text)):
        assert name in answer.json["components"][kind]


def test_the_description_speaks_both_languages(client: FlaskClient) -> None:
    chinese = client.get("/api/v1/openapi.json", headers={"Accept-Language": "zh"})
    english = client.get("/api/v1/openapi.json", headers={"Accept-Language": "en"})
    assert chinese.json["info"]["title"] == "职工创新成果转化平台 API"
    assert not re.findall('"(?:summary|description)": ?"[^"]*[\u4e00-\u9fff][^"]*"', english.text)


def test_the_example_of_a_demand_can_be_posted_as_it_stands() -> None:
    assert DemandBodySchema().validate(EXAMPLE) == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(client: FlaskClient, language: str) -> None:
    page = client.get("/api/v1/docs", headers={"Accept-Language": language})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    for path in client.get("/api/v1/openapi.json").json["paths"]:
        assert path in page.text
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    assert not re.findall("<script|<style|style=|onclick=|src=", main)
    targets = set(re.findall('href="#([^"]+)"', main))
    assert targets <= set(re.findall('id="([^"]+)"', page.text))


def test_the_documentation_lists_every_operation_and_no_other(client: FlaskClient) -> None:
    described = {
        (method.upper(), re.sub(r"{\w+_id}", "{id}", path.removeprefix("/api/v1")))
        for path, item in client.get("/api/v1/openapi.json").json["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch")
    }
    listed = re.findall(r"^\| `([A-Z]+) (\S+)` \|", DOCS.read_text("utf-8"), re.MULTILINE)
    assert set(listed) == described


def test_the_documentation_names_whatever_may_stand_in_an_address(client: FlaskClient) -> None:
    rows = re.findall(r"^\| `[A-Z]+ (\S+)` \| (.+) \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    for path, item in client.get("/api/v1/openapi.json").json["paths"].items():
        address = re.sub(r"{\w+_id}", "{id}", path.removeprefix("/api/v1"))
        for parameter in item.get("parameters", ()):
            place = "{" + parameter["name"] + "}"
            upto = address.partition(place)[0] + place
            told = " ".join(text for row, text in rows if row.startswith(upto))
            lacking = [it for it in parameter["schema"].get("enum", ()) if f"`{it}`" not in told]
            assert not lacking, (path, lacking)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_code_list_is_given_whole_with_both_labels(client: FlaskClient, name: str) -> None:
    entries = client.get(f"/api/v1/vocabularies/{name}").json["entries"]
    assert [entry["code"] for entry in entries] == list(LISTS[name])
    assert all(entry["zh_Hans"] and entry["en"] for entry in entries)
    assert all(entry["parent"] is None or entry["parent"] in LISTS[name] for entry in entries)


def test_a_county_lies_in_its_city(client: FlaskClient) -> None:
    entries = {entry["code"]: entry for entry in client.get("/api/v1/vocabularies/regions").json["entries"]}
    assert entries["510603"] == {"code": "510603", "zh_Hans": "旌阳区", "en": "Jingyang District", "parent": "5106"}


def test_an_organisation_is_read_with_its_records_but_not_what_it_posted_unnamed(
    app: Flask, client: FlaskClient
) -> None:
    unit = "德阳示例机械厂"
    open_demand, unnamed = (
        {**WANTED, "organisation": unit},
        {**WANTED, "organisation": unit, "title": "匿名", "is_anonymous": True},
    )
    (fixture,), (named, anonymous) = stock(app, [FIXTURE], [open_demand, unnamed])
    organisation_id = client.get(f"/api/v1/achievements/{fixture}").json["units"][0]["id"]
    organisation = client.get(f"/api/v1/organisations/{organisation_id}").json
    assert (organisation["name"], organisation["kind"]) == (unit, "enterprise")
    assert organisation["achievements"] == [{"id": fixture, "title": FIXTURE["title"]}]
    assert organisation["demands"] == [{"id": named, "title": WANTED["title"]}]
    assert client.get(f"/api/v1/demands/{anonymous}").json["organisation"] is None
