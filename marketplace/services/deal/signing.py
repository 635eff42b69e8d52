"""The contract: signed by both sides on one version of the terms, registered by an office, ended with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import Account, Deal
from marketplace.models.market.deal import CONTRACTED
from marketplace.permissions import Actor, can_register, can_sign_contract
from marketplace.schemas.deal import terms_of
from marketplace.services import mandate
from marketplace.services import outcome as outcomes
from marketplace.services.deal import clearing, milestones, opening, rooms, terms

# What of the agreed terms the contract record keeps.
_KEPT = (
    "contract_kind", "mode", "licence_kind", "price_form", "amount", "technical_part", "is_related_party",
)  # fmt: skip


def sign(session: Session, actor: Actor, deal_id: int, number: int) -> Deal:
    """Sign, for one's side, the version of the terms both agreed on; the second signature makes the contract.

    Raises NotFound, NotAllowed, Conflict where the actor does not act for the unit whose side it is, the version is not
    the one agreed on, was signed already or something still bars the contract (``clearing``), and Invalid where the
    terms leave out what every contract states.
    """
    deal, side = rooms.hold(session, actor, deal_id)
    if deal.state not in terms.BEFORE_SIGNATURE:
        raise Conflict(N_("合同已经签订或终止。"))
    if not can_sign_contract(actor, deal):
        raise Conflict(N_("合同以单位的名义签订，须由能代表单位的账号签：请按“请单位签订”，由单位的经办人来签。"))
    sheet = terms.current(session, deal)
    if sheet is None or sheet.number != number:
        raise Conflict(N_("第 %(number)s 版已经不是现在的一版，请看最新的一版。"), number=number)
    if not sheet.is_agreed:
        raise Conflict(N_("双方还没有就第 %(number)s 版达成一致，不能签订。"), number=number)
    if getattr(deal, f"{side}_signed_by") is not None:
        raise Conflict(N_("你方已经签订，等待对方签订。"))
    data = terms_of(sheet)
    _require_whole(data)
    clearing.require_clear(session, actor, deal, data, number)
    setattr(deal, f"{side}_signed_by", actor.name)
    deal.signed_version = number
    if deal.enterprise_signed_by is None or deal.owner_signed_by is None:
        session.flush()
        audit.record(session, actor, "sign_first", "deal", deal.id, payload={"number": number, **sheet.terms})
        rooms.tell_others(session, actor, deal, "deal_to_sign")
        return deal
    for name in _KEPT:
        setattr(deal, name, data[name])
    deal.signed_on = today()
    opening.take_step(session, actor, deal, "sign", payload={"number": number, **sheet.terms})
    milestones.fix(session, deal, data)
    clearing.settle(session, actor, deal)
    rooms.tell_others(session, actor, deal, "deal_signed")
    rooms.tell_programs(session, deal, "deal_signed")
    return deal


def ask_to_sign(session: Session, actor: Actor, deal_id: int) -> list[Account]:
    """Ask who acts for the unit of one's side to sign, for whoever may not bind it, and return who was told.

    Raises NotFound, NotAllowed for whoever is of neither side, and Conflict where nothing is agreed on or his side has
    signed, the actor may sign himself, nobody acts for the unit here, or he asked today already.
    """
    deal, side = rooms.hold(session, actor, deal_id)
    sheet = terms.current(session, deal)
    if deal.state not in terms.BEFORE_SIGNATURE or sheet is None or not sheet.is_agreed:
        raise Conflict(N_("双方就一版条款达成一致以后、签订以前，才能请单位签订。"))
    if getattr(deal, f"{side}_signed_by") is not None:
        raise Conflict(N_("你方已经签订，等待对方签订。"))
    unit = deal.organisation_of(side)
    if can_sign_contract(actor, deal) or unit is None:
        raise Conflict(mandate.MAY_SIGN)
    people = rooms.acting_for(session, unit.id)
    mandate.note(session, actor, "deal", deal.id, people)
    rooms.tell(session, deal, people, "deal_sign_asked")
    return people


def register(session: Session, actor: Actor, deal_id: int, revision: int, data: dict[str, Any]) -> Deal:
    """Enter the registration of a contract, from what ``RegistrationSchema.load`` returned.

    Raises NotFound, NotAllowed for whoever does not register it, StaleRevision, Conflict before it is signed, once it
    is ended or has a number, and Invalid for a number another contract has, or a day before the signature.
    """
    deal = rooms.get(session, actor, deal_id)
    if not can_register(actor, deal):
        raise NotAllowed("register", "deal")
    audit.hold(session, "deal", deal.id)
    session.refresh(deal)
    if deal.revision != revision:
        raise StaleRevision("deal", deal.id, revision, deal.revision)
    if deal.state not in CONTRACTED or deal.signed_on is None or deal.registration_no is not None:
        raise Conflict(N_("合同签订以后、终止以前才能登记，登记号登记以后不能再改。"))
    if data["registered_on"] < deal.signed_on:
        raise Invalid({"registered_on": [N_("登记日期不能早于签订日期。")]})
    if session.scalar(sa.select(Deal.id).filter_by(registration_no=data["registration_no"])) is not None:
        raise Invalid({"registration_no": [N_("这个登记号已经用于另一份合同。")]})
    part = data["technical_part"]
    if part is not None and deal.amount is not None and part > deal.amount:
        raise Invalid({"technical_part": [N_("技术交易额不能超过合同金额。")]})
    for name in ("registration_no", "registration_office", "registered_on"):
        setattr(deal, name, data[name])
    # What the office recognised as technology is what counts.
    deal.technical_part = part if part is not None else deal.technical_part
    deal.registered_by = actor.name
    payload = {name: data[name] if name != "registered_on" else data[name].isoformat() for name in data}
    if deal.state == "signed":
        opening.take_step(session, actor, deal, "register", payload=payload)
    else:
        session.flush()
        audit.record(session, actor, "register", "deal", deal.id, payload=payload)
    rooms.tell_others(session, actor, deal, "deal_registered")
    rooms.tell_programs(session, deal, "deal_registered")
    return deal


def terminate(session: Session, actor: Actor, deal_id: int, reason: str, codes: Sequence[str] = ()) -> Deal:
    """End a deal with the reason: before it is signed either side does, a signed contract the registering office.

    The ``codes`` of the refusals a side gives reach what readers said and the calibration, as a declined match does.

    A signed one is ended on the word of both sides, or of a court, which the office states. Raises NotFound,
    NotAllowed, Conflict where it is ended or its benefit verified, and Invalid without a reason.
    """
    deal = rooms.get(session, actor, deal_id)
    audit.hold(session, "deal", deal.id)
    session.refresh(deal)
    if deal.state == "terminated":
        raise Conflict(N_("交易已终止，只能查看。"))
    if deal.state in CONTRACTED:
        if not can_register(actor, deal):
            raise NotAllowed("terminate", "deal")
    else:
        _deal, side = rooms.hold(session, actor, deal_id)
        if codes and deal.match is not None:
            refusal = {"is_interested": False, "codes": list(codes), "note": reason.strip()[:2000]}
            outcomes.keep(session, actor, deal.match, "enterprise" if side == "enterprise" else "owner", refusal)
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    if deal.signed_on is None:
        terms.void_signatures(deal)
    deal.terminated_at, deal.terminated_because = now(), reason
    opening.take_step(session, actor, deal, "terminate", reason)
    clearing.settle(session, actor, deal)
    rooms.tell_others(session, actor, deal, "deal_ended")
    return deal


def _require_whole(data: dict[str, Any]) -> None:
    lacking = {name: [N_("签订以前要写明。")] for name in ("contract_kind", "amount") if data[name] is None}
    if data["contract_kind"] == "licence" and data["licence_kind"] is None:
        # A licence that says nothing else is an ordinary one.
        data["licence_kind"] = "ordinary"
    if lacking:
        raise Invalid(lacking)
