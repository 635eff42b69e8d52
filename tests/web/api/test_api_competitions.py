"""Programs hold a labour competition: what is measured, units evaluated before and after, graded, shown, announced."""

from __future__ import annotations

import base64

from flask import Flask

from marketplace.db import today, unit_of_work
from marketplace.models import Campaign, Publicity
from tests import factories
from tests.accounts import opened_account
from tests.files import pdf
from tests.marketplace.participation import campaigning
from tests.web.api.test_api_contests import PLANT, SCOPES, YESTERDAY, Program, programs_of
from tests.web.api.test_api_studios import token_of

HELD = "/competitions/2"
ENERGY = {"name": "万元产值能耗", "unit": "吨标煤", "target": "8", "less_is_better": True}


def competing(app: Flask) -> dict[str, Program]:
    """Return the programs of a city with competition 2, of a clerk of a plant in it, and of another city."""
    programs = programs_of(app)
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        host = campaigning.opened(
            session, "labour_competition", title="节能竞赛", competition_class="non_public", quotas={"优胜": 1}
        )
        host.host_role, host.region_path, host.level = "city", "51/5106", "city"
    opened_account(app, "far@example.cn", "city", region="5107")
    return programs | {"far": Program(app.test_client(), token_of(app, "far@example.cn", *SCOPES))}


def measured(phase: str, value: object, **fields: object) -> dict[str, object]:
    found = {"indicator_id": 1, "value": value, "evidence": "能源台账"}
    return {"phase": phase, "evaluated_on": today().isoformat(), "values": [found], **fields}


def test_a_unit_is_evaluated_and_graded_and_its_grade_told_after_the_publicity(app: Flask) -> None:
    programs, sessions = competing(app), app.extensions["marketplace"].sessions
    city, clerk, far, visitor = (programs[it] for it in ("city", "clerk", "far", "visitor"))
    twice = city.put(f"{HELD}/indicators", {"indicators": [ENERGY, {**ENERGY, "target": "很多"}]}, 422)
    assert twice["errors"] == {"indicators.1.target": ["请填写数字。"]}
    clerk.put(f"{HELD}/indicators", {"indicators": [ENERGY]}, 403)
    held = city.put(f"{HELD}/indicators", {"indicators": [ENERGY]})
    assert (held["indicators"][0]["target"], held["grades"]) == ("8", [{"grade": "优胜", "count": 1, "given": 0}])
    assert visitor.get(HELD)["grades"] == [{"grade": "优胜", "count": 1, "given": None}]
    assert [it["id"] for it in visitor.get("/competitions")["competitions"]] == [2]
    visitor.get("/competitions/1", 404)

    assert set(clerk.post(f"{HELD}/registrations", {"unit": PLANT}, 422)["errors"]) == {"enterprise_class"}
    unit = {"unit": PLANT, "enterprise_class": held["types"][0]}
    place = f"/competitions/registrations/{clerk.post(f'{HELD}/registrations', unit, 201)['id']}"
    for stranger in (far, visitor):
        stranger.get(place, 404)
        assert stranger.get(f"{HELD}/registrations")["registrations"] == []
    assert clerk.get(place)["phases"] == ["before", "during"] and clerk.get(place)["evaluations"] == []
    wrong = clerk.post(f"{place}/evaluations", measured("later", "x", evaluated_on="2999-01-01"), 422)
    assert set(wrong["errors"]) == {"phase", "evaluated_on", "values.0.value"}
    assert clerk.post(f"{place}/evaluations", measured("before", 9.5))["compared"][0]["before"] == "9.5"
    far.post(f"{place}/evaluations", measured("before", 1), 404)
    clerk.post(f"{place}/evaluations", measured("after", 1), 403)
    sent = {"file_name": "能源台账.pdf", "purpose": "other", "content": base64.b64encode(pdf()).decode()}
    files = "/api/v1/files/competition_registration/1"
    assert clerk.client.post(files, json=sent, headers=clerk.headers).status_code == 201
    assert [it.client.get(files, headers=it.headers).status_code for it in (city, clerk, far)] == [200, 200, 404]

    city.post(f"{place}/evaluations", measured("after", 7), 422)
    with unit_of_work(sessions) as session:
        session.get_one(Campaign, 2).closes_on = today()
    city.post(f"{place}/grade", {"grade": "优胜"}, 409)
    after = city.post(f"{place}/evaluations", measured("after", 7, finding="降得多"))
    assert after["compared"] == [
        {"indicator_id": 1, "before": "9.5", "during": None, "after": "7", "change": "-2.5", "per_cent": "-26.3",
         "is_met": True},
    ]  # fmt: skip
    assert [it["by"] for it in after["evaluations"]] == ["clerk", "city"]
    city.put(f"{HELD}/indicators", {"indicators": [ENERGY]}, 409)
    assert set(city.post(f"{place}/grade", {"grade": "一等"}, 422)["errors"]) == {"grade"}
    clerk.post(f"{place}/grade", {"grade": "优胜"}, 403)
    assert city.post(f"{place}/grade", {"grade": "优胜", "reason": "降得多"})["grade"] == "优胜"
    assert (clerk.get(place)["grade"], clerk.get(place)["graded_because"]) == (None, "")
    assert clerk.get(f"{HELD}/grades/waiting") == {"registrations": [], "publicity": None}

    clerk.post(f"{HELD}/publicity", {}, 403)
    shown = city.post(f"{HELD}/publicity", {"channel": "平台首页"})
    assert [it["text"]["grade"] for it in shown["entries"]] == ["优胜"]
    assert city.get(f"{HELD}/grades/waiting")["publicity"] == shown["id"]
    assert "公示到" in city.post(f"{HELD}/announcement")["results"][0]["why"]
    city.post(f"{place}/evaluations", measured("after", 6), 409)
    with unit_of_work(sessions) as session:
        publicity = session.get_one(Publicity, shown["id"])
        publicity.starts_on = publicity.ends_on = YESTERDAY
    assert city.post(f"{HELD}/announcement")["results"] == [{"registration": 1, "why": None}]
    city.post(f"{HELD}/announcement", status=409)
    assert clerk.get(place)["grade"] == visitor.get(f"{HELD}/grades")["grades"][0]["grade"] == "优胜"
    clerk.post(f"{place}/take-back", {"reason": "数据不实"}, 403)
    assert city.post(f"{place}/take-back", {"reason": "数据不实"})["state"] == "revoked"
    assert visitor.get(f"{HELD}/grades")["grades"] == []
    assert clerk.post(f"{place}/withdraw", {"reason": "停产"})["withdrawn_because"] == "停产"
    clerk.post(f"{place}/withdraw", {"reason": "停产"}, 409)
