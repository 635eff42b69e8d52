"""What a contract brings in and how it is shared among those who completed the achievement (rule 5).

The shares are those each completer agreed to in person. Of a duty achievement the law sets what part of the net income
is theirs (促进科技成果转化法, article 45): research institutes and universities founded by the state may not give less,
an enterprise goes by what it agreed with them. Both the part and the period are rules staff set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import audit, rules
from marketplace.documents import drawn
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Account, Contributor, Deal, DealPayment, IncomeShare, OwnerIncome
from marketplace.models.market.deal import CONTRACTED
from marketplace.permissions import Actor, co_owns, side_in, sides_of
from marketplace.services.deal import rooms

_WHOLE = Decimal(100)


def split(amount: int, shares: Sequence[Decimal]) -> list[int]:
    """Return whole parts of an amount by shares that sum to 100, which sum to it exactly (largest remainder).

    Parts are in fen. Each is within one fen of its exact share; of equal remainders the earlier one is rounded up.
    """
    exact = [amount * share / _WHOLE for share in shares]
    parts = [int(it) for it in exact]
    by_remainder = sorted(range(len(shares)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def least_share(session: Session, deal: Deal, day: dt.date) -> Decimal | None:
    """Return what part of the net income the completers must have, in per cent; None where it is theirs to agree on."""
    unit = deal.owner_organisation
    is_of_the_state = unit is not None and (unit.is_public or unit.kind == "institution")
    if not deal.achievement.counts_as_duty or not is_of_the_state:
        return None
    return Decimal(rules.value(session, "duty_reward_share", day))


def usual_share(session: Session, deal: Deal, day: dt.date) -> Decimal:
    """Return the part a form begins with: what the law says where nothing else is agreed, all where it is no duty."""
    return Decimal(rules.value(session, "duty_reward_share", day)) if deal.achievement.counts_as_duty else _WHOLE


def record(session: Session, actor: Actor, deal_id: int, data: dict[str, Any]) -> DealPayment:
    """Record a payment that arrived, for the owner's side, from what ``PaymentSchema.load`` returned, and share it.

    Raises NotFound, NotAllowed for anybody but the owner's side, Conflict where no contract stands or the completers
    have not agreed on their shares, and Invalid where more arrived than is owed or less is shared than must be.
    """
    deal = rooms.enter(session, actor, deal_id)
    if side_in(actor, deal) != "owner":
        raise NotAllowed("record", "payment")
    audit.hold(session, "deal", deal.id)
    session.refresh(deal)
    if deal.state not in CONTRACTED or deal.signed_on is None or deal.amount is None:
        raise Conflict(N_("合同签订以后才有到账。"))
    if data["paid_on"] < deal.signed_on:
        raise Invalid({"paid_on": [N_("到账日期不能早于合同签订日期。")]})
    earlier = session.scalar(sa.select(sa.func.sum(DealPayment.amount)).filter_by(deal_id=deal.id)) or 0
    if earlier + data["amount"] > deal.amount:
        raise Invalid({"amount": [N_("到账合计超过了合同金额，请核对。")]})
    least = least_share(session, deal, data["paid_on"])
    if least is not None and data["reward_share"] < least:
        raise Invalid({"reward_share": [N_("低于职务成果奖励的法定比例。")]})
    completers = _agreed(deal)
    net = Decimal(data["amount"] - data["costs"])
    reward = int((net * data["reward_share"] / _WHOLE).quantize(Decimal(1), ROUND_HALF_UP))
    days = rules.value(session, "duty_reward_days", data["paid_on"])
    due = data["paid_on"] + dt.timedelta(days=days) if deal.achievement.counts_as_duty else None
    parts = split(reward, [share for _completer, share in completers])
    payment = DealPayment(
        deal_id=deal.id, reward=reward, least_share=least, reward_due_on=due, recorded_by=actor.name, **data,
        shares=[
            IncomeShare(position=place, name=it.name, account_id=it.account_id, share=share, amount=part)
            for place, ((it, share), part) in enumerate(zip(completers, parts, strict=True), start=1)
        ],
        owners=_of_owners(deal, data["amount"] - data["costs"] - reward),
    )  # fmt: skip
    session.add(payment)
    session.flush()
    audit.record(
        session, actor, "record_payment", "deal", deal.id,
        payload={"payment": payment.id, "amount": payment.amount, "reward": payment.reward},
    )  # fmt: skip
    ids = {it.account_id for it in payment.shares}
    people = session.scalars(sa.select(Account).where(Account.id.in_(ids), Account.is_active))
    rooms.tell(session, deal, [it for it in people if it.id != actor.account_id], "deal_income")
    return payment


def payments(session: Session, actor: Actor, deal: Deal) -> list[DealPayment]:
    """Return what a contract brought in, with every share, for the owner's side; for others none."""
    if "owner" not in sides_of(actor, deal):
        return []
    query = sa.select(DealPayment).filter_by(deal_id=deal.id).order_by(DealPayment.paid_on, DealPayment.id)
    return list(session.scalars(query))


def of_unit(session: Session, actor: Actor, deal: Deal) -> list[OwnerIncome]:
    """Return what of the payments of a deal is the unit's that owns it too, for whoever acts for it."""
    if not co_owns(actor, deal):
        return []
    query = sa.select(OwnerIncome).join(DealPayment, DealPayment.id == OwnerIncome.payment_id)
    query = query.where(DealPayment.deal_id == deal.id, OwnerIncome.organisation_id.in_(actor.organisation_ids))
    return list(session.scalars(query.order_by(DealPayment.paid_on, OwnerIncome.id)))


def own(session: Session, actor: Actor) -> list[IncomeShare]:
    """Return what is the actor's own of all payments, the latest first."""
    if actor.account_id is None or not actor.reads:
        return []
    query = (
        sa.select(IncomeShare)
        .join(IncomeShare.payment)
        .join(DealPayment.deal)
        .where(IncomeShare.account_id == actor.account_id)
        .options(contains_eager(IncomeShare.payment).contains_eager(DealPayment.deal))
        .order_by(DealPayment.paid_on.desc(), IncomeShare.id.desc())
    )
    return list(session.scalars(query))


def statement(session: Session, actor: Actor, share_id: int) -> bytes:
    """Return, as PDF, the statement of one person's part of a payment; it names nobody else.

    Raises NotFound for anybody but the person and the owner's side.
    """
    share = session.get(IncomeShare, share_id)
    deal = share.payment.deal if share is not None else None
    is_own = share is not None and actor.reads and share.account_id is not None and share.account_id == actor.account_id
    if share is None or deal is None or not (is_own or "owner" in sides_of(actor, deal)):
        raise NotFound("payment", share_id)
    payment = share.payment
    told = {
        "number": f"{payment.id}-{share.position}", "name": share.name, "unit": deal.party("owner"),
        "achievement": deal.achievement.title, "deal": str(deal.id), "registration_no": deal.registration_no or "",
        "paid_on": payment.paid_on.isoformat(), "amount": yuan(payment.amount), "costs": yuan(payment.costs),
        "net": yuan(payment.net), "reward_share": f"{payment.reward_share:f}", "reward": yuan(payment.reward),
        "share": f"{share.share:f}", "part": yuan(share.amount),
        "due": payment.reward_due_on.isoformat() if payment.reward_due_on else "",
        "reward_paid_on": payment.reward_paid_on.isoformat() if payment.reward_paid_on else "",
    }  # fmt: skip
    return drawn("income_statement", told, payment.recorded_at)


def yuan(fen: int | None) -> str:
    """Return an amount as a document states it, "12,345.60"."""
    return "" if fen is None else f"{fen // 100:,}.{fen % 100:02d}"


def _of_owners(deal: Deal, left: int) -> list[OwnerIncome]:
    """Return what is each owner unit's of what the completers leave; nothing to be shared where there is one owner."""
    shared = [(it.organisation_id, it.share) for it in deal.owners if it.share is not None]
    parts = split(left, [share for _unit, share in shared])
    return [
        OwnerIncome(organisation_id=unit, share=share, amount=part)
        for (unit, share), part in zip(shared, parts, strict=True)
    ]


def _agreed(deal: Deal) -> list[tuple[Contributor, Decimal]]:
    """Return who completed the achievement with the share of each; raise Conflict where that is not agreed on."""
    completers = list(deal.achievement.contributors)
    if len(completers) == 1 and completers[0].share is None:
        return [(completers[0], _WHOLE)]
    stated = [(it, it.share) for it in completers if it.share is not None]
    if not completers or len(stated) < len(completers) or sum(share for _it, share in stated) != _WHOLE:
        raise Conflict(N_("成果的完成人没有写全份额，不能分配。请先在成果里补齐，合计 100%%。"))
    if any(it.answer not in ("confirmed", "excused") for it in completers):
        raise Conflict(N_("有完成人还没有确认自己的份额，不能分配。请先请他们确认。"))
    return stated
