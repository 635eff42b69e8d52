"""Who may do what, as tables: every role, with every scope, on every state; the three forms of reading agree."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.indexing.documents import document_for
from marketplace.models import Account, Achievement, Contributor, Demand, Organisation
from marketplace.models.people.account import ROLES
from marketplace.models.records import achievement as achievement_model
from marketplace.models.records import demand as demand_model
from marketplace.permissions import (
    VISITOR,
    Actor,
    Grant,
    Permission,
    can,
    can_answer_for,
    can_edit_achievement,
    can_edit_demand,
    can_enter_curation,
    can_grant,
    can_read,
    can_read_history,
    can_take_proof,
    readable,
    readers_of,
)
from tests.factories import AccountFactory, AchievementFactory, DemandFactory, OrganisationFactory

DEYANG, JINGYANG, MIANYANG = "51/5106", "51/5106/510603", "51/5107"
MACHINES, ELECTRONICS = "C/34", "C/39"

# The roles with their scopes. The records lie in Jingyang, a district of Deyang, and belong to a maker of machines
# there, "own"; whatever is called other lies elsewhere.
GRANTS: dict[str, tuple[Any, ...]] = {
    "worker of the unit": ("worker", "", "", "own"),
    "worker of no unit": ("worker",),
    "studio leader": ("studio_leader", "", "", "own"),
    "unit union": ("unit_union", "", "", "own"),
    "other unit union": ("unit_union", "", "", "other"),
    "enterprise": ("enterprise", "", "", "own"),
    "other enterprise": ("enterprise", "", "", "other"),
    "enterprise not yet confirmed": ("enterprise",),
    "county": ("county", JINGYANG),
    "other county": ("county", "51/5106/510623"),
    "city": ("city", DEYANG),
    "other city": ("city", MIANYANG),
    "industry union": ("industry_union", "", MACHINES),
    "industry union of a section": ("industry_union", "", "C"),
    "other industry union": ("industry_union", "", ELECTRONICS),
    "industry union in the city": ("industry_union", DEYANG, MACHINES),
    "industry union in another city": ("industry_union", MIANYANG, MACHINES),
    "province curator": ("province_curator",),
    "admin": ("admin",),
    "auditor": ("auditor",),
    "auditor of the city": ("auditor", DEYANG),
    "auditor of another city": ("auditor", MIANYANG),
    "judge": ("judge",),
    "broker": ("broker", DEYANG),
    "finance attestor": ("finance_attestor", DEYANG),
}

# Who reads what: d a draft, u what was submitted and is not public, p what is public.
READS = {
    "visitor": "p",
    "poster with the key": "dup",
    "author": "dup",
    "contributor": "dup",
    "worker of the unit": "p",
    "worker of no unit": "p",
    "studio leader": "p",
    "unit union": "dup",
    "other unit union": "p",
    "enterprise": "dup",
    "other enterprise": "p",
    "enterprise not yet confirmed": "p",
    "county": "up",
    "other county": "p",
    "city": "up",
    "other city": "p",
    "industry union": "up",
    "industry union of a section": "up",
    "other industry union": "p",
    "industry union in the city": "up",
    "industry union in another city": "p",
    "province curator": "dup",
    "admin": "dup",
    "auditor": "dup",
    "auditor of the city": "up",
    "auditor of another city": "p",
    "judge": "p",
    "broker": "p",
    "finance attestor": "p",
}
# What a person still writes is none of the business of the unit he names.
READS_ACHIEVEMENTS = READS | {"unit union": "up", "enterprise": "up"}
WRITERS = {"author", "contributor"}
OWNERS = {"poster with the key", "author", "unit union", "enterprise", "province curator", "admin"}
OFFICES = {
    "county", "city", "industry union", "industry union of a section", "industry union in the city",
    "province curator", "admin",
}  # fmt: skip
STAFF = {
    name for name, (role, *_scope) in GRANTS.items()
    if role in ("admin", "province_curator", "auditor", "city", "industry_union", "county", "unit_union")
}  # fmt: skip


@pytest.fixture
def people(sqlite_session: Session) -> dict[str, Actor]:
    place = {"region_path": JINGYANG, "industry_path": MACHINES, "region": "510603", "industry": "34"}
    units = {
        "own": OrganisationFactory(name="示例甲厂", **place).id,
        "other": OrganisationFactory(name="示例乙厂", region_path=MIANYANG, industry_path=ELECTRONICS).id,
    }
    author, contributor = AccountFactory(email="author@example.cn"), AccountFactory(email="helper@example.cn")
    found = {
        "visitor": VISITOR,
        "poster with the key": Actor("visitor", keys=frozenset({"posted"})),
        "author": Actor("author", (Grant("worker"),), account_id=author.id),
        "contributor": Actor("contributor", (Grant("worker"),), account_id=contributor.id),
    }
    for number, (name, (role, *scope)) in enumerate(GRANTS.items(), 900):
        region, industry, unit = [*scope, "", "", ""][:3]
        found[name] = Actor(name, (Grant(role, region, industry, units.get(unit)),), account_id=number)
    return found


def unit(session: Session) -> Organisation:
    return session.scalars(sa.select(Organisation).filter_by(name="示例甲厂")).one()


def account(session: Session, email: str) -> int:
    return session.scalars(sa.select(Account.id).filter_by(email=email)).one()


def made_achievement(session: Session, state: str) -> Achievement:
    published = {"published": "published", "archived": "published", "revoked": "revoked"}.get(state, "unpublished")
    helper = Contributor(name="助手", account_id=account(session, "helper@example.cn"))
    return AchievementFactory(
        state=state,
        published_state=published,
        published_at=None if published == "unpublished" else now(),
        account_id=account(session, "author@example.cn"),
        contributors=[helper],
        units=[unit(session)],
    )


def made_demand(session: Session, state: str) -> Demand:
    return DemandFactory(
        state=state,
        access_key="posted",
        account_id=account(session, "author@example.cn"),
        organisation_id=unit(session).id,
    )


def standing(state: str, public: tuple[str, ...]) -> str:
    return "p" if state in public else "d" if state == "draft" else "u"


def test_the_tables_name_every_role_and_every_person(people: dict[str, Actor]) -> None:
    assert {role for role, *_scope in GRANTS.values()} == set(ROLES)
    assert set(READS) == set(people)


@pytest.mark.parametrize(("who", "state"), list(product(READS, achievement_model.STATES)))
def test_who_reads_an_achievement(sqlite_session: Session, people: dict[str, Actor], who: str, state: str) -> None:
    achievement = made_achievement(sqlite_session, state)
    held = "p" if who == "poster with the key" else READS_ACHIEVEMENTS[who]
    expected = standing(state, ("published", "archived")) in held
    assert can_read(people[who], achievement) is expected
    found = sqlite_session.scalars(sa.select(Achievement).where(readable(Achievement, people[who]))).all()
    assert (achievement in found) is expected


@pytest.mark.parametrize(("who", "state"), list(product(READS, demand_model.STATES)))
def test_who_reads_a_demand(sqlite_session: Session, people: dict[str, Actor], who: str, state: str) -> None:
    demand = made_demand(sqlite_session, state)
    held = "p" if who == "contributor" else READS[who]
    expected = standing(state, ("open", "in_talks", "solved")) in held
    assert can_read(people[who], demand) is expected
    found = sqlite_session.scalars(sa.select(Demand).where(readable(Demand, people[who]))).all()
    assert (demand in found) is expected
    document = document_for(demand)
    assert document is None or (not document.readers.isdisjoint(people[who].tokens)) is expected


@pytest.mark.parametrize(("who", "state"), list(product(READS, demand_model.STATES)))
def test_who_changes_a_demand(sqlite_session: Session, people: dict[str, Actor], who: str, state: str) -> None:
    closed = state in ("solved", "closed_unsolved", "expired")
    assert can_edit_demand(people[who], made_demand(sqlite_session, state)) is (who in OWNERS and not closed)


@pytest.mark.parametrize("who", READS)
def test_who_verifies_a_demand(sqlite_session: Session, people: dict[str, Actor], who: str) -> None:
    demand = made_demand(sqlite_session, "submitted")
    assert can(people[who], Permission.DEMAND_VERIFY, demand) is (who in OFFICES)


@pytest.mark.parametrize("who", READS)
def test_who_answers_for_the_owner_of_an_achievement(
    sqlite_session: Session, people: dict[str, Actor], who: str
) -> None:
    achievement = made_achievement(sqlite_session, "published")
    expected = who in OWNERS - {"poster with the key"} | {"contributor"}
    assert can_answer_for(people[who], achievement) is expected


@pytest.mark.parametrize("who", READS)
def test_who_submits_an_achievement_that_is_begun(sqlite_session: Session, people: dict[str, Actor], who: str) -> None:
    draft = made_achievement(sqlite_session, "draft")
    assert can(people[who], Permission.ACHIEVEMENT_SUBMIT, draft) is (who in WRITERS | {"province curator", "admin"})


@pytest.mark.parametrize(("who", "state"), list(product(READS, ("draft", "returned"))))
def test_who_writes_on_an_achievement(sqlite_session: Session, people: dict[str, Actor], who: str, state: str) -> None:
    assert can_edit_achievement(people[who], made_achievement(sqlite_session, state)) is (who in WRITERS)


@pytest.mark.parametrize(("who", "state"), list(product(READS, ("draft", "submitted", "published"))))
def test_who_sees_the_history_of_an_achievement(
    sqlite_session: Session, people: dict[str, Actor], who: str, state: str
) -> None:
    held = "" if who == "poster with the key" or READS[who] == "p" else READS_ACHIEVEMENTS[who]
    expected = standing(state, ("published",)) in held
    assert can_read_history(people[who], made_achievement(sqlite_session, state)) is expected


@pytest.mark.parametrize("who", READS)
def test_who_takes_the_proof_of_a_submission_away(sqlite_session: Session, people: dict[str, Actor], who: str) -> None:
    achievement = made_achievement(sqlite_session, "published")
    expected = who in OWNERS - {"poster with the key"} | {"contributor"}
    assert can_take_proof(people[who], achievement) is expected


@pytest.mark.parametrize("who", READS)
def test_who_enters_the_pages_of_the_union(people: dict[str, Actor], who: str) -> None:
    assert can_enter_curation(people[who]) is (who in STAFF)


PROVINCE_ALONE = [
    Permission.ACHIEVEMENT_IMPORT, Permission.ACHIEVEMENT_REVIEW, Permission.DEMAND_EDIT, Permission.DEMAND_IMPORT,
    Permission.MATCH_RUN, Permission.ORGANISATION_IMPORT, Permission.RULE_SET, Permission.SHOWCASE_CURATE,
    Permission.THESAURUS_CURATE,
]  # fmt: skip


@pytest.mark.parametrize(("who", "permission"), list(product(READS, PROVINCE_ALONE)))
def test_what_only_the_province_does(people: dict[str, Actor], who: str, permission: Permission) -> None:
    assert can(people[who], permission) is (who in ("province curator", "admin"))


# Which role gives which, each within its own scope.
OF_UNITS = {"unit_union", "enterprise", "worker", "studio_leader", "finance_attestor"}
GIVES = {
    "admin": set(ROLES),
    "province curator": set(ROLES) - {"admin", "province_curator"},
    "city": OF_UNITS | {"county", "broker"},
    "county": OF_UNITS,
    "industry union": OF_UNITS,
    "industry union of a section": OF_UNITS,
    "industry union in the city": OF_UNITS,
    "unit union": {"worker", "studio_leader", "finance_attestor"},
}


@pytest.mark.parametrize(("who", "role"), list(product(READS, ROLES)))
def test_who_gives_which_role_for_a_unit(
    sqlite_session: Session, people: dict[str, Actor], who: str, role: str
) -> None:
    assert can_grant(people[who], role, organisation=unit(sqlite_session)) is (role in GIVES.get(who, ()))


@pytest.mark.parametrize(
    ("who", "role", "region", "industry", "expected"),
    [
        ("city", "county", JINGYANG, "", True),
        ("city", "county", "51/5107/510703", "", False),
        ("city", "county", "", "", False),
        ("city", "city", DEYANG, "", False),
        ("city", "broker", DEYANG, "C", True),
        ("county", "unit_union", JINGYANG, "", True),
        ("county", "unit_union", DEYANG, "", False),
        ("industry union", "worker", "", MACHINES, True),
        ("industry union", "worker", "", "C", False),
        ("industry union in the city", "worker", "", MACHINES, False),
        ("unit union", "worker", "", "", False),
        ("unit union", "finance_attestor", JINGYANG, "", False),
        ("county", "finance_attestor", JINGYANG, "", True),
        ("county", "finance_attestor", DEYANG, "", False),
        ("industry union", "finance_attestor", DEYANG, "", False),
        ("province curator", "city", MIANYANG, "", True),
    ],
)
def test_nobody_gives_a_role_beyond_his_own_scope(
    people: dict[str, Actor], who: str, role: str, region: str, industry: str, expected: bool
) -> None:
    assert can_grant(people[who], role, region, industry) is expected


def test_a_token_for_programs_does_no_more_than_its_scopes(sqlite_session: Session, people: dict[str, Actor]) -> None:
    demand = made_demand(sqlite_session, "submitted")
    owner = people["enterprise"]
    reading = Actor(owner.name, owner.grants, owner.account_id, limits=frozenset())
    writing = Actor(owner.name, owner.grants, owner.account_id, limits=frozenset({Permission.DEMAND_POST}), reads=False)
    assert can_read(reading, demand)
    assert not can_edit_demand(reading, demand)
    assert not can_read(writing, demand)
    assert not sqlite_session.scalars(sa.select(Demand).where(readable(Demand, writing))).all()
    assert not can(writing, Permission.MATCH_ANSWER)


def test_what_is_public_needs_no_other_reader(sqlite_session: Session, people: dict[str, Actor]) -> None:
    assert readers_of(made_demand(sqlite_session, "open")) == {"public"}


def test_a_wrong_key_opens_nothing(sqlite_session: Session, people: dict[str, Actor]) -> None:
    guessing = Actor("visitor", keys=frozenset({"guessed"}))
    assert not can_read(guessing, made_demand(sqlite_session, "submitted"))
