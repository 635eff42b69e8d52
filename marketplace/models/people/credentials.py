"""What opens an account: sign-ins, tokens for programs and links sent by mail.

Each is a random secret given out once; only its SHA-256 is kept, so that whoever reads the database cannot use it.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from marketplace.db import Base, now
from marketplace.models.people.account import Account

PURPOSES = ("confirm", "reset", "invite")


class Credential:
    """A secret of an account, known by its hash."""

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)

    @declared_attr
    def account_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)

    @declared_attr
    def account(cls) -> Mapped[Account]:
        return relationship()


class SignIn(Credential, Base):
    """One browser that is signed in; ``has_second_factor`` says whether a code was given beside the password."""

    __tablename__ = "sign_in"

    seen_at: Mapped[dt.datetime] = mapped_column(default=now)
    ended_at: Mapped[dt.datetime | None]
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    agent: Mapped[str] = mapped_column(sa.String(200), default="")


class ApiToken(Credential, Base):
    """A key for programs, which may do what its scopes say and its account may, whichever is less."""

    __tablename__ = "api_token"

    name: Mapped[str] = mapped_column(sa.String(100))
    scopes: Mapped[list[str]] = mapped_column(default=list)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]


class RecoveryCode(Credential, Base):
    """A code that stands in once for the second factor."""

    __tablename__ = "recovery_code"

    used_at: Mapped[dt.datetime | None]


class OneTimeLink(Credential, Base):
    """A link sent by mail that does one thing once."""

    __tablename__ = "one_time_link"

    purpose: Mapped[str] = mapped_column(sa.String(10))
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (sa.CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),)
