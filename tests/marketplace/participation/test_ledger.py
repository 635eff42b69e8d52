"""One ledger of who took part in what: recorded, confirmed, corrected, counted once, closed."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import marshmallow as ma
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import chain, vocabulary
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.models import (
    Account,
    Organisation,
    ParticipationEntry,
    PeriodErratum,
    Person,
    Proposal,
    ProposalAuthor,
)
from marketplace.permissions import SYSTEM, Actor
from marketplace.schemas.proposal import ProposalSchema
from marketplace.schemas.studio import PairSchema
from marketplace.services.participation import campaigns, closing, deciding
from marketplace.services.participation.kinds import kinds
from marketplace.services.participation.recording import Doubled
from marketplace.services.proposal import merging, writing
from marketplace.services.studio import people
from marketplace.services.tally import figures, recounting
from marketplace.services.tally.figures import Figures, Place
from marketplace.services.tally.slices import Slice
from tests import factories
from tests.factories import OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting
from tests.marketplace.participation.campaigning import (
    DEYANG,
    EVIDENCE,
    FIRST,
    JINGYANG,
    MIANYANG,
    item,
    line,
    opened,
    own,
    terms,
    told,
)  # fmt: skip
from tests.marketplace.studios import studios
from tests.opening import open_sessions

THIS_MONTH = f"{today():%Y-%m}"


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(name="示例重机厂", region_path=JINGYANG, industry_path="C/34")


@pytest.fixture
def clerk(session: Session, plant: Organisation) -> Actor:
    return acting("unit_union", plant)


@pytest.fixture
def worker(session: Session, plant: Organisation) -> Actor:
    return acting("worker", plant)


def counted(session: Session, campaign: Any, code: str, **of: Any) -> Figures:
    return figures.by_item(session, campaign.id, Slice(**of)).get(item(campaign, code).id, Figures())


def proposed(session: Session, actor: Actor, unit: Organisation, **fields: Any) -> Proposal:
    proposal: Proposal = ProposalFactory(
        account_id=actor.account_id, organisation=unit, region=unit.region,
        authors=[ProposalAuthor(name="示例作者", account_id=actor.account_id)], **fields,
    )  # fmt: skip
    return proposal


def test_every_kind_is_data_with_items_that_count_for_a_known_measure() -> None:
    assert set(kinds()) == set(vocabulary.campaign_kinds)
    assert len(kinds()["six_ones"].items) == 6
    for kind in kinds():
        row = terms(kind, items=[dict(it) for it in kinds()[kind].items])
        assert all(it["measure"] in vocabulary.campaign_measures for it in row["items"])
    assert len(vocabulary.competition_classes.children("non_public")) == 4


def test_a_worker_records_himself_and_counts_once_his_unit_has_confirmed(
    session: Session, plant: Organisation, clerk: Actor, worker: Actor
) -> None:
    campaign = opened(session)
    entry = own(session, worker, campaign)
    assert (entry.state, counted(session, campaign, "contest")) == ("recorded", Figures())
    with pytest.raises(Doubled) as doubled:
        own(session, worker, campaign)
    assert doubled.value.entry_id == entry.id

    other = own(session, worker, campaign, "project", evidence=EVIDENCE)
    results = deciding.confirm(session, clerk, [entry.id, 999_999, other.id])
    assert [results[it] is None for it in (entry.id, 999_999, other.id)] == [True, False, True]
    assert isinstance(deciding.confirm(session, clerk, [entry.id])[entry.id], Conflict)
    one = Figures(entries=1, person_times=1, persons=1)
    assert (counted(session, campaign, "contest"), counted(session, campaign, "project")) == (one, one)
    assert figures.total(session, campaign.id, Slice()).persons == 1
    assert figures.complete(session, campaign.id, Slice(), 2) == 1


def test_a_refusal_frees_the_place_for_another_entry(
    session: Session, plant: Organisation, clerk: Actor, worker: Actor
) -> None:
    campaign = opened(session)
    entry = own(session, worker, campaign)
    with pytest.raises(Invalid):
        deciding.refuse(session, clerk, [entry.id], " ")
    assert deciding.refuse(session, clerk, [entry.id], "那天没有比赛") == {entry.id: None}
    assert own(session, worker, campaign).id != entry.id


def test_nobody_confirms_himself(session: Session, plant: Organisation, clerk: Actor) -> None:
    campaign = opened(session)
    entry = own(session, clerk, campaign)
    assert isinstance(deciding.confirm(session, clerk, [entry.id])[entry.id], Conflict)
    county = acting("county", region_path=JINGYANG)
    assert deciding.confirm(session, county, [entry.id]) == {entry.id: None}


def test_who_has_a_file_of_that_name_is_not_counted_under_another(
    session: Session, plant: Organisation, clerk: Actor, worker: Actor
) -> None:
    campaign = opened(session)
    session.add(Person(name=session.get_one(Account, worker.account_id).name, organisation=plant))
    session.flush()
    with pytest.raises(Conflict, match="关联"):
        own(session, worker, campaign)


def test_person_times_and_persons_are_two_columns_and_one_day_is_counted_one_way(
    session: Session, plant: Organisation, clerk: Actor
) -> None:
    campaign = opened(session, "skills")
    told(session, clerk, campaign, plant, "training", person_times=120, persons=80, subject="消防")
    told(session, clerk, campaign, plant, "training", person_times=30, subject="焊接")
    expected = Figures(entries=2, person_times=150, batch_persons=80, uncounted=1)
    assert counted(session, campaign, "training") == expected
    with pytest.raises(Doubled):
        told(session, clerk, campaign, plant, "training", person_times=50, subject="消防")
    with pytest.raises(Conflict, match="按姓名或者按人数"):
        told(session, clerk, campaign, plant, "training", person="张三")
    six = opened(session)
    with pytest.raises(Invalid) as refused:
        told(session, clerk, six, plant, "contest", person_times=50)
    assert "person" in refused.value.fields


def test_the_database_refuses_what_two_record_at_once(session: Session, plant: Organisation, clerk: Actor) -> None:
    campaign = opened(session, "skills")
    first = told(session, clerk, campaign, plant, "training", person_times=5)
    copied = {it.name: getattr(first, it.name) for it in first.__table__.c if it.name != "id"}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(ParticipationEntry).values(**copied))


def test_a_correction_replaces_an_entry_and_both_are_kept(session: Session, plant: Organisation, clerk: Actor) -> None:
    campaign = opened(session, "skills")
    old = told(session, clerk, campaign, plant, "training", person_times=120)
    with pytest.raises(Invalid):
        deciding.correct(session, clerk, old.id, old.revision, line(plant, "training", person_times=12))
    data = line(plant, "training", person_times=12, reason="多写了一个零")
    new = deciding.correct(session, clerk, old.id, old.revision, data)
    assert (old.state, old.reason, new.replaces_id) == ("replaced", "多写了一个零", old.id)
    assert counted(session, campaign, "training").person_times == 12
    deciding.withdraw(session, clerk, new.id, "没有办")
    assert counted(session, campaign, "training") == Figures()
    assert recounting.recount(session, campaign.id) == []


def test_a_filed_proposal_is_the_one_proposal_of_its_author(
    session: Session, plant: Organisation, clerk: Actor, worker: Actor
) -> None:
    before = proposed(session, worker, plant, state="submitted", submitted_at=now())
    campaign = opened(session)
    assert counted(session, campaign, "proposal") == Figures(1, 1, 1, 1)

    draft = writing.draft(session, worker, ProposalSchema().load({
        "title": "撇油带", "present_state": "浮油多", "measure": "加撇油带", "expected_effect": "少换液"}))  # fmt: skip
    assert counted(session, campaign, "proposal").entries == 1
    writing.submit(session, worker, draft.id)
    assert counted(session, campaign, "proposal") == Figures(2, 2, 2, 1)
    with pytest.raises(Invalid):
        own(session, worker, campaign, "proposal")

    writing.withdraw(session, worker, draft.id)
    assert counted(session, campaign, "proposal") == Figures(1, 1, 1, 1)
    entry = session.scalars(sa.select(ParticipationEntry).filter_by(object_id=before.id)).one()
    assert (entry.noun, entry.source, entry.state) == ("proposal", "linked", "confirmed")
    with pytest.raises(Conflict, match="关联的对象"):
        deciding.withdraw(session, clerk, entry.id, "不算")


def test_a_merged_proposal_counts_for_its_author_and_not_for_the_total(
    session: Session, plant: Organisation, clerk: Actor, worker: Actor
) -> None:
    campaign = opened(session)
    target = proposed(session, worker, plant, state="submitted", submitted_at=now())
    child = proposed(session, acting("worker", plant), plant, state="submitted", submitted_at=now())
    both = Figures(entries=2, objects=2, person_times=2, persons=2)
    assert counted(session, campaign, "proposal") == both
    merging.merge(session, clerk, child.id, target.id, "说的是一件事")
    assert counted(session, campaign, "proposal") == Figures(entries=2, objects=1, person_times=2, persons=2)
    merging.undo(session, clerk, child.id, "其实是两件事")
    assert counted(session, campaign, "proposal") == both
    assert recounting.recount(session, campaign.id) == []


def test_a_pair_counts_for_mentor_and_apprentice_each_once_and_trains_for_the_mentor_alone(
    session: Session, plant: Organisation
) -> None:
    six, pairs = opened(session), opened(session, "apprentice_pairs")
    city = opened(session, "apprentice_pairs", actor=acting("city", region_path=MIANYANG))
    far = OrganisationFactory(name="示例二厂", region_path="51/5107/510703", region="510703")
    studio = studios.opened(session, plant)
    row = {"mentor": "甲示例", "apprentice": "乙示例", "apprentice_unit": far.name, "began_on": FIRST.isoformat(),
           "plan": "一年学会刃磨"}  # fmt: skip
    pair = people.pair(session, SYSTEM, studio.id, PairSchema().load(row))
    one, two = Figures(1, 1, 1, 1), Figures(entries=2, objects=1, person_times=2, persons=2)
    found = (counted(session, six, "apprentice"), counted(session, pairs, "pair"), counted(session, city, "pair"))
    assert found == (one, two, one)
    entry = session.scalars(sa.select(ParticipationEntry).filter_by(campaign_id=city.id)).one()
    assert (entry.person_id, entry.organisation_id) == (pair.apprentice_id, far.id)
    pair.apprentice = Person(name="丙示例", organisation=plant)
    session.flush()
    assert (counted(session, pairs, "pair"), counted(session, city, "pair")) == (two, Figures())
    assert [recounting.recount(session, it.id) for it in (six, pairs, city)] == [[], [], []]
    with pytest.raises(ma.ValidationError):
        terms("skills", items=[{**kinds()["skills"].items[0], "mentor_alone": True}])


def test_a_closed_period_is_frozen_with_its_hash_and_changes_by_erratum_alone(
    session: Session, plant: Organisation, clerk: Actor, worker: Actor
) -> None:
    campaign = opened(session, "skills")
    told(session, clerk, campaign, plant, "training", person_times=120, persons=80)
    waits = own(session, worker, campaign, "drill")
    with pytest.raises(Conflict, match="1 条记录等待确认"):
        closing.close(session, clerk, campaign.id, {"period": THIS_MONTH, "organisation_name": plant.name})
    deciding.refuse(session, clerk, [waits.id], "没有参加")
    closed = closing.close(session, clerk, campaign.id, {"period": THIS_MONTH, "organisation_name": plant.name})
    frozen = json.loads(closed.snapshot)
    assert (frozen["items"]["training"]["person_times"], frozen["total"]["persons"]) == (120, 0)
    assert closing.is_sound(closed) and chain.sha256(closed.snapshot) == closed.sha256

    with pytest.raises(Conflict, match="已经结账"), session.begin_nested():
        told(session, clerk, campaign, plant, "training", person_times=7, subject="补课")
    with pytest.raises(Conflict, match="已经结账"):
        closing.close(session, clerk, campaign.id, {"period": str(today().year), "organisation_name": plant.name})
    late = told(session, clerk, campaign, plant, "training", person_times=7, subject="补课", reason="漏报")
    erratum = session.scalars(sa.select(PeriodErratum)).one()
    assert (erratum.close_id, erratum.entry_id, erratum.reason) == (closed.id, late.id, "漏报")
    assert erratum.change == {"entries": 1, "person_times": 7, "uncounted": 1}
    assert json.loads(closed.snapshot) == frozen


def test_the_terms_are_fixed_once_the_first_entry_exists(session: Session, plant: Organisation, clerk: Actor) -> None:
    campaign = campaigns.make(session, SYSTEM, terms("skills"))
    campaigns.revise(session, SYSTEM, campaign.id, campaign.revision, terms("skills", title="技能提升年"))
    campaigns.step(session, SYSTEM, campaign.id, "open")
    told(session, clerk, campaign, plant, "drill", person_times=9)
    with pytest.raises(Conflict, match="已经有人参与"):
        campaigns.revise(session, SYSTEM, campaign.id, campaign.revision, terms("skills", title="改了规则"))
    with pytest.raises(Conflict, match="还不能截止"):
        campaigns.step(session, SYSTEM, campaign.id, "close")


def test_a_unit_in_two_hierarchies_counts_once_where_its_primary_one_says(
    session: Session, plant: Organisation
) -> None:
    campaign = opened(session, "skills")
    mill = OrganisationFactory(region_path=JINGYANG, industry_path="C/34", primary_hierarchy="industry")
    told(session, SYSTEM, campaign, plant, "drill", person_times=9)
    told(session, SYSTEM, campaign, mill, "drill", person_times=5)
    nine, five = (Figures(entries=1, person_times=it, uncounted=1) for it in (9, 5))
    assert figures.by_place(session, campaign.id, "region", Slice()) == {DEYANG: Place(nine, of_which=five)}
    assert figures.by_place(session, campaign.id, "industry", Slice()) == {"C/34": Place(five, of_which=nine)}
    assert figures.total(session, campaign.id, Slice()).person_times == 14
    assert figures.units(session, campaign.id, Slice(region_path=DEYANG, industry_path="C")) == 2


def test_only_units_in_the_scope_and_days_in_the_window_count(session: Session, plant: Organisation) -> None:
    campaign = opened(session, "skills", actor=acting("city", region_path=MIANYANG))
    with pytest.raises(Invalid) as beyond:
        told(session, SYSTEM, campaign, plant, "drill", person_times=9)
    assert "unit" in beyond.value.fields
    wide = opened(session, "skills")
    with pytest.raises(Invalid) as early:
        told(session, SYSTEM, wide, plant, "drill", person_times=9, day=(FIRST - dt.timedelta(1)).isoformat())
    assert "day" in early.value.fields
    with pytest.raises(NotAllowed):
        campaigns.make(session, acting("worker", plant), terms())


def test_of_two_who_record_the_same_at_once_one_is_sent_to_the_other(database_url: str) -> None:
    with open_sessions(database_url) as sessions, sessions() as session:
        factories.use(session)
        unit = OrganisationFactory(name="示例重机厂")
        campaign = opened(session, "skills")
        session.commit()
        first = told(session, SYSTEM, campaign, unit, "training", person_times=5)

        def again() -> int:
            with Session(session.get_bind()) as other, pytest.raises(Doubled) as doubled:
                told(other, SYSTEM, campaign, unit, "training", person_times=6)
            return doubled.value.entry_id

        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(again)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            session.commit()
            assert waiting.result(timeout=10) == first.id
