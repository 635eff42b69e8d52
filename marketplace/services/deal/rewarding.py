"""What the completers are due of a payment: recorded as paid with its voucher, and asked after until it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Account, DealPayment, Evidence
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import Actor, side_in
from marketplace.services.deal import rooms


def pay(session: Session, actor: Actor, deal_id: int, payment_id: int, data: dict[str, Any]) -> DealPayment:
    """Record that the reward of a payment was paid, for the owner's side, from what ``RewardPaidSchema.load`` returned.

    The voucher is a file of the payment and is brought first. The completers are told. Raises NotFound, NotAllowed for
    anybody but the owner's side, Conflict where it is recorded already, and Invalid without a voucher or for a day
    before the money was there.
    """
    deal = rooms.enter(session, actor, deal_id)
    payment = session.get(DealPayment, payment_id)
    if payment is None or payment.deal_id != deal.id or side_in(actor, deal) is None:
        raise NotFound("payment", payment_id)
    if side_in(actor, deal) != SIDES[1]:
        raise NotAllowed("record", "payment")
    audit.hold(session, "deal", deal.id)
    session.refresh(payment)
    if payment.reward_paid_on is not None:
        raise Conflict(N_("这笔到账的奖励已经记为发放。"))
    wrong = {}
    if data["reward_paid_on"] < payment.paid_on:
        wrong["reward_paid_on"] = [N_("发放日期不能早于到账日期。")]
    if session.scalar(sa.select(Evidence.id).filter_by(noun="payment", object_id=payment.id).limit(1)) is None:
        wrong["file"] = [N_("请附上发放的凭证。")]
    if wrong:
        raise Invalid(wrong)
    payment.reward_paid_on, payment.reward_paid_by = data["reward_paid_on"], actor.name
    session.flush()
    day = payment.reward_paid_on.isoformat()
    audit.record(session, actor, "pay_reward", "deal", deal.id, payload={"payment": payment.id, "reward_paid_on": day})
    ids = {it.account_id for it in payment.shares} - {actor.account_id}
    people = session.scalars(sa.select(Account).where(Account.id.in_(ids), Account.is_active))
    rooms.tell(session, deal, people, "deal_reward_paid", day=day)
    return payment


def remind(session: Session) -> int:
    """Tell the owner's side of rewards that are due soon, once, and of those that are late, again and again.

    The worker asks every hour; the days are the rules ``duty_reward_reminder`` and ``duty_reward_overdue``. Returns how
    many payments somebody was told of.
    """
    day = today()
    soon = day + dt.timedelta(rules.value(session, "duty_reward_reminder", day))
    again = day - dt.timedelta(rules.value(session, "duty_reward_overdue", day))
    told = DealPayment.reminded_on
    is_late = DealPayment.reward_due_on < day
    is_news = sa.or_(told.is_(None), sa.and_(is_late, sa.or_(told <= DealPayment.reward_due_on, told <= again)))
    query = (
        sa.select(DealPayment)
        .where(DealPayment.reward_paid_on.is_(None), DealPayment.reward > 0, DealPayment.reward_due_on <= soon, is_news)
        .order_by(DealPayment.id)
        .with_for_update(skip_locked=True, of=DealPayment)
    )
    found = session.scalars(query).all()
    for payment in found:
        payment.reminded_on, due = day, payment.reward_due_on
        if due is not None:
            kind = "deal_reward_overdue" if due < day else "deal_reward_due"
            people = rooms.people_at(session, payment.deal, SIDES[1])
            rooms.tell(session, payment.deal, people, kind, day=due.isoformat())
    session.flush()
    return len(found)
