"""Sign in, stay signed in on several browsers, and sign each of them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import NotFound
from marketplace.models import Account, Deputation, RoleGrant, SignIn
from marketplace.permissions import VISITOR, Actor, Deputised, Grant, can_see_to
from marketplace.permissions.roles import NEEDS_SECOND_FACTOR
from marketplace.services.account import recovery, second_factor
from marketplace.services.account.credentials import (
    hash_of,
    hashed_password,
    is_outdated,
    new_secret,
    password_matches,
)
from marketplace.services.mail import queue

# A browser nobody used for so long is signed out.
IDLE = dt.timedelta(days=30)
# How exactly it is known when a browser was seen last; each look would otherwise be a write.
_SEEN_EVERY = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Patience:
    """After how many failures in a row an account is locked, and for how long."""

    failures: int
    lock: dt.timedelta


def fold(email: str) -> str:
    """Return an address in the form in which it is kept and compared."""
    return email.strip().casefold()


def actor_of(account: Account, *, has_second_factor: bool) -> Actor:
    """Return the account as an actor, with the roles in force at this moment and the desks it sees to for others."""
    in_force = grants_in_force(account)
    grants = tuple(
        Grant(held.role, held.region_path, held.industry_path, held.organisation_id)
        for held in in_force
        if has_second_factor or held.role not in NEEDS_SECOND_FACTOR
    )
    actor = Actor(f"account:{account.id}", grants, account.id, unit_ids=_units_of(account, in_force))
    return replace(actor, deputised=tuple(_deputised(account, actor)))


def actor_named(session: Session, email: str) -> Actor:
    """Return the account of an address as it would act; raise NotFound where there is none, or it was stopped.

    For whoever operates the server, and nobody else: nothing here proves that the owner is there.
    """
    account = session.scalar(sa.select(Account).filter_by(email=fold(email)))
    if account is None or not account.is_active:
        raise NotFound("account", email)
    return actor_of(account, has_second_factor=True)


def desk_of(held: RoleGrant) -> Grant:
    """Return the desk of a role with the place it lies at, which for a unit is where the unit lies."""
    at = held.organisation or held
    return Grant(held.role, at.region_path, at.industry_path, held.organisation_id)


def _deputised(account: Account, actor: Actor) -> Iterator[Deputised]:
    """Yield the desks somebody sees to at this moment; none any more once he has left the office he was named in."""
    for deputation in account.deputations:
        desk = desk_of(deputation.grant)
        if deputation.is_in_force(now(), today()) and can_see_to(actor, desk):
            holder = deputation.grant.account
            yield Deputised(desk, holder.id, _units_of(holder, grants_in_force(holder)))


def _units_of(account: Account, in_force: Iterable[RoleGrant]) -> frozenset[int]:
    units = (account.claimed_organisation_id, *(held.organisation_id for held in in_force))
    return frozenset(unit for unit in units if unit is not None)


def with_roles(account: Any) -> tuple[ExecutableOption, ...]:
    """Return how a query that loads an account reads all that ``actor_of`` asks of it."""
    holder = account.selectinload(Account.deputations).joinedload(Deputation.grant)
    return (
        account.selectinload(Account.grants).joinedload(RoleGrant.organisation),
        holder.joinedload(RoleGrant.organisation),
        holder.joinedload(RoleGrant.account).selectinload(Account.grants),
    )


def needs_second_factor(account: Account) -> bool:
    """Say whether a role of the account is in force only beside a second factor."""
    return any(held.role in NEEDS_SECOND_FACTOR for held in grants_in_force(account))


def grants_in_force(account: Account) -> list[RoleGrant]:
    """Return the roles an account holds at this moment."""
    moment = now()
    return [held for held in account.grants if held.is_in_force(moment)]


def check_password(session: Session, email: str, password: str, patience: Patience) -> Account | None:
    """Return the account that an address and a password open, None where they do not or it is locked.

    Every failure takes as long as a success and leaves an event; too many in a row lock the account for a while and
    tell its owner by mail.
    """
    account = session.scalar(sa.select(Account).filter_by(email=fold(email)))
    is_right = password_matches(account.password_hash if account else None, password)
    if account is None or not account.is_active or account.password_hash is None or is_locked(account):
        return None
    if not is_right:
        fail(session, account, patience)
        return None
    if is_outdated(account.password_hash):
        account.password_hash = hashed_password(password)
    return account


def check_code(session: Session, account: Account, code: str, patience: Patience) -> bool:
    """Say whether a code is the second factor of an account, or one of its recovery codes.

    A wrong one counts like a wrong password.
    """
    if is_locked(account):
        return False
    if second_factor.accept(account, code) or (second_factor.is_on(account) and recovery.use(session, account, code)):
        return True
    fail(session, account, patience)
    return False


def sign_in(session: Session, account: Account, *, has_second_factor: bool, address: str, agent: str) -> str:
    """Sign a browser in and return the secret that it keeps."""
    secret = new_secret()
    account.failed_sign_ins, account.locked_until = 0, None
    session.add(
        SignIn(
            account=account,
            secret_hash=hash_of(secret),
            has_second_factor=has_second_factor,
            address=address[:45],
            agent=agent[:200],
        )
    )
    audit.record(session, actor_of(account, has_second_factor=has_second_factor), "sign_in", "account", account.id)
    session.flush()
    return secret


def find(session: Session, secret: str) -> SignIn | None:
    """Return the sign-in of a browser with its account and roles; None where it has ended."""
    query = (
        sa.select(SignIn)
        .filter_by(secret_hash=hash_of(secret), ended_at=None)
        .options(*with_roles(joinedload(SignIn.account)))
    )
    found = session.scalar(query)
    is_alive = found is not None and found.seen_at > now() - IDLE and found.account.is_active
    return found if is_alive else None


def was_seen_long_ago(sign_in: SignIn) -> bool:
    return sign_in.seen_at < now() - _SEEN_EVERY


def see(session: Session, sign_in_id: int) -> None:
    """Note that a browser was used just now."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now()))


def strengthen(session: Session, sign_in_id: int) -> None:
    """Note that a code was given at a browser that was signed in by the password alone."""
    session.get_one(SignIn, sign_in_id).has_second_factor = True
    session.flush()


def listed(session: Session, actor: Actor) -> list[SignIn]:
    """Return the browsers in which the actor is signed in, the one used last first."""
    query = (
        sa.select(SignIn)
        .where(SignIn.account_id == actor.account_id, SignIn.ended_at.is_(None), SignIn.seen_at > now() - IDLE)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return list(session.scalars(query))


def end(session: Session, actor: Actor, sign_in_id: int) -> None:
    """Sign one browser of the actor out; raise NotFound where it is not the actor's."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.account_id != actor.account_id:
        raise NotFound("sign_in", sign_in_id)
    if found.ended_at is None:
        found.ended_at = now()
        audit.record(session, actor, "sign_out", "account", found.account_id)
    session.flush()


def end_all(session: Session, account: Account, *, but: int | None = None) -> None:
    """Sign every browser of an account out, apart from one."""
    open_ = sa.select(SignIn).filter_by(account_id=account.id, ended_at=None)
    for found in session.scalars(open_):
        if found.id != but:
            found.ended_at = now()


def is_locked(account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > now()


def fail(session: Session, account: Account, patience: Patience) -> None:
    """Count a failure and lock the account after too many."""
    # Counted by the database: failures at the same moment must not be taken for one.
    _update(session, account, failed_sign_ins=Account.failed_sign_ins + 1)
    audit.record(session, VISITOR, "fail_to_sign_in", "account", account.id)
    if account.failed_sign_ins >= patience.failures:
        _update(session, account, failed_sign_ins=0, locked_until=now() + patience.lock)
        audit.record(session, VISITOR, "lock", "account", account.id)
        minutes = str(int(patience.lock.total_seconds() // 60))
        queue.post(session, account, "locked", minutes=minutes)
    session.flush()


def _update(session: Session, account: Account, **values: Any) -> None:
    session.execute(sa.update(Account).where(Account.id == account.id).values(**values))
    session.refresh(account, list(values))
