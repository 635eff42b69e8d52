"""A file, kept once however often it is given, and the files that belong to a record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from marketplace.db import Base, now

SCANS = ("clean", "waiting", "unscanned", "infected")
TEXTS = ("read", "partly", "none", "waiting", "marked")

# What a file is for. The first two are signed by hand, and without them nothing is endorsed (rule 2).
STATEMENTS = ("authorisation_letter", "integrity_statement")
PURPOSES = (*STATEMENTS, "drawing", "photo", "test_report", "user_certificate", "finance", "other")


class StoredFile(Base):
    """A content, known by its SHA-256; the size is in bytes.

    ``scan`` says what the virus scanner found: a waiting content is not given out before it was scanned, an unscanned
    one came while no scanner was set, and of an infected one only this row is left. ``touched_at`` is when it was last
    given; a content that no record refers to is removed some time after that.

    ``text`` says how much of its text was looked at for personal data: all, some, none because there is none to be
    read, as in a photo, or nothing yet. One in which a mark of secrecy was found later is "marked" and not given out.
    ``personal`` lists what was found, as {"at": [kind, name], "kind", "masked"}, see ``file_texts.Place``.
    """

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(sa.String(100))
    scan: Mapped[str] = mapped_column(sa.String(10), index=True)
    finding: Mapped[str] = mapped_column(sa.String(200), default="")
    scanned_at: Mapped[dt.datetime | None]
    touched_at: Mapped[dt.datetime] = mapped_column(default=now)
    text: Mapped[str] = mapped_column(sa.String(10), default="waiting", index=True)
    personal: Mapped[list[dict[str, Any]]] = mapped_column(default=list)

    __table_args__ = (
        sa.CheckConstraint("size >= 0", name="size"),
        sa.CheckConstraint(f"scan IN {SCANS}", name="scan"),
        sa.CheckConstraint(f"text IN {TEXTS}", name="text"),
        sa.CheckConstraint("(scan IN ('clean', 'infected')) = (scanned_at IS NOT NULL)", name="scanned_at"),
    )


class HeldFile:
    """A file as a record holds it: what it is called, what it is for, who brought it, and which content it has."""

    file_name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("stored_file.sha256"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(30), default="other")
    uploaded_by: Mapped[str] = mapped_column(sa.String(120), default="")
    uploaded_at: Mapped[dt.datetime] = mapped_column(default=now)

    @declared_attr
    def stored(cls) -> Mapped[StoredFile]:
        return relationship(StoredFile, viewonly=True)


class Evidence(HeldFile, Base):
    """A file of a record other than an achievement: of a proposal, a benefit, an objection."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    noun: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint("size >= 0", name="size"),
        sa.CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        sa.Index("ix_evidence_object", "noun", "object_id"),
    )
