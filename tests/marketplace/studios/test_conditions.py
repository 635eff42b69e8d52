"""The conditions of a studio are told from its record, or said to be unknown; a dossier stays as it was made."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.db import today
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import RuleValue, Studio
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import GrantSchema
from marketplace.services.studio import conditions, dossier, keeping
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import FIVE, LAST_MONTH, complete

DAY = today()
LONG_AGO = DAY - dt.timedelta(400)


def states(session: Session, studio: Studio) -> dict[str, str]:
    session.flush()
    session.expire_all()
    return {it.name: it.state for it in conditions.of(session, studio, DAY)}


def test_of_an_empty_record_nothing_is_taken_for_nought(session: Session, studio: Studio) -> None:
    assert states(session, studio) == {
        "leader": "fail", "members": "no_data", "premises": "no_data", "equipment": "no_data", "rules": "no_data",
        "plan": "no_data", "budget": "no_data", "results": "no_data", "pairs": "no_data", "ledger": "no_data",
        "not_a_lab": "no_data", "crews": "no_data", "not_delisted": "pass",
    }  # fmt: skip


def test_a_complete_record_meets_every_condition_with_its_evidence(session: Session, studio: Studio) -> None:
    complete(session, studio)
    assert set(states(session, studio).values()) == {"pass"}
    found = {it.name: it for it in conditions.of(session, studio, DAY)}
    assert [(it.noun, it.text) for it in found["leader"].evidence] == [("honour", "德阳市劳动模范")]
    assert found["results"].evidence[0].noun == "achievement"
    assert found["members"].params == {"count": 5, "least": 5}
    assert all(it.evidence for it in found.values())
    assert tuple(found) == conditions.NAMES


def too_old(studio: Studio) -> None:
    studio.results[0].made_on = LONG_AGO


def from_one_crew(studio: Studio) -> None:
    for member in studio.members:
        member.crew = "装配一班"


def without_a_crew(studio: Studio) -> None:
    from_one_crew(studio)
    studio.members[0].crew = None


def of_a_unit_alone(studio: Studio) -> None:
    assert studio.leader is not None
    studio.leader.person.honours[0].level = "unit"


def of_a_unit_and_skilled(studio: Studio) -> None:
    of_a_unit_alone(studio)
    assert studio.leader is not None
    studio.leader.person.skill_level = "technician"


def unknown_leader(studio: Studio) -> None:
    assert studio.leader is not None
    studio.leader.person.honours[0].person_id = studio.members[0].person_id


def set_to(**fields: Any) -> Callable[[Studio], None]:
    return lambda studio: [setattr(studio, name, value) for name, value in fields.items()] and None


CHANGES: list[tuple[Callable[[Studio], None], str, str]] = [
    (too_old, "results", "fail"), (from_one_crew, "crews", "fail"), (without_a_crew, "crews", "no_data"),
    (of_a_unit_alone, "leader", "fail"), (of_a_unit_and_skilled, "leader", "pass"),
    (unknown_leader, "leader", "no_data"),
    (set_to(area=0), "premises", "fail"), (set_to(area=None), "premises", "no_data"),
    (set_to(was_lab=True), "not_a_lab", "fail"), (set_to(rules=""), "rules", "no_data"),
    (lambda it: setattr(it.years[0], "budget", 0), "budget", "fail"),
    (lambda it: setattr(it.years[0], "budget", None), "budget", "no_data"),
    (lambda it: setattr(it.years[0], "year", DAY.year - 1), "plan", "fail"),
    (lambda it: setattr(it.members[0], "until", DAY), "members", "fail"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "name", "state"), CHANGES)
def test_one_thing_changed_changes_its_condition(
    session: Session, studio: Studio, change: Callable[[Studio], None], name: str, state: str
) -> None:
    complete(session, studio)
    change(studio)
    assert states(session, studio)[name] == state


def test_an_ended_apprenticeship_is_none_and_an_old_record_is_no_ledger(session: Session, studio: Studio) -> None:
    complete(session, studio)
    pair = studio.apprenticeships[0]
    pair.began_on, pair.ended_on, pair.result = LONG_AGO, LAST_MONTH, "考取高级工"
    too_old(studio)
    found = states(session, studio)
    assert (found["pairs"], found["ledger"]) == ("fail", "fail")


def test_the_numbers_are_rules(session: Session, studio: Studio) -> None:
    complete(session, studio)
    rule = RuleValue(name="studio_members", value=6, valid_from=dt.date(2020, 1, 1), reason="从严", set_by="tests")
    session.add(rule)
    assert states(session, studio)["members"] == "fail"


def test_a_dossier_holds_the_record_as_it_was_and_its_hash(session: Session, studio: Studio) -> None:
    complete(session, studio)
    grant = {"payer": "省总工会", "amount": 10_000_000, "received_on": LAST_MONTH.isoformat()}
    keeping.receive(session, SYSTEM, studio.id, GrantSchema().load(grant))
    made = dossier.freeze(session, SYSTEM, studio.id, {"purpose": "2026 年省级示范"})
    held = json.loads(made.content)
    assert [it["name"] for it in held["members"]] == list(FIVE)
    assert {it["state"] for it in held["conditions"]} == {"pass"}
    assert held["grants"][0]["left"] == 10_000_000
    assert "13900000009" not in made.content
    assert made.sha256 == chain.sha256(chain.canonical(held))
    studio.name = "换了名字的工作室"
    session.flush()
    assert "换了名字" not in dossier.get(session, SYSTEM, studio.id, made.id).content
    assert dossier.is_whole(made)
    made.content = made.content.replace("王示例", "李示例")
    assert not dossier.is_whole(made)
    assert audit.history(session, "studio", studio.id)[-1].verb == "freeze_dossier"
    auditor = acting("auditor")
    assert dossier.of(session, auditor, studio.id) == [made]
    with pytest.raises(NotAllowed):
        dossier.get(session, auditor, studio.id, made.id)
    with pytest.raises(NotFound):
        dossier.of(session, acting("worker", studio.organisation), studio.id)
