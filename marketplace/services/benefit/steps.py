"""A benefit on its way: agreed on before, claimed by the formula, attested by finance, verified by an office."""

from __future__ import annotations

import itertools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Achievement, Benefit, BenefitReference, Proposal
from marketplace.permissions import Actor, Permission, can, can_read_history, readable, require, signed_by
from marketplace.services.benefit import amounts, blocks

# Where what is to be measured is agreed on: after the decision, before it is in use.
BEFORE_USE = ("adopted", "partly_adopted", "implementing")
_NO_RECORD = N_("这项效益没有对应的建议或成果。")


def get(session: Session, actor: Actor, benefit_id: int) -> Benefit:
    """Return a benefit of a record whose history the actor may see, or that he is to attest; raise NotFound."""
    benefit = session.get(Benefit, benefit_id)
    if benefit is None or not any(_may_see(actor, it) for it in records_of(session, benefit)):
        raise NotFound("benefit", benefit_id)
    return benefit


def of(session: Session, noun: str, object_id: int) -> list[Benefit]:
    """Return the benefits a record refers to, oldest first; the caller has read the record."""
    query = (
        sa.select(Benefit)
        .join(BenefitReference)
        .where(BenefitReference.noun == noun, BenefitReference.object_id == object_id)
        .order_by(Benefit.id)
    )
    return list(session.scalars(query))


def listed(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[tuple[Benefit, Proposal]]:
    """Return benefits, each with its first proposal, where the actor may read that one, from below the id ``after``.

    What is public of an awarded proposal is not its benefit: the caller leaves out what is not of his office.
    """
    require(actor, Permission.CURATION_ENTER)
    first = (
        sa.select(sa.func.min(BenefitReference.object_id))
        .where(BenefitReference.benefit_id == Benefit.id, BenefitReference.noun == "proposal")
        .scalar_subquery()
    )
    query = (
        sa.select(Benefit, Proposal)
        .join(Proposal, Proposal.id == first)
        .where(readable(Proposal, actor))
        .order_by(Benefit.id.desc())
        .limit(limit)
    )
    found = session.execute(query if after is None else query.where(Benefit.id < after))
    return [(benefit, proposal) for benefit, proposal in found]


def read(session: Session, actor: Actor, proposal: Proposal) -> list[Benefit]:
    """Return the benefits of a proposal for those who may see what was done with it; for others none."""
    return of(session, "proposal", proposal.id) if can_read_history(actor, proposal) else []


def records_of(session: Session, benefit: Benefit) -> list[Proposal | Achievement]:
    """Return the proposals and achievements that refer to a benefit."""
    found: list[Proposal | Achievement] = []
    for it in benefit.references:
        proposal = it.noun == "proposal"
        record = session.get(Proposal, it.object_id) if proposal else session.get(Achievement, it.object_id)
        found += [record] if record is not None else []
    return found


def agree(session: Session, actor: Actor, proposal: Proposal, plan: dict[str, Any]) -> Benefit:
    """Fix what is measured, from where, how and who attests it, from what ``BenefitPlanSchema.load`` returned.

    Raises Conflict once the proposal is in use: whatever is chosen then could be chosen to please.
    """
    require(actor, Permission.PROPOSAL_ANSWER, proposal)
    if proposal.state not in BEFORE_USE:
        raise Conflict(N_("效益指标要在采纳以后、投入使用以前约定。"))
    known = of(session, "proposal", proposal.id)
    benefit = known[0] if known else Benefit(references=[BenefitReference(noun="proposal", object_id=proposal.id)])
    for name, value in plan.items():
        setattr(benefit, name, value)
    session.add(benefit)
    session.flush()
    _tell(session, actor, "fix_benefit", benefit, plan)
    return benefit


def refer(session: Session, actor: Actor, benefit_id: int, noun: str, object_id: int) -> Benefit:
    """Let another record refer to a benefit, which is counted once all the same."""
    benefit = get(session, actor, benefit_id)
    if all((it.noun, it.object_id) != (noun, object_id) for it in benefit.references):
        benefit.references.append(BenefitReference(noun=noun, object_id=object_id))
        session.flush()
    return benefit


def claim(session: Session, actor: Actor, benefit_id: int, figures: dict[str, Any]) -> Benefit:
    """Claim what the formula gives for the twelve months from first use, from what ``ClaimSchema.load`` returned.

    An effect that is not money is claimed in words, without an amount. Raises Invalid where nothing is left after the
    cost of implementation, and Conflict before the proposal is in use or once the benefit is verified.
    """
    benefit = get(session, actor, benefit_id)
    proposal = _proposal(session, benefit)
    require(actor, Permission.BENEFIT_CLAIM, proposal)
    if proposal.state != "implemented" or proposal.first_used_on is None:
        raise Conflict(N_("建议实施完成、写明首次使用日期以后才能申报效益；核验以后不能再改。"))
    members = {proposal.account_id, *(author.account_id for author in proposal.authors)}
    blocks.refuse_blocked(session, members, [proposal.organisation_id])
    claimed = None
    if figures["yearly_output"] is not None:
        claimed = amounts.net_benefit(**{name: figures[name] for name in _FIGURES})
        if claimed <= 0:
            raise Invalid({"implementation_cost": [N_("扣除实施费用以后没有净效益，请核对四项数字。")]})
    for name, value in figures.items():
        setattr(benefit, name, value)
    benefit.period_from, benefit.period_to = proposal.first_used_on, amounts.years_from(proposal.first_used_on)
    benefit.price_year = benefit.price_year or proposal.first_used_on.year
    benefit.claimed, benefit.claimed_by, benefit.claimed_at = claimed, actor.name, now()
    # What was attested of other figures says nothing of these.
    benefit.attested = benefit.attestor = benefit.attested_by = benefit.attested_at = None
    benefit.attestation_note = ""
    session.flush()
    _tell(session, actor, "claim_benefit", benefit, {**figures, "claimed": claimed})
    return benefit


def attest(session: Session, actor: Actor, benefit_id: int, found: dict[str, Any]) -> Benefit:
    """Attest what the books show of a claim, from what ``AmountSchema.load`` returned.

    A finance attestor of the unit attests as its finance, one of a region, who has no part in the unit, as an outsider.
    Raises NotAllowed for whoever has a part in the record or made the claim.
    """
    benefit = get(session, actor, benefit_id)
    attestor = attestor_kind(session, actor, benefit)
    if attestor is None:
        raise NotAllowed("attest", "benefit")
    if benefit.claimed_at is None or benefit.verified_at is not None or benefit.revoked_at is not None:
        raise Conflict(N_("效益申报以后、核验以前才能证明。"))
    _check_amount(benefit, found)
    benefit.attested, benefit.attestation_note, benefit.attestor = found["amount"], found["note"], attestor
    benefit.attested_by, benefit.attested_at = actor.name, now()
    session.flush()
    _tell(session, actor, "attest_benefit", benefit, {**found, "attestor": attestor})
    return benefit


def attestor_kind(session: Session, actor: Actor, benefit: Benefit) -> str | None:
    """Return as what an actor attests a benefit, "finance" or "outside"; None where it is not his to attest."""
    if benefit.claimed_by == actor.name:
        return None
    own = actor.unit_ids | {it.organisation_id for it in actor.grants}
    for record in records_of(session, benefit):
        if not can(actor, Permission.BENEFIT_ATTEST, record) or actor.account_id in _persons(record):
            continue
        units = _units(record)
        if any(it.role == "finance_attestor" and it.organisation_id in units for it in actor.grants):
            return "finance"
        if own.isdisjoint(units - {None}):
            return "outside"
    return None


def to_attest(session: Session, actor: Actor, *, limit: int = 100) -> list[tuple[Benefit, Proposal]]:
    """Return the claims in the actor's scope that are not verified yet, those nobody has attested first."""
    require(actor, Permission.BENEFIT_ATTEST)
    query = (
        sa.select(Benefit, Proposal)
        .join(BenefitReference, BenefitReference.benefit_id == Benefit.id)
        .join(Proposal, sa.and_(BenefitReference.noun == "proposal", Proposal.id == BenefitReference.object_id))
        .where(Benefit.claimed_at.is_not(None), Benefit.verified_at.is_(None), Benefit.revoked_at.is_(None))
        .order_by(Benefit.attested_at.is_not(None), Benefit.claimed_at)
    )
    rows = session.execute(query)
    mine = ((row.Benefit, row.Proposal) for row in rows if attestor_kind(session, actor, row.Benefit))
    return list(itertools.islice(mine, limit))


def needed_attestor(session: Session, benefit: Benefit) -> str | None:
    """Return who must attest a claim of this size before it is verified (rule 35), None where nobody must."""
    if benefit.claimed is None or benefit.claimed_at is None:
        return None
    on = benefit.claimed_at.date()
    if benefit.claimed >= rules.value(session, "outside_attestation", on):
        return "outside"
    return "finance" if benefit.claimed >= rules.value(session, "finance_attestation", on) else None


def is_attested(session: Session, benefit: Benefit) -> bool:
    """Say whether a claim is attested by whom the rule wants, or by nobody because none is needed."""
    needed = needed_attestor(session, benefit)
    return needed is None or benefit.attestor in (needed, "outside")


def verify(session: Session, actor: Actor, benefit_id: int, found: dict[str, Any]) -> Benefit:
    """Verify a claim, from what ``AmountSchema.load`` returned, and take its proposal to ``benefit_verified``.

    Raises NotAllowed for whoever attested it or is the deputy of whoever did, Conflict where a claim of this size is
    not attested as rule 35 wants it, or where it was not in use for as long as the rule says.
    """
    benefit = get(session, actor, benefit_id)
    proposal = _proposal(session, benefit)
    require(actor, Permission.BENEFIT_VERIFY, proposal)
    if benefit.claimed_at is None or benefit.revoked_at is not None:
        raise Conflict(N_("效益还没有申报，或者已被撤销，不能核验。"))
    if not is_attested(session, benefit):
        outside, finance = (
            N_("申报金额达到规定数额，须先由外部机构证明。"),
            N_("申报金额达到规定数额，须先由单位财务证明。"),
        )
        raise Conflict(outside if needed_attestor(session, benefit) == "outside" else finance)
    days = rules.value(session, "benefit_verified_after", today())
    if benefit.period_from is not None and (today() - benefit.period_from).days < days:
        raise Conflict(N_("首次使用满 %(days)s 天以后才能核验效益。"), days=days)
    _check_amount(benefit, found)
    signed = workflow.signing(session, actor, proposal).name
    if benefit.attested_by is not None and benefit.attested_by in signed_by(signed):
        raise NotAllowed("verify", "benefit")
    workflow.apply(session, actor, proposal, "verify_benefit", found["note"], found, process="benefit")
    benefit.verified, benefit.verification_note = found["amount"], found["note"]
    benefit.verified_by, benefit.verified_at = signed, now()
    session.flush()
    _tell(session, actor, "verify_benefit", benefit, found)
    return benefit


def revoke(session: Session, actor: Actor, benefit_id: int, reason: str) -> Benefit:
    """Declare a benefit false: it counts no more, its proposal is revoked, its persons and units are blocked (rule 37).

    An award that rests on it is revoked by ``services.award``, which knows what else follows.
    """
    benefit = get(session, actor, benefit_id)
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    if benefit.revoked_at is not None:
        raise Conflict(N_("这项效益已经撤销。"))
    records = records_of(session, benefit)
    for record in records:
        require(actor, Permission.BENEFIT_VERIFY, record)
    benefit.revoked_by, benefit.revoked_at, benefit.revoked_because = actor.name, now(), reason
    session.flush()
    for record in records:
        blocks.block(session, actor, "benefit", benefit.id, reason, _persons(record), _units(record))
        if isinstance(record, Proposal) and record.state == "benefit_verified":
            workflow.apply(session, actor, record, "revoke", reason, process="benefit")
    session.flush()
    _tell(session, actor, "revoke_benefit", benefit, {}, reason)
    return benefit


_FIGURES = ("unit_cost_before", "unit_cost_after", "yearly_output", "implementation_cost")


def _check_amount(benefit: Benefit, found: dict[str, Any]) -> None:
    if (found["amount"] is None) != (benefit.claimed is None):
        sentence = N_("请填写金额。") if found["amount"] is None else N_("申报的是没有金额的效果，请不要填金额。")
        raise Invalid({"amount": [sentence]})


def _may_see(actor: Actor, record: Proposal | Achievement) -> bool:
    return can_read_history(actor, record) or (
        can(actor, Permission.BENEFIT_ATTEST, record) and actor.account_id not in _persons(record)
    )


def _proposal(session: Session, benefit: Benefit) -> Proposal:
    found = next((it for it in records_of(session, benefit) if isinstance(it, Proposal)), None)
    if found is None:
        raise Conflict(_NO_RECORD)
    return found


def _persons(record: Proposal | Achievement) -> set[int | None]:
    members = record.authors if isinstance(record, Proposal) else record.contributors
    return {record.account_id, *(member.account_id for member in members)}


def _units(record: Proposal | Achievement) -> set[int | None]:
    return {record.organisation_id} if isinstance(record, Proposal) else {unit.id for unit in record.units}


def _tell(
    session: Session, actor: Actor, verb: str, benefit: Benefit, payload: dict[str, Any], reason: str | None = None
) -> None:
    audit.record(session, actor, verb, "benefit", benefit.id, reason=reason, payload=payload)
    session.flush()
