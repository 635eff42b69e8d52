"""A unit applies for its studio and the city recommends: what bars, what must be explained, what is frozen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, MustStayAway, NotAllowed, NotFound, StaleRevision
from marketplace.models import Mail, NamingBatch, Organisation, RuleValue, Studio
from marketplace.permissions import Actor
from marketplace.services.naming import applying, batches, panel, recommending
from marketplace.services.studio import dossier
from tests.marketplace.naming.batches import (
    DEYANG,
    announced,
    apply,
    batch_data,
    judges,
    plant,
    ready,
    recommend,
)
from tests.marketplace.officers import acting

YESTERDAY = today() - dt.timedelta(1)


@pytest.fixture
def unit(session: Session) -> Organisation:
    return plant()


@pytest.fixture
def studio(session: Session, unit: Organisation) -> Studio:
    return ready(session, unit)


@pytest.fixture
def union(unit: Organisation) -> Actor:
    return acting("unit_union", unit)


def test_a_year_has_one_batch_for_a_tier_and_a_place(session: Session) -> None:
    office, batch = announced(session)
    with pytest.raises(Conflict, match="2026年度省级创新工作室"):
        batches.announce(session, office, batch_data(session, title="又一批"))
    batches.cancel(session, office, batch.id, "名额没有下达")
    assert batches.announce(session, office, batch_data(session)).state == "open"
    assert batches.announce(session, office, batch_data(session, tier="showcase")).state == "open"


def test_what_a_batch_is_decided_by_comes_from_the_rules_and_is_locked_with_the_first_application(
    session: Session, studio: Studio, union: Actor
) -> None:
    session.add(RuleValue(name="naming_city_cap", value=5, valid_from=today(), reason="名额增加", set_by="tests"))
    session.flush()
    office, batch = announced(session)
    assert (batch.city_cap, sum(batch.indicators.values())) == (5, 100)
    batches.revise(session, office, batch.id, batch.revision, batch_data(session, quota=3))
    assert batch.quota == 3
    apply(session, union, batch, studio)
    session.refresh(batch)
    with pytest.raises(Conflict, match="已有单位申报"):
        batches.revise(session, office, batch.id, batch.revision, batch_data(session, quota=4))


def test_the_dossier_is_frozen_with_the_application(session: Session, studio: Studio, union: Actor) -> None:
    _office, batch = announced(session)
    application = apply(session, union, batch, studio)
    studio.story = "后来补写的介绍"
    session.flush()
    assert dossier.is_whole(application.dossier)
    assert "后来补写的介绍" not in application.dossier.content
    told = json.loads(application.dossier.content)["conditions"]
    assert {it["state"] for it in told} == {"pass"}
    assert all(it["message"] for it in told)
    assert [it.verb for it in audit.history(session, "studio_application", application.id)] == ["apply"]
    with pytest.raises(Conflict, match="一批只申报一次"):
        apply(session, union, batch, studio)


def suspended(studio: Studio) -> None:
    studio.state, studio.suspended_because = "suspended", "没有领衔人"


def of_this_year(studio: Studio) -> None:
    studio.tiers[-1].since = today() - dt.timedelta(100)


def of_the_county(studio: Studio) -> None:
    studio.tier = studio.tiers[-1].tier = "county"


def a_lab(studio: Studio) -> None:
    studio.was_lab = True


def of_one_crew(studio: Studio) -> None:
    for member in studio.members:
        member.crew = "装配一班"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (suspended, "已暂停或撤销"), (of_this_year, "没有满规定的年限"), (of_the_county, "逐级上升"),
        (a_lab, "研发机构改名"), (of_one_crew, "同一个班组"),
    ],
)  # fmt: skip
def test_who_may_not_be_named_cannot_apply(
    session: Session, studio: Studio, union: Actor, change: Callable[[Studio], None], said: str
) -> None:
    _office, batch = announced(session)
    change(studio)
    session.flush()
    with pytest.raises(Conflict, match=said):
        apply(session, union, batch, studio)


def test_what_is_not_met_or_not_on_record_must_be_acknowledged_and_explained(
    session: Session, studio: Studio, union: Actor
) -> None:
    _office, batch = announced(session)
    studio.equipment, studio.years[0].budget = "", 0
    session.flush()
    found = applying.standing(session, batch, studio)
    assert [(it.name, it.state) for it in found.open] == [("equipment", "no_data"), ("budget", "fail")]
    for wrong in ({}, {"acknowledged": ["equipment"]}, {"acknowledged": ["equipment", "budget"]}):
        with pytest.raises(Invalid):
            apply(session, union, batch, studio, **wrong)
    said = {"acknowledged": ["equipment", "budget"], "explanation": "经费由分厂列支。"}
    assert apply(session, union, batch, studio, **said).acknowledged == said["acknowledged"]


def test_a_batch_may_bar_by_any_condition(session: Session, studio: Studio, union: Actor) -> None:
    _office, batch = announced(session, barring=["budget"])
    studio.years[0].budget = 0
    session.flush()
    with pytest.raises(Conflict, match="预算列支为零"):
        apply(session, union, batch, studio)


def test_a_unit_applies_for_its_own_studio_in_the_window_alone(session: Session, studio: Studio, union: Actor) -> None:
    office, batch = announced(session)
    for somebody in (office, acting("city", region_path=DEYANG)):
        with pytest.raises(NotAllowed):
            apply(session, somebody, batch, studio)
    with pytest.raises(NotFound):
        apply(session, acting("unit_union", plant("别的厂")), batch, studio)
    batch.opens_on = batch.closes_on = YESTERDAY
    session.flush()
    with pytest.raises(Conflict, match="本批申报从"):
        apply(session, union, batch, studio)


def test_a_returned_application_is_mended_and_recommended_and_the_unit_is_told(
    session: Session, studio: Studio, union: Actor
) -> None:
    _office, batch = announced(session)
    city = acting("city", region_path=DEYANG)
    application = apply(session, union, batch, studio)
    first = application.dossier_id
    recommending.send_back(session, city, application.id, application.revision, "请补充设备清单")
    assert (application.state, application.decision) == ("returned", "请补充设备清单")
    # Only what was returned may still be handed in once units may no longer apply.
    batch.opens_on = batch.closes_on = YESTERDAY
    session.flush()
    apply(session, union, batch, studio)
    assert (application.state, application.decision) == ("applied", "")
    assert application.dossier_id != first
    stale = application.revision - 1
    with pytest.raises(StaleRevision):
        recommending.decline(session, city, application.id, stale, "不同意")
    recommend(session, city, application)
    assert (application.state, application.recommended_as) == ("recommended", "city")
    assert (application.recommended_from, application.recommended_rank) == (DEYANG, 1)
    kinds = list(session.scalars(sa.select(Mail.kind).order_by(Mail.id)))
    assert kinds == ["application_returned", "application_recommended"]
    assert applying.withdraw(session, union, application.id).state == "withdrawn"
    assert application.recommended_at is None


def test_each_city_recommends_in_an_order_and_no_more_than_the_batch_lets_it(session: Session) -> None:
    _office, batch = announced(session, recommendation_cap=2)
    city = acting("city", region_path=DEYANG)
    applications = []
    for number in range(3):
        unit = plant(f"示例{number}厂")
        applications.append(apply(session, acting("unit_union", unit), batch, ready(session, unit)))
    assert recommending.own(session, city, batch) == applications
    recommend(session, city, applications[0], rank=2)
    with pytest.raises(Invalid):
        recommend(session, city, applications[1], rank=2)
    recommend(session, city, applications[1], rank=1)
    with pytest.raises(Conflict, match="最多推荐 2 个"):
        recommend(session, city, applications[2])
    recommending.decline(session, city, applications[2].id, applications[2].revision, "名额已满")
    assert [it.state for it in recommending.own(session, city, batch)] == [
        "recommended",
        "recommended",
        "not_recommended",
    ]


def test_the_office_of_another_place_and_whoever_is_of_the_unit_does_not_recommend(
    session: Session, studio: Studio, union: Actor, unit: Organisation
) -> None:
    _office, batch = announced(session)
    application = apply(session, union, batch, studio)
    with pytest.raises(NotFound):
        recommend(session, acting("city", region_path="51/5107"), application)
    with pytest.raises(NotAllowed):
        recommend(session, acting("county", region_path="51/5106/510603"), application)
    insider = acting("city", region_path=DEYANG)
    with pytest.raises(MustStayAway):
        recommend(
            session, Actor(insider.name, insider.grants, insider.account_id, unit_ids=frozenset({unit.id})), application
        )
    recommend(session, acting("industry_union", industry_path="C/34"), application)
    assert application.recommended_from == "C/34"


@pytest.mark.parametrize(
    ("tier", "lies", "place"),
    [
        ("county", {"region": "510603"}, "51/5106/510603"),
        ("city", {"region": "5106"}, "51/5106/510603"),
        ("industry", {"industry": "C"}, "C/34"),
        ("province", {}, DEYANG),
    ],
)
def test_the_province_stands_in_for_the_office_nearest_to_the_unit(
    session: Session, union: Actor, unit: Organisation, tier: str, lies: dict[str, str], place: str
) -> None:
    below = {"county": "unit", "city": "county", "industry": "county", "province": "city"}[tier]
    office, batch = announced(session, tier=tier, **lies)
    application = apply(session, union, batch, ready(session, unit, tier=below, name="第二工作室"))
    recommend(session, office, application)
    assert application.recommended_from == place


def test_what_nobody_recommended_in_time_is_set_aside_when_scoring_begins(
    session: Session, studio: Studio, union: Actor
) -> None:
    office, batch = announced(session)
    other = plant("示例二厂")
    recommended = recommend(session, acting("city", region_path=DEYANG), apply(session, union, batch, studio))
    late = apply(session, acting("unit_union", other), batch, ready(session, other))
    for judge in judges(session):
        panel.add(session, office, batch.id, judge.id)
    with pytest.raises(Conflict, match="还有 1 项没有推荐"):
        panel.begin(session, office, batch.id)
    batch.opens_on = batch.closes_on = batch.recommend_by = YESTERDAY
    session.flush()
    panel.begin(session, office, batch.id)
    assert (recommended.state, late.state, batch.state) == ("recommended", "not_selected", "scoring")
    assert "没有推荐" in late.decision


def test_what_turns_out_to_be_wrong_is_set_aside_and_the_unit_told(
    session: Session, studio: Studio, union: Actor
) -> None:
    office, batch = announced(session)
    application = recommend(session, acting("city", region_path=DEYANG), apply(session, union, batch, studio))
    with pytest.raises(Invalid):
        batches.set_aside(session, office, application.id, " ")
    batches.set_aside(session, office, application.id, "带徒人数不实")
    assert (application.state, application.decision) == ("not_selected", "带徒人数不实")
    assert session.scalars(sa.select(Mail.kind).order_by(Mail.id)).all()[-1] == "application_set_aside"
    with pytest.raises(Conflict):
        batches.set_aside(session, office, application.id, "带徒人数不实")


def test_calling_a_batch_off_sets_everything_in_it_free(session: Session, studio: Studio, union: Actor) -> None:
    office, batch = announced(session)
    application = apply(session, union, batch, studio)
    batches.cancel(session, office, batch.id, "名额没有下达")
    assert (batch.state, application.state, application.decision) == ("cancelled", "not_selected", "名额没有下达")
    again: dict[str, Any] = {"title": "重新开始的一批"}
    assert apply(session, union, announced(session, **again)[1], studio).state == "applied"


def test_a_studio_applies_to_one_batch_at_a_time(session: Session, unit: Organisation, union: Actor) -> None:
    studio = ready(session, unit, tier="county")
    city, industry = acting("city", region_path=DEYANG), acting("industry_union", industry_path="C/34")
    first: NamingBatch = batches.announce(
        session, city, batch_data(session, tier="city", region="5106", title="德阳市级工作室")
    )
    second = batches.announce(session, industry, batch_data(session, tier="industry", industry="34"))
    assert applying.batches_for(session, studio) == [first, second]
    apply(session, union, first, studio)
    with pytest.raises(Conflict, match="德阳市级工作室"):
        apply(session, union, second, studio)
