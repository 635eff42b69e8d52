"""What the confirmed entries of the ledger add up to, kept in the transaction of every change.

Both tables follow from the entries alone; ``flask participation recount`` proves it.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base


def _key(target: str) -> Mapped[int]:
    return mapped_column(sa.ForeignKey(target), primary_key=True)


class ParticipationTally(Base):
    """The figures of an item in a unit and a month (year × 100 + month).

    ``persons`` are those known by name, each once, ``batch_persons`` those counted without names, and ``uncounted``
    the entries by number that say person-times only. The three are never added up with ``person_times``.
    """

    __tablename__ = "participation_tally"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = _key("campaign_item.id")
    organisation_id: Mapped[int] = _key("organisation.id")
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int] = mapped_column(default=0)
    objects: Mapped[int] = mapped_column(default=0)
    person_times: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    persons: Mapped[int] = mapped_column(default=0)
    batch_persons: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    uncounted: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        sa.CheckConstraint(
            "entries >= 0 AND objects >= 0 AND person_times >= 0 AND persons >= 0 AND batch_persons >= 0"
            " AND uncounted >= 0",
            name="whole",
        ),
        sa.Index("ix_participation_tally_organisation", "organisation_id"),
    )


class ParticipationPerson(Base):
    """How many confirmed entries somebody has for an item in a unit and a month: whoever has one counts as a person."""

    __tablename__ = "participation_person"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = _key("campaign_item.id")
    organisation_id: Mapped[int] = _key("organisation.id")
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = _key("person.id")
    entries: Mapped[int]
