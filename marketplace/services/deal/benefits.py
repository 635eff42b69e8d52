"""What the user measures after first use: claimed by the enterprise, attested by finance, verified by an office.

It is a benefit like any other, counted once by its id; the achievement refers to it once it is verified.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Benefit, BenefitReference, Deal
from marketplace.permissions import Actor, Permission, can_in_unit, side_in, sides_of
from marketplace.services.benefit import amounts, steps
from marketplace.services.deal import opening, rooms

_FIGURES = ("unit_cost_before", "unit_cost_after", "yearly_output", "implementation_cost")


def of(session: Session, deal: Deal) -> Benefit | None:
    """Return the benefit of a deal; the caller has read the deal."""
    found = steps.of(session, "deal", deal.id)
    return found[0] if found else None


def deal_of(session: Session, benefit: Benefit) -> Deal | None:
    """Return the deal that brought a benefit; None for one of a proposal."""
    found = next((it.object_id for it in benefit.references if it.noun == "deal"), None)
    return session.get(Deal, found) if found is not None else None


def concerns(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor may see the benefit of a deal: a party, or whose it is to attest or to verify."""
    return bool(sides_of(actor, deal)) or attests_as(actor, deal) is not None or may_verify(actor, deal)


def may_prove(actor: Actor, deal: Deal) -> bool:
    """Say whether the actor brings evidence of a benefit: the enterprise that measured it, or who attests it."""
    return side_in(actor, deal) == "enterprise" or attests_as(actor, deal) is not None


def get(session: Session, actor: Actor, deal_id: int) -> Deal:
    """Return a deal whose benefit concerns the actor; raise NotFound."""
    deal = session.get(Deal, deal_id)
    if deal is None or not concerns(actor, deal):
        raise NotFound("deal", deal_id)
    return deal


def put_to_use(session: Session, actor: Actor, deal_id: int, day: dt.date) -> Deal:
    """State, for the enterprise, since which day what was bought is in use; raise Conflict before it is signed."""
    deal, side = rooms.hold(session, actor, deal_id)
    if side != "enterprise":
        raise NotAllowed("edit", "deal")
    if deal.signed_on is None or deal.state not in ("signed", "registered"):
        raise Conflict(N_("合同签订以后、还没有写明启用日期时，才能写启用日期。"))
    if day < deal.signed_on or day > today():
        raise Invalid({"first_used_on": [N_("启用日期应在签约以后、今天以前。")]})
    deal.first_used_on = day
    opening.take_step(session, actor, deal, "put_to_use", payload={"first_used_on": day.isoformat()})
    rooms.tell_others(session, actor, deal, "deal_in_use")
    return deal


def claim(session: Session, actor: Actor, deal_id: int, plan: dict[str, Any], figures: dict[str, Any]) -> Benefit:
    """Enter what was measured, for the enterprise, from what ``ActualsSchema`` and ``ClaimSchema`` loaded.

    What was attested of other figures counts no more. Raises NotFound, NotAllowed, Conflict before it is in use or once
    it is verified, and Invalid where nothing is left after the cost of implementation.
    """
    deal, side = rooms.hold(session, actor, deal_id)
    if side != "enterprise":
        raise NotAllowed("claim", "benefit")
    benefit = of(session, deal) or Benefit(references=[BenefitReference(noun="deal", object_id=deal.id)])
    if deal.state != "implemented" or deal.first_used_on is None:
        raise Conflict(N_("写明启用日期以后、效益核验以前，才能填写实际效益。"))
    claimed = None
    if figures["yearly_output"] is not None:
        claimed = amounts.net_benefit(**{name: figures[name] for name in _FIGURES})
        if claimed <= 0:
            raise Invalid({"implementation_cost": [N_("扣除实施费用以后没有净效益，请核对四项数字。")]})
    for name, value in {**plan, **figures}.items():
        setattr(benefit, name, value)
    benefit.period_from, benefit.period_to = deal.first_used_on, amounts.years_from(deal.first_used_on)
    benefit.price_year = deal.first_used_on.year
    benefit.claimed, benefit.claimed_by, benefit.claimed_at = claimed, actor.name, now()
    benefit.attested = benefit.attestor = benefit.attested_by = benefit.attested_at = None
    benefit.attestation_note = ""
    session.add(benefit)
    session.flush()
    _tell(session, actor, "claim_benefit", deal, benefit, claimed)
    return benefit


def attests_as(actor: Actor, deal: Deal) -> str | None:
    """Return as what an actor attests it: "finance" of the enterprise, "outside" of both; None where it is not his."""
    unit = deal.enterprise_organisation
    if unit is None or sides_of(actor, deal) or not can_in_unit(actor, Permission.BENEFIT_ATTEST, unit):
        return None
    if any(it.role == "finance_attestor" and it.organisation_id == unit.id for it in actor.grants):
        return "finance"
    own = actor.unit_ids | {it.organisation_id for it in actor.grants}
    return "outside" if own.isdisjoint(deal.owner_unit_ids | {unit.id}) else None


def attest(session: Session, actor: Actor, deal_id: int, found: dict[str, Any]) -> Benefit:
    """Attest what the books of the enterprise show, from what ``AmountSchema.load`` returned.

    Raises NotFound, NotAllowed for a party, and Conflict before it is entered or once it is verified.
    """
    deal, benefit = _claimed(session, actor, deal_id)
    attestor = attests_as(actor, deal)
    if attestor is None or benefit.claimed_by == actor.name:
        raise NotAllowed("attest", "benefit")
    _check_amount(benefit, found)
    benefit.attested, benefit.attestation_note, benefit.attestor = found["amount"], found["note"], attestor
    benefit.attested_by, benefit.attested_at = actor.name, now()
    session.flush()
    _tell(session, actor, "attest_benefit", deal, benefit, found["amount"])
    return benefit


def may_verify(actor: Actor, deal: Deal) -> bool:
    """Say whether a benefit is the actor's to verify: an office of the enterprise's place that is of neither side."""
    unit = deal.enterprise_organisation
    units = deal.owner_unit_ids | {deal.enterprise_organisation_id}
    is_impartial = not sides_of(actor, deal) and units.isdisjoint(actor.unit_ids)
    return unit is not None and is_impartial and can_in_unit(actor, Permission.BENEFIT_VERIFY, unit)


def verify(session: Session, actor: Actor, deal_id: int, found: dict[str, Any]) -> Benefit:
    """Verify it, from what ``AmountSchema.load`` returned, and let the achievement refer to it.

    Raises NotFound, NotAllowed for whoever attested it, Conflict where a claim of this size is not attested as rule 35
    wants it, or it was not in use for as long as the rule says.
    """
    deal, benefit = _claimed(session, actor, deal_id)
    if not may_verify(actor, deal) or benefit.attested_by == actor.name:
        raise NotAllowed("verify", "benefit")
    if not steps.is_attested(session, benefit):
        raise Conflict(N_("申报金额达到规定数额，须先由财务或外部机构证明。"))
    days = rules.value(session, "benefit_verified_after", today())
    if deal.first_used_on is None or (today() - deal.first_used_on).days < days:
        raise Conflict(N_("首次使用满 %(days)s 天以后才能核验效益。"), days=days)
    _check_amount(benefit, found)
    benefit.verified, benefit.verification_note = found["amount"], found["note"]
    benefit.verified_by, benefit.verified_at = actor.name, now()
    benefit.references.append(BenefitReference(noun="achievement", object_id=deal.achievement_id))
    opening.take_step(session, actor, deal, "verify_benefit", found["note"], {"amount": found["amount"]})
    rooms.tell_others(session, actor, deal, "deal_verified")
    _tell(session, actor, "verify_benefit", deal, benefit, found["amount"])
    return benefit


def waiting(session: Session, actor: Actor, *, limit: int = 100) -> list[tuple[Deal, Benefit]]:
    """Return the claims that are the actor's to attest or to verify, the oldest first."""
    refers = sa.and_(BenefitReference.noun == "deal", BenefitReference.object_id == Deal.id)
    query = (
        sa.select(Deal, Benefit)
        .join(BenefitReference, refers)
        .join(Benefit, Benefit.id == BenefitReference.benefit_id)
        .where(Benefit.claimed_at.is_not(None), Benefit.verified_at.is_(None), Benefit.revoked_at.is_(None))
        .order_by(Benefit.claimed_at, Benefit.id)
    )
    rows = ((deal, benefit) for deal, benefit in session.execute(query))
    return [it for it in rows if attests_as(actor, it[0]) or may_verify(actor, it[0])][:limit]


def _claimed(session: Session, actor: Actor, deal_id: int) -> tuple[Deal, Benefit]:
    deal = get(session, actor, deal_id)
    audit.hold(session, "deal", deal.id)
    benefit = of(session, deal)
    if benefit is None or benefit.verified_at is not None or benefit.revoked_at is not None:
        raise Conflict(N_("实际效益填写以后、核验以前才能证明或核验。"))
    session.refresh(benefit)
    return deal, benefit


def _check_amount(benefit: Benefit, found: dict[str, Any]) -> None:
    if (found["amount"] is None) != (benefit.claimed is None):
        sentence = N_("请填写金额。") if found["amount"] is None else N_("申报的是没有金额的效果，请不要填金额。")
        raise Invalid({"amount": [sentence]})


def _tell(session: Session, actor: Actor, verb: str, deal: Deal, benefit: Benefit, amount: int | None) -> None:
    audit.record(session, actor, verb, "benefit", benefit.id, payload={"deal": deal.id, "amount": amount})
    session.flush()
