"""After the publicity: the notice, the step up the ladder, the plaque, the score sheet, and what a place rests on."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Mail, NamingBatch, RuleValue, StudioApplication
from marketplace.permissions import Actor
from marketplace.schemas.objection import ObjectionSchema
from marketplace.services import objection as objections
from marketplace.services.selection import announcing, notices, outcomes, plaques, proof, revoking
from tests.marketplace.naming.decided import a_batch, a_scored, announced, end_publicity, issue, meet
from tests.marketplace.officers import acting
from tests.marketplace.studios.studios import led


@pytest.fixture
def office(session: Session) -> Actor:
    return acting("province_curator")


@pytest.fixture
def batch(session: Session) -> NamingBatch:
    return a_batch(session)


def told(session: Session, application: StudioApplication) -> list[str]:
    found = session.query(Mail).order_by(Mail.id)
    return [it.kind for it in found if it.values.get("application") == str(application.id)]


def test_nobody_is_named_before_the_period_is_over_and_then_each_climbs_with_a_plaque(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first, second, third = (a_scored(session, batch, score) for score in (90, 80, 70))
    announced(session, office, batch)
    with pytest.raises(Conflict):
        issue(session, office, batch)
    assert outcomes.named(session, batch.id)[1] == []
    end_publicity(session, batch)
    with pytest.raises(Invalid):
        issue(session, office, batch, number="")
    with pytest.raises(Conflict):
        issue(session, office, batch, expected=[first.id])
    session.expire_all()
    for application in (first, second):
        led(session, application.studio)
    assert first.studio.leader is not None
    agreeing = first.studio.leader.person
    agreeing.shows_name, agreeing.shows_unit, agreeing.agreed_on = True, True, today()
    given = issue(session, office, batch)
    # Everybody reads the annex: it names a leader as far as the public list does.
    assert [it["leader"] for it in given.named] == ["王示例", ""]
    assert [it["plaque"] for it in given.named] == ["SF-2026-001", "SF-2026-002"]
    assert (first.state, first.plaque, first.studio.tier) == ("named", "SF-2026-001", "showcase")
    step = second.studio.tiers[-1]
    assert (step.tier, step.since, step.plaque) == ("showcase", today(), "SF-2026-002")
    assert "川工发〔2026〕18号" in step.basis
    assert told(session, first) == ["application_announced", "application_named"]
    assert told(session, third) == ["application_not_selected"]
    with pytest.raises(Conflict):
        issue(session, office, batch)
    assert notices.finish(session, office, batch.id).state == "named"
    assert outcomes.notice_pdf(session, given.id).startswith(b"%PDF")


def test_an_open_objection_keeps_its_entry_for_a_further_notice(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first, second = (a_scored(session, batch, score) for score in (90, 80))
    listed = announced(session, office, batch)
    data = {"noun": "studio_application", "object_id": first.id, "text": "不实", "evidence": "台账"}
    raised = objections.object_to(session, acting("worker"), listed.id, ObjectionSchema().load(data))
    end_publicity(session, batch)
    issue(session, office, batch)
    assert (first.state, second.plaque) == ("objected", "SF-2026-001")
    with pytest.raises(Conflict):
        notices.finish(session, office, batch.id)
    objections.decide(session, office, raised.id, upheld=False, finding="与事实不符")
    issue(session, office, batch, number="川工发〔2026〕20号")
    assert first.plaque == "SF-2026-002"
    assert [it.number for it in outcomes.notices_of(session, batch)] == ["川工发〔2026〕18号", "川工发〔2026〕20号"]


def test_a_revoked_naming_stays_on_record_and_its_number_is_never_given_again(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first = a_scored(session, batch, 90)
    announced(session, office, batch)
    end_publicity(session, batch)
    issue(session, office, batch)
    with pytest.raises(NotAllowed):
        revoking.revoke(session, acting("city", region_path="51/5106"), first.id, "弄虚作假")
    with pytest.raises(Invalid):
        revoking.revoke(session, office, first.id, " ")
    session.expire_all()
    revoking.revoke(session, office, first.id, "弄虚作假")
    assert (first.state, first.plaque, first.studio.delisted_on) == ("revoked", "SF-2026-001", today())
    assert first.studio.tiers[-1].ended_because == "弄虚作假"
    assert [(it.plaque, it.revoked) for it in outcomes.named(session, batch.id)[1]] == [("SF-2026-001", today())]
    assert plaques.following(session, plaques.series_of(session, batch), 2) == ["SF-2026-002", "SF-2026-003"]
    with pytest.raises(Conflict):
        revoking.revoke(session, office, first.id, "再次")


@pytest.mark.parametrize(
    ("fields", "series"),
    [
        ({"tier": "showcase"}, "SF-2026-"),
        ({"tier": "city", "region_path": "51/5106"}, "SZ5106-2026-"),
        ({"tier": "industry", "industry_path": "C/34"}, "CY34-2026-"),
    ],
)
def test_a_series_is_of_a_tier_a_place_and_a_year(session: Session, fields: dict[str, str], series: str) -> None:
    batch = a_batch(session, **fields)
    assert plaques.series_of(session, batch) == series
    session.add(RuleValue(name="plaque_series", value=["国家级 GJ"], valid_from=today(), reason="改", set_by="tests"))
    session.flush()
    with pytest.raises(Conflict):
        plaques.series_of(session, batch)


def test_a_unit_reads_its_score_by_criterion_once_the_list_is_public(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    a_scored(session, batch, 90)
    a_scored(session, batch, 85)
    other = a_scored(session, batch, (60, 70, 75, 80, 100))
    union = acting("unit_union", other.organisation)
    meet(session, office, batch)
    assert outcomes.sheet_of(session, union, other.id).counted is None
    with pytest.raises(Conflict):
        outcomes.sheet_pdf(session, union, other.id)
    announced(session, office, batch)
    found = outcomes.sheet_of(session, union, other.id)
    assert found.counted is not None
    # Of the sheets with 60 and 100 nothing counts; the others gave 25, 25, 10 and 10, 15 or 20.
    assert {name: str(mean) for name, mean in found.counted.criteria.items()} == {
        "quality": "25.00", "benefit": "25.00", "brand": "10.00", "innovation": "15.00", "training": "0.00",
    }  # fmt: skip
    assert (found.counted.score, found.counted.count, found.ranked, other.rank) == (other.score, 5, 3, 3)
    other.sheets[0].comment = "推广面还不够"
    session.flush()
    assert outcomes.sheet_of(session, union, other.id).comments == ["推广面还不够"]
    assert outcomes.sheet_pdf(session, union, other.id).startswith(b"%PDF")
    with pytest.raises(NotFound):
        outcomes.sheet_of(session, acting("unit_union", batch.applications[0].organisation), other.id)


def test_what_a_place_rests_on_is_gathered_from_the_records(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first = a_scored(session, batch, 90)
    second = a_scored(session, batch, 80)
    batch.quota = 1
    change = {"application": second.id, "to": "proposed", "reason": "成果推广面更广"}
    drop = {"application": first.id, "to": "not_selected", "reason": "发生安全事故"}
    meet(session, office, batch, changes=[change, drop])
    announcing.announce(session, office, batch.id, "平台首页")
    found = proof.of(session, office, second.id)
    assert (found.is_dossier_whole, found.is_chain_whole, list(found.totals)) == (True, True, [80, 80, 80])
    assert found.counts == {"pass": 1, "fail": 0, "no_data": 0}
    assert found.place is not None and found.place.standing == "quota_full"
    assert found.minutes[0].change == change | {"from": "not_selected"}
    assert [it.is_whole for it in found.lists] == [True]
    found.lists[0].publicity.entries[0].text = {"title": "换了一个"}
    assert not proof.of(session, office, second.id).lists[0].is_whole
    auditor = acting("auditor")
    assert proof.of(session, auditor, first.id).application is first
    with pytest.raises(NotAllowed):
        proof.of(session, acting("unit_union", first.organisation), first.id)
