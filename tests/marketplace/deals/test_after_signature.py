"""What follows a contract: what it brings in, what the user measures, the story told of it, and what comes next."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Benefit, BenefitReference, Contributor, Mail
from marketplace.permissions import VISITOR
from marketplace.schemas.benefit import AmountSchema, ClaimSchema
from marketplace.schemas.deal import ActualsSchema, PaymentSchema
from marketplace.services.benefit import amounts
from marketplace.services.deal import (
    archive,
    benefits,
    calendar,
    following_up,
    income,
    rewarding,
    rooms,
    signing,
    story,
    story_texts,
    terms,
)
from marketplace.services.files import holding
from marketplace.services.files.holding import Files
from marketplace.services.files.store import Store
from marketplace.services.showcase import stories
from tests.files import photo
from tests.marketplace.deals.tables import Table, laid, registration, signed
from tests.marketplace.officers import acting

SHARES = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def completers(*accounts: int | None) -> list[Contributor]:
    return [
        Contributor(
            position=place, name="赵钱孙"[place - 1] + "师傅", share=share, account_id=account, confirmed_at=now()
        )
        for place, (share, account) in enumerate(zip(SHARES, accounts, strict=True), start=1)
    ]


def payment(**fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = PaymentSchema().load(
        {"paid_on": today().isoformat(), "amount": 100_00, "reward_share": "50", **fields}
    )
    return data


@given(st.integers(0, 10**14), st.lists(st.integers(1, 9999), min_size=1, max_size=9))
def test_parts_sum_to_the_whole_and_each_is_within_a_fen(amount: int, weights: list[int]) -> None:
    hundredths = [10_000 * it // sum(weights) for it in weights]
    hundredths[0] += 10_000 - sum(hundredths)
    shares = [Decimal(it) / 100 for it in hundredths]
    parts = income.split(amount, shares)
    assert sum(parts) == amount
    assert all(abs(part - amount * share / 100) < 1 for part, share in zip(parts, shares, strict=True))


def test_a_payment_is_shared_by_the_shares_the_completers_agreed_to(session: Session) -> None:
    worker = acting("worker")
    table = laid(session, contributors=completers(worker.account_id, None, None), is_duty=True)
    deal = signed(session, table)
    with pytest.raises(NotAllowed):
        income.record(session, table.enterprise, deal.id, payment())
    paid = income.record(session, table.owner, deal.id, payment(amount=100_01, costs=1_00))
    assert (paid.net, paid.reward, [it.amount for it in paid.shares]) == (99_01, 49_51, [16_50, 16_50, 16_51])
    assert paid.reward_due_on == today() + dt.timedelta(days=90)
    with pytest.raises(Invalid):
        income.record(session, table.owner, deal.id, payment(amount=100_000_00))
    own = income.own(session, worker)
    assert [it.amount for it in own] == [16_50]
    text = PdfReader(io.BytesIO(income.statement(session, worker, own[0].id))).pages[0].extract_text()
    assert "赵师傅" in text
    assert "钱师傅" not in text
    assert income.payments(session, table.enterprise, deal) == []
    for stranger in (acting("worker"), table.enterprise, VISITOR):
        with pytest.raises(NotFound):
            income.statement(session, stranger, own[0].id)


def test_the_unit_is_asked_after_a_reward_until_it_records_with_a_voucher_that_it_was_paid(
    sqlite_session: Session, tmp_path: Path
) -> None:
    session, worker = sqlite_session, acting("worker")
    table = laid(session, contributors=completers(worker.account_id, None, None), is_duty=True)
    deal = signed(session, table)
    paid = income.record(session, table.owner, deal.id, payment())
    assert rewarding.remind(session) == 0
    for due_in, told, kinds in (
        (14, 1, ["deal_reward_due"]), (13, 0, []), (-1, 1, ["deal_reward_overdue"]), (-30, 0, []), (-31, 1, []),
    ):  # fmt: skip
        paid.reward_due_on = today() + dt.timedelta(due_in)
        if due_in == -31:
            paid.reminded_on = today() - dt.timedelta(30)
        elif due_in == -1:
            paid.reminded_on = paid.reward_due_on
        session.flush()
        assert rewarding.remind(session) == told, due_in
        assert not kinds or session.scalars(sa.select(Mail.kind).order_by(Mail.id.desc())).first() in kinds
    given = {"reward_paid_on": today()}
    with pytest.raises(Invalid) as refused:
        rewarding.pay(session, table.owner, deal.id, paid.id, {"reward_paid_on": today() - dt.timedelta(1)})
    assert set(refused.value.fields) == {"reward_paid_on", "file"}
    files = Files(Store(tmp_path), most=10, most_bytes=10**6)
    voucher = holding.attach(
        session, table.owner, files, "payment", paid.id, "工资单.png", photo(kind="PNG"), "finance"
    )  # fmt: skip
    for stranger in (table.enterprise, worker):
        with pytest.raises(NotFound):
            holding.files_of(session, stranger, "payment", paid.id)
    with pytest.raises(NotAllowed):
        rewarding.pay(session, table.enterprise, deal.id, paid.id, given)
    rewarding.pay(session, table.owner, deal.id, paid.id, given)
    with pytest.raises(Conflict, match="已经记为发放"):
        rewarding.pay(session, table.owner, deal.id, paid.id, given)
    with pytest.raises(Conflict, match="留底"):
        holding.remove(session, table.owner, "payment", paid.id, voucher.id)
    paid.reminded_on = None
    session.flush()
    assert rewarding.remind(session) == 0
    [own] = income.own(session, worker)
    assert own.payment.reward_paid_on == today()
    text = PdfReader(io.BytesIO(income.statement(session, worker, own.id))).pages[0].extract_text()
    assert "发放日期" in text
    assert session.scalars(sa.select(Mail.kind).order_by(Mail.id.desc())).first() == "deal_reward_paid"


def test_a_body_of_the_state_shares_no_less_than_the_law_says_and_nobody_shares_what_is_not_agreed(
    session: Session,
) -> None:
    table = laid(session, contributors=completers(None, None, None), is_duty=True)
    deal = signed(session, table)
    assert deal.owner_organisation is not None
    deal.owner_organisation.is_public = True
    with pytest.raises(Invalid) as refused:
        income.record(session, table.owner, deal.id, payment(reward_share="49.99"))
    assert set(refused.value.fields) == {"reward_share"}
    # What nobody stated is taken to be made in the line of duty; what has no unit is not.
    for stated, share in ((None, "50.00"), (False, None), (True, "50.00")):
        deal.achievement.is_duty = stated
        assert income.least_share(session, deal, today()) == (Decimal(share) if share else None)
        assert income.usual_share(session, deal, today()) == Decimal(share or 100)
    deal.achievement.contributors[1].forget_answer()
    with pytest.raises(Conflict, match="确认"):
        income.record(session, table.owner, deal.id, payment())


def used(session: Session, table: Table, days: int = 200) -> None:
    """Let the contract be signed and in use for so many days."""
    deal = signed(session, table)
    deal.signed_on = today() - dt.timedelta(days=days)
    benefits.put_to_use(session, table.enterprise, deal.id, deal.signed_on)


def actuals(**figures: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    plan = {"metric": "每件的加工成本", "baseline": "每件 12 元", "method": "财务月报"}
    given = {
        "unit_cost_before": 12_00,
        "unit_cost_after": 7_00,
        "yearly_output": "100000",
        "implementation_cost": 50_000_00,
    }
    return ActualsSchema().load(plan), ClaimSchema().load({**given, **figures})


def found(amount: int) -> dict[str, Any]:
    data: dict[str, Any] = AmountSchema().load({"amount": amount, "note": "核对了十二个月的账。"})
    return data


def verified(session: Session, table: Table) -> Benefit:
    """Let the enterprise enter 450,000 yuan, its finance attest it and the city verify it."""
    deal = table.deal
    used(session, table)
    benefits.claim(session, table.enterprise, deal.id, *actuals())
    benefits.attest(session, acting("finance_attestor", deal.enterprise_organisation), deal.id, found(440_000_00))
    return benefits.verify(session, acting("city", region_path="51/5107"), deal.id, found(430_000_00))


def test_what_the_user_measured_is_attested_verified_and_counted_once(session: Session) -> None:
    table = laid(session)
    benefit = verified(session, table)
    deal = table.deal
    assert (benefit.claimed, benefit.attested, benefit.verified) == (450_000_00, 440_000_00, 430_000_00)
    assert deal.match is not None
    assert (deal.state, deal.match.state, deal.match.demand.state) == ("verified", "verified", "solved")
    both = BenefitReference.noun.in_(["deal", "achievement"])
    assert amounts.total(session, both).count == 1
    assert amounts.total(session, both).verified == 430_000_00


def test_a_large_claim_is_not_verified_unattested_nor_by_who_is_a_party_nor_too_early(session: Session) -> None:
    table = laid(session)
    deal = table.deal
    used(session, table, days=30)
    benefits.claim(session, table.enterprise, deal.id, *actuals())
    office = acting("city", region_path="51/5107")
    with pytest.raises(Conflict, match="证明"):
        benefits.verify(session, office, deal.id, found(1_00))
    with pytest.raises(NotAllowed):
        benefits.attest(session, table.enterprise, deal.id, found(1_00))
    for stranger in (acting("finance_attestor", deal.owner_organisation), acting("city", region_path="51/5101")):
        with pytest.raises(NotFound):
            benefits.attest(session, stranger, deal.id, found(1_00))
    benefits.attest(session, acting("finance_attestor", deal.enterprise_organisation), deal.id, found(1_00))
    with pytest.raises(Conflict, match="满"):
        benefits.verify(session, office, deal.id, found(1_00))
    assert [it[0].id for it in benefits.waiting(session, office)] == [deal.id]


def test_evidence_is_brought_by_the_user_and_read_by_who_attests_and_verifies(session: Session, tmp_path: Path) -> None:
    table = laid(session)
    deal = table.deal
    used(session, table)
    benefit = benefits.claim(session, table.enterprise, deal.id, *actuals())
    files = Files(Store(tmp_path), most=10, most_bytes=10**6)
    holding.attach(session, table.enterprise, files, "benefit", benefit.id, "台账.png", photo(kind="PNG"), "finance")
    finance = acting("finance_attestor", deal.enterprise_organisation)
    for reader in (finance, acting("city", region_path="51/5107"), table.owner):
        assert len(holding.files_of(session, reader, "benefit", benefit.id).files) == 1
    assert holding.files_of(session, finance, "benefit", benefit.id).may_change
    for stranger in (acting("city", region_path="51/5101"), acting("finance_attestor", deal.owner_organisation)):
        with pytest.raises(NotFound):
            holding.files_of(session, stranger, "benefit", benefit.id)


def test_a_story_tells_verified_facts_and_is_shown_once_both_agreed_to_the_same_words(session: Session) -> None:
    table = laid(session)
    deal = table.deal
    used(session, table)
    with pytest.raises(Conflict):
        story.write(session, table.owner, deal.id, "")
    other = laid(session)
    verified(session, other)
    told = story.write(session, other.owner, other.deal.id, "工人说好用。")
    assert "430,000.00" in told.text
    assert told.text.endswith(f"{story_texts.MARK}\n\n工人说好用。")
    held = story.of(session, other.deal)
    assert held is not None
    first = held[0].wording
    story.agree(session, other.owner, other.deal.id, first)
    story.write(session, other.enterprise, other.deal.id, "工人说很好用。")
    with pytest.raises(Conflict, match="改过"):
        story.agree(session, other.enterprise, other.deal.id, first)
    for actor in (other.enterprise, other.owner):
        assert told.shown_from is None
        story.agree(session, actor, other.deal.id, held[0].wording)
    english = story.in_english(session, held[0])
    assert english is not None
    assert (told.state_at(now()), english.state_at(now())) == ("published", "published")
    assert "verified as CNY 430,000.00" in english.text
    assert "工人说" not in english.text
    for language, shown, hidden in (("zh", told, english), ("en", english, told)):
        assert stories.in_other_language(session, shown) is hidden
        listed = stories.listed(session, limit=50, language=language)
        assert (shown in listed, hidden in listed) == (True, False)


def test_no_story_is_published_of_a_benefit_that_was_found_false(session: Session) -> None:
    table = laid(session)
    benefit = verified(session, table)
    story.write(session, table.owner, table.deal.id, "")
    held = story.of(session, table.deal)
    assert held is not None
    story.agree(session, table.owner, table.deal.id, held[0].wording)
    benefit.revoked_by, benefit.revoked_at, benefit.revoked_because = "省总工会", now(), "数据不实"
    session.flush()
    with pytest.raises(Conflict, match="核验以后"):
        story.agree(session, table.enterprise, table.deal.id, held[0].wording)
    assert held[1].shown_from is None


def test_a_free_use_becomes_a_transfer_that_remembers_it(session: Session) -> None:
    table = laid(session)
    with pytest.raises(Conflict):
        following_up.begin(session, table.enterprise, table.deal.id)
    deal = signed(session, table, mode="use_first", amount=0)
    after = following_up.begin(session, table.enterprise, deal.id)
    assert (after.follows_id, after.contract_kind, after.party("owner")) == (deal.id, "transfer", deal.party("owner"))
    with pytest.raises(Conflict):
        following_up.begin(session, table.owner, deal.id)
    signed(
        session,
        Table(after, table.enterprise, table.owner),
        contract_kind="transfer",
        licence_kind=None,
        mode="assignment",
    )
    assert (after.state, deal.state) == ("signed", "signed")


def test_the_room_is_taken_away_whole_by_its_parties_alone_and_that_is_on_record(
    session: Session, tmp_path: Path
) -> None:
    table = laid(session)
    files = Files(Store(tmp_path), most=10, most_bytes=10**6)
    content = photo(kind="PNG")
    held = holding.attach(session, table.owner, files, "deal", table.deal.id, "图纸.png", content, "drawing")
    rooms.say(session, table.owner, table.deal.id, "图纸请看附件。", [held.id])
    deal = signed(session, table)
    signing.register(session, acting("admin"), deal.id, deal.revision, registration())
    with zipfile.ZipFile(io.BytesIO(archive.zipped(session, table.enterprise, files, deal.id))) as taken:
        contents = {name: taken.read(name) for name in taken.namelist()}
    manifest = json.loads(contents.pop("manifest.json"))
    assert manifest["files"] == {name: chain.sha256(content) for name, content in contents.items()}
    assert chain.sha256(contents[f"files/{held.id}-图纸.png"]) == held.sha256
    assert json.loads(contents["messages.json"])[0]["text"] == "图纸请看附件。"
    assert "2026510700001234" in PdfReader(io.BytesIO(contents["contract.pdf"])).pages[0].extract_text()
    assert audit.history(session, "deal", deal.id)[-1].verb == "export_room"
    with pytest.raises(NotFound):
        archive.zipped(session, acting("auditor"), files, deal.id)
    with pytest.raises(Conflict, match="不能删除"):
        holding.remove(session, table.enterprise, "deal", deal.id, held.id)
    with pytest.raises(NotFound):
        holding.files_of(session, acting("province_curator"), "deal", deal.id)


def test_a_calendar_holds_the_days_of_ones_own_deals_and_its_address_opens_nothing_once_renewed(
    session: Session,
) -> None:
    table = laid(session)
    signed(session, table)
    secret = calendar.renew_feed(session, table.owner)
    reader = calendar.reader_of(session, secret)
    written = calendar.of_actor(session, reader, lambda task: task.kind, "https://market.example/deals")
    events = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert [str(it["summary"]).split("：")[0] for it in events] == [
        "delivery", "trial", "acceptance", "six_months", "twelve_months",
    ]  # fmt: skip
    assert events[0]["dtstart"].dt == today() + dt.timedelta(days=30)
    assert icalendar.Calendar.from_ical(calendar.of_actor(session, acting("worker"), str, "x")).walk("VEVENT") == []
    calendar.renew_feed(session, table.owner)
    with pytest.raises(NotFound):
        calendar.reader_of(session, secret)


def test_terms_are_told_to_nobody_else(sqlite_session: Session) -> None:
    table = laid(sqlite_session)
    signed(sqlite_session, table)
    for stranger in (acting("province_curator"), acting("enterprise"), VISITOR):
        with pytest.raises(NotFound):
            terms.versions(sqlite_session, stranger, table.deal)
