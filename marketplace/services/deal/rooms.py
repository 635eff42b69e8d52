"""The room of a deal: who may enter, what is said there, what each has not read yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, postbox
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Account, AuditEntry, Deal, DealMessage, DealReading, RoleGrant
from marketplace.models.market.deal_room import SEATS
from marketplace.permissions import (
    Actor,
    can_enter_room,
    can_register,
    can_see_contract,
    can_talk,
    contracts_of,
    is_broker,
    rooms_of,
    side_in,
)
from marketplace.permissions.roles import OF_AN_ORGANISATION
from marketplace.services.authoring import secrecy

_TOLD_TO_CO_OWNERS = ("deal_opened", "deal_signed", "deal_registered", "deal_ended")


def get(session: Session, actor: Actor, deal_id: int) -> Deal:
    """Return a deal whose contract record the actor may read; raise NotFound."""
    deal = session.get(Deal, deal_id)
    if deal is None or not can_see_contract(actor, deal):
        raise NotFound("deal", deal_id)
    return deal


def enter(session: Session, actor: Actor, deal_id: int) -> Deal:
    """Return a deal whose room the actor may enter; raise NotFound."""
    deal = session.get(Deal, deal_id)
    if deal is None or not can_enter_room(actor, deal):
        raise NotFound("deal", deal_id)
    return deal


def hold(session: Session, actor: Actor, deal_id: int) -> tuple[Deal, str]:
    """Return a deal as it is now, and the side the actor negotiates for; nobody else changes it before the end.

    Raises NotFound where he may not enter the room, and NotAllowed where he is on neither side of it.
    """
    deal = enter(session, actor, deal_id)
    audit.hold(session, "deal", deal.id)
    session.refresh(deal)
    side = side_in(actor, deal)
    if side is None:
        raise NotAllowed("negotiate", "deal")
    return deal, side


def listed(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Deal]:
    """Return the deals at whose table the actor sits, the newest first, from below the id ``after``."""
    query = sa.select(Deal).where(rooms_of(actor)).order_by(Deal.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Deal.id < after)))


def contracts(
    session: Session, actor: Actor, *, unregistered: bool = False, limit: int, after: int | None = None
) -> list[Deal]:
    """Return the signed contracts the actor registers, the newest first, all or those still without a number."""
    query = sa.select(Deal).where(contracts_of(actor)).order_by(Deal.id.desc()).limit(limit)
    if unregistered:
        query = query.where(Deal.registration_no.is_(None))
    return list(session.scalars(query if after is None else query.where(Deal.id < after)))


def seat_of(actor: Actor, deal: Deal) -> str | None:
    """Return where the actor sits: on a side or as the broker; None for who only reads."""
    if not can_talk(actor, deal):
        return None
    return side_in(actor, deal) or (SEATS[2] if is_broker(actor, deal) else None)


def messages(session: Session, actor: Actor, deal: Deal) -> list[DealMessage]:
    """Return what was said in the room, oldest first; raise NotFound for whoever may not enter it."""
    enter(session, actor, deal.id)
    query = sa.select(DealMessage).filter_by(deal_id=deal.id).options(joinedload(DealMessage.account))
    return list(session.scalars(query.order_by(DealMessage.id)))


def say(session: Session, actor: Actor, deal_id: int, text: str, files: Sequence[int] = ()) -> DealMessage:
    """Say something in the room, with the files of the deal that came with it, and tell those who had read all.

    What was sent twice in a row is said once. Raises NotFound, NotAllowed for whoever only reads, Conflict once the
    deal is ended, and Invalid for a text with a mark of secrecy.
    """
    deal = enter(session, actor, deal_id)
    seat = seat_of(actor, deal)
    if seat is None or actor.account_id is None:
        raise NotAllowed("negotiate", "deal")
    if deal.state == "terminated":
        raise Conflict(N_("交易已终止，只能查看。"))
    secrecy.refuse(session, {"text": text})
    audit.hold(session, "deal", deal.id)
    last = session.scalar(sa.select(DealMessage).filter_by(deal_id=deal.id).order_by(DealMessage.id.desc()).limit(1))
    if last is not None and (last.account_id, last.text, last.files) == (actor.account_id, text, list(files)):
        return last
    told = [it for other in SEATS if other != seat for it in people_at(session, deal, other)]
    news = [it for it in told if not unread(session, it.id, [deal.id])]
    message = DealMessage(deal_id=deal.id, account_id=actor.account_id, seat=seat, text=text, files=list(files))
    session.add(message)
    session.flush()
    audit.record(session, actor, "say", "deal", deal.id, payload={"message": message.id, "text": text})
    read_up_to(session, actor, deal, message.id)
    tell(session, deal, news, "deal_message")
    return message


def read_up_to(session: Session, actor: Actor, deal: Deal, message_id: int) -> None:
    """Note that the actor has read the room up to a message; only those at the table have a mark."""
    if actor.account_id is None or seat_of(actor, deal) is None:
        return
    mark = session.get(DealReading, (deal.id, actor.account_id))
    if mark is None:
        session.add(DealReading(deal_id=deal.id, account_id=actor.account_id, message_id=message_id))
    else:
        mark.message_id = max(mark.message_id, message_id)
    session.flush()


def unread(session: Session, account_id: int | None, deal_ids: Iterable[int]) -> dict[int, int]:
    """Return how many messages of others somebody has not read, by the rooms that have any."""
    if account_id is None:
        return {}
    read = sa.and_(DealReading.deal_id == DealMessage.deal_id, DealReading.account_id == account_id)
    query = sa.select(DealMessage.deal_id, sa.func.count()).outerjoin(DealReading, read)
    query = query.where(
        DealMessage.deal_id.in_(deal_ids),
        DealMessage.account_id != account_id,
        DealMessage.id > sa.func.coalesce(DealReading.message_id, 0),
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(DealMessage.deal_id))}


def seat_broker(session: Session, actor: Actor, deal_id: int, account_id: int | None) -> Deal:
    """Give the broker's seat to an account that holds that role, or leave it empty; a party or an office does.

    Raises NotFound, NotAllowed, and Conflict where the account is no broker or stands on a side itself.
    """
    deal = get(session, actor, deal_id)
    if side_in(actor, deal) is None and not can_register(actor, deal):
        raise NotAllowed("negotiate", "deal")
    account = session.get(Account, account_id) if account_id is not None else None
    moment = now()
    if account_id is not None:
        is_one = account is not None and any(it.role == "broker" and it.is_in_force(moment) for it in account.grants)
        if account is None or not account.is_active or not is_one:
            raise Conflict(N_("这个账号没有技术经理人的角色。"))
        if account_id in (deal.enterprise_account_id, deal.owner_account_id):
            raise Conflict(N_("当事人不能作自己这项交易的技术经理人。"))
    deal.broker_id = account_id
    session.flush()
    session.refresh(deal)
    audit.record(session, actor, "seat_broker", "deal", deal.id, payload={"broker": account_id})
    tell(session, deal, [account] if account is not None else [], "deal_opened")
    return deal


def brokers(session: Session, actor: Actor, deal: Deal) -> list[Account]:
    """Return who may be given the broker's seat, by name; nobody for who may not give it."""
    if side_in(actor, deal) is None and not can_register(actor, deal):
        return []
    grants = sa.select(RoleGrant).where(RoleGrant.role == "broker", RoleGrant.revoked_at.is_(None))
    moment = now()
    ids = {it.account_id for it in session.scalars(grants) if it.is_in_force(moment)}
    query = sa.select(Account).where(Account.id.in_(ids), Account.is_active).order_by(Account.name, Account.id)
    return [it for it in session.scalars(query) if it.id not in (deal.enterprise_account_id, deal.owner_account_id)]


def people_at(session: Session, deal: Deal, seat: str) -> list[Account]:
    """Return whose seat it is: the person of a side and who acts for its organisation, or the broker."""
    if seat == SEATS[2]:
        return [deal.broker] if deal.broker is not None else []
    unit, person = deal.organisation_of(seat), deal.account_of(seat)
    found = {person.id: person} if person is not None else {}
    if unit is not None:
        found |= {it.id: it for it in acting_for(session, unit.id)}
    return [account for account in found.values() if account.is_active]


def acting_for(session: Session, unit_id: int) -> list[Account]:
    """Return who acts for a unit."""
    moment = now()
    query = sa.select(RoleGrant).where(RoleGrant.organisation_id == unit_id, RoleGrant.role.in_(OF_AN_ORGANISATION))
    held = {it.account_id: it.account for it in session.scalars(query) if it.is_in_force(moment)}
    return [account for account in held.values() if account.is_active]


def tell(session: Session, deal: Deal, accounts: Iterable[Account], kind: str, **values: str) -> None:
    """Tell some of the room by a kind of ``services.mail.deal_texts``."""
    for account in accounts:
        postbox.post(session, account, kind, noun="deal", number=str(deal.id), **values)


def tell_others(session: Session, actor: Actor, deal: Deal, kind: str, **values: str) -> None:
    """Tell everybody at the table but the actor, and of the great steps those who own it too."""
    told = {it.id: it for seat in SEATS for it in people_at(session, deal, seat)}
    if kind in _TOLD_TO_CO_OWNERS:
        told |= {it.id: it for other in deal.co_owners for it in acting_for(session, other.organisation_id)}
    tell(session, deal, [it for it in told.values() if it.id != actor.account_id], kind, **values)


def tell_programs(session: Session, deal: Deal, kind: str) -> None:
    """Tell the programs of both organisations, whoever of them acted."""
    units = [deal.enterprise_organisation_id, deal.owner_organisation_id]
    postbox.tell_programs(session, units, kind, noun="deal", number=str(deal.id))


def events(session: Session, actor: Actor, deal: Deal) -> Sequence[AuditEntry]:
    """Return what was done with a deal, oldest first, for who may enter its room."""
    enter(session, actor, deal.id)
    return audit.history(session, "deal", deal.id)
