"""Programs run a whole contest: set up, registered for, drawn, scored, ranked, shown, certified, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Account, Campaign, Contest, Organisation, Publicity
from marketplace.services.account import tokens
from tests import factories
from tests.accounts import opened_account
from tests.factories import OrganisationFactory
from tests.marketplace.participation import campaigning
from tests.web.api.test_api_studios import token_of

PLACE, PLANT = "/api/v1/contests", "示例重机厂"
ROLES: dict[str, tuple[str, dict[str, str]]] = {
    "city": ("city", {"region": "5106"}), "clerk": ("unit_union", {"organisation": PLANT}),
    "worker": ("worker", {"organisation": PLANT}), "judge": ("judge", {}), "colleague": ("judge", {}),
}  # fmt: skip
SCOPES = ("read", "participation", "judging", "honours")
YESTERDAY = today() - dt.timedelta(1)


class Program:
    """What acts with the token of somebody: sends, and holds the answer against the status expected."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def get(self, place: str, status: int = 200) -> Any:
        return self._said(self.client.get(PLACE + place, headers=self.headers), status)

    def post(self, place: str, body: Any = None, status: int = 200) -> Any:
        return self._said(self.client.post(PLACE + place, json=body, headers=self.headers), status)

    def put(self, place: str, body: Any, status: int = 200, **headers: str) -> Any:
        return self._said(self.client.put(PLACE + place, json=body, headers=self.headers | headers), status)

    @staticmethod
    def _said(answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json


@pytest.fixture
def programs(app: Flask) -> dict[str, Program]:
    return programs_of(app)


def programs_of(app: Flask) -> dict[str, Program]:
    """Return programs of a city with a campaign, of a clerk and a worker of a plant, of two judges, and of nobody."""
    sessions, client = app.extensions["marketplace"].sessions, app.test_client()
    with unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")
        campaigning.opened(session, "skills", title="大比武")
    for who, (role, scope) in ROLES.items():
        opened_account(app, f"{who}@example.cn", role, **scope)
    with unit_of_work(sessions) as session:
        campaign = session.get_one(Campaign, 1)
        campaign.host_role, campaign.region_path, campaign.level = "city", "51/5106", "city"
        unit = session.scalars(sa.select(Organisation).filter_by(name=PLANT)).one()
        session.scalars(sa.select(Account).filter_by(name="colleague")).one().claimed_organisation_id = unit.id
    found = {who: Program(client, token_of(app, f"{who}@example.cn", *SCOPES)) for who in ROLES}
    return found | {"visitor": Program(client, {})}


def terms(**fields: Any) -> dict[str, Any]:
    tomorrow = (today() + dt.timedelta(1)).isoformat()
    stage = {"begins_on": tomorrow, "ends_on": tomorrow}
    return {
        "title": "焊工技能比赛", "registers_until": today().isoformat(), "judges_needed": 1, "spread": 20,
        "drops_extremes": False, "prizes": [{"grade": "一等奖", "count": 1}, {"grade": "二等奖", "count": 1}],
        "stages": [{"name": "预赛", "advancing": 1, **stage}, {"name": "决赛", **stage}],
        "groups": [{"name": "焊工", "criteria": {"实操": 60, "理论": 40}, "tie_break": ["实操"]}],
        **fields,
    }  # fmt: skip


def opened(programs: dict[str, Program]) -> None:
    """Let the city set contest 1 up, and open it with both judges."""
    city = programs["city"]
    city.post("/campaigns/1", terms(), 201)
    for it in city.get("/1/judges")["candidates"]:
        city.post("/1/judges", {"group": 1, "account": it["account"]})
    city.post("/1/step", {"action": "open"})


def drawn(programs: dict[str, Program], sessions: SessionFactory) -> None:
    """Let three take part, of whom the worker registered himself, registration be over and lots be drawn."""
    opened(programs)
    people = [{"person": name, "group": "焊工"} for name in ("甲一", "乙二")]
    programs["clerk"].post("/1/contestants", {"unit": PLANT, "people": people})
    programs["worker"].post("/1/contestants/own", {"group": "焊工"}, 201)
    with unit_of_work(sessions) as session:
        contest = session.get_one(Contest, 1)
        contest.registers_until = YESTERDAY
        for it in contest.stages:
            it.begins_on = it.ends_on = today()
    programs["city"].post("/1/step", {"action": "draw"})


def scored(programs: dict[str, Program], points: dict[str, tuple[int, int]]) -> Any:
    """Let the judge lock his sheets with so much for each, and the stage be ranked."""
    judge = programs["judge"]
    for it in judge.get("/sheets")["sheets"]:
        scores = dict(zip(("实操", "理论"), points[it["name"]], strict=True))
        judge.post(f"/sheets/{it['id']}/lock", {"scores": scores})
    return programs["city"].post("/1/step", {"action": "tally"})


def test_a_contest_is_set_up_and_fixed_once_it_is_open(programs: dict[str, Program]) -> None:
    city, clerk = programs["city"], programs["clerk"]
    short = [{"name": "焊工", "criteria": {"实操": 60}}]
    assert "合计应为 100 分" in str(city.post("/campaigns/1", terms(groups=short), 422)["errors"]["groups.0.criteria"])
    late = terms(drops_extremes=True, registers_until="2099-01-01")
    assert set(city.post("/campaigns/1", late, 422)["errors"]) == {"judges_needed", "registers_until"}
    clerk.post("/campaigns/1", terms(), 403)
    made = city.post("/campaigns/1", terms(), 201)
    assert (made["state"], made["revision"]) == ("draft", 1)
    programs["visitor"].get("/1", 404)
    assert programs["visitor"].get("?campaign=x", 400)["errors"] == {"campaign": ["请填写整数。"]}

    city.put("/1", terms(), 428)
    later = [*terms()["stages"][:1], {**terms()["stages"][1], "name": "总决赛"}]
    changed = city.put("/1", terms(stages=later), **{"If-Match": '"1"'})
    assert changed["revision"] > 1 and changed["stages"][1]["name"] == "总决赛"
    stale = city.put("/1", terms(), 409, **{"If-Match": '"1"'})
    assert (stale["given"], stale["current"]) == (1, changed["revision"])

    clerk.get("/1/judges", 404)
    judges = [it["account"] for it in city.get("/1/judges")["candidates"]]
    group = changed["groups"][0]["id"]
    city.post("/1/judges", {"group": group + 1, "account": judges[0]}, 404)
    assert len(city.post("/1/judges", {"group": group, "account": judges[0]})["seats"]) == 1
    assert city.post("/1/judges/remove", {"group": group, "account": judges[0]})["seats"] == []
    assert city.post("/1/step", {"action": "open"})["state"] == "open"
    city.put("/1", terms(), 409, **{"If-Match": f'"{changed["revision"]}"'})
    clerk.get("/1/judges", 403)
    clerk.post("/1/cancel", {"reason": "不办了"}, 403)
    city.post("/1/cancel", {}, 422)
    assert city.post("/1/cancel", {"reason": "不办了"})["cancelled_because"] == "不办了"


def test_a_unit_registers_its_people_and_a_worker_himself(app: Flask, programs: dict[str, Program]) -> None:
    opened(programs)
    city, clerk, worker = (programs[it] for it in ("city", "clerk", "worker"))
    assert [it["id"] for it in worker.get("/open")["contests"]] == [1]
    people = [
        {"person": "甲一", "group": "焊工"},
        {"person": "乙二", "group": "钳工"},
        {"person": "甲一", "group": "1"},
    ]
    told = clerk.post("/1/contestants", {"unit": PLANT, "people": people})["results"]
    assert [(bool(it["contestant"]), bool(it["why"])) for it in told] == [(True, False), (False, True), (False, True)]
    assert "比赛没有这个组别" in told[1]["why"]
    worker.post("/1/contestants", {"unit": PLANT, "people": people}, 403)
    assert set(worker.post("/1/contestants/own", {"group": "钳工"}, 422)["errors"]) == {"group"}
    own = worker.post("/1/contestants/own", {"group": "焊工"}, 201)
    assert (own["name"], own["number"], own["state"], own["results"]) == ("worker", None, "registered", [])
    assert worker.post("/1/contestants/own", {"group": "焊工"}, 409)["title"] == "现在不能这样做"
    place = f"/contestants/{own['id']}"
    assert worker.post(f"{place}/withdraw", {"reason": "出差"})["state"] == "withdrawn"
    worker.post(f"{place}/withdraw", {"reason": "出差"}, 409)
    assert worker.post("/1/contestants/own", {"group": "焊工"}, 201)["id"] == own["id"]
    assert [it["id"] for it in worker.get("/own")["contestants"]] == [own["id"]]

    page = city.get("/1/contestants?limit=1")
    assert [it["name"] for it in page["contestants"]] == ["甲一"]
    rest = city.get(f"/1/contestants?limit=1&cursor={page['next']}")
    assert ([it["name"] for it in rest["contestants"]], rest["next"]) == (["worker"], None)
    assert programs["visitor"].get("/1/contestants")["contestants"] == []
    programs["judge"].get(place, 404)
    programs["judge"].post("/1/contestants/own", {"group": "焊工"}, 403)
    # A token that may only read registers nobody.
    reading = Program(worker.client, token_of(app, "worker@example.cn", "read"))
    reading.post("/1/contestants/own", {"group": "焊工"}, 403)
    reading.get(place, 404)
    assert reading.get("/own")["contestants"] == []
    city.post("/contestants/99/withdraw", {"reason": "没有报名"}, 404)


def test_each_scope_opens_what_it_says_and_nothing_else(app: Flask, programs: dict[str, Program]) -> None:
    opened(programs)
    # What each would be answered if it may: the contest is open already, nobody is named, the group is unknown.
    asked: dict[str, tuple[str, dict[str, Any] | None, int]] = {
        "city": ("/1/step", {"action": "open"}, 409),
        "clerk": ("/1/contestants", {"unit": PLANT, "people": []}, 200),
        "worker": ("/1/contestants/own", {"group": "钳工"}, 422),
        "judge": ("/sheets", None, 200),
    }
    may = {("participation", "city"), ("participation", "clerk"), ("participation", "worker"), ("judging", "judge")}
    for scope in tokens.SCOPES:
        for who, (place, body, status) in asked.items():
            program = Program(app.test_client(), token_of(app, f"{who}@example.cn", scope))
            expected = status if (scope, who) in may else 403
            program.get(place, expected) if body is None else program.post(place, body, expected)


def test_a_judge_fills_in_and_locks_his_own_sheets_alone(
    app: Flask, programs: dict[str, Program], sessions: SessionFactory
) -> None:
    drawn(programs, sessions)
    city, judge, colleague = (programs[it] for it in ("city", "judge", "colleague"))
    page = judge.get("/sheets?limit=2")
    rest = judge.get(f"/sheets?limit=2&cursor={page['next']}")
    sheets = [*page["sheets"], *rest["sheets"]]
    assert (len(sheets), page["open"], rest["next"]) == (3, 3, None)
    place = f"/sheets/{sheets[0]['id']}"
    away = colleague.get("/sheets")["sheets"]
    assert {(it["recused_because"], it["name"], it["is_open"]) for it in away} == {("与参赛人同一单位", None, False)}
    colleague.post(f"/sheets/{away[0]['id']}/lock", {"scores": {"实操": 60, "理论": 40}}, 409)
    colleague.get(place, 404)
    city.get("/sheets", 403)
    city.put(place, {"scores": {"实操": 1}}, 403)
    Program(judge.client, token_of(app, "judge@example.cn", "read", "participation")).get("/sheets", 403)

    for scores, wrong in (({"实操": 61}, "实操"), ({"操作": 50}, "操作"), ({"实操": "好"}, "scores.实操.value")):
        assert set(judge.put(place, {"scores": scores}, 422)["errors"]) == {wrong}
    assert judge.put(place, {"scores": {"实操": 50}})["scores"] == {"实操": 50}
    assert set(judge.post(f"{place}/lock", {"scores": {"实操": 50}}, 422)["errors"]) == {"理论"}
    assert "3 张评分表没有锁定" in city.post("/1/step", {"action": "tally"}, 409)["detail"]
    locked = judge.post(f"{place}/lock", {"scores": {"实操": 50, "理论": 30}})
    assert (locked["total"], locked["is_open"]) == (80, False)
    judge.put(place, {"scores": {"实操": 1}}, 409)
    panel = city.get("/1/judges")
    assert panel["progress"] == {"stage": "预赛", "locked": 1, "count": 3}
    assert {it["name"]: (it["locked"], it["count"], it["away"]) for it in panel["seats"]} == {
        "judge": (1, 3, 0), "colleague": (0, 0, 3),
    }  # fmt: skip
    recusal = f"/sheets/{sheets[1]['id']}/recuse"
    assert set(judge.post(recusal, {"tie": "friend"}, 422)["errors"]) == {"tie", "reason"}
    assert judge.post(recusal, {"tie": "kin", "reason": "表兄"})["name"] is None


def test_a_contest_is_taken_to_its_certificates_and_one_is_taken_back(app_on_each: Flask) -> None:
    programs, sessions = programs_of(app_on_each), app_on_each.extensions["marketplace"].sessions
    drawn(programs, sessions)
    city, clerk, worker, visitor = (programs[it] for it in ("city", "clerk", "worker", "visitor"))
    page = city.get("/1/contestants?limit=2")
    rest = city.get(f"/1/contestants?limit=2&cursor={page['next']}")
    ids = {it["name"]: it["id"] for it in (*page["contestants"], *rest["contestants"])}
    (absent,) = city.get(f"/contestants/{ids['乙二']}")["results"]
    city.post("/1/absences", {"results": [99]}, 404)
    clerk.post("/1/absences", {"results": [absent["result"]]}, 403)
    city.post("/1/absences", {"results": [absent["result"]]})
    assert city.get(f"/contestants/{ids['乙二']}")["results"][0]["is_absent"] is True
    city.post("/1/absences", {"results": []})
    # Two share the only place that goes on, and both do.
    city.post("/1/announcement", {}, 409)
    equal = scored(programs, {"甲一": (50, 30), "乙二": (40, 30), "worker": (50, 30)})
    ranks = {it["name"]: (it["rank"], it["score"]) for it in equal["groups"][0]["ranks"]}
    assert ranks == {"甲一": (1, "80.00"), "worker": (1, "80.00"), "乙二": (3, "70.00")}
    assert clerk.get("/1")["groups"][0]["ranks"] == [] == worker.get("/own")["contestants"][0]["results"]
    city.post("/1/step", {"action": "begin"})
    last = scored(programs, {"甲一": (50, 30), "worker": (55, 30)})
    assert last["state"] == "ranked"

    begun = city.post("/1/announcement", {"channel": "平台首页"})
    assert [it["text"]["grade"] for it in begun["publicity"]["entries"]] == ["一等奖", "二等奖"]
    waiting = city.post("/1/publication")["prizes"]
    assert all(it["why"] and it["certificate"] is None for it in waiting)
    clerk.post("/1/publication", status=403)
    with unit_of_work(sessions) as session:
        shown = session.get_one(Publicity, 1)
        shown.starts_on = shown.ends_on = YESTERDAY
    given = city.post("/1/publication")
    assert given["contest"]["state"] == "published" and not any(it["why"] for it in given["prizes"])
    assert [it["name"] for it in visitor.get("/1")["groups"][0]["ranks"]] == ["w*****", "甲*", "乙*"]
    (own,) = worker.get("/own")["contestants"]
    assert [(it["stage"], it["rank"], it["advanced"]) for it in own["results"]] == [
        ("预赛", 1, True),
        ("决赛", 1, False),
    ]
    number = own["certificate"]["number"]
    stated = visitor.get(f"/certificates/{number}")
    assert (stated["is_valid"], stated["name"], stated["rank"], stated["grade"]) == (True, "w*****", 1, "一等奖")
    paper = worker.client.get(own["certificate"]["pdf"], headers=worker.headers)
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF")
    visitor.get(f"/certificates/{number}/pdf", 403)
    visitor.get("/certificates/CT2026-0001-999", 404)

    place = f"/contestants/{own['id']}"
    city.post(f"{place}/disqualify", {"reason": "代赛"}, 409)
    worker.post(f"{place}/take-back", {"reason": "代赛"}, 403)
    assert city.post(f"{place}/take-back", {"reason": "代赛"})["state"] == "revoked"
    assert visitor.get(f"/certificates/{number}")["is_valid"] is False
    worker.get(f"/certificates/{number}/pdf", 409)
