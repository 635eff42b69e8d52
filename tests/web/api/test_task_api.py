"""A program lists what waits for the office of its owner and takes steps, no further than its owner may."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace import workflow
from marketplace.db import unit_of_work
from marketplace.models import Achievement
from marketplace.permissions import SYSTEM
from marketplace.services.account import signing_in, tokens
from tests import factories
from tests.accounts import invited
from tests.factories import AchievementFactory, OrganisationFactory

PLACE = "/api/v1/tasks"


def program(app: Flask, scopes: list[str], role: str = "city", **scope: str) -> dict[str, str]:
    """Return the header a program of somebody in an office sends."""
    with app.app_context(), unit_of_work(app.extensions["marketplace"].sessions) as session:
        account = invited(session, f"{role}{'-'.join(scopes)}@example.cn", role, **scope)
        actor = signing_in.actor_of(account, has_second_factor=True)
        return {
            "Authorization": f"Bearer {tokens.create(session, actor, {'name': 't', 'scopes': scopes, 'days': 1})[1]}"
        }


@pytest.fixture
def numbers(app: Flask) -> list[int]:
    """Three achievements of a plant in Deyang at the desk of the city."""
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        plant = OrganisationFactory(name="旌阳阀门厂", region="510603", region_path="51/5106/510603")
        found = []
        for _ in range(3):
            achievement = AchievementFactory(
                state="unit_endorsed", published_state="unpublished", published_at=None, units=[plant]
            )
            workflow.move(session, SYSTEM, achievement)
            found.append(achievement.id)
        return found


def test_a_program_reads_the_queue_page_by_page(app: Flask, client: FlaskClient, numbers: list[int]) -> None:
    city = program(app, ["read", "review"], region="5106")
    # Without anybody in the office the tasks went up; now that there is somebody they are his.
    first = client.get(PLACE, query_string={"limit": 2}, headers=city).json
    second = client.get(PLACE, query_string={"limit": 2, "cursor": first["next"]}, headers=city).json
    found = [*first["tasks"], *second["tasks"]]
    assert [task["record"]["id"] for task in found] == numbers
    assert second["next"] is None
    task = found[0]
    assert (task["noun"], task["state"], task["organisation"]["name"]) == ("achievement", "unit_endorsed", "旌阳阀门厂")
    assert task["days_left"] == 10
    assert task["steps"] == ["pass_first_review", "return", "reject"]
    assert client.get(PLACE, query_string={"unit": "泵业"}, headers=city).json["tasks"] == []
    assert client.get(PLACE, query_string={"overdue": "true"}, headers=city).json["tasks"] == []


def test_a_program_takes_a_step_once(app: Flask, client: FlaskClient, numbers: list[int]) -> None:
    city = program(app, ["read", "review"], region="5106")
    task = client.get(PLACE, headers=city).json["tasks"][0]
    place = f"{PLACE}/{task['id']}/actions"
    body = {"action": "return", "reason": "请附检测报告", "mend": ["indicators"]}
    assert client.post(place, json=body, headers=city).status_code == 428
    stale = {**city, "If-Match": f'"{task["record"]["revision"] + 1}"'}
    assert client.post(place, json=body, headers=stale).json["current"] == task["record"]["revision"]
    seen = {**city, "If-Match": f'"{task["record"]["revision"]}"'}
    assert client.post(place, json={**body, "reason": ""}, headers=seen).json["errors"] == {"reason": ["请写明理由。"]}
    assert client.post(place, json={**body, "mend": ["nothing"]}, headers=seen).status_code == 422
    done = client.post(place, json=body, headers=seen)
    assert (done.status_code, done.json["state"]) == (200, "returned")
    assert client.post(place, json=body, headers=seen).status_code == 409
    with app.extensions["marketplace"].sessions() as session:
        record = session.get_one(Achievement, numbers[0])
        returned = workflow.open_task(session, record)
        assert returned is not None
        assert returned.to_mend == ["indicators"]


@pytest.mark.parametrize(
    ("role", "scope", "scopes", "status"),
    [
        ("city", {"region": "5106"}, ["read"], 403),
        ("city", {"region": "5106"}, ["review"], 200),
        ("worker", {}, ["read", "review"], 403),
        # Roles that need a second factor are not in force for a program.
        ("province_curator", {}, ["read", "review"], 403),
    ],
)
def test_a_program_sees_no_queue_without_an_office_and_the_scope(
    app: Flask,
    client: FlaskClient,
    numbers: list[int],
    role: str,
    scope: dict[str, str],
    scopes: list[str],
    status: int,
) -> None:
    answer = client.get(PLACE, headers=program(app, scopes, role, **scope))
    assert answer.status_code == status
    # A program that may not read is shown nothing that is not public.
    assert status == 403 or answer.json["tasks"] == []


def test_a_visitor_and_another_city_find_no_task(app: Flask, client: FlaskClient, numbers: list[int]) -> None:
    assert client.get(PLACE).status_code == 403
    other = {**program(app, ["read", "review"], region="5107"), "If-Match": '"1"'}
    assert client.get(PLACE, headers=other).json["tasks"] == []
    assert client.post(f"{PLACE}/1/actions", json={"action": "reject", "reason": "x"}, headers=other).status_code == 404
