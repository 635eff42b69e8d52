"""What a contract waits for: the publicity of an agreed price, and the completers who may take it over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Account, Contributor, Deal, FirstRefusal, Mail, Objection, PriceNotice, Publicity
from marketplace.permissions import SYSTEM, VISITOR
from marketplace.schemas.listing import TellingSchema
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from marketplace.services.deal import signing, terms
from marketplace.services.listing import exclusivity, first_refusal, offering, price_publicity, told_by_unit
from tests.marketplace.deals.tables import proposal, shown_to_the_end
from tests.marketplace.listings.stalls import OFFER, Stall, buyer, listed, made
from tests.marketplace.officers import acting

PRICE = {"contract_kind": "licence", "licence_kind": "exclusive", "price_form": "agreed", "amount": 60_000_00}


def agreed(session: Session, stall: Stall, mode: str = "exclusive_licence", **fields: Any) -> tuple[Deal, Any]:
    """Let an enterprise ask, the owner take it up, and both agree on terms; return the deal and the enterprise."""
    enterprise = buyer(session)
    listing = listed(session, stall, mode=mode, price_form="agreed", price=None)
    offer = offering.ask(session, enterprise, listing.id, OFFER)
    offering.decide(session, stall.owner, offer.id, is_accepted=True, reason="")
    deal = session.get_one(Deal, offer.deal_id)
    agree(session, stall, enterprise, deal, 0, mode=mode, **fields)
    return deal, enterprise


def agree(session: Session, stall: Stall, enterprise: Any, deal: Deal, after: int, **fields: Any) -> None:
    terms.propose(session, enterprise, deal.id, proposal(after, **{**PRICE, **fields}))
    terms.accept(session, stall.owner, deal.id, after + 1)


def shown(session: Session, deal: Deal) -> tuple[PriceNotice, Publicity]:
    notice = price_publicity.of(session, deal)
    assert notice is not None
    publicity = publicities.running_for(session, notice)
    assert publicity is not None
    return notice, publicity


def objected(session: Session, notice: PriceNotice, publicity: Publicity) -> Objection:
    given = {"noun": "price_notice", "object_id": notice.id, "text": "价格偏低", "evidence": "同类许可的合同"}
    return objections.object_to(session, VISITOR, publicity.id, given)


@pytest.mark.parametrize(
    ("kind", "is_duty", "days"),
    [("institution", True, 15), ("union_body", True, 15), ("enterprise", True, 7), ("institution", False, 0)],
)
def test_how_long_an_agreed_price_is_shown_depends_on_whose_it_is(
    sqlite_session: Session, kind: str, is_duty: bool, days: int
) -> None:
    stall = made(sqlite_session, kind=kind, is_duty=is_duty)
    if not is_duty:
        stall = Stall(stall.achievement, stall.completer, stall.completer)
        stall.achievement.account_id = stall.completer.account_id
        sqlite_session.flush()
    deal, _enterprise = agreed(sqlite_session, stall)
    notice = price_publicity.of(sqlite_session, deal)
    if not days:
        assert notice is None
        return
    _notice, publicity = shown(sqlite_session, deal)
    assert (publicity.ends_on - publicity.starts_on).days == days
    assert publicity.entries[0].text == {
        "title": stall.achievement.title, "abstract": stall.achievement.summary,
        "units": [stall.achievement.units[0].name], "mode": "exclusive_licence", "amount": 60_000_00,
        "is_related_party": False,
    }  # fmt: skip


def test_nobody_signs_before_the_price_was_shown_to_its_end(session: Session) -> None:
    stall = made(session)
    deal, enterprise = agreed(session, stall)
    with pytest.raises(Conflict, match="公示到"):
        signing.sign(session, enterprise, deal.id, 1)
    notice, publicity = shown(session, deal)
    assert price_publicity.pass_due(session, SYSTEM) == 0
    shown_to_the_end(session, deal)
    assert price_publicity.pass_due(session, SYSTEM) == 1
    assert (notice.state, publicity.closed_at is not None) == ("passed", True)
    for actor in (enterprise, stall.owner):
        signing.sign(session, actor, deal.id, 1)
    assert deal.state == "signed"


def test_other_terms_begin_the_period_anew_and_take_along_what_was_objected(session: Session) -> None:
    stall = made(session)
    deal, enterprise = agreed(session, stall)
    first, publicity = shown(session, deal)
    raised = objected(session, first, publicity)
    shown_to_the_end(session, deal)
    with pytest.raises(Conflict, match="异议"):
        signing.sign(session, enterprise, deal.id, 1)
    agree(session, stall, enterprise, deal, 1, amount=70_000_00, mode="exclusive_licence")
    second, anew = shown(session, deal)
    assert (first.state, second.state, publicity.replaced_by_id) == ("replaced", "objected", anew.id)
    assert (anew.ends_on - today()).days == 15
    curator = acting("province_curator")
    assert objections.to_decide(session, curator) == [raised]
    objections.decide(session, curator, raised.id, upheld=False, finding="价格经评估")
    shown_to_the_end(session, deal)
    for actor in (enterprise, stall.owner):
        signing.sign(session, actor, deal.id, 2)
    assert (deal.amount, second.state) == (70_000_00, "passed")


def test_an_objection_that_is_upheld_bars_the_contract_until_other_terms(session: Session) -> None:
    stall = made(session)
    deal, enterprise = agreed(session, stall)
    notice, publicity = shown(session, deal)
    raised = objected(session, notice, publicity)
    objections.decide(session, acting("province_curator"), raised.id, upheld=True, finding="属实")
    assert (notice.state, session.get_one(Objection, raised.id).state) == ("struck", "upheld")
    with pytest.raises(Conflict, match="另议"):
        signing.sign(session, enterprise, deal.id, 1)
    agree(session, stall, enterprise, deal, 1, is_related_party=True, mode="exclusive_licence")
    assert shown(session, deal)[0].is_related_party is True


def test_a_price_that_was_listed_is_not_shown_again_unless_another_is_agreed(session: Session) -> None:
    stall = made(session)
    enterprise = buyer(session)
    offer = offering.take(session, enterprise, listed(session, stall).id, OFFER)
    deal = session.get_one(Deal, offer.deal_id)
    agree(session, stall, enterprise, deal, 0, amount=80_000_00, mode="exclusive_licence", price_form="listed")
    assert price_publicity.of(session, deal) is None
    agree(session, stall, enterprise, deal, 1, amount=50_000_00, mode="exclusive_licence", price_form="listed")
    assert shown(session, deal)[0].amount == 50_000_00


@pytest.mark.parametrize(
    "terms_agreed",
    [
        {"mode": "exclusive_licence", "price_form": "listed"},
        {"mode": "exclusive_licence", "price_form": "free_trial"},
        {"mode": "use_first", "licence_kind": None, "price_form": "free_trial", "amount": 90_000_00},
    ],
)
def test_more_than_was_listed_or_a_trial_that_is_paid_for_is_shown_whatever_it_is_called(
    sqlite_session: Session, terms_agreed: dict[str, Any]
) -> None:
    stall = made(sqlite_session)
    enterprise = buyer(sqlite_session)
    offer = offering.take(sqlite_session, enterprise, listed(sqlite_session, stall, mode="ordinary_licence").id, OFFER)
    deal = sqlite_session.get_one(Deal, offer.deal_id)
    agree(sqlite_session, stall, enterprise, deal, 0, **{"amount": 80_000_00, **terms_agreed})
    assert shown(sqlite_session, deal)[0].mode == terms_agreed["mode"]


def test_completers_are_asked_before_what_they_made_is_assigned(session: Session) -> None:
    stall = made(session, kind="enterprise")
    deal, enterprise = agreed(session, stall, "assignment", contract_kind="transfer", licence_kind=None)
    shown_to_the_end(session, deal)
    with pytest.raises(Conflict, match="优先受让权到"):
        signing.sign(session, enterprise, deal.id, 1)
    [asked] = first_refusal.asked_of(session, stall.completer)
    with pytest.raises(NotFound):
        first_refusal.answer(session, enterprise, asked.first_refusal_id, exercises=True)
    first_refusal.answer(session, stall.completer, asked.first_refusal_id, exercises=False)
    with pytest.raises(Conflict, match="已变"):
        first_refusal.answer(session, stall.completer, asked.first_refusal_id, exercises=True)
    for actor in (enterprise, stall.owner):
        signing.sign(session, actor, deal.id, 1)
    assert deal.state == "signed"


def run_out(session: Session, asked: FirstRefusal) -> None:
    """Let the last day of everybody who was told be yesterday."""
    asked.starts_on, asked.ends_on = today() - dt.timedelta(16), today() - dt.timedelta(1)
    for it in asked.answers:
        it.ends_on = asked.ends_on if it.told_on is not None else None
    session.flush()


def telling(answer: str = "", **fields: Any) -> dict[str, Any]:
    given = {"told_on": today().isoformat(), "told_how": "letter", "told_by": "厂工会", "answer": answer, **fields}
    data: dict[str, Any] = TellingSchema().load(given)
    return data


def with_a_completer_nobody_reaches(session: Session) -> tuple[Stall, Deal, Any, FirstRefusal]:
    """Let an assignment be agreed on of what two have made, one of whom has no account."""
    stall = made(session, kind="enterprise")
    stall.achievement.contributors.append(Contributor(name="没有账号的完成人", position=2))
    deal, enterprise = agreed(session, stall, "assignment", contract_kind="transfer", licence_kind=None)
    shown_to_the_end(session, deal)
    return stall, deal, enterprise, session.scalars(sa.select(FirstRefusal)).one()


def test_who_has_no_account_is_told_by_the_unit_and_his_days_begin_then(session: Session) -> None:
    stall, deal, enterprise, asked = with_a_completer_nobody_reaches(session)
    told = session.scalars(sa.select(Mail).where(Mail.kind == "refusal_unreached")).all()
    owner = session.get_one(Account, stall.owner.account_id)
    assert [(it.recipient, it.values["name"]) for it in told] == [(owner.email, "没有账号的完成人")]
    first_refusal.answer(session, stall.completer, asked.id, exercises=False)
    run_out(session, asked)
    with pytest.raises(Conflict, match="没有被告知"):
        signing.sign(session, enterprise, deal.id, 1)
    [reached, unreached] = asked.answers
    for stranger in (enterprise, stall.completer):
        with pytest.raises((NotAllowed, NotFound)):
            told_by_unit.record(session, stranger, deal.id, unreached.id, telling())
    with pytest.raises(Conflict, match="由他本人答复"):
        told_by_unit.record(session, stall.owner, deal.id, reached.id, telling("waived"))
    with pytest.raises(Invalid) as refused:
        told_by_unit.record(session, stall.owner, deal.id, unreached.id, telling(told_on="2020-01-01"))
    assert set(refused.value.fields) == {"told_on"}
    told_by_unit.record(session, stall.owner, deal.id, unreached.id, telling())
    assert unreached.ends_on == asked.ends_on == today() + dt.timedelta(15)
    with pytest.raises(Conflict, match="优先受让权到"):
        signing.sign(session, enterprise, deal.id, 1)
    told_by_unit.record(session, stall.owner, deal.id, unreached.id, telling("waived"))
    assert (asked.state, [it.verb for it in told_by_unit.events(session, stall.owner, deal.id)]) == (
        "waived", ["ask", "waived", "record_telling", "record_telling"],
    )  # fmt: skip
    progress = told_by_unit.progress(session, enterprise, deal)
    assert progress is not None
    assert (progress.completers, progress.told, progress.waived) == (2, 2, 2)
    with pytest.raises(NotFound):
        told_by_unit.question(session, enterprise, deal.id)
    for actor in (enterprise, stall.owner):
        signing.sign(session, actor, deal.id, 1)
    assert deal.state == "signed"


def test_who_told_his_unit_that_he_wants_it_takes_it_over_once_he_has_an_account(session: Session) -> None:
    stall, deal, enterprise, asked = with_a_completer_nobody_reaches(session)
    first_refusal.answer(session, stall.completer, asked.id, exercises=False)
    told_by_unit.record(session, stall.owner, deal.id, asked.answers[1].id, telling("wanted"))
    run_out(session, asked)
    with pytest.raises(Conflict, match="要按同等条件受让"):
        signing.sign(session, enterprise, deal.id, 1)
    newcomer = acting("worker", stall.achievement.units[0])
    with pytest.raises(NotFound):
        first_refusal.answer(session, newcomer, asked.id, exercises=True)
    stall.achievement.contributors[1].account_id = newcomer.account_id
    session.flush()
    assert [it.name for it in first_refusal.asked_of(session, newcomer)] == ["没有账号的完成人"]
    first_refusal.answer(session, newcomer, asked.id, exercises=True)
    own = session.scalars(sa.select(Deal).filter_by(enterprise_account_id=newcomer.account_id)).one()
    assert (asked.state, deal.state, own.state) == ("exercised", "terminated", "negotiating")


def test_no_answer_in_time_means_that_nobody_takes_it_over(session: Session) -> None:
    stall = made(session, kind="enterprise")
    deal, enterprise = agreed(session, stall, "assignment", contract_kind="transfer", licence_kind=None)
    shown_to_the_end(session, deal)
    asked = session.scalars(sa.select(FirstRefusal)).one()
    assert (asked.ends_on - asked.starts_on).days == 15
    run_out(session, asked)
    with pytest.raises(Conflict, match="期限已过"):
        first_refusal.answer(session, stall.completer, asked.id, exercises=True)
    for actor in (enterprise, stall.owner):
        signing.sign(session, actor, deal.id, 1)
    assert (deal.state, asked.state) == ("signed", "lapsed")


def test_a_completer_takes_it_over_on_the_same_terms_and_the_other_deal_ends(session: Session) -> None:
    stall = made(session, kind="enterprise")
    deal, enterprise = agreed(session, stall, "assignment", contract_kind="transfer", licence_kind=None)
    [asked] = first_refusal.asked_of(session, stall.completer)
    first_refusal.answer(session, stall.completer, asked.first_refusal_id, exercises=True)
    own = session.scalars(sa.select(Deal).filter_by(enterprise_account_id=stall.completer.account_id)).one()
    assert (deal.state, own.state, own.amount, own.mode) == ("terminated", "negotiating", 60_000_00, "assignment")
    with pytest.raises(Conflict):
        signing.sign(session, enterprise, deal.id, 1)
    agree(session, stall, stall.completer, own, 0, contract_kind="transfer", licence_kind=None, mode="assignment")
    shown_to_the_end(session, own)
    for actor in (stall.completer, stall.owner):
        signing.sign(session, actor, own.id, 1)
    listing = exclusivity.taken_among(session, [deal.achievement_id])
    assert listing == {deal.achievement_id: "transferred"}
