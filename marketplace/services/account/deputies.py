"""Who sees to a desk while its holder is away: named by the holder for some days, ended earlier by either of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Account, Deputation, RoleGrant
from marketplace.permissions import Actor, Permission, can_see_to, require
from marketplace.permissions.roles import DEPUTIES
from marketplace.services.account import signing_in
from marketplace.services.mail import queue
from marketplace.workflow import offices

_TAKEN = N_("这个岗位在这段时间已经有代理人，请先结束原来的代理。")
_TOO_LONG = N_("一次代理的天数超过了规定，请把结束的日期提前。")


def desks(session: Session, actor: Actor) -> list[RoleGrant]:
    """Return the actor's own roles whose desk somebody else may see to; what he is a deputy of is not among them."""
    require(actor, Permission.CURATION_ENTER)
    roles = {grant.role for grant in actor.grants} & DEPUTIES.keys()
    query = (
        sa.select(RoleGrant)
        .where(
            RoleGrant.account_id == actor.account_id, RoleGrant.role.in_(roles), RoleGrant.id.in_(offices.in_force())
        )
        .options(joinedload(RoleGrant.organisation))
    )
    return list(session.scalars(query.order_by(RoleGrant.id)))


def colleagues(session: Session, actor: Actor, desk: RoleGrant) -> list[tuple[Account, str]]:
    """Return whom the actor may name for one of his desks, each with the role he holds, the same office first."""
    found: dict[int, tuple[Account, str]] = {}
    place = signing_in.desk_of(desk)
    for role in DEPUTIES[desk.role]:
        for account in session.scalars(offices.staff(offices.at(place, role)).order_by(Account.name, Account.id)):
            if account.id != actor.account_id:
                found.setdefault(account.id, (account, role))
    return list(found.values())


def name(session: Session, actor: Actor, data: Mapping[str, Any]) -> Deputation:
    """Have a colleague see to one of the actor's desks for some days, from what ``DeputationSchema.load`` returned.

    Both are told by mail. Raises NotFound for a role that is not the actor's own, NotAllowed for whoever is neither of
    the same office nor of one above it, Invalid for days in the past, too many days, or days that are taken.
    """
    # Held, so that two that are named at once do not both get the days.
    desk = session.get(RoleGrant, data["grant_id"], with_for_update=True)
    if desk is None or desk not in desks(session, actor):
        raise NotFound("role", data["grant_id"])
    deputy = session.get(Account, data["deputy_id"])
    if deputy is None or deputy.id == actor.account_id or not _may_see_to(deputy, desk):
        raise NotAllowed("name", "deputation")
    if problems := _problems(session, desk, data):
        raise Invalid(problems)
    named = Deputation(grant=desk, deputy=deputy, starts_on=data["starts_on"], ends_on=data["ends_on"])
    session.add(named)
    session.flush()
    audit.record(session, actor, "name_deputy", "deputation", named.id, payload=dict(data), is_first=True)
    _tell(session, named, "deputy_of", "deputised")
    return named


def end(session: Session, actor: Actor, deputation_id: int) -> Deputation:
    """End a deputation before its last day; the holder of the desk and the deputy may, and both are told.

    Raises NotFound for what is neither's, Conflict where it is over.
    """
    require(actor, Permission.CURATION_ENTER)
    found = session.get(Deputation, deputation_id, with_for_update=True)
    if found is None or actor.account_id not in (found.deputy_id, found.grant.account_id):
        raise NotFound("deputation", deputation_id)
    if found.ended_at is not None or found.ends_on < today():
        raise Conflict(N_("这项代理已经结束。"))
    found.ended_at, found.ended_by = now(), actor.name
    session.flush()
    audit.record(session, actor, "end_deputation", "deputation", found.id)
    _tell(session, found, "deputation_ended", "deputation_ended")
    return found


def listed(session: Session, actor: Actor, *, limit: int = 50) -> list[Deputation]:
    """Return the deputations the actor has a part in, for others and by others, those that end last first."""
    require(actor, Permission.CURATION_ENTER)
    grant = joinedload(Deputation.grant)
    query = (
        sa.select(Deputation)
        .join(RoleGrant, RoleGrant.id == Deputation.grant_id)
        .where(sa.or_(RoleGrant.account_id == actor.account_id, Deputation.deputy_id == actor.account_id))
        .options(grant.joinedload(RoleGrant.organisation), grant.joinedload(RoleGrant.account))
        .options(joinedload(Deputation.deputy))
        .order_by(Deputation.ends_on.desc(), Deputation.id.desc())
    )
    return list(session.scalars(query.limit(limit)))


def longest(session: Session) -> int:
    """Return how many days somebody may be deputised at once, the first and the last of them counted."""
    days: int = rules.value(session, "deputation", today())
    return days


def _may_see_to(deputy: Account, desk: RoleGrant) -> bool:
    is_there = deputy.is_active and deputy.confirmed_at is not None
    return is_there and can_see_to(signing_in.actor_of(deputy, has_second_factor=True), signing_in.desk_of(desk))


def _problems(session: Session, desk: RoleGrant, data: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    first, last, most = data["starts_on"], data["ends_on"], longest(session)
    if first < today():
        return {"starts_on": [N_("请填写今天或以后的日期。")]}
    if last < first:
        return {"ends_on": [N_("结束的日期不能早于开始的日期。")]}
    if (last - first).days >= most:
        return {"ends_on": [_TOO_LONG]}
    overlapping = sa.select(Deputation.id).where(
        Deputation.grant_id == desk.id, Deputation.ended_at.is_(None),
        Deputation.starts_on <= last, Deputation.ends_on >= first,
    )  # fmt: skip
    return {"starts_on": [_TAKEN]} if session.execute(overlapping.limit(1)).first() is not None else {}


def _tell(session: Session, it: Deputation, to_deputy: str, to_holder: str) -> None:
    days = {"first": it.starts_on.isoformat(), "last": it.ends_on.isoformat()}
    queue.post(session, it.deputy, to_deputy, **days)
    queue.post(session, it.grant.account, to_holder, **days)
