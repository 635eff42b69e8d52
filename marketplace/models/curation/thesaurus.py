"""What staff changed in the thesaurus that comes with the product, version by version."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Aggregate, Base
from marketplace.models.audit import AuditEntry


class ThesaurusEntry(Aggregate, Base):
    """A concept staff changed or added. ``shipped_id`` is its id in the files of the product, None for one of ours.

    ``fields`` holds the fields of ``search.thesaurus.Concept`` that differ from the files, by name. An entry is never
    deleted: one taken back holds no field, and the sum of the revisions tells whether anything has changed.
    """

    __tablename__ = "thesaurus_entry"

    shipped_id: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_retired: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list[ThesaurusVersion]] = relationship(order_by="ThesaurusVersion.id", back_populates="entry")

    @property
    def concept_id(self) -> str:
        return self.shipped_id or f"own-{self.id}"


class ThesaurusVersion(Base):
    """An entry as one change left it; the event says who made the change, when and why."""

    __tablename__ = "thesaurus_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("thesaurus_entry.id"), index=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_entry.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_retired: Mapped[bool] = mapped_column(default=False)

    entry: Mapped[ThesaurusEntry] = relationship(back_populates="versions")
    event: Mapped[AuditEntry] = relationship()
