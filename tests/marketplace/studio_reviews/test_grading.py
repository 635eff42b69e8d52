"""Offices grade; excellent ones are few, who shows nothing rectifies, and what is not mended loses its tier."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, MustStayAway, NotAtDesk
from marketplace.indexing.plain_studios import plain_studios
from marketplace.models import Organisation, ReviewYear, RoleGrant, Studio, StudioReview
from marketplace.permissions import SYSTEM, Deputised
from marketplace.schemas.studio import TierSchema
from marketplace.schemas.studio_review import AppealDecisionSchema, AppealSchema, CheckSchema, MendingSchema
from marketplace.services.studio import conditions, ladder, records, spread
from marketplace.services.studio.records import Asked
from marketplace.services.studio_review import appeals, delisting, grading, overdue, progress, public, years
from search.document import SearchRequest
from tests.marketplace.officers import acting
from tests.marketplace.studio_reviews.reviews import (
    A_DAY,
    DAY,
    Offices,
    after_the_cut_off,
    graded,
    opened_year,
    reported,
    with_a_patent,
)
from tests.marketplace.studios.studios import opened

FINDING = {"finding": "现场核对。"}


def test_what_cannot_be_computed_is_left_out_of_the_score(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = reported(session, offices.unit, studio)
    with pytest.raises(Invalid) as refused:
        graded(session, offices.city, review, "qualified", results=None)
    assert list(refused.value.fields) == ["scores.results"]
    with pytest.raises(Invalid):
        graded(session, offices.city, review, "qualified", results=26)
    graded(session, offices.city, review, "qualified", results=20, ledger=8)
    assert (str(review.score), review.weighed, review.state) == ("80.00", 35, "graded")
    # The office may score what the unit explained all the same.
    graded(session, offices.city, review, "qualified", results=20, ledger=8, transfer=14)
    assert (str(review.score), review.weighed) == ("84.00", 50)


def test_the_share_of_excellent_ones_is_of_the_office_and_said(
    session: Session, plant: Organisation, studio: Studio, offices: Offices
) -> None:
    others = [opened(session, plant, name=f"第 {number} 个工作室", tier="city") for number in range(4)]
    another = opened(session, plant, name="省级的工作室", tier="province")
    for it in (*others, another):
        with_a_patent(session, it)
    opened_year(session, offices.province)
    first, second = (reported(session, offices.unit, it) for it in (studio, others[0]))
    assert grading.room(session, first) == (5, 1, 0)
    graded(session, offices.city, first, "excellent")
    with pytest.raises(Conflict, match="参加考核 5 个，优秀不超过 20%，即 1 个，已评 1 个"):
        graded(session, offices.city, second, "excellent")
    graded(session, offices.city, first, "qualified")
    graded(session, offices.city, second, "excellent")
    with pytest.raises(Conflict, match="即 0 个"):
        graded(session, offices.province, reported(session, offices.unit, another), "excellent")


def test_without_a_patent_a_paper_or_a_benefit_nothing_but_rectifying_is_left(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    studio.results[0].kind = "standard"
    review = reported(session, offices.unit, studio)
    with pytest.raises(Invalid) as refused:
        graded(session, offices.city, review, "qualified")
    assert list(refused.value.fields) == ["grade"]
    assert graded(session, offices.city, review, "rectify").state == "rectifying"


def rectifying(session: Session, studio: Studio, offices: Offices) -> StudioReview:
    return graded(session, offices.city, reported(session, offices.unit, studio), "rectify")


def test_what_is_mended_is_looked_at_again_and_passes(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = rectifying(session, studio, offices)
    passed = CheckSchema().load({**FINDING, "passed": True})
    with pytest.raises(Conflict):
        grading.check(session, offices.city, review.id, passed)
    grading.mend(session, offices.unit, review.id, MendingSchema().load({"mending": "补齐了台账。"}))
    with pytest.raises(Conflict):
        graded(session, offices.city, review, "qualified")
    grading.check(session, offices.city, review.id, passed)
    assert (review.state, review.grade) == ("passed", "rectify")


def test_what_is_not_mended_in_time_loses_its_tier_until_the_bar_is_over(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = rectifying(session, studio, offices)
    review.rectify_by = DAY - A_DAY
    session.flush()
    with pytest.raises(Conflict):
        grading.check(session, offices.city, review.id, CheckSchema().load({**FINDING, "passed": True}))
    grading.check(session, offices.city, review.id, CheckSchema().load({**FINDING, "passed": False}))
    assert (review.state, studio.delisted_on, studio.state) == ("delisted", DAY, "active")
    assert (studio.tiers[-1].ended_on, studio.tiers[-1].ended_because) == (DAY, "现场核对。")
    assert spread.of_province(session).all == 0
    for asked, found in ((Asked(), [studio]), (Asked(tier="city"), [])):
        assert records.listed(session, SYSTEM, asked, limit=9) == found
    for filters, total in (({}, 1), ({"tier": ("city",)}, 0)):
        assert plain_studios(session, SYSTEM, SearchRequest("studio", "", filters=filters)).total == total
    stands = {it.name: it.state for it in conditions.of(session, studio, DAY)}
    assert stands["not_delisted"] == "fail"
    again = TierSchema().load({"tier": "city", "since": DAY.isoformat()})
    with pytest.raises(Conflict, match="已经摘牌"):
        ladder.climb(session, SYSTEM, studio.id, again)
    studio.delisted_on = DAY - dt.timedelta(731)
    ladder.climb(session, SYSTEM, studio.id, again)
    assert (studio.delisted_on, [it.tier for it in studio.tiers]) == (None, ["city", "city"])


def test_one_that_failed_loses_its_tier_only_after_the_days_of_appeal(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = graded(session, offices.city, reported(session, offices.unit, studio), "failed")
    with pytest.raises(Conflict):
        delisting.delist_failed(session, offices.city, review.id, FINDING)
    review.graded_on = DAY - 16 * A_DAY
    session.flush()
    delisting.delist_failed(session, offices.city, review.id, FINDING)
    assert (review.state, studio.delisted_on) == ("delisted", DAY)
    # An appeal that is upheld gives the tier back.
    appeal = appeals.raise_(session, offices.unit, review.id, AppealSchema().load({"text": "材料被漏看。"}))
    upheld = AppealDecisionSchema().load({"upheld": True, "finding": "材料齐全。"})
    with pytest.raises(NotAtDesk):
        appeals.decide(session, offices.city, review.id, appeal.id, upheld)
    appeals.decide(session, offices.province, review.id, appeal.id, upheld)
    assert (review.state, studio.delisted_on, studio.tiers[-1].ended_on) == ("passed", None, None)


def test_a_studio_that_climbs_meanwhile_loses_the_tier_it_was_reviewed_at(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = rectifying(session, studio, offices)
    ladder.climb(session, SYSTEM, studio.id, TierSchema().load({"tier": "province", "since": DAY.isoformat()}))
    review.rectify_by = DAY - A_DAY
    session.flush()
    grading.check(session, offices.city, review.id, CheckSchema().load({**FINDING, "passed": False}))
    assert [(it.tier, it.ended_on) for it in studio.tiers] == [("city", DAY), ("province", None)]
    assert (studio.tier, studio.delisted_on) == ("province", None)
    appeal = appeals.raise_(session, offices.unit, review.id, AppealSchema().load({"text": "材料被漏看。"}))
    upheld = AppealDecisionSchema().load({"upheld": True, "finding": "材料齐全。"})
    appeals.decide(session, offices.province, review.id, appeal.id, upheld)
    assert [it.ended_on for it in studio.tiers] == [None, None]


def test_an_appeal_that_comes_through_gives_back_nothing_the_studio_lost_otherwise(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = rectifying(session, studio, offices)
    ladder.lose(session, studio, "city", "命名时材料不实。")
    review.rectify_by = DAY - A_DAY
    session.flush()
    grading.check(session, offices.city, review.id, CheckSchema().load({**FINDING, "passed": False}))
    delisting.relist(session, SYSTEM, review, "材料齐全。")
    assert (studio.delisted_on, studio.tiers[-1].ended_because) == (DAY, "命名时材料不实。")


def test_an_appeal_against_a_grade_stops_what_follows_and_is_decided_above(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = rectifying(session, studio, offices)
    appeal = appeals.raise_(session, offices.unit, review.id, AppealSchema().load({"text": "专利没有计入。"}))
    with pytest.raises(Conflict):
        appeals.raise_(session, offices.unit, review.id, AppealSchema().load({"text": "再说一次。"}))
    with pytest.raises(Conflict, match="申诉正在办理"):
        graded(session, offices.city, review, "qualified")
    upheld = {"upheld": True, "finding": "专利属实。"}
    with pytest.raises(Invalid):
        appeals.decide(session, offices.province, review.id, appeal.id, AppealDecisionSchema().load(upheld))
    data = AppealDecisionSchema().load({**upheld, "grade": "qualified"})
    appeals.decide(session, offices.province, review.id, appeal.id, data)
    assert (review.state, review.grade, review.rectify_by, appeal.state) == ("graded", "qualified", None, "upheld")


def test_the_province_decides_an_appeal_against_its_own_grade_by_somebody_else(
    session: Session, studio: Studio, offices: Offices, plant: Organisation
) -> None:
    studio.tier = studio.tiers[-1].tier = "province"
    opened_year(session, offices.province)
    review = graded(session, offices.province, reported(session, offices.unit, studio), "rectify")
    appeal = appeals.raise_(session, offices.unit, review.id, AppealSchema().load({"text": "专利没有计入。"}))
    dismissed = AppealDecisionSchema().load({"upheld": False, "finding": "不符合期限。"})
    with pytest.raises(MustStayAway):
        appeals.decide(session, offices.province, review.id, appeal.id, dismissed)
    appeals.decide(session, acting("province_curator"), review.id, appeal.id, dismissed)
    assert (appeal.state, review.state) == ("dismissed", "rectifying")
    review.graded_on = today() - 30 * A_DAY
    assert appeals.open_against(session, review) is None


def leaves(session: Session, role: str) -> None:
    """Let whoever holds an office leave it."""
    session.execute(sa.update(RoleGrant).where(RoleGrant.role == role).values(valid_until=now()))
    session.expire_all()


def test_who_handed_a_report_in_or_comes_from_the_unit_does_not_grade(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    with pytest.raises(NotAtDesk):
        reported(session, offices.city, studio)
    leaves(session, "unit_union")
    review = reported(session, offices.city, studio)
    with pytest.raises(MustStayAway):
        graded(session, offices.city, review, "qualified")
    colleague = acting("city", region_path="51/5106")
    graded(session, colleague, review, "qualified")
    with pytest.raises(NotAtDesk):
        graded(session, offices.province, review, "qualified")


def test_the_province_stands_in_for_a_city_that_nobody_holds(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = reported(session, offices.unit, studio)
    leaves(session, "city")
    graded(session, offices.province, review, "qualified")
    assert review.graded_as == "province_curator"


def test_a_deputy_grades_for_an_absent_colleague_and_signs_for_both(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = reported(session, offices.unit, studio)
    desk = Deputised(offices.city.grants[0], offices.city.account_id or 0)
    graded(session, replace(offices.province, deputised=(desk,)), review, "qualified")
    assert review.graded_by == f"{offices.province.name} for {offices.city.name}"


def test_a_year_closes_when_all_is_decided_and_its_grades_become_public(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    review = reported(session, offices.unit, studio)
    with pytest.raises(Conflict, match="截止"):
        years.close(session, offices.province, year.id)
    after_the_cut_off(session, year)
    assert overdue.settle(session, SYSTEM, 100) == 0
    with pytest.raises(Conflict, match="没有评定"):
        years.close(session, offices.province, year.id)
    graded(session, offices.city, review, "rectify")
    assert public.grades(session, studio.id) == []
    stands = progress.of(session, offices.city, year)
    assert (stands.whole, stands.grades["rectify"]) == (stands.by_city["5106"], 1)
    assert (stands.whole.all, stands.whole.reported, stands.whole.graded, stands.whole.mending) == (1, 1, 1, 1)
    years.close(session, offices.province, year.id)
    assert years.is_whole(year)
    assert '"grade": "rectify"' in year.snapshot
    assert public.grades(session, studio.id) == [review]
    with pytest.raises(Conflict):
        graded(session, offices.city, review, "qualified")
    # What is still to be mended goes on.
    grading.mend(session, offices.unit, review.id, MendingSchema().load({"mending": "补齐了台账。"}))
    grading.check(session, offices.city, review.id, CheckSchema().load({**FINDING, "passed": True}))
    assert review.state == "passed"
    year.snapshot = year.snapshot.replace("rectify", "excellent")
    assert not years.is_whole(year)
