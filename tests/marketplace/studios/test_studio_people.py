"""Who leads a studio, works in it and learns there, over time, and what of them must be seen to."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Studio, StudioLeader
from marketplace.permissions import SYSTEM
from marketplace.schemas.honour import HonourSchema
from marketplace.schemas.studio import EndSchema, MemberSchema, PairSchema
from marketplace.services.honour import persons, recording
from marketplace.services.studio import people
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import led, manned, sentences

DAY, YESTERDAY = today(), today() - dt.timedelta(1)


def test_the_succession_is_kept_and_a_vacancy_warns(session: Session, studio: Studio) -> None:
    led(session, studio)
    assert sentences(session, studio) == []
    with pytest.raises(Invalid):
        led(session, studio, "李示例", since=YESTERDAY.isoformat())
    led(session, studio, "李示例", since=YESTERDAY.isoformat(), reason="退休")
    assert [(it.person.name, it.until) for it in studio.leaders] == [("王示例", YESTERDAY), ("李示例", None)]
    people.vacate(session, SYSTEM, studio.id, {"until": YESTERDAY, "reason": "调离"})
    assert sentences(session, studio) == ["领衔人空缺 1 天，规定 60 天内确定新的领衔人。"]
    studio.leaders[-1].since = studio.leaders[-1].until = DAY - dt.timedelta(61)
    studio.leaders[0].until = DAY - dt.timedelta(61)
    session.flush()
    assert sentences(session, studio) == ["领衔人空缺已 61 天，超过规定的 60 天，应当暂停。"]


def test_two_cannot_lead_at_once(session: Session, studio: Studio) -> None:
    led(session, studio)
    other = persons.same(session, "王示例", studio.organisation, None)
    assert other is not None
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(StudioLeader(studio_id=studio.id, person_id=other.id, since=DAY))
        session.flush()


def test_a_leader_who_retires_or_loses_an_honour_is_told(session: Session, studio: Studio) -> None:
    led(session, studio)
    assert studio.leader is not None
    person = studio.leader.person
    honour = recording.record(
        session, SYSTEM, person.id, HonourSchema().load({"title": "四川省劳动模范", "year": 2025})
    )
    recording.revoke(session, SYSTEM, honour.id, {"revoked_on": DAY, "reason": "申报不实"})
    person.employment = "retired"
    session.flush()
    session.refresh(person)
    assert sentences(session, studio) == [
        "领衔人已退休，请在 60 天内确定新的领衔人。",
        f"领衔人的荣誉“四川省劳动模范”已于 {DAY} 撤销，请核对是否仍符合条件。",
    ]
    assert "leader_honour_revoked" in [it.verb for it in audit.history(session, "studio", studio.id)]


def test_a_member_has_roles_and_skills_over_time(session: Session, studio: Studio) -> None:
    manned(session, studio, "李示例", skill_level="senior")
    manned(session, studio, "李示例", skill_level="technician", role="core", since=YESTERDAY.isoformat())
    session.expire(studio, ["members"])
    now, before = studio.members
    assert (before.skill_level, before.until, now.skill_level, now.role) == ("senior", YESTERDAY, "technician", "core")
    assert now.person.skill_level == "technician"
    with pytest.raises(Conflict):
        manned(session, studio, "李示例", role="core")
    people.leave(session, SYSTEM, studio.id, now.id, EndSchema().load({"ended_on": DAY.isoformat()}))
    with pytest.raises(NotFound):
        people.leave(session, SYSTEM, studio.id, now.id, EndSchema().load({"ended_on": DAY.isoformat()}))
    union = acting("unit_union", studio.organisation)
    elsewhere = {"name": "赵示例", "unit": "别处的厂", "since": DAY.isoformat()}
    with pytest.raises(NotAllowed):
        people.join(session, union, studio.id, MemberSchema().load(elsewhere))


def test_a_mentor_has_three_apprentices_at_most(session: Session, studio: Studio) -> None:
    def pair(apprentice: str) -> int:
        row = {"mentor": "王示例", "apprentice": apprentice, "began_on": YESTERDAY.isoformat(), "plan": "一年学会刃磨"}
        return people.pair(session, SYSTEM, studio.id, PairSchema().load(row)).id

    first, _second, _third = (pair(name) for name in ("甲示例", "乙示例", "丙示例"))
    with pytest.raises(Conflict, match="3 个徒弟"):
        pair("丁示例")
    with pytest.raises(Invalid):
        people.end_pair(session, SYSTEM, studio.id, first, EndSchema().load({"ended_on": DAY.isoformat()}))
    ended = EndSchema().load({"ended_on": DAY.isoformat(), "result": "考取高级工"})
    people.end_pair(session, SYSTEM, studio.id, first, ended)
    pair("丁示例")
    with pytest.raises(Invalid):
        pair("王示例")
