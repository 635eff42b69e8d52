"""Who reports, grades, runs and follows, as tables: every role and scope at every tier, every step in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import Conflict, NotAllowed, NotAtDesk, NotFound
from marketplace.models import Organisation, ReviewYear, Studio, StudioReview
from marketplace.models.people.account import ROLES
from marketplace.models.studios.annual_review import STATES
from marketplace.models.studios.studio import TIERS
from marketplace.permissions import (
    VISITOR,
    Actor,
    Grant,
    can_follow_review,
    can_read_decided,
    can_report,
    can_run_review,
)
from marketplace.schemas.studio_review import AppealSchema, CheckSchema, MendingSchema
from marketplace.services.studio_review import appeals, delisting, desks, grading, reports, years
from tests.factories import OrganisationFactory
from tests.marketplace.studio_reviews.reviews import DAY, Offices, graded, reported, review_of

_UNITS, _UP = {"unit", "county"}, {"province", "showcase", "national"}
# role and scope → (reports for the unit, grades studios of these tiers, runs the province, runs the city, follows)
TABLE: dict[str, tuple[Grant | None, tuple[bool, set[str], bool, bool, bool]]] = {
    "visitor": (None, (False, set(), False, False, False)),
    "unit union": (Grant("unit_union", organisation_id=0), (True, set(), False, False, False)),
    "other unit union": (Grant("unit_union", organisation_id=-1), (False, set(), False, False, False)),
    "county": (Grant("county", "51/5106/510603"), (True, _UNITS, False, False, True)),
    "other county": (Grant("county", "51/5106/510623"), (False, set(), False, False, True)),
    "city": (Grant("city", "51/5106"), (True, {"city"}, False, True, True)),
    "other city": (Grant("city", "51/5107"), (False, set(), False, False, True)),
    "industry union": (Grant("industry_union", "", "C/34"), (True, {"industry"}, False, False, True)),
    "other industry union": (Grant("industry_union", "", "C/39"), (False, set(), False, False, True)),
    "province": (Grant("province_curator"), (True, _UP, True, True, True)),
    "admin": (Grant("admin"), (True, set(TIERS), True, True, True)),
    "auditor": (Grant("auditor"), (False, set(), False, False, True)),
    "worker": (Grant("worker", organisation_id=0), (False, set(), False, False, False)),
    "studio leader": (Grant("studio_leader", organisation_id=0), (False, set(), False, False, False)),
    "enterprise": (Grant("enterprise", organisation_id=0), (False, set(), False, False, False)),
    "judge": (Grant("judge"), (False, set(), False, False, False)),
    "broker": (Grant("broker", "51/5106"), (False, set(), False, False, False)),
    "finance attestor": (Grant("finance_attestor", "51/5106"), (False, set(), False, False, False)),
}


def actor(who: str, plant: Organisation) -> Actor:
    grant = TABLE[who][0]
    if grant is None:
        return VISITOR
    units = {0: plant.id, -1: OrganisationFactory().id, None: None}
    return Actor(who, (replace(grant, organisation_id=units[grant.organisation_id]),), account_id=900)


def test_the_table_names_every_role() -> None:
    assert {grant.role for grant, _may in TABLE.values() if grant is not None} == set(ROLES)


@pytest.fixture
def session(sqlite_session: Session) -> Session:
    """Tables are read on one database."""
    return sqlite_session


@pytest.mark.parametrize("who", TABLE)
def test_who_reports_grades_runs_and_follows(
    session: Session, plant: Organisation, studio: Studio, year: ReviewYear, who: str
) -> None:
    review, person = review_of(session, studio), actor(who, plant)
    grades = set()
    for tier in TIERS:
        review.tier = tier
        if desks.may_grade(session, person, review):
            grades.add(tier)
    found = (
        can_report(person, studio), grades, can_run_review(person, ""), can_run_review(person, "51/5106"),
        can_follow_review(person, year),
    )  # fmt: skip
    assert found == TABLE[who][1]


def test_what_was_decided_of_all_is_read_by_who_runs_the_year_or_audits_its_place(
    session: Session, plant: Organisation, year: ReviewYear
) -> None:
    held = {who: actor(who, plant) for who in TABLE} | {
        "auditor of a city": Actor("x", (Grant("auditor", "51/5106"),), account_id=901)
    }
    for region, readers in (
        ("", {"province", "admin", "auditor"}),
        ("51/5106", {"province", "admin", "auditor", "city", "auditor of a city"}),
    ):
        year.region_path = region
        assert {who for who, person in held.items() if can_read_decided(person, year)} == readers
    with pytest.raises(NotAllowed):
        years.decided(session, held["other city"], year.id)


Step = Callable[[Session, Offices, StudioReview], Any]
REPORT = {"account": "攻关三项", "plans": "", "remarks": {}}
FINDING = {"finding": "现场核对。"}
STEPS: dict[str, tuple[Step, set[str]]] = {
    "prepare": (lambda s, who, it: reports.prepare(s, who.unit, it.id, REPORT), {"due"}),
    "submit": (lambda s, who, it: reports.submit(s, who.unit, it.id, REPORT), {"due", "submitted"}),
    "grade": (lambda s, who, it: graded(s, who.city, it, "qualified"), {"submitted", "graded", "rectifying", "failed"}),
    "mend": (lambda s, who, it: grading.mend(s, who.unit, it.id, MendingSchema().load({"mending": "补齐"})),
             {"rectifying"}),
    "check": (lambda s, who, it: grading.check(s, who.city, it.id, CheckSchema().load({**FINDING, "passed": "yes"})),
              {"mended"}),
    "appeal": (lambda s, who, it: appeals.raise_(s, who.unit, it.id, AppealSchema().load({"text": "漏看"})),
               {"graded", "rectifying", "failed", "delisted"}),
    "delist": (lambda s, who, it: delisting.delist_failed(s, who.city, it.id, FINDING), set()),
}  # fmt: skip


@pytest.mark.parametrize(("name", "state"), list(product(STEPS, STATES)))
def test_a_step_is_taken_in_its_states_alone(
    session: Session, studio: Studio, year: ReviewYear, offices: Offices, name: str, state: str
) -> None:
    review = review_of(session, studio)
    if state not in ("due", "dropped"):
        reported(session, offices.unit, studio)
    if state not in ("due", "dropped", "submitted"):
        review.grade, review.graded_by, review.graded_on = "rectify", "tests", DAY
        review.mending, review.mended_on, review.rectify_by, review.checked_on = "补齐", DAY, DAY, DAY
    review.state = state
    session.flush()
    step, states = STEPS[name]
    if state in states:
        step(session, offices, review)
    else:
        with pytest.raises(Conflict):
            step(session, offices, review)


@pytest.mark.parametrize("who", TABLE)
def test_nobody_else_takes_a_step(
    session: Session, plant: Organisation, studio: Studio, year: ReviewYear, offices: Offices, who: str
) -> None:
    person, may = actor(who, plant), TABLE[who][1]
    review = reported(session, offices.unit, studio)
    review.state, review.grade, review.graded_by, review.graded_on = "mended", "rectify", "tests", DAY
    review.mending, review.mended_on, review.rectify_by, review.submitted_at = "补齐", DAY, DAY, now()
    session.flush()
    if "city" not in may[1]:
        with pytest.raises((NotAllowed, NotAtDesk, NotFound)):
            grading.check(session, person, review.id, CheckSchema().load({**FINDING, "passed": "yes"}))
    if not may[0]:
        with pytest.raises((NotAllowed, NotFound)):
            grading.mend(session, person, review.id, MendingSchema().load({"mending": "补齐"}))
        with pytest.raises((NotAllowed, NotFound)):
            appeals.raise_(session, person, review.id, AppealSchema().load({"text": "漏看"}))
