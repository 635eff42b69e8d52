"""Who does what with a proposal, as tables: every role with every scope, in every state, for every verb."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.db import now, today
from marketplace.models import Account, Organisation, Proposal, ProposalAuthor
from marketplace.models.people.account import ROLES
from marketplace.models.proposals import proposal as proposal_model
from marketplace.permissions import (
    VISITOR,
    Actor,
    Grant,
    can_read,
    can_see_authors,
    can_support,
    is_author,
    readable,
)
from tests.factories import AccountFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting

DEYANG, JINGYANG, MIANYANG = "51/5106", "51/5106/510603", "51/5107"

# The proposal is of a maker of machines in Jingyang, a district of Deyang, "own"; what is called other is elsewhere.
GRANTS: dict[str, tuple[Any, ...]] = {
    "worker of the unit": ("worker", "", "", "own"),
    "worker of no unit": ("worker",),
    "studio leader": ("studio_leader", "", "", "own"),
    "unit union": ("unit_union", "", "", "own"),
    "other unit union": ("unit_union", "", "", "other"),
    "enterprise": ("enterprise", "", "", "own"),
    "county": ("county", JINGYANG),
    "other county": ("county", "51/5106/510623"),
    "city": ("city", DEYANG),
    "other city": ("city", MIANYANG),
    "industry union": ("industry_union", "", "C/34"),
    "other industry union": ("industry_union", "", "C/39"),
    "province curator": ("province_curator",),
    "admin": ("admin",),
    "auditor": ("auditor",),
    "auditor of another city": ("auditor", MIANYANG),
    "judge": ("judge",),
    "broker": ("broker", DEYANG),
    "finance attestor": ("finance_attestor", DEYANG),
}
WHO = ("visitor", "author", "coauthor", *GRANTS)
AUTHORS = {"author", "coauthor"}
COLLEAGUES = {"worker of the unit", "studio leader", "unit union"}
# These read what was submitted; a draft is its authors' alone, and what was awarded anybody's.
INSIDERS = AUTHORS | {
    "unit union", "enterprise", "county", "city", "industry union", "province curator", "admin", "auditor",
}  # fmt: skip
HIDDEN_FROM_COLLEAGUES = {"draft", "submitted", "returned", "rejected", "withdrawn", "merged", "not_adopted", "revoked"}
SUPPORTERS = COLLEAGUES

# Whose desk a proposal lies on; nobody's office is vacant here. An administrator stands at every desk.
DESK = {
    "submitted": "unit union", "screened": "unit union", "unit_review": "unit union", "adopted": "unit union",
    "partly_adopted": "unit union", "implementing": "unit union", "implemented": "county",
}  # fmt: skip
# Who may answer, return or merge wherever it is not a matter of the desk: the unit and those who stand in for it.
ANSWERING = {"unit union", "county", "city", "province curator", "admin"}
VERIFYING = {"county", "city", "industry union", "province curator", "admin"}
OWNING = AUTHORS | {"unit union", "enterprise", "province curator", "admin"}


@pytest.fixture
def people(sqlite_session: Session) -> dict[str, Actor]:
    place = {"region_path": JINGYANG, "industry_path": "C/34", "region": "510603", "industry": "34"}
    units = {
        "own": OrganisationFactory(name="示例甲厂", **place).id,
        "other": OrganisationFactory(name="示例乙厂", region_path=MIANYANG, industry_path="C/39").id,
    }
    found = {"visitor": VISITOR}
    for name in ("author", "coauthor"):
        account: Account = AccountFactory(email=f"{name}@example.cn")
        found[name] = Actor(name, (Grant("worker"),), account.id)
    for number, (name, (role, *scope)) in enumerate(GRANTS.items(), 900):
        region, industry, unit = [*scope, "", "", ""][:3]
        found[name] = Actor(name, (Grant(role, region, industry, units.get(unit)),), account_id=number)
    # The offices are held, by colleagues of those who try.
    acting("unit_union", sqlite_session.get_one(Organisation, units["own"]))
    acting("county", region_path=JINGYANG)
    return found


def made(session: Session, state: str, **fields: Any) -> Proposal:
    author, helper = (
        session.scalars(sa.select(Account).filter_by(email=f"{name}@example.cn")).one()
        for name in ("author", "coauthor")
    )
    facts: dict[str, Any] = {}
    if state in proposal_model.DECIDED:
        facts = {"decided_at": now(), "decided_by": "t", "reply": "理由"}
    if state == "merged":
        facts = {"merged_into_id": ProposalFactory().id, "merged_at": now(), "state_before_merge": "screened"}
    return ProposalFactory(
        state=state, account_id=author.id, first_used_on=today(),
        authors=[
            ProposalAuthor(name="甲", account_id=author.id),
            ProposalAuthor(name="乙", account_id=helper.id, position=2),
        ],
        organisation=session.scalars(sa.select(Organisation).filter_by(name="示例甲厂")).one(), **facts, **fields,
    )  # fmt: skip


def test_the_tables_name_every_role_and_every_person(people: dict[str, Actor]) -> None:
    assert {role for role, *_scope in GRANTS.values()} == set(ROLES)
    assert set(WHO) == set(people)


@pytest.mark.parametrize("state", proposal_model.STATES)
def test_who_reads_a_proposal_and_knows_who_made_it(
    sqlite_session: Session, people: dict[str, Actor], state: str, subtests: pytest.Subtests
) -> None:
    proposal = made(sqlite_session, state)
    hidden = made(sqlite_session, state, is_pseudonymous=True)
    for who in WHO:
        with subtests.test(who):
            reads = who in AUTHORS if state == "draft" else state == "awarded" or who in INSIDERS
            reads = reads or (who in COLLEAGUES and state not in HIDDEN_FROM_COLLEAGUES)
            assert can_read(people[who], proposal) is reads
            found = sqlite_session.scalars(sa.select(Proposal).where(readable(Proposal, people[who]))).all()
            assert (proposal in found) is reads
            knows = state == "awarded" or who in (AUTHORS if state == "draft" else INSIDERS)
            assert can_see_authors(people[who], proposal) is knows
            assert can_see_authors(people[who], hidden) is (who in AUTHORS | {"unit union"})
            assert is_author(people[who], proposal) is (who in AUTHORS)
            assert can_support(people[who], proposal) is (who in SUPPORTERS)


STEPS = sorted({(state, step.action) for step in workflow.PROPOSAL for state in step.sources if not step.process})
PERMITTED = {"submit": OWNING, "withdraw": OWNING, "reoffer": ANSWERING}


@pytest.mark.parametrize(("state", "action"), STEPS)
def test_who_takes_a_proposal_a_step(
    sqlite_session: Session, people: dict[str, Actor], state: str, action: str, subtests: pytest.Subtests
) -> None:
    proposal = made(sqlite_session, state)
    at_desk = next(it.at_desk for it in workflow.PROPOSAL if it.action == action and state in it.sources)
    expected = {DESK[state], "admin"} if at_desk else PERMITTED[action]
    if action in ("submit", "withdraw") and state == "draft":
        # Nobody but its authors owns a draft; the province acts where records go astray.
        expected = AUTHORS | {"province curator", "admin"}
    for who in WHO:
        with subtests.test(who):
            possible = {step.action for step in workflow.actions_of(sqlite_session, people[who], proposal)}
            assert (action in possible) is (who in expected)
