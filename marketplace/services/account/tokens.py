"""Personal tokens for programs: a name, scopes, a last day; the token itself is shown once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Invalid, NotFound
from marketplace.models import Account, ApiToken
from marketplace.permissions import Actor, Permission
from marketplace.services.account.credentials import hash_of, new_secret
from marketplace.services.account.signing_in import actor_of, with_roles

_NAMING = {Permission.NAMING_APPLY, Permission.NAMING_RECOMMEND, Permission.NAMING_RUN}
# What a scope lets a program do, beside what any visitor may read.
SCOPES: dict[str, frozenset[Permission]] = {
    "read": frozenset(),
    "demands": frozenset({Permission.DEMAND_POST, Permission.DEMAND_EDIT}),
    "deals": frozenset({Permission.DEAL_NEGOTIATE, Permission.DEAL_REGISTER}),
    "listings": frozenset({Permission.DEAL_NEGOTIATE, Permission.LISTING_KEEP, Permission.LISTING_OFFER}),
    "matches": frozenset({Permission.MATCH_ANSWER, Permission.MATCH_INTRODUCE, Permission.MATCH_RUN}),
    "achievements": frozenset({Permission.ACHIEVEMENT_SUBMIT}),
    "proposals": frozenset({Permission.PROPOSAL_SUBMIT, Permission.PROPOSAL_ANSWER, Permission.BENEFIT_CLAIM}),
    "benefits": frozenset({Permission.BENEFIT_ATTEST, Permission.BENEFIT_VERIFY, Permission.CURATION_ENTER}),
    "following": frozenset({Permission.FOLLOWING_MANAGE}),
    "honours": frozenset({Permission.HONOUR_RECORD, Permission.OUTREACH_RUN}),
    "studios": frozenset({Permission.HONOUR_RECORD, Permission.STUDIO_RECORD, Permission.STUDIO_REVIEW}) | _NAMING,
    "judging": frozenset({Permission.CONTEST_JUDGE}),
    "participation": frozenset(
        {Permission.CAMPAIGN_RUN, Permission.PARTICIPATION_CONFIRM, Permission.PARTICIPATION_RECORD}
    ),
    "review": frozenset(
        {
            Permission.ACHIEVEMENT_ENDORSE,
            Permission.ACHIEVEMENT_FIRST_REVIEW,
            Permission.ACHIEVEMENT_REVIEW,
            Permission.CURATION_ENTER,
            Permission.PROPOSAL_ANSWER,
        }
    ),
}
# A prefix tells people, and those who search files for lost secrets, what they have found.
PREFIX = "wix_"
MOST_DAYS = 366
MOST_TOKENS = 20
_USED_EVERY = dt.timedelta(minutes=5)


def create(session: Session, actor: Actor, data: dict[str, Any]) -> tuple[ApiToken, str]:
    """Make a token for the actor from what ``TokenSchema.load`` returned; the second of the pair is kept nowhere."""
    if len(listed(session, actor)) >= MOST_TOKENS:
        raise Invalid({"name": [N_("令牌太多，请先撤销不用的。")]})
    secret = PREFIX + new_secret()
    token = ApiToken(
        account_id=actor.account_id,
        name=data["name"],
        scopes=data["scopes"],
        secret_hash=hash_of(secret),
        expires_at=now() + dt.timedelta(days=data["days"]),
    )
    session.add(token)
    session.flush()
    audit.record(session, actor, "create_token", "account", token.account_id, payload={"scopes": data["scopes"]})
    return token, secret


def listed(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """Return the actor's tokens that still open something, newest first."""
    query = (
        sa.select(ApiToken)
        .where(ApiToken.account_id == actor.account_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now())
        .order_by(ApiToken.id.desc())
    )
    return session.scalars(query).all()


def revoke(session: Session, actor: Actor, token_id: int) -> None:
    """Take a token of the actor's own back; raise NotFound."""
    token = session.get(ApiToken, token_id)
    if token is None or token.account_id != actor.account_id:
        raise NotFound("api_token", token_id)
    token.revoked_at = token.revoked_at or now()
    audit.record(session, actor, "revoke_token", "account", token.account_id)
    session.flush()


def revoke_all(session: Session, account: Account) -> None:
    """Take back every token of an account."""
    for token in session.scalars(sa.select(ApiToken).filter_by(account_id=account.id, revoked_at=None)):
        token.revoked_at = now()


def find(session: Session, secret: str) -> ApiToken | None:
    """Return the token of a secret, with its account and roles; None where it opens nothing."""
    query = (
        sa.select(ApiToken)
        .filter_by(secret_hash=hash_of(secret), revoked_at=None)
        .options(*with_roles(joinedload(ApiToken.account)))
    )
    token = session.scalar(query)
    return token if token is not None and token.expires_at > now() and token.account.is_active else None


def actor_by(token: ApiToken) -> Actor:
    """Return who acts with a token: its account, within the scopes.

    Roles that need a second factor are not in force, because a program gives none.
    """
    person = actor_of(token.account, has_second_factor=False)
    limits = frozenset[Permission]().union(*(SCOPES[scope] for scope in token.scopes))
    return replace(person, limits=limits, reads="read" in token.scopes)


def was_used_long_ago(token: ApiToken) -> bool:
    return token.used_at is None or token.used_at < now() - _USED_EVERY


def use(session: Session, token_id: int) -> None:
    """Note that a token was used just now."""
    session.execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(used_at=now()))
