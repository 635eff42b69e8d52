"""A program reads what its office may: figures against targets, rates with what they rest on, entries page by page."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.permissions import SYSTEM
from tests import factories
from tests.accounts import opened_account
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import opened, told
from tests.web.api.test_api_studios import token_of

API = "/api/v1/statistics"


def test_figures_rates_and_the_entries_behind_them(app: Flask, client: FlaskClient, sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(name="示例重机厂", region_path="51/5106/510603", industry_path="C/34")
        skills = opened(session, "skills", opens_on=f"{today().year}-01-01", closes_on=f"{today().year}-12-31")
        for times in (1200, 30):
            told(session, SYSTEM, skills, plant, "training", person_times=times, persons=20, subject=str(times))
    opened_account(app, "city@example.cn", "city", region="5106")
    city, reader = (token_of(app, "city@example.cn", *it) for it in (("read", "participation"), ("read",)))
    found = client.get(f"{API}?theme=skills", headers=city).json
    trained, *_others = found["measures"]
    assert (trained["code"], trained["figures"]["person_times"]) == ("trained", 1230)
    assert trained["change"] == {"before": None, "difference": None, "percent": None}
    assert [(it["region"], it["industry"], it["figures"]["entries"]) for it in found["cells"]] == [("510603", "C", 2)]
    rates = client.get(f"{API}/rates", headers=city).json
    assert (rates["participation"]["value"], rates["participation"]["denominator"]) == (None, None)
    assert (rates["coverage"]["text"], rates["coverage_target"]) == ("无数据", 90)
    counted = client.get(f"{API}/rates/counted?rate=participation&side=whole", headers=city).json
    assert (counted["number"], counted["counted"], counted["is_withheld"]) == (0, [], False)
    found = client.get(f"{API}/studios", headers=city).json
    assert (found["studios"], found["change"]["before"], found["results"]["denominator"]) == (0, 0, None)
    counted = client.get(f"{API}/studios/counted?figure=holding", headers=city).json
    assert counted == {"number": 0, "counted": [], "withheld": 0, "next": None}
    aims = client.get(f"{API}/targets", headers=city).json["targets"]
    assert {"region": "51", "industry": "", "measure": "trained", "amount": 2_000_000} in [
        {name: it[name] for name in ("region", "industry", "measure", "amount")} for it in aims
    ]
    month = today().year * 100 + today().month
    aim = {"year": today().year, "month": today().month, "region": "5106", "measure": "trained", "amount": 2460}
    assert aim | {"industry": ""} in [
        {"year": today().year} | {name: it[name] for name in ("month", "region", "industry", "measure", "amount")}
        for it in client.post(f"{API}/targets", json=aim, headers=city).json["targets"]
    ]
    found = {it["month"]: it["target"] for it in client.get(f"{API}?theme=skills", headers=city).json["months"]}
    assert (found.pop(month)["text"], set(found.values())) == ("50.0%", {None})
    wrong = client.post(f"{API}/targets", json=aim | {"month": 13, "amount": -1, "region": "99"}, headers=city).json
    assert set(wrong["errors"]) == {"month", "amount", "region"}
    assert client.post(f"{API}/targets", json=aim | {"region": "5107"}, headers=city).status_code == 403
    assert client.post(f"{API}/targets", json=aim, headers=reader).status_code == 403
    page = client.get(f"{API}/entries?theme=skills&limit=1", headers=city).json
    assert (page["figures"]["entries"], len(page["entries"])) == (2, 1)
    rest = client.get(f"{API}/entries?theme=skills&limit=1&cursor={page['next']}", headers=city).json
    assert (rest["entries"][0]["person_times"], rest["next"]) == (1200, None)
    for headers, address, status in (
        (reader, API, 403),
        ({}, API, 403),
        (city, f"{API}?region=5107&theme=skills", 403),
    ):
        separator = "&" if "?" in address else "?theme=skills"
        assert client.get(f"{address}{separator}", headers=headers).status_code == status
    assert client.get(f"{API}?theme=skills&first=9&last=2", headers=city).status_code == 422
    assert client.get(f"{API}?theme=nothing", headers=city).status_code == 400
