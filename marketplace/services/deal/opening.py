"""Begin a deal, from a match both sides want or from an offer that was taken, and let the match go its way.

Who may begin one is asked where it begins: ``open_from_match`` asks the two sides of the match, and the listing whose
offer was taken asked for itself. A match with a deal changes its state with the deal and in no other way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Account, Achievement, Deal, Demand, Match
from marketplace.permissions import SYSTEM, Actor, can_answer_for
from marketplace.services.deal import co_owners, rooms
from marketplace.services.demand_desk import brokers
from marketplace.services.listing.exclusivity import LICENCES, require_free
from marketplace.workflow import offices

# What of a listing or an achievement the terms of a deal begin with.
TERMS = ("contract_kind", "mode", "licence_kind", "price_form", "amount", "is_related_party")
# The kind of contract that a mode of transfer comes to, where it comes to one.
CONTRACT_OF_MODE = {
    "assignment": "transfer", "exclusive_licence": "licence", "sole_licence": "licence", "ordinary_licence": "licence",
    "use_first": "licence", "equity": "transfer", "development": "development", "consulting": "consulting",
    "service": "service", "joint_implementation": "development",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a deal: an organisation, a person, or a person of an organisation."""

    organisation_id: int | None = None
    account_id: int | None = None

    @property
    def is_somebody(self) -> bool:
        return self.organisation_id is not None or self.account_id is not None


def owner_of(achievement: Achievement) -> Party:
    """Return who deals for an achievement: the first of its units, for all that own it, and whoever submitted it."""
    return Party(achievement.units[0].id if achievement.units else None, achievement.account_id)


def negotiate(session: Session, actor: Actor, match_id: int) -> Deal:
    """Return the deal that a match led to, begun now where there is none or the last was terminated.

    Of two sides who begin at once, the second goes on in the deal of the first. Raises NotFound for whoever answers for
    neither side, who is not told that there is such a match, and Conflict as ``open_from_match`` does.
    """
    match = session.get(Match, match_id)
    if match is None or not any(can_answer_for(actor, it) for it in (match.demand, match.achievement)):
        raise NotFound("match", match_id)
    audit.hold(session, "match", match.id)
    known = of_match(session, match)
    return known if known is not None and known.state != "terminated" else open_from_match(session, actor, match)


def open_from_match(session: Session, actor: Actor, match: Match) -> Deal:
    """Begin to negotiate about a match, as one of its sides or the province, and return the deal.

    Raises NotAllowed for anybody else, and Conflict where the two have not been introduced, a deal was begun already,
    one side has no account that could negotiate, or another has the achievement to himself.
    """
    demand, achievement = match.demand, match.achievement
    if not can_answer_for(actor, demand) and not can_answer_for(actor, achievement):
        raise NotAllowed("negotiate", "deal")
    audit.hold(session, "match", match.id)
    session.refresh(match)
    require_free(session, match.achievement_id)
    workflow.apply(session, actor, match, "negotiate", process="deal")
    enterprise = Party(demand.organisation_id, demand.account_id)
    given = {"match_id": match.id, **_seat_for_broker(session, demand, achievement)}
    deal = _open(session, actor, achievement, enterprise, demand.title, given)
    _demand_follows(session, actor, demand, "begin_talks")
    rooms.tell_others(session, actor, deal, "deal_opened")
    return deal


def open_from_listing(
    session: Session, actor: Actor, achievement: Achievement, enterprise: Party, *, listing_id: int, **terms: Any
) -> Deal:
    """Begin a deal on an offer that was taken or an auction that was won, and return it.

    ``terms`` may name any of ``TERMS``; what they leave out the achievement says. The caller holds the listing, and
    has asked whether the actor may take the offer.
    """
    return _open(session, actor, achievement, enterprise, achievement.title, {"listing_id": listing_id, **terms})


def pass_to_completer(session: Session, actor: Actor, deal: Deal, terms: dict[str, Any]) -> Deal:
    """Begin a deal between the unit and a completer who takes over the terms of another, end that one, and return it.

    The caller holds the deal and has asked whether he may (Civil Code, art. 847).
    """
    begun = Deal(
        title=deal.title, achievement_id=deal.achievement_id, listing_id=deal.listing_id,
        enterprise_account_id=actor.account_id, owner_organisation_id=deal.owner_organisation_id,
        owners=co_owners.owners_of(deal.achievement), **{"price_form": "agreed", **terms},
    )  # fmt: skip
    session.add(begun)
    session.flush()
    audit.record(session, actor, "open_deal", "deal", begun.id, to_state=begun.state, payload=terms, is_first=True)
    deal.terminated_at, deal.terminated_because = now(), "完成人按同等条件行使优先受让权。"
    deal.signed_version = deal.enterprise_signed_by = deal.owner_signed_by = None
    take_step(session, actor, deal, "terminate", deal.terminated_because)
    return begun


def of_match(session: Session, match: Match) -> Deal | None:
    """Return the latest deal a match led to."""
    return session.scalars(sa.select(Deal).filter_by(match_id=match.id).order_by(Deal.id.desc()).limit(1)).first()


def take_step(
    session: Session, actor: Actor, deal: Deal, action: str, reason: str | None = None, payload: Any = None
) -> None:
    """Take a deal one step along its way, and the match it came from with it; a demand is solved by what is in use.

    The caller holds the facts of the step and has asked whose it is to take.
    """
    workflow.apply(session, actor, deal, action, reason, payload, process="deal")
    if deal.match is not None:
        workflow.apply(session, actor, deal.match, action, reason, {"deal": deal.id}, process="deal")
        if action == "put_to_use":
            _demand_follows(session, actor, deal.match.demand, "solve")
    session.flush()


def _open(
    session: Session, actor: Actor, achievement: Achievement, enterprise: Party, title: str, given: dict[str, Any]
) -> Deal:
    owner = owner_of(achievement)
    if not owner.is_somebody or not enterprise.is_somebody:
        raise Conflict(N_("洽谈须双方都有单位或账号：请先登录，把需求或成果归到自己的名下。"))
    if owner.organisation_id is not None and owner.organisation_id == enterprise.organisation_id:
        raise Conflict(N_("供需双方是同一个单位，不需要在这里签合同。"))
    if owner.account_id is not None and owner.account_id == enterprise.account_id:
        raise Conflict(N_("供需双方是同一个人，不需要在这里签合同。"))
    deal = Deal(
        title=title, achievement_id=achievement.id,
        enterprise_organisation_id=enterprise.organisation_id, enterprise_account_id=enterprise.account_id,
        owner_organisation_id=owner.organisation_id, owner_account_id=owner.account_id,
        owners=co_owners.owners_of(achievement, enterprise.organisation_id), **{**_first_terms(achievement), **given},
    )  # fmt: skip
    session.add(deal)
    session.flush()
    audit.record(session, actor, "open_deal", "deal", deal.id, to_state=deal.state, payload=given, is_first=True)
    return deal


def _seat_for_broker(session: Session, demand: Demand, achievement: Achievement) -> dict[str, int]:
    """Return the seat of the broker who sees to the demand; none where nobody does, or he is of the other side."""
    broker = brokers.of(session, demand)
    if broker is None or broker.id in offices.persons_of(achievement):
        return {}
    is_of_unit = sa.select(Account.id).where(Account.id == broker.id, offices.of_unit(offices.unit_ids(achievement)))
    return {} if session.scalar(is_of_unit) is not None else {"broker_id": broker.id}


def _demand_follows(session: Session, actor: Actor, demand: Demand, action: str) -> None:
    """Take a demand the step that follows from its deal, where it can be taken: an office may have been first."""
    if any(it.action == action and demand.state in it.sources for it in workflow.DEMAND):
        workflow.apply(session, replace(SYSTEM, name=actor.name), demand, action)


def _first_terms(achievement: Achievement) -> dict[str, Any]:
    mode = achievement.transfer_modes[0] if len(achievement.transfer_modes) == 1 else None
    kind = CONTRACT_OF_MODE.get(mode or "")
    licence = LICENCES.get(mode or "", achievement.licence_kind or ("ordinary" if kind == "licence" else None))
    return {
        "mode": mode, "contract_kind": kind, "licence_kind": licence if kind == "licence" else None,
        "price_form": achievement.price_form, "amount": achievement.price,
    }  # fmt: skip
