"""A report is filled from the record, prepared by the leader and handed in by the unit; the first locks the year."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import (
    AppliedSite,
    Benefit,
    BenefitReference,
    IntellectualProperty,
    Mail,
    Organisation,
    ReviewYear,
    RuleValue,
    Studio,
)
from marketplace.permissions import SYSTEM
from marketplace.schemas.studio import ResultSchema
from marketplace.schemas.studio_review import ReportSchema, WeightsSchema
from marketplace.services.studio import keeping
from marketplace.services.studio_review import figures, overdue, reports, years
from tests.awards import a_benefit
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.officers import acting
from tests.marketplace.studio_reviews.reviews import (
    A_DAY,
    DAY,
    LAST_MONTH,
    REPORT,
    Offices,
    after_the_cut_off,
    opened_year,
    reported,
    review_of,
)
from tests.marketplace.studios.studios import opened

FIRST = DAY - 364 * A_DAY


def test_what_nothing_is_on_record_of_cannot_be_computed_and_what_lies_outside_is_nought(
    session: Session, studio: Studio
) -> None:
    shown = figures.of(session, studio, FIRST, DAY)
    assert shown["results"] == {"total": 1, "patent": 1, "filed": 0}
    assert [name for name, numbers in shown.items() if numbers is None] == ["benefit", "people", "transfer", "sharing"]
    earlier = figures.of(session, studio, FIRST - 400 * A_DAY, FIRST - 300 * A_DAY)
    assert earlier["results"] == {"total": 0, "filed": 0}
    assert figures.shows_activity(shown)
    assert not figures.shows_activity(earlier)


def test_a_benefit_that_two_results_refer_to_is_counted_once(
    session: Session, studio: Studio, plant: Organisation
) -> None:
    made = [
        AchievementFactory(
            units=[plant], sites=[AppliedSite(unit="示例机床厂", since=DAY)],
            rights=[IntellectualProperty(kind="invention_patent", filed_on=DAY)],
        )
        for _ in range(2)
    ]  # fmt: skip
    benefit: Benefit = a_benefit(wan=40)
    old = a_benefit(wan=7)
    old.claimed_at = old.verified_at = now() - 500 * A_DAY
    session.add_all([benefit, old])
    session.flush()
    for it in made:
        for known in (benefit, old):
            known.references.append(BenefitReference(noun="achievement", object_id=it.id))
        row = {"kind": "achievement", "object_id": it.id, "made_on": LAST_MONTH}
        keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(row))
    session.flush()
    shown = figures.of(session, studio, FIRST, DAY)
    assert shown["benefit"] == {"count": 1, "verified": 40_000_000}
    assert shown["transfer"] == {"contracts": 0, "sites": 2}
    assert shown["sharing"] == {"published": 2, "alliances": 0}
    assert shown["results"] == {"total": 3, "patent": 1, "achievement": 2, "filed": 2}


def test_a_year_holds_the_studios_of_its_tiers_once_and_writes_to_their_units(
    session: Session, studio: Studio, plant: Organisation, offices: Offices
) -> None:
    opened(session, plant, name="单位级的工作室")
    far = opened(session, OrganisationFactory(region_path="51/5107"), name="绵阳的工作室", tier="city")
    own = opened_year(session, offices.city, region="5106", tiers=["city"])
    assert [it.studio_id for it in reports.listed(session, SYSTEM, reports.Asked(own.id), limit=9)] == [studio.id]
    assert session.scalars(sa.select(Mail.kind)).all() == ["review_opened"]
    with pytest.raises(NotAllowed):
        opened_year(session, offices.city, tiers=["city"])
    with pytest.raises(NotAllowed):
        opened_year(session, offices.county, region="510603", tiers=["county"])
    whole = opened_year(session, offices.province, tiers=["city"])
    assert [it.studio_id for it in reports.listed(session, SYSTEM, reports.Asked(whole.id), limit=9)] == [far.id]
    with pytest.raises(Conflict):
        opened_year(session, offices.province, tiers=["city"])


def test_the_leader_prepares_and_the_unit_hands_in(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    leader = acting("studio_leader", studio.organisation)
    assert studio.leader is not None
    studio.leader.person.account_id = leader.account_id
    review = review_of(session, studio)
    reports.prepare(session, leader, review.id, ReportSchema().load(REPORT))
    with pytest.raises(NotAllowed):
        reports.submit(session, leader, review.id, ReportSchema().load(REPORT))
    with pytest.raises(Invalid):
        reports.submit(session, offices.unit, review.id, ReportSchema().load({}))
    with pytest.raises(NotFound):
        reports.get(session, acting("unit_union", OrganisationFactory()), review.id)
    with pytest.raises(NotAllowed):
        reports.prepare(session, acting("auditor"), review.id, ReportSchema().load(REPORT))
    reported(session, offices.unit, studio)
    assert (review.state, review.figures["results"]) == ("submitted", {"total": 1, "patent": 1, "filed": 0})  # type: ignore[index]
    told = audit.history(session, "studio_review", review.id)
    assert [(it.verb, it.to_state) for it in told] == [("prepare_report", None), ("submit_report", "submitted")]
    with pytest.raises(Conflict):
        reports.prepare(session, leader, review.id, ReportSchema().load(REPORT))
    after_the_cut_off(session, year)
    with pytest.raises(Conflict):
        reported(session, offices.unit, studio)


def test_indicators_are_copied_when_a_year_opens_and_lock_with_the_first_report(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    otherwise = {"results": 100, "benefit": 0, "people": 0, "transfer": 0, "sharing": 0, "ledger": 0}
    rule = RuleValue(name="review_weights", value=otherwise, valid_from=DAY, reason="试行", set_by="tests")
    session.add(rule)
    session.flush()
    assert year.weights["results"] == 25
    row = {"weights": {**year.weights, "results": 30, "ledger": 5}, "cut_off": (DAY + 9 * A_DAY).isoformat()}
    assert years.weigh(session, offices.province, year.id, WeightsSchema().load(row)).weights["results"] == 30
    with pytest.raises(Invalid):
        years.weigh(session, offices.province, year.id, WeightsSchema().load({**row, "weights": {"results": 100}}))
    with pytest.raises(NotAllowed):
        years.weigh(session, offices.city, year.id, WeightsSchema().load(row))
    reported(session, offices.unit, studio)
    with pytest.raises(Conflict):
        years.weigh(session, offices.province, year.id, WeightsSchema().load(row))


def test_who_has_not_reported_is_reminded_once_and_is_to_rectify_after_the_cut_off(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices
) -> None:
    assert (overdue.remind(session), overdue.remind(session)) == (1, 0)
    row = {"weights": year.weights, "cut_off": (DAY + 9 * A_DAY).isoformat()}
    years.weigh(session, offices.province, year.id, WeightsSchema().load(row))
    assert (overdue.remind(session), overdue.remind(session)) == (1, 0)
    assert overdue.settle(session, SYSTEM, 100) == 0
    after_the_cut_off(session, year)
    assert (overdue.settle(session, SYSTEM, 100), overdue.settle(session, SYSTEM, 100)) == (1, 0)
    review = review_of(session, studio)
    assert (review.state, review.grade, review.rectify_by) == ("rectifying", "rectify", DAY + 90 * A_DAY)
    assert "没有在" in review.opinion
    kinds = list(session.scalars(sa.select(Mail.kind).order_by(Mail.id)))
    assert kinds[:3] == ["review_opened", "report_due", "report_due"]
    assert "review_news" in kinds
    review.rectify_by = DAY + 3 * A_DAY
    assert (overdue.remind(session), overdue.remind(session)) == (1, 0)


def test_whoever_grades_is_told_once_of_all_who_did_not_report(
    session: Session, plant: Organisation, studio: Studio, offices: Offices
) -> None:
    def asked(others: int) -> int:
        """Return how many questions a batch with so many other studios takes."""
        for number in range(others):
            unit = OrganisationFactory(name=f"第 {number} 个厂，共 {others} 个", region_path="51/5106/510603")
            opened(session, unit, tier="city")
        after_the_cut_off(session, opened_year(session, offices.province, year=DAY.year - others))
        session.expire_all()
        statements: list[str] = []
        note = lambda *told: statements.append(told[2])  # noqa: E731
        sa.event.listen(session.get_bind(), "before_cursor_execute", note)
        overdue.settle(session, SYSTEM, 100)
        sa.event.remove(session.get_bind(), "before_cursor_execute", note)
        return len(statements)

    first, more = asked(1), asked(4)
    late = session.scalars(sa.select(Mail).where(Mail.kind == "reports_late")).all()
    assert [it.values for it in late] == [{"count": "2"}, {"count": "6"}]
    # Of each review: held twice, its last event, itself, an event, who stands at the desk and who is told of the unit.
    assert more - first <= 4 * 9


def test_the_review_of_a_studio_that_is_closed_is_dropped(session: Session, studio: Studio, year: ReviewYear) -> None:
    studio.state, studio.closed_on, studio.closed_because = "closed", DAY, "单位撤并"
    session.flush()
    assert overdue.settle(session, SYSTEM, 100) == 1
    assert review_of(session, studio).state == "dropped"
