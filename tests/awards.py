"""A round for tests: a plant with verified proposals, the office that runs the round, and judges of other places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.models import (
    Account,
    AwardRound,
    Benefit,
    BenefitReference,
    Nomination,
    Organisation,
    Proposal,
    ProposalAuthor,
    Publicity,
    RoleGrant,
)
from marketplace.permissions import Actor
from marketplace.schemas.award import AwardRoundSchema, NominationSchema
from marketplace.services.account.signing_in import actor_of
from marketplace.services.award import judging, nominating, panel, rounds
from tests.factories import AccountFactory, OrganisationFactory, ProposalFactory

JINGYANG = "51/5106/510603"
WAN = 1_000_000
# Points by criterion that make a total in both rubrics.
SHARES = (30, 30, 20, 20)


def plant(**fields: Any) -> Organisation:
    return OrganisationFactory(
        **{"region": "510603", "region_path": JINGYANG, "industry": "34", "industry_path": "C/34", **fields}
    )


def officer(session: Session, role: str, **scope: Any) -> Actor:
    """Return somebody who holds an office."""
    account: Account = AccountFactory(grants=[RoleGrant(role=role, granted_by="tests", **scope)])
    session.flush()
    return actor_of(account, has_second_factor=True)


def judge(session: Session, **fields: Any) -> Account:
    """Return somebody who may judge everywhere."""
    account: Account = AccountFactory(grants=[RoleGrant(role="judge", granted_by="tests")], **fields)
    session.flush()
    return account


def verified_proposal(session: Session, at: Organisation, *, wan: int = 40, **fields: Any) -> Proposal:
    """Return a proposal of one author whose yearly benefit, in ten thousand yuan, has been verified."""
    author = AccountFactory()
    proposal: Proposal = ProposalFactory(
        **{
            "state": "benefit_verified", "organisation": at, "region": "510603", "account_id": author.id,
            "authors": [ProposalAuthor(name=author.name, account_id=author.id, share=100, confirmed_at=now())],
            "decided_at": now(), "decided_by": "tests", "first_used_on": today() - dt.timedelta(days=400), **fields,
        }
    )  # fmt: skip
    session.add(benefit := a_benefit(wan=wan))
    session.flush()
    benefit.references.append(BenefitReference(noun="proposal", object_id=proposal.id))
    session.flush()
    return proposal


def a_benefit(*, wan: int, **fields: Any) -> Benefit:
    return Benefit(
        metric="每年切削液费用", baseline="改前一年的领用单", method="改前减改后，乘全年产量",
        claimed=wan * WAN, claimed_by="tests", claimed_at=now(),
        verified=wan * WAN, verified_by="tests", verified_at=now(), **fields,
    )  # fmt: skip


def round_data(session: Session, **fields: Any) -> dict[str, Any]:
    """Return a provincial round that takes nominations today, as a form would send it."""
    given = {
        "title": "2026年度全省职工金点子", "year": 2026, "level": "province",
        "opens_on": today().isoformat(), "closes_on": today().isoformat(), **rounds.defaults(session), **fields,
    }  # fmt: skip
    loaded: dict[str, Any] = AwardRoundSchema().load(given)
    return loaded


def nominate(session: Session, actor: Actor, award: AwardRound, proposal: Proposal, rubric: str = "A") -> Nomination:
    data = NominationSchema().load({"proposal": proposal.id, "rubric": rubric, "first_author_checked": True})
    return nominating.nominate(session, actor, award.id, data)


def begin_scoring(session: Session, actor: Actor, award: AwardRound, judges: Iterable[Account]) -> None:
    """Call the judges and begin the day after the window."""
    for account in judges:
        panel.add(session, actor, award.id, account.id)
    award.opens_on = award.closes_on = today() - dt.timedelta(days=1)
    session.flush()
    panel.begin(session, actor, award.id)


def lock(session: Session, account: Account, nomination: Nomination, total: int) -> None:
    """Let a judge give a total and lock his sheet."""
    me = actor_of(account, has_second_factor=True)
    mine = next(it for it in judging.assigned(session, me) if it.alias == nomination.alias and it.is_open)
    judging.save(session, me, mine.sheet.id, {"scores": spread_over(mine.criteria, total), "comment": ""}, lock=True)


def lock_all(session: Session, judges: Sequence[Account], nomination: Nomination, totals: Sequence[int]) -> None:
    for account, total in zip(judges, totals, strict=True):
        lock(session, account, nomination, total)


def spread_over(criteria: Any, total: int) -> dict[str, int]:
    """Return points that add up to a total, each within its criterion."""
    points = {}
    for name, most in criteria.items():
        points[name] = min(most, total)
        total -= points[name]
    return points


def end_publicity(session: Session, award: AwardRound) -> None:
    """Let the running publicity of a round have ended yesterday."""
    running = session.query(Publicity).filter_by(award_round_id=award.id, closed_at=None).one()
    running.starts_on = today() - dt.timedelta(days=20)
    running.ends_on = today() - dt.timedelta(days=1)
    session.flush()


def opened(session: Session, **fields: Any) -> tuple[Actor, AwardRound]:
    """Open a round as the province, and return who runs it and the round."""
    office = officer(session, "province_curator")
    return office, rounds.open_round(session, office, round_data(session, **fields))


def given(nomination: Nomination, outcome: str) -> None:
    """Let a nomination have been awarded."""
    nomination.outcome, nomination.certificate_number, nomination.granted_on = outcome, f"GI{nomination.id}", today()
