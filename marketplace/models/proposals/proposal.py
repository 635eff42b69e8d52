"""A rationalisation proposal (合理化建议) on its way from a draft to a golden idea (金点子)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.organisation import Organisation
from marketplace.models.records.agreement import Agreeing, answers_hold_together
from marketplace.models.records.file import Evidence

STATES = (
    "draft", "submitted", "screened", "unit_review", "adopted", "partly_adopted", "shelved", "not_adopted",
    "implementing", "implemented", "benefit_verified", "nominated", "scored", "publicity", "awarded",
    "returned", "rejected", "withdrawn", "merged", "objected", "revoked",
)  # fmt: skip
DECIDED = ("adopted", "partly_adopted", "shelved", "not_adopted")


class ProposalAuthor(Agreeing, Base):
    """An author. Who came with a merged proposal carries its id in ``merged_from_id``."""

    __tablename__ = "proposal_author"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    merged_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"))

    __table_args__ = answers_hold_together()


class Proposal(Aggregate, Base):
    """Money is integer fen. ``number`` is the number of the unit's register where the proposal came from one.

    The author's ``reply`` is what the unit answered with its decision; ``adopted_part`` says which part where it is
    not the whole. ``state_before_merge`` is where a merged proposal goes back to when the merge is undone.
    """

    __tablename__ = "proposal"

    state: Mapped[str] = mapped_column(sa.String(20), default="draft", index=True)
    number: Mapped[str] = mapped_column(sa.String(60), default="")
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    present_state: Mapped[str] = mapped_column(sa.Text, default="")
    measure: Mapped[str] = mapped_column(sa.Text, default="")
    expected_effect: Mapped[str] = mapped_column(sa.Text, default="")
    benefit_metric: Mapped[str] = mapped_column(sa.Text, default="")
    category: Mapped[str | None] = mapped_column(sa.String(30))
    is_pseudonymous: Mapped[bool] = mapped_column(default=False)
    crew: Mapped[str] = mapped_column(sa.String(120), default="")
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    region: Mapped[str | None] = mapped_column(sa.String(12))
    industry: Mapped[str | None] = mapped_column(sa.String(8))

    submitted_at: Mapped[dt.datetime | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    adopted_part: Mapped[str] = mapped_column(sa.Text, default="")
    reoffered_on: Mapped[dt.date | None]
    implementation: Mapped[str] = mapped_column(sa.Text, default="")
    begun_on: Mapped[dt.date | None]
    first_used_on: Mapped[dt.date | None]

    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id"), index=True)
    merged_at: Mapped[dt.datetime | None]
    state_before_merge: Mapped[str | None] = mapped_column(sa.String(20))
    achievement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("achievement.id"), index=True)

    source: Mapped[str] = mapped_column(sa.String(40), default="")
    source_id: Mapped[str | None] = mapped_column(sa.String(120))
    source_hash: Mapped[str | None] = mapped_column(sa.String(64))
    extra: Mapped[dict[str, str]] = mapped_column(default=dict)

    organisation: Mapped[Organisation | None] = relationship()
    authors: Mapped[list[ProposalAuthor]] = relationship(
        order_by="ProposalAuthor.position", cascade="all, delete-orphan", foreign_keys="ProposalAuthor.proposal_id"
    )

    attachments: Mapped[list[Evidence]] = relationship(
        primaryjoin=lambda: sa.and_(orm.foreign(Evidence.object_id) == Proposal.id, Evidence.noun == "proposal"),
        order_by=Evidence.id, viewonly=True,
    )  # fmt: skip

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint(f"state NOT IN {DECIDED} OR decided_at IS NOT NULL", name="decision"),
        sa.CheckConstraint("state <> 'not_adopted' OR reply <> ''", name="reply"),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL) AND (merged_into_id IS NULL) = (merged_at IS NULL)"
            " AND (merged_into_id IS NULL) = (state_before_merge IS NULL)",
            name="merged",
        ),
        sa.UniqueConstraint("source", "source_id"),
        NEVER_REUSED,
    )  # fmt: skip


class ProposalVote(Base):
    """A colleague's support for a proposal; votes of a merged proposal count for the one it went into."""

    __tablename__ = "proposal_vote"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
