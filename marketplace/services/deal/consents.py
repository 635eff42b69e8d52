"""What the units that own an achievement together answer: which part is whose, and whether a contract may be signed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Deal, OwnerShare
from marketplace.permissions import Actor, Permission, can, co_owns
from marketplace.services.deal import co_owners, rooms, terms

_WHOLE = Decimal(100)
_SETTLED = N_("合同已经签订或终止，各单位的份额和同意不能再改。")


def state_shares(session: Session, actor: Actor, deal_id: int, shares: Mapping[int, Decimal]) -> Deal:
    """State which part of what is left of each payment is whose, for the unit that negotiates, by organisation.

    Other parts are consented to anew. Raises NotFound, NotAllowed for anybody else, Conflict where there is one owner
    or the contract is signed, and Invalid where a part is missing or they do not sum to 100.
    """
    deal, side = rooms.hold(session, actor, deal_id)
    if side != "owner":
        raise NotAllowed("edit", "deal")
    _require_open(deal)
    session.refresh(deal, ["owners"])
    if {it.organisation_id for it in deal.owners} != set(shares) or sum(shares.values()) != _WHOLE:
        raise Invalid({"share": [N_("请写全每个单位的份额，合计为 100。")]})
    for it in deal.owners:
        if it.share != shares[it.organisation_id]:
            it.share = shares[it.organisation_id]
            for other in deal.owners:
                other.forget_answer()
    session.flush()
    told = {str(unit): f"{share:f}" for unit, share in shares.items()}
    audit.record(session, actor, "state_owner_shares", "deal", deal.id, payload=told)
    sheet = terms.current(session, deal)
    if sheet is not None and sheet.is_agreed:
        co_owners.ask(session, deal, sheet.number)
    return deal


def answer(
    session: Session, actor: Actor, deal_id: int, organisation_id: int, number: int, *, consents: bool, reason: str
) -> OwnerShare:
    """Consent, for a unit that owns it too, to a version of the terms and to the parts, or refuse with the reason.

    Where nobody acts for that unit here, the one that negotiates states what it was given in writing. Raises NotFound,
    NotAllowed for whoever acts for neither, Conflict for another version than the one both sides agreed on or before
    the parts are stated, and Invalid for a refusal, or a statement about another unit, without its reason.
    """
    deal = rooms.enter(session, actor, deal_id)
    audit.hold(session, "deal", deal.id)
    session.refresh(deal)
    session.refresh(deal, ["owners"])
    own = next((it for it in deal.co_owners if it.organisation_id == organisation_id), None)
    if own is None:
        raise NotFound("organisation", organisation_id)
    if not _may_answer(session, actor, deal, own):
        raise NotAllowed("negotiate", "deal")
    _require_open(deal)
    sheet = terms.current(session, deal)
    if sheet is None or not sheet.is_agreed or sheet.number != number:
        raise Conflict(N_("第 %(number)s 版已经不是现在的一版，请看最新的一版。"), number=number)
    if any(it.share is None for it in deal.owners):
        raise Conflict(N_("先由牵头单位写明各单位的份额，再请共有单位同意。"))
    if not reason.strip() and not (consents and co_owns(actor, deal)):
        raise Invalid({"reason": [N_("请写明理由；代为记下书面同意的，写明文号和日期。")]})
    own.version, own.consents, own.reason = number, consents, reason.strip()[:2000]
    own.answered_by, own.answered_at = actor.name, now()
    session.flush()
    verb = "owner_consents" if consents else "owner_refuses"
    payload = {"unit": organisation_id, "number": number}
    audit.record(session, actor, verb, "deal", deal.id, reason=own.reason or None, payload=payload)
    told = [it for it in rooms.people_at(session, deal, "owner") if it.id != actor.account_id]
    rooms.tell(session, deal, told, "deal_consent_given" if consents else "deal_consent_refused")
    return own


def to_answer(session: Session, actor: Actor, deal: Deal) -> list[OwnerShare]:
    """Return for which of the units that own it too the actor answers, once the parts are stated."""
    if any(it.share is None for it in deal.owners):
        return []
    return [it for it in deal.co_owners if _may_answer(session, actor, deal, it)]


def _may_answer(session: Session, actor: Actor, deal: Deal, own: OwnerShare) -> bool:
    """Say whether the answer of a unit is the actor's to give: he acts for it or, where nobody does, negotiates."""
    if not can(actor, Permission.DEAL_NEGOTIATE):
        return False
    if co_owns(actor, deal):
        return own.organisation_id in actor.organisation_ids
    negotiates = deal.owner_organisation_id in actor.organisation_ids
    return negotiates and not rooms.acting_for(session, own.organisation_id)


def _require_open(deal: Deal) -> None:
    if not deal.owners:
        raise Conflict(N_("这项成果只有一个单位，不需要写明份额。"))
    if deal.state not in terms.BEFORE_SIGNATURE:
        raise Conflict(_SETTLED)
