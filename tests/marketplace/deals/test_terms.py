"""How two sides come to one version of the terms and to a contract, and what is owed afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Account, Mail, Outcome
from marketplace.services.deal import milestones, rooms, signing, terms
from tests.factories import OrganisationFactory
from tests.marketplace.deals.tables import agreed, laid, proposal, registration, shown_to_the_end, signed
from tests.marketplace.export.test_lists import taken
from tests.marketplace.officers import acting


def test_a_version_counts_once_the_other_side_accepts_it_and_every_change_is_another(session: Session) -> None:
    table = laid(session)
    deal = table.deal
    one = terms.propose(session, table.enterprise, deal.id, proposal(amount=100_000_00, payment="一次付清"))
    two = terms.propose(session, table.owner, deal.id, proposal(after=1, amount=120_000_00, term="三年"))
    assert [(it.name, it.before, it.after) for it in terms.changes(one, two)] == [
        ("term", None, "三年"), ("amount", 100_000_00, 120_000_00), ("payment", "一次付清", None),
    ]  # fmt: skip
    with pytest.raises(Conflict):
        terms.accept(session, table.enterprise, deal.id, 1)
    with pytest.raises(Conflict):
        terms.accept(session, table.owner, deal.id, 2)
    assert terms.accept(session, table.enterprise, deal.id, 2).is_agreed
    assert deal.match is not None
    assert (deal.state, deal.match.state) == ("letter_of_intent", "letter_of_intent")
    three = terms.propose(session, table.enterprise, deal.id, proposal(after=2, amount=110_000_00))
    terms.decline(session, table.owner, deal.id, three.number, "低于成本。")
    assert terms.current(session, deal) == two


def test_whoever_proposes_beside_a_newer_version_or_changes_nothing_is_told_so(session: Session) -> None:
    table = laid(session)
    terms.propose(session, table.enterprise, table.deal.id, proposal())
    with pytest.raises(Conflict, match="第 0 版"):
        terms.propose(session, table.owner, table.deal.id, proposal(amount=1_00))
    with pytest.raises(Invalid):
        terms.propose(session, table.owner, table.deal.id, proposal(after=1))


def test_a_contract_is_signed_when_both_signed_the_version_both_accepted(session: Session) -> None:
    table = laid(session)
    deal = table.deal
    terms.propose(session, table.enterprise, deal.id, proposal())
    with pytest.raises(Conflict):
        signing.sign(session, table.enterprise, deal.id, 1)
    terms.accept(session, table.owner, deal.id, 1)
    signing.sign(session, table.enterprise, deal.id, 1)
    with pytest.raises(Conflict):
        signing.sign(session, table.enterprise, deal.id, 1)
    assert (deal.state, deal.signed_version) == ("letter_of_intent", 1)
    # Another version voids what one side signed alone.
    terms.propose(session, table.owner, deal.id, proposal(after=1, amount=1_00))
    assert deal.enterprise_signed_by is None
    terms.accept(session, table.enterprise, deal.id, 2)
    for actor in (table.enterprise, table.owner):
        signing.sign(session, actor, deal.id, 2)
    assert deal.match is not None
    assert (deal.state, deal.match.state, deal.signed_on, deal.amount) == ("signed", "signed", today(), 1_00)
    with pytest.raises(Conflict):
        terms.propose(session, table.owner, deal.id, proposal(after=2, amount=2_00))
    verbs = [event.verb for event in audit.history(session, "deal", deal.id)]
    assert verbs == [
        "open_deal", "propose_terms", "agree_intent", "sign_first", "propose_terms", "accept_terms", "sign_first",
        "sign",
    ]  # fmt: skip


def test_terms_that_leave_out_kind_or_amount_are_not_signed_and_a_licence_is_ordinary_unless_it_says_so(
    session: Session,
) -> None:
    table = laid(session)
    agreed(session, table, contract_kind="licence", licence_kind=None, amount=None)
    with pytest.raises(Invalid) as refused:
        signing.sign(session, table.enterprise, table.deal.id, 1)
    assert set(refused.value.fields) == {"amount"}
    other = laid(session)
    signed(session, other, contract_kind="licence", licence_kind=None)
    assert other.deal.licence_kind == "ordinary"


def test_an_achievement_that_one_has_alone_is_not_signed_away_again(session: Session) -> None:
    first = laid(session)
    second = laid(session, made=first.deal.achievement)
    for table in (first, second):
        agreed(session, table, contract_kind="transfer", mode="assignment", licence_kind=None)
    for actor in (first.enterprise, first.owner):
        signing.sign(session, actor, first.deal.id, 1)
    with pytest.raises(Conflict, match="不能再签"):
        signing.sign(session, second.enterprise, second.deal.id, 1)


def test_an_office_registers_what_is_signed_once_and_no_party_does(session: Session) -> None:
    table = laid(session)
    deal = table.deal
    office = acting("city", region_path="51/5107")
    with pytest.raises(NotFound):
        signing.register(session, office, deal.id, deal.revision, registration())
    signed(session, table)
    with pytest.raises(NotAllowed):
        signing.register(session, table.owner, deal.id, deal.revision, registration())
    signing.register(session, office, deal.id, deal.revision, registration(technical_part=60_000_00))
    assert (deal.state, deal.technical_part) == ("registered", 60_000_00)
    (row,) = taken(session, office, "contracts")
    assert (row["认定登记号"], row["合同类别"], row["其中技术交易额（元）"]) == ("2026510700001234", "技术许可", 60_000)
    assert taken(session, office, "contracts", unregistered="1") == taken(session, table.owner, "contracts") == []
    other = signed(session, laid(session))
    with pytest.raises(Invalid) as refused:
        signing.register(session, acting("admin"), other.id, other.revision, registration())
    assert set(refused.value.fields) == {"registration_no"}


def test_either_side_ends_what_is_not_signed_and_only_the_office_a_contract(session: Session) -> None:
    table = laid(session)
    signing.terminate(session, table.enterprise, table.deal.id, "价格谈不拢。", ["price"])
    (refused,) = session.scalars(sa.select(Outcome))
    assert (refused.side, refused.codes, refused.note) == ("enterprise", ["price"], "价格谈不拢。")
    assert table.deal.match is not None
    assert (table.deal.state, table.deal.match.state) == ("terminated", "declined")
    with pytest.raises(Conflict):
        rooms.say(session, table.owner, table.deal.id, "再谈谈？")
    other = laid(session)
    signed(session, other)
    with pytest.raises(NotAllowed):
        signing.terminate(session, other.owner, other.deal.id, "不想卖了。")
    signing.terminate(session, acting("admin"), other.deal.id, "双方书面同意解除。")
    assert (other.deal.state, other.deal.signed_on) == ("terminated", today())
    for reader in (other.owner, acting("admin")):
        with pytest.raises(Conflict, match="已终止"):
            signing.terminate(session, reader, other.deal.id, "再终止一次。")
    with pytest.raises(NotFound):
        signing.terminate(session, acting("worker"), other.deal.id, "再终止一次。")
    with pytest.raises(Conflict, match="终止以前"):
        signing.register(session, acting("admin"), other.deal.id, other.deal.revision, registration())


def test_milestones_follow_from_the_terms_or_the_rules_and_a_missed_one_is_told_the_broker_once(
    session: Session,
) -> None:
    table = laid(session)
    deal = table.deal
    broker = acting("broker")
    rooms.seat_broker(session, table.enterprise, deal.id, broker.account_id)
    soon = today() + dt.timedelta(days=3)
    signed(session, table, delivery_on=soon.isoformat())
    tasks = {it.kind: it for it in milestones.of(session, broker, deal)}
    assert [(kind, tasks[kind].seat, (tasks[kind].due_on - today()).days) for kind in tasks] == [
        ("delivery", "owner", 3), ("trial", "enterprise", 90), ("acceptance", "enterprise", 150),
        ("six_months", "enterprise", 183), ("twelve_months", "enterprise", 365),
    ]  # fmt: skip
    assert (milestones.remind(session), milestones.remind(session)) == (1, 0)
    with pytest.raises(NotAllowed):
        milestones.done(session, table.enterprise, deal.id, tasks["delivery"].id, {"done_on": today(), "note": ""})
    milestones.done(session, table.owner, deal.id, tasks["delivery"].id, {"done_on": today(), "note": "两套图纸"})
    tasks["trial"].due_on = today() - dt.timedelta(days=1)
    session.flush()
    assert (milestones.remind(session), milestones.remind(session)) == (1, 0)
    told = sa.select(Mail.kind).join(Account, Account.email == Mail.recipient).where(Account.id == broker.account_id)
    assert list(session.scalars(told.order_by(Mail.id)))[-1] == "deal_missed"


def test_who_submitted_what_is_his_unit_s_asks_those_who_act_for_it_to_sign(sqlite_session: Session) -> None:
    session, maker = sqlite_session, acting("worker")
    table = laid(session, is_duty=True, account_id=maker.account_id)
    deal = table.deal
    with pytest.raises(Conflict, match="达成一致以后"):
        signing.ask_to_sign(session, maker, deal.id)
    agreed(session, table)
    shown_to_the_end(session, deal)
    with pytest.raises(Conflict, match="以单位的名义签订"):
        signing.sign(session, maker, deal.id, 1)
    assert [it.id for it in signing.ask_to_sign(session, maker, deal.id)] == [table.owner.account_id]
    assert session.scalars(sa.select(Mail.kind).order_by(Mail.id.desc())).first() == "deal_sign_asked"
    with pytest.raises(Conflict, match="今天已经通知"):
        signing.ask_to_sign(session, maker, deal.id)
    for actor, refused in ((table.owner, "自己签"), (table.enterprise, "自己签")):
        with pytest.raises(Conflict, match=refused):
            signing.ask_to_sign(session, actor, deal.id)
    signing.sign(session, table.owner, deal.id, 1)
    with pytest.raises(Conflict, match="已经签订"):
        signing.ask_to_sign(session, maker, deal.id)


def test_what_is_said_is_unread_for_the_other_side_and_unknown_to_everybody_else(session: Session) -> None:
    table = laid(session)
    deal = table.deal
    with pytest.raises(Invalid):
        rooms.say(session, table.enterprise, deal.id, "【机密】图纸见附件")
    message = rooms.say(session, table.enterprise, deal.id, "能否先试用一个月？")
    assert rooms.say(session, table.enterprise, deal.id, "能否先试用一个月？") is message
    assert rooms.unread(session, table.owner.account_id, [deal.id]) == {deal.id: 1}
    assert [it.text for it in rooms.messages(session, table.owner, deal)] == ["能否先试用一个月？"]
    rooms.read_up_to(session, table.owner, deal, message.id)
    assert rooms.unread(session, table.owner.account_id, [deal.id]) == {}
    assert [it.id for it in rooms.listed(session, table.owner, limit=5)] == [deal.id]
    for stranger in (acting("enterprise", OrganisationFactory()), acting("province_curator"), acting("broker")):
        for act in (rooms.enter, rooms.get, lambda *it: rooms.say(*it, text="我也要")):
            with pytest.raises(NotFound):
                act(session, stranger, deal.id)
        assert rooms.listed(session, stranger, limit=5) == []
    auditor = acting("auditor")
    assert rooms.enter(session, auditor, deal.id) is deal
    with pytest.raises(NotAllowed):
        rooms.say(session, auditor, deal.id, "查一下")
