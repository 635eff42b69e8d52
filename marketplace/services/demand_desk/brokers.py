"""Which broker a demand fits, who sees to it, and who comes in his place, by reasons that are shown (rule 17).

A broker is proposed by what his role names, not by who is known: the nearer its region and industry lie to those of the
demand, the earlier he comes; whoever sees to as many as the rule says is full, and comes after those who are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid
from marketplace.models import Account, Demand, DemandCheck, RoleGrant
from marketplace.permissions import Actor, Grant, Permission, require
from marketplace.permissions.actors import within
from marketplace.permissions.reading import places_of
from marketplace.postbox import post
from marketplace.workflow import offices

# While a demand is in one of these its broker has something to do.
SEEN_TO = ("verified", "open", "in_talks")

_UNCHECKED = N_("请先核实这条需求。")
_CLOSED = N_("这条需求已经结束，不再指派技术经理人。")
_MEANWHILE = N_("您打开页面以后，这条需求的技术经理人已经变了，请刷新后再看。")
_NOT_A_BROKER = N_("请从列出的技术经理人里选一位：别的账号没有这一带的技术经理人角色，或者与提出需求的单位有关。")
_SAME = N_("这条需求已经由这位技术经理人对接，请选另一位。")
_REASON = N_("请写明为什么改派，原来的和新的技术经理人都会看到。")


@dataclass(frozen=True, slots=True)
class Fit:
    """A broker for a demand and why: the region and the industry his role names, and how many he sees to already."""

    account: Account
    region_path: str
    industry_path: str
    held: int
    is_full: bool

    @property
    def region(self) -> str:
        return self.region_path.rsplit("/", 1)[-1]

    @property
    def industry(self) -> str:
        return self.industry_path.rsplit("/", 1)[-1]

    @property
    def nearness(self) -> int:
        """How much of the place of the demand the role names: a level of its region or its industry each."""
        return self.region_path.count("/") + len(self.industry_path.split("/")) * bool(self.industry_path)


def fitting(session: Session, demand: Demand) -> list[Fit]:
    """Return the brokers whose scope holds a demand, the best first; nobody it belongs to or of its unit."""
    own = [demand.organisation_id] if demand.organisation_id is not None else []
    near = (offices.staff(Grant("broker", *place)).where(~offices.of_unit(own)) for place in places_of(demand))
    found = {account for query in near for account in session.scalars(query) if account.id != demand.account_id}
    full, held = rules.value(session, "broker_load", today()), _held(session)
    fits = (_fit(account, demand, held.get(account.id, 0), full) for account in found)
    return sorted(fits, key=lambda it: (it.is_full, -it.nearness, it.held, it.account.id))


def assign(
    session: Session, actor: Actor, demand: Demand, account_id: int, *, instead_of: int | None, reason: str = ""
) -> DemandCheck:
    """Let a broker near the demand see to it, and tell him and whoever saw to it before.

    ``instead_of`` is whom the actor saw in that place. Raises NotAllowed for whoever does not verify the demand,
    Conflict before it was verified, once it is over and where another was assigned meanwhile, and Invalid for an
    account without the role here, for the one who sees to it already, and without a reason where it had one.
    """
    require(actor, Permission.DEMAND_VERIFY, demand)
    kept = _held_check(session, demand)
    if kept.broker_id != instead_of:
        raise Conflict(_MEANWHILE)
    before, reason = kept.broker, reason.strip()[:500]
    chosen = next((it.account for it in fitting(session, demand) if it.account.id == account_id), None)
    refused = dict(_refused(before, chosen, reason))
    if refused or chosen is None:
        raise Invalid(refused)
    kept.broker, kept.assigned_by, kept.assigned_at = chosen, actor.name, now()
    # Another reads the demand from now on, and its document says who does.
    demand.updated_at = now()
    session.flush()
    audit.record(
        session, actor, "assign_broker", "demand", demand.id, from_state=demand.state, to_state=demand.state,
        reason=reason or None, payload={"broker": chosen.id, "instead_of": instead_of},
    )  # fmt: skip
    post(session, chosen, "demand_assigned", demand=str(demand.id))
    if before is not None:
        post(session, before, "demand_reassigned", demand=str(demand.id), reason=reason)
    return kept


def of(session: Session, demand: Demand) -> Account | None:
    """Return the broker who sees to a demand and still holds the role here; None where nobody does."""
    kept = session.get(DemandCheck, demand.id)
    if kept is None or kept.broker is None:
        return None
    return next((it.account for it in fitting(session, demand) if it.account.id == kept.broker_id), None)


def seen_to_by(session: Session, actor: Actor) -> list[Demand]:
    """Return the demands the actor sees to as their broker, the newest first; none for anybody else."""
    if not any(grant.role == "broker" for grant in actor.grants):
        return []
    query = (
        sa.select(Demand)
        .join(DemandCheck, DemandCheck.demand_id == Demand.id)
        .where(DemandCheck.broker_id == actor.account_id, Demand.state.in_(SEEN_TO))
        .options(joinedload(Demand.organisation))
        .order_by(Demand.id.desc())
        .limit(200)
    )
    return list(session.scalars(query))


def _held_check(session: Session, demand: Demand) -> DemandCheck:
    audit.hold(session, "demand", demand.id)
    kept = session.get(DemandCheck, demand.id)
    if kept is None:
        raise Conflict(_UNCHECKED)
    session.refresh(kept)
    session.refresh(demand)
    if demand.state not in SEEN_TO:
        raise Conflict(_CLOSED)
    return kept


def _refused(before: Account | None, chosen: Account | None, reason: str) -> Iterator[tuple[str, list[str]]]:
    if chosen is None:
        yield "broker", [_NOT_A_BROKER]
    elif chosen == before:
        yield "broker", [_SAME]
    if before is not None and not reason:
        yield "reason", [_REASON]


def _held(session: Session) -> dict[int, int]:
    query = sa.select(DemandCheck.broker_id, sa.func.count().label("held")).join(DemandCheck.demand)
    query = query.where(Demand.state.in_(SEEN_TO), DemandCheck.broker_id.is_not(None))
    return {row.broker_id: row.held for row in session.execute(query.group_by(DemandCheck.broker_id))}


def _fit(account: Account, demand: Demand, held: int, full: int) -> Fit:
    """Return a broker by the nearest of the places at which he holds the role."""
    moment, places = now(), places_of(demand)
    in_force = (it for it in account.grants if it.role == "broker" and it.is_in_force(moment))
    there = (it for it in in_force if any(_covers(it, place) for place in places))
    fits = (Fit(account, it.region_path, it.industry_path, held, held >= full) for it in there)
    return max(fits, key=lambda it: it.nearness)


def _covers(grant: RoleGrant, place: tuple[str, str]) -> bool:
    return within(place[0], grant.region_path) and within(place[1], grant.industry_path)
