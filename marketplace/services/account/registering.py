"""Open an account: register, be invited, set the password by the link that was sent, change what one may change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now
from marketplace.errors import N_, Invalid, NotFound
from marketplace.models import Account, RoleGrant
from marketplace.permissions import VISITOR, Actor
from marketplace.services import organisation as organisations
from marketplace.services.account import signing_in
from marketplace.services.account.credentials import find_link, hashed_password, issue_link, password_matches
from marketplace.services.account.tokens import revoke_all
from marketplace.services.mail import queue


def get(session: Session, actor: Actor) -> Account:
    """Return the actor's own account; raise NotFound for a visitor."""
    account = session.get(Account, actor.account_id) if actor.account_id is not None else None
    if account is None:
        raise NotFound("account", actor.account_id)
    return account


def register(session: Session, data: dict[str, Any], language: str) -> None:
    """Register a worker or an enterprise from what ``RegistrationSchema.load`` returned, and send a link.

    Whether the address was known already is told by the mail alone, to whoever reads it. The unit named is a claim;
    staff confirm it by a grant, and until then the account reads nothing of that unit.
    """
    account = session.scalar(sa.select(Account).filter_by(email=data["email"]))
    if account is not None and account.password_hash is not None:
        queue.post(session, account, "already_registered")
        return
    if account is None:
        account = _opened(session, data["email"], data["name"], language)
        if name := data.get("organisation_name"):
            account.claimed_organisation = organisations.placed(session, name, data["region"], None)
        account.grants.append(RoleGrant(role=data["role"], granted_by=VISITOR.name))
        audit.record(session, VISITOR, "register", "account", account.id, payload={"role": data["role"]})
    queue.post(session, account, "confirm", secret=issue_link(session, account, "confirm"))
    session.flush()


def invite(session: Session, actor: Actor, data: dict[str, Any]) -> tuple[Account, str]:
    """Open an account for somebody from what ``InvitationSchema.load`` returned, and send the link to its password.

    Returns the account, which has no role yet, and the secret of the link.
    """
    account = _opened(session, data["email"], data["name"], data["language"])
    secret = issue_link(session, account, "invite")
    queue.post(session, account, "invite", secret=secret)
    audit.record(session, actor, "invite", "account", account.id)
    return account, secret


def forget(session: Session, email: str) -> None:
    """Send a link that sets a new password, if there is such an account; nothing tells whether there is."""
    account = session.scalar(sa.select(Account).filter_by(email=signing_in.fold(email), is_active=True))
    if account is not None:
        purpose = "reset" if account.password_hash is not None else "confirm"
        queue.post(session, account, purpose, secret=issue_link(session, account, purpose))
        audit.record(session, VISITOR, "ask_for_link", "account", account.id)
    session.flush()


def set_password(session: Session, secret: str, password: str) -> Account:
    """Set the password by a link; raise LinkSpent.

    Whoever reads the mail of the address owns it, so it is confirmed by that. Browsers are signed out and tokens
    revoked: a password is often reset because somebody else got hold of it.
    """
    link = find_link(session, secret)
    link.used_at = now()
    account = link.account
    _keep(session, account, password)
    revoke_all(session, account)
    is_new = account.confirmed_at is None
    account.confirmed_at = account.confirmed_at or now()
    account.failed_sign_ins, account.locked_until = 0, None
    audit.record(session, Actor(f"account:{account.id}"), "set_password", "account", account.id)
    if is_new:
        # An office that was vacant has somebody from now on.
        workflow.reroute_soon(session, signing_in.actor_of(account, has_second_factor=True))
    return account


def change_password(
    session: Session, actor: Actor, present: str, password: str, *, sign_in_id: int | None = None
) -> None:
    """Change one's own password; raise Invalid where the present one is wrong. Other browsers are signed out."""
    account = get(session, actor)
    if not password_matches(account.password_hash, present):
        raise Invalid({"present": [N_("现在的密码不对。")]})
    _keep(session, account, password, but=sign_in_id)
    audit.record(session, actor, "change_password", "account", account.id)


def revise(session: Session, actor: Actor, data: dict[str, Any]) -> Account:
    """Change one's own name and language, from what ``ProfileSchema.load`` returned."""
    account = get(session, actor)
    account.name, account.language = data["name"], data["language"]
    audit.record(session, actor, "revise", "account", account.id)
    session.flush()
    return account


def _opened(session: Session, email: str, name: str, language: str) -> Account:
    account = Account(email=email, name=name, language=language)
    session.add(account)
    session.flush()
    return account


def _keep(session: Session, account: Account, password: str, *, but: int | None = None) -> None:
    account.password_hash = hashed_password(password)
    signing_in.end_all(session, account, but=but)
    queue.post(session, account, "password_set")
    session.flush()
