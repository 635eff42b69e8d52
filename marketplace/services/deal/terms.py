"""The term sheet: versions proposed by one side and accepted by the other, and what changed between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import Deal, TermSheet
from marketplace.permissions import Actor
from marketplace.schemas.deal import TERM_NAMES, TermsSchema, terms_of
from marketplace.services.authoring import secrecy
from marketplace.services.deal import clearing, opening, rooms

BEFORE_SIGNATURE = ("negotiating", "letter_of_intent")
_DONE = N_("合同已经签订或终止，条款不能再改；需要变更的，请另立补充合同。")


@dataclass(frozen=True, slots=True)
class Change:
    """A term that differs between two versions; None where a version leaves it open."""

    name: str
    before: Any
    after: Any


def versions(session: Session, actor: Actor, deal: Deal) -> list[TermSheet]:
    """Return every version of the terms, the first one first, for who may enter the room."""
    rooms.enter(session, actor, deal.id)
    return list(session.scalars(sa.select(TermSheet).filter_by(deal_id=deal.id).order_by(TermSheet.number)))


def current(session: Session, deal: Deal) -> TermSheet | None:
    """Return the version that counts: the latest that nobody declined."""
    query = sa.select(TermSheet).where(TermSheet.deal_id == deal.id, TermSheet.declined_at.is_(None))
    return session.scalars(query.order_by(TermSheet.number.desc()).limit(1)).first()


def changes(before: TermSheet | None, after: TermSheet) -> list[Change]:
    """Return what differs between two versions, term by term, in the order of the sheet."""
    old = before.terms if before is not None else {}
    pairs = ((name, old.get(name) or None, after.terms.get(name) or None) for name in TERM_NAMES)
    return [Change(*it) for it in pairs if it[1] != it[2]]


def first(deal: Deal) -> dict[str, Any]:
    """Return what a first version begins with: what the deal was opened with."""
    names = ("contract_kind", "mode", "licence_kind", "price_form", "amount", "technical_part", "is_related_party")
    return {name: getattr(deal, name) for name in names}


def propose(session: Session, actor: Actor, deal_id: int, data: dict[str, Any]) -> TermSheet:
    """Propose a version for one's side, from what ``ProposalOfTermsSchema.load`` returned, and return it.

    A signature that one side gave to an earlier version is void. Raises Conflict once the contract is signed or where
    another version was proposed since the one the proposer saw, and Invalid where nothing would change or a text bears
    a mark of secrecy.
    """
    deal, side = rooms.hold(session, actor, deal_id)
    _require_open(deal)
    secrecy.refuse(session, data)
    terms, note, after = dict(data), data["note"], data["after"]
    del terms["after"], terms["note"]
    latest = session.scalars(
        sa.select(TermSheet).filter_by(deal_id=deal.id).order_by(TermSheet.number.desc()).limit(1)
    ).first()
    number = latest.number if latest is not None else 0
    if number != after:
        message = N_("您看到的是第 %(given)s 版，现在已有第 %(current)s 版。请先看新的一版。")
        raise Conflict(message, given=after, current=number)
    sheet = TermSheet(
        deal_id=deal.id, number=number + 1, side=side, terms=TermsSchema().dump(terms), note=note,
        proposed_by=actor.name,
    )  # fmt: skip
    standing = current(session, deal)
    if standing is not None and not changes(standing, sheet):
        raise Invalid({"note": [N_("这一版与现在的一版没有不同。")]})
    session.add(sheet)
    void_signatures(deal)
    session.flush()
    audit.record(session, actor, "propose_terms", "deal", deal.id, payload={"number": sheet.number, **sheet.terms})
    rooms.tell_others(session, actor, deal, "deal_terms")
    return sheet


def accept(session: Session, actor: Actor, deal_id: int, number: int) -> TermSheet:
    """Accept, for the other side, the version that counts; with the first one agreed there is a letter of intent.

    Raises NotFound, and Conflict for one's own version, one already agreed on, declined, or no longer the latest.
    """
    deal, side = rooms.hold(session, actor, deal_id)
    _require_open(deal)
    sheet = _counting(session, deal, number)
    if sheet.side == side:
        raise Conflict(N_("这一版是你方提出的，要由对方接受。"))
    if sheet.is_agreed:
        raise Conflict(N_("这一版双方已经一致。"))
    sheet.accepted_by, sheet.accepted_at = actor.name, now()
    payload = {"number": sheet.number, **sheet.terms}
    if deal.state == "negotiating":
        opening.take_step(session, actor, deal, "agree_intent", payload=payload)
    else:
        audit.record(session, actor, "accept_terms", "deal", deal.id, payload=payload)
    session.flush()
    clearing.begin(session, actor, deal, terms_of(sheet), sheet.number)
    rooms.tell_others(session, actor, deal, "deal_terms")
    return sheet


def decline(session: Session, actor: Actor, deal_id: int, number: int, reason: str) -> TermSheet:
    """Decline the version that counts, or take one's own back, with the reason; the one before it counts again.

    One that both agreed on is not declined but replaced by another. Raises as ``accept`` does.
    """
    deal, _side = rooms.hold(session, actor, deal_id)
    _require_open(deal)
    sheet = _counting(session, deal, number)
    if sheet.is_agreed:
        raise Conflict(N_("这一版双方已经一致；要改，请提出新的一版。"))
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    sheet.declined_by, sheet.declined_at, sheet.declined_because = actor.name, now(), reason
    session.flush()
    audit.record(session, actor, "decline_terms", "deal", deal.id, reason=reason, payload={"number": sheet.number})
    rooms.tell_others(session, actor, deal, "deal_terms")
    return sheet


def void_signatures(deal: Deal) -> None:
    """Forget what one side signed alone."""
    deal.signed_version = deal.enterprise_signed_by = deal.owner_signed_by = None


def _counting(session: Session, deal: Deal, number: int) -> TermSheet:
    sheet = session.scalar(sa.select(TermSheet).filter_by(deal_id=deal.id, number=number))
    if sheet is None:
        raise NotFound("terms", number)
    counting = current(session, deal)
    if counting is None or counting.id != sheet.id:
        raise Conflict(N_("第 %(number)s 版已经不是现在的一版，请看最新的一版。"), number=number)
    return sheet


def _require_open(deal: Deal) -> None:
    if deal.state not in BEFORE_SIGNATURE:
        raise Conflict(_DONE)
