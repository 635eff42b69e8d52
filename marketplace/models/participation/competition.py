"""A labour competition (劳动竞赛): which units are registered in it, how each was evaluated, who became a showcase.

A campaign that has a class of competition is one; its class, level, host and window are the campaign's.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.participation.campaign import LEVELS, Campaign
from marketplace.models.people.organisation import Organisation

# In the order in which they are held; before and after there is one, during as many as it takes.
PHASES = ("before", "during", "after")
SHOWCASE_KINDS = ("enterprise", "park")
# A grade is given by who runs the competition, shown to the public, and announced where nothing stands in its way.
REGISTRATION_STATES = ("registered", "graded", "publicity", "objected", "struck", "announced", "revoked")
# Who has a grade that is not told yet.
GRADED = ("graded", "publicity", "objected")
SHOWCASE_STATES = ("proposed", "publicity", "objected", "struck", "named", "revoked")
# What everybody is told; a name that was revoked is told with it.
TOLD_REGISTRATIONS, TOLD_SHOWCASES = ("announced", "revoked"), ("named", "revoked")
_TAKEN_BACK = ("struck", "revoked")


class CompetitionRegistration(Aggregate, Base):
    """A unit in a competition; the fact that the coverage of enterprises counts (domain rule 52).

    ``enterprise_class`` is the finer class where that of the competition is divided: the four types of non-public
    enterprises. Whoever withdrew stays on record. ``grade`` is one of those the campaign gives out, and ``state`` how
    far it is on its way to the public; ``taken_back_because`` says why it left the list, or was revoked later.
    """

    __tablename__ = "competition_registration"

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    enterprise_class: Mapped[str | None] = mapped_column(sa.String(30))
    state: Mapped[str] = mapped_column(sa.String(20), default="registered")
    registered_on: Mapped[dt.date] = mapped_column(index=True)
    registered_by: Mapped[str] = mapped_column(sa.String(120))
    withdrawn_on: Mapped[dt.date | None]
    withdrawn_because: Mapped[str] = mapped_column(sa.String(500), default="")
    grade: Mapped[str | None] = mapped_column(sa.String(60))
    graded_because: Mapped[str] = mapped_column(sa.Text, default="")
    graded_by: Mapped[str | None] = mapped_column(sa.String(120))
    graded_at: Mapped[dt.datetime | None]
    taken_back_because: Mapped[str] = mapped_column(sa.String(500), default="")

    campaign: Mapped[Campaign] = relationship()
    organisation: Mapped[Organisation] = relationship()
    absences: Mapped[list[CompetitionAbsence]] = relationship(order_by="CompetitionAbsence.id")
    evaluations: Mapped[list[CompetitionEvaluation]] = relationship(
        order_by="CompetitionEvaluation.evaluated_on, CompetitionEvaluation.id", back_populates="registration"
    )

    __table_args__ = (
        sa.CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_because = '')", name="withdrawn"),
        sa.CheckConstraint(
            "(grade IS NULL) = (graded_by IS NULL) AND (grade IS NULL) = (graded_at IS NULL)", name="graded"
        ),
        sa.CheckConstraint(f"state IN {REGISTRATION_STATES}", name="state"),
        sa.CheckConstraint("(state = 'registered') = (grade IS NULL)", name="graded_state"),
        sa.CheckConstraint(f"(state IN {_TAKEN_BACK}) = (taken_back_because <> '')", name="taken_back"),
        sa.UniqueConstraint("campaign_id", "organisation_id"),
        NEVER_REUSED,
    )


class CompetitionAbsence(Base):
    """That a unit had left a competition, with its reason, until it came back: it was in none of the days between."""

    __tablename__ = "competition_absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        sa.ForeignKey("competition_registration.id", name="fk_competition_absence_registration"), index=True
    )
    left_on: Mapped[dt.date]
    returned_on: Mapped[dt.date]
    because: Mapped[str] = mapped_column(sa.String(500))

    __table_args__ = (
        sa.CheckConstraint("returned_on >= left_on", name="returned_on"),
        sa.CheckConstraint("because <> ''", name="because"),
    )


class CompetitionIndicator(Base):
    """What is measured of every unit of a competition; ``target`` is what should be reached, None where nothing is."""

    __tablename__ = "competition_indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))
    unit: Mapped[str] = mapped_column(sa.String(30), default="")
    target: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 4))
    less_is_better: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.CheckConstraint("name <> ''", name="name"), sa.UniqueConstraint("campaign_id", "name"))


class CompetitionEvaluation(Base):
    """What was found of a unit before, during or after a competition, by whom and when."""

    __tablename__ = "competition_evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    # A name of its own, because PostgreSQL would cut the long one off.
    registration_id: Mapped[int] = mapped_column(
        sa.ForeignKey("competition_registration.id", name="fk_competition_evaluation_registration"), index=True
    )
    phase: Mapped[str] = mapped_column(sa.String(10))
    evaluated_on: Mapped[dt.date]
    finding: Mapped[str] = mapped_column(sa.Text, default="")
    evaluated_by: Mapped[str] = mapped_column(sa.String(120))
    evaluated_at: Mapped[dt.datetime] = mapped_column(default=now)

    registration: Mapped[CompetitionRegistration] = relationship(back_populates="evaluations")
    values: Mapped[list[CompetitionValue]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (
        sa.CheckConstraint(f"phase IN {PHASES}", name="phase"),
        # Two who write the part before, or after, at once would leave two.
        sa.Index(
            "uq_competition_evaluation_phase", "registration_id", "phase", unique=True,
            sqlite_where=sa.text("phase <> 'during'"), postgresql_where=sa.text("phase <> 'during'"),
        ),
    )  # fmt: skip


class CompetitionValue(Base):
    """The value of an indicator, with what it rests on."""

    __tablename__ = "competition_value"

    evaluation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("competition_evaluation.id", ondelete="CASCADE"), primary_key=True
    )
    indicator_id: Mapped[int] = mapped_column(sa.ForeignKey("competition_indicator.id"), primary_key=True)
    value: Mapped[Decimal] = mapped_column(sa.Numeric(18, 4))
    evidence: Mapped[str] = mapped_column(sa.String(500), default="")

    indicator: Mapped[CompetitionIndicator] = relationship()


class CompetitionShowcase(Aggregate, Base):
    """A showcase enterprise (示范企业) or park (示范园区), proposed by an office, named after its publicity.

    An enterprise is a unit on file, a park has a name and a place of its own. ``criteria`` is what it was chosen by,
    ``basis`` the document that names it, ``campaign_id`` the competition it came from, where it came from one. One that
    was struck from the list, or revoked later, stays on record with the day and the reason.
    """

    __tablename__ = "competition_showcase"

    kind: Mapped[str] = mapped_column(sa.String(20), index=True)
    level: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(20), default="proposed", index=True)
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    region_path: Mapped[str] = mapped_column(sa.String(60), default="")
    criteria: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.String(300))
    named_on: Mapped[dt.date]
    named_by: Mapped[str] = mapped_column(sa.String(120))
    revoked_on: Mapped[dt.date | None]
    revoked_because: Mapped[str] = mapped_column(sa.String(500), default="")

    campaign: Mapped[Campaign | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"kind IN {SHOWCASE_KINDS}", name="kind"),
        sa.CheckConstraint(f"level IN {LEVELS}", name="level"),
        sa.CheckConstraint(
            "(kind = 'enterprise') = (organisation_id IS NOT NULL) AND (kind = 'park') = (name <> '')", name="named"
        ),
        sa.CheckConstraint("criteria <> '' AND basis <> ''", name="basis"),
        sa.CheckConstraint(f"state IN {SHOWCASE_STATES}", name="state"),
        sa.CheckConstraint(
            f"(state IN {_TAKEN_BACK}) = (revoked_on IS NOT NULL) AND (revoked_on IS NULL) = (revoked_because = '')",
            name="revoked",
        ),
        # An enterprise is a showcase of a level once at a time.
        sa.Index(
            "uq_competition_showcase_standing", "level", "organisation_id", unique=True,
            sqlite_where=sa.text("revoked_on IS NULL"), postgresql_where=sa.text("revoked_on IS NULL"),
        ),
        NEVER_REUSED,
    )  # fmt: skip
