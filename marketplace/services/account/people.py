"""The people of an office: who is within its scope, whom it invites, which roles it gives and takes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, vocabulary, workflow
from marketplace.db import now
from marketplace.errors import N_, Invalid, NotAllowed, NotFound
from marketplace.models import Account, Organisation, RoleGrant
from marketplace.permissions import Actor, Grant, Permission, can_grant, require, signed_by
from marketplace.permissions.reading import path_within
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, SCOPES
from marketplace.services import organisation as organisations
from marketplace.services.account import registering, second_factor, signing_in, tokens
from marketplace.services.mail import queue

_SICHUAN = ZoneInfo("Asia/Shanghai")


def called(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Return what to call those who acted, as events name them: a person by name, a program as it is.

    Of what a deputy did, both him and for whom he did it.
    """
    names = {name for signed in actors for name in signed_by(signed) if name is not None}
    numbers = [int(name.removeprefix("account:")) for name in names if name.startswith("account:")]
    query = sa.select(Account.id, Account.name).where(Account.id.in_(numbers))
    return {name: name for name in names} | {f"account:{number}": name for number, name in session.execute(query)}


def listed(
    session: Session, actor: Actor, *, text: str = "", limit: int = 50, after: int | None = None
) -> list[Account]:
    """Return the accounts within the actor's scope whose name or address holds a text, newest first."""
    require(actor, Permission.ACCOUNT_MANAGE)
    query = (
        sa.select(Account)
        .where(_in_scope(actor))
        .options(
            selectinload(Account.grants).joinedload(RoleGrant.organisation), selectinload(Account.claimed_organisation)
        )
        .order_by(Account.id.desc())
        .limit(limit)
    )
    if text:
        query = query.where(
            sa.or_(Account.name.contains(text, autoescape=True), Account.email.contains(text, autoescape=True))
        )
    return list(session.scalars(query if after is None else query.where(Account.id < after)))


def get(session: Session, actor: Actor, account_id: int) -> Account:
    """Return an account within the actor's scope; raise NotFound, also where it lies elsewhere."""
    require(actor, Permission.ACCOUNT_MANAGE)
    account = session.scalar(sa.select(Account).where(Account.id == account_id, _in_scope(actor)))
    if account is None:
        raise NotFound("account", account_id)
    return account


def by_email(session: Session, actor: Actor, email: str) -> Account:
    """Return the account of an address within the actor's scope; raise NotFound."""
    found = session.scalar(sa.select(Account).filter_by(email=signing_in.fold(email)))
    if found is None:
        raise NotFound("account", email)
    return get(session, actor, found.id)


def invite(
    session: Session, actor: Actor, invitation: dict[str, Any], role: dict[str, Any]
) -> tuple[Account, str | None]:
    """Give a role to the person of an address, who is sent a link where there is no account yet.

    ``invitation`` is what ``InvitationSchema.load`` returned and ``role`` what ``GrantSchema.load`` did. Returns the
    account and the secret of the link, None where there was an account.
    """
    known = session.scalar(sa.select(Account).filter_by(email=invitation["email"]))
    if known is not None:
        return _give(session, actor, known, role), None
    account, secret = registering.invite(session, actor, invitation)
    return _give(session, actor, account, role), secret


def grant(session: Session, actor: Actor, account_id: int, role: dict[str, Any]) -> Account:
    """Give a role to an account within the actor's scope, from what ``GrantSchema.load`` returned."""
    return _give(session, actor, get(session, actor, account_id), role)


def revoke(session: Session, actor: Actor, account_id: int, grant_id: int, reason: str) -> RoleGrant:
    """Take a role back; raise NotFound where it is not in force, NotAllowed where it is not the actor's to take."""
    held = next((it for it in get(session, actor, account_id).grants if it.id == grant_id), None)
    if held is None or held.revoked_at is not None:
        raise NotFound("role", grant_id)
    if not may_revoke(actor, held):
        raise NotAllowed("revoke", "role")
    _take_back(session, actor, held, reason)
    return held


def may_revoke(actor: Actor, held: RoleGrant) -> bool:
    """Say whether the actor may take a role back; nobody takes his own."""
    return held.account_id != actor.account_id and can_grant(
        actor, held.role, held.region_path, held.industry_path, held.organisation
    )


def may_settle(actor: Actor, account: Account) -> bool:
    """Say whether the actor may confirm or decline the unit an account says it belongs to."""
    unit = account.claimed_organisation
    return unit is not None and can_grant(actor, _claimed_role(account), organisation=unit)


def settle_claim(session: Session, actor: Actor, account_id: int, *, is_confirmed: bool) -> Account:
    """Confirm or decline the unit an account says it belongs to; confirmed, the account acts for that unit."""
    account = get(session, actor, account_id)
    unit, role = account.claimed_organisation, _claimed_role(account)
    if unit is None:
        raise NotFound("role", account_id)
    if not may_settle(actor, account):
        raise NotAllowed("grant", "role")
    account.claimed_organisation = None
    if is_confirmed:
        account.grants.append(RoleGrant(role=role, organisation=unit, granted_by=actor.name))
        for held in account.grants:
            if held.role == role and held.organisation is None and held.revoked_at is None:
                _take_back(session, actor, held, "单位已确认。")
        queue.post(session, account, "granted")
    verb = "confirm_unit" if is_confirmed else "decline_unit"
    audit.record(session, actor, verb, "account", account.id, payload={"organisation": unit.id})
    workflow.reroute_soon(session, actor)
    return account


def may_remove_second_factor(actor: Actor, account: Account) -> bool:
    """Say whether the actor may take the second factor off: whoever may give every role the account holds, to another.

    Whoever could do so to somebody above would come to that person's roles by the password alone.
    """
    return account.id != actor.account_id and all(
        can_grant(actor, held.role, held.region_path, held.industry_path, held.organisation)
        for held in signing_in.grants_in_force(account)
    )


def remove_second_factor(session: Session, actor: Actor, account_id: int, reason: str | None = None) -> Account:
    """Take the second factor off an account whose owner has lost the phone, and sign its browsers out.

    Raises NotFound for an account outside of the actor's scope and NotAllowed for one above it.
    """
    account = get(session, actor, account_id)
    if not may_remove_second_factor(actor, account):
        raise NotAllowed("remove", "second_factor")
    second_factor.remove(session, actor, account, reason)
    signing_in.end_all(session, account)
    return account


def close(session: Session, actor: Actor, email: str, reason: str) -> Account:
    """Let an account sign in no more; its records and events stay."""
    account = by_email(session, actor, email)
    account.is_active = False
    signing_in.end_all(session, account)
    tokens.revoke_all(session, account)
    audit.record(session, actor, "close", "account", account.id, reason=reason)
    workflow.reroute_soon(session, actor)
    return account


def _give(session: Session, actor: Actor, account: Account, role: dict[str, Any]) -> Account:
    name, unit = role["role"], _unit(session, role)
    region = _path(vocabulary.regions, role["region"]) if unit is None else ""
    industry = _path(vocabulary.industries, role["industry"]) if unit is None else ""
    if problems := dict(misfits(name, region, industry, unit)):
        raise Invalid(problems)
    if account.id == actor.account_id or not can_grant(actor, name, region, industry, unit):
        raise NotAllowed("grant", "role")
    until = role["until"]
    account.grants.append(
        RoleGrant(
            role=name,
            region_path=region,
            industry_path=industry,
            organisation=unit,
            # To the end of the day in Sichuan.
            valid_until=dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), _SICHUAN) if until else None,
            granted_by=actor.name,
        )
    )
    scope = {"region": region, "industry": industry, "organisation": unit.id if unit else None, "until": until}
    audit.record(session, actor, "grant_role", "account", account.id, payload={"role": name, **scope})
    if account.password_hash is not None:
        queue.post(session, account, "granted")
    workflow.reroute_soon(session, actor)
    return account


def _take_back(session: Session, actor: Actor, held: RoleGrant, reason: str) -> None:
    held.revoked_at, held.revoked_by, held.reason = now(), actor.name, reason
    audit.record(session, actor, "revoke_role", "account", held.account_id, reason=reason, payload={"role": held.role})
    workflow.reroute_soon(session, actor)


def _unit(session: Session, role: dict[str, Any]) -> Organisation | None:
    name = role["organisation_name"]
    return organisations.placed(session, name, role["region"], role["industry"]) if name else None


def misfits(role: str, region: str, industry: str, unit: Organisation | None) -> Iterator[tuple[str, list[str]]]:
    """Yield (field, sentences) for each part of a scope that a role needs, or cannot use."""
    wanted_region, wanted_industry, wanted_unit = SCOPES[role]
    if wanted_region == 2 and region.count("/") != 1:
        yield "region", [N_("请选择一个市（州）。")]
    elif wanted_region == 3 and region.count("/") != 2:
        yield "region", [N_("请选择一个县（市、区）。")]
    parts = (
        ("region", wanted_region, bool(region), N_("请选择地区。"), N_("这个角色不分地区。")),
        ("industry", wanted_industry, bool(industry), N_("请选择行业。"), N_("这个角色不分行业。")),
        ("organisation", wanted_unit, unit is not None, N_("请填写单位名称。"), N_("这个角色不属于单位。")),
    )
    for field, wanted, is_stated, missing, surplus in parts:
        if wanted == "must" and not is_stated:
            yield field, [missing]
        elif wanted == "none" and is_stated:
            yield field, [surplus]


def _in_scope(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that an account holds, or claims, something within a scope the actor manages."""
    managing = [grant for grant in actor.grants if Permission.ACCOUNT_MANAGE in PERMISSIONS[grant.role]]
    if any(grant.role in PROVINCE_STAFF for grant in managing):
        return sa.true()
    conditions: list[sa.ColumnElement[bool]] = [sa.false()]
    for grant in managing:
        conditions.append(Account.grants.any(sa.and_(RoleGrant.revoked_at.is_(None), _role_in(grant))))
        conditions.append(Account.claimed_organisation.has(_unit_in(grant)))
    return sa.or_(*conditions)


def _role_in(grant: Grant) -> sa.ColumnElement[bool]:
    of_a_unit = RoleGrant.organisation.has(_unit_in(grant))
    if grant.organisation_id is not None:
        return of_a_unit
    bounds = ((RoleGrant.region_path, grant.region_path), (RoleGrant.industry_path, grant.industry_path))
    return sa.or_(of_a_unit, sa.and_(*(path_within(column, path) for column, path in bounds if path)))


def _unit_in(grant: Grant) -> sa.ColumnElement[bool]:
    if grant.organisation_id is not None:
        return Organisation.id == grant.organisation_id
    bounds = ((Organisation.region_path, grant.region_path), (Organisation.industry_path, grant.industry_path))
    return sa.and_(*(path_within(column, path) for column, path in bounds if path))


def _claimed_role(account: Account) -> str:
    """Return the role an account registered for: an enterprise, otherwise a worker."""
    return "enterprise" if any(held.role == "enterprise" for held in account.grants) else "worker"


def _path(codes: vocabulary.CodeList, code: str | None) -> str:
    return codes.path(code) if code else ""
