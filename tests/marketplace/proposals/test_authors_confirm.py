"""Each author of a proposal agrees in person to be named as he is, or the unit says why one did not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import Conflict, LinkSpent, NotAllowed, NotAtDesk
from marketplace.models import Account, Mail, Organisation, Proposal
from marketplace.permissions import SYSTEM, VISITOR, Actor
from marketplace.schemas.proposal import ProposalSchema
from marketplace.schemas.register import RegisterSchema
from marketplace.services.authoring import contributors
from marketplace.services.proposal import answering, importing, merging, writing
from tests.awards import nominate, opened, verified_proposal
from tests.factories import OrganisationFactory
from tests.marketplace.officers import acting

PLACE = {"region": "510603", "region_path": "51/5106/510603", "industry": "34", "industry_path": "C/34"}
TEXT = {"present_state": "每班换刀四次。", "measure": "改用快换刀座。", "expected_effect": "每班多出八十分钟。"}
HELPER = "helper@example.cn"


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(**PLACE)


@pytest.fixture
def clerk(session: Session, plant: Organisation) -> Actor:
    return acting("unit_union", plant)


@pytest.fixture
def author(session: Session, plant: Organisation) -> Actor:
    return acting("worker", plant)


def authors(session: Session, author: Actor, own: str = "60", others: str = "40") -> list[dict[str, Any]]:
    name = session.get_one(Account, author.account_id).name
    return [{"name": name, "share": own}, {"name": "示例同事", "share": others, "email": HELPER}]


@pytest.fixture
def submitted(session: Session, author: Actor, clerk: Actor) -> Proposal:
    data = ProposalSchema().load({**TEXT, "authors": authors(session, author)})
    return writing.submit(session, author, writing.draft(session, author, data).id)


def secret_of(session: Session, email: str = HELPER) -> str:
    query = sa.select(Mail).filter_by(recipient=email, kind="part").order_by(Mail.id.desc())
    mail = session.scalars(query).first()
    assert mail is not None
    return str(mail.values["secret"])


def answers(proposal: Proposal) -> list[str]:
    return [person.answer for person in proposal.authors]


def agree(session: Session, email: str = HELPER) -> None:
    contributors.answer(session, VISITOR, contributors.by_link(session, secret_of(session, email)), agrees=True)


def test_the_unit_takes_a_proposal_in_once_every_author_has_confirmed(
    session: Session, submitted: Proposal, clerk: Actor
) -> None:
    assert answers(submitted) == ["confirmed", "asked"]
    with pytest.raises(Conflict, match="示例同事"):
        answering.act(session, clerk, submitted.id, "screen")
    asked = contributors.by_link(session, secret_of(session))
    assert (asked.kind, asked.record, asked.named[1]) == ("author", submitted, (2, "示例同事", Decimal(40)))
    contributors.answer(session, VISITOR, asked, agrees=True)
    with pytest.raises(LinkSpent):
        contributors.by_link(session, secret_of(session))
    assert answering.act(session, clerk, submitted.id, "screen").state == "screened"


def test_who_declines_is_named_otherwise_and_asked_again(
    session: Session, submitted: Proposal, author: Actor, clerk: Actor
) -> None:
    asked = contributors.by_link(session, secret_of(session))
    contributors.answer(session, VISITOR, asked, agrees=False, reason="刀座是我设计的")
    with pytest.raises(Conflict, match="不同意"):
        answering.act(session, clerk, submitted.id, "screen")
    with pytest.raises(Conflict, match="已经答复"):
        contributors.excuse(session, clerk, submitted, submitted.authors[1].id, "不管他")
    answering.act(session, clerk, submitted.id, "return", "请先商定份额")
    again = ProposalSchema().load({**TEXT, "authors": authors(session, author, "50", "50")})
    writing.save(session, author, submitted.id, submitted.revision, again)
    assert answers(submitted) == ["unasked", "unasked"]
    writing.submit(session, author, submitted.id)
    assert answers(submitted) == ["confirmed", "asked"]
    # The same terms, written once more, keep the answer.
    agree(session)
    answering.act(session, clerk, submitted.id, "return", "请写明机床")
    writing.save(session, author, submitted.id, submitted.revision, again)
    assert answers(submitted) == ["confirmed", "confirmed"]


def test_the_unit_and_nobody_else_records_why_an_author_did_not_confirm(
    session: Session, submitted: Proposal, author: Actor, clerk: Actor, plant: Organisation
) -> None:
    person = submitted.authors[1].id
    for other in (author, acting("worker", plant), acting("unit_union", OrganisationFactory())):
        assert not contributors.may_excuse(session, other, submitted)
        with pytest.raises(NotAllowed):
            contributors.excuse(session, other, submitted, person, "已退休")
    with pytest.raises(NotAtDesk):
        contributors.excuse(session, acting("county", region_path=PLACE["region_path"]), submitted, person, "已退休")
    assert contributors.may_excuse(session, clerk, submitted)
    contributors.excuse(session, clerk, submitted, person, "已退休，联系不上")
    assert answering.act(session, clerk, submitted.id, "screen").state == "screened"


def test_shares_agreed_on_later_are_confirmed_before_the_proposal_is_judged(session: Session) -> None:
    office, award = opened(session)
    plant = OrganisationFactory(**PLACE)
    clerk, helper = acting("unit_union", plant), acting("worker", plant)
    proposal = verified_proposal(session, plant)
    child = verified_proposal(session, plant, account_id=helper.account_id, state="submitted", decided_by=None,
                              decided_at=None)  # fmt: skip
    child.authors[0].email = HELPER
    proposal.state = "implemented"
    session.flush()
    merging.merge(session, clerk, child.id, proposal.id, "同一件事")
    proposal.state = "benefit_verified"
    session.flush()
    first = Actor("account", acting("worker", plant).grants, proposal.account_id)
    rows = [{"name": it.name, "share": Decimal(50), "part": ""} for it in proposal.authors]
    writing.agree_authors(session, first, proposal.id, proposal.revision, rows)
    assert answers(proposal) == ["confirmed", "asked"]
    with pytest.raises(Conflict, match="还没有确认"):
        nominate(session, office, award, proposal)
    agree(session)
    nominate(session, office, award, proposal)
    with pytest.raises(Conflict, match="不能再改"):
        writing.agree_authors(session, first, proposal.id, proposal.revision, rows)


def test_a_proposal_from_a_register_keeps_the_authors_of_the_register(session: Session, plant: Organisation) -> None:
    row = {"title": "切削液槽加撇油带", "measure": "加一条撇油带。", "unit": plant.name,
           "proposers": [{"name": "示例甲"}, {"name": "示例乙"}], "state": "submitted",
           "source": "台账", "source_id": "1"}  # fmt: skip
    clerk = acting("unit_union", plant)
    ((proposal, _outcome),) = importing.import_records(session, SYSTEM, [RegisterSchema().load(row)])
    assert [(it.answer, it.excuse) for it in proposal.authors] == [("excused", importing.BY_THE_REGISTER)] * 2
    assert answering.act(session, clerk, proposal.id, "screen").state == "screened"


def test_who_declined_and_hands_the_proposal_in_all_the_same_agrees(
    session: Session, submitted: Proposal, clerk: Actor, plant: Organisation
) -> None:
    helper = acting("worker", plant)
    account = session.get_one(Account, helper.account_id)
    account.email = HELPER
    asked = contributors.by_account(session, account, "author", submitted.authors[1].id)
    contributors.answer(session, helper, asked, agrees=False, reason="再想想", account=account)
    assert answers(submitted) == ["confirmed", "declined"]
    answering.act(session, clerk, submitted.id, "return", "请先商定份额")
    writing.submit(session, helper, submitted.id)
    assert answers(submitted) == ["confirmed", "confirmed"]


def test_under_a_pseudonym_it_is_not_said_who_has_not_confirmed(session: Session, submitted: Proposal) -> None:
    submitted.is_pseudonymous = True
    with pytest.raises(Conflict, match="还有作者没有确认") as refused:
        contributors.require_answers(session, SYSTEM, submitted)
    assert "示例" not in str(refused.value)
