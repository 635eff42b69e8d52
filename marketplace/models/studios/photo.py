"""A photo on the public page of a studio."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base
from marketplace.models.records.file import Evidence


class StudioPhoto(Base):
    """A picture among the files of a studio that everybody sees, at its place among the others.

    ``picture_text`` says what the picture shows, to whoever cannot see it; ``caption`` stands below it. It is gone with
    its file.
    """

    __tablename__ = "studio_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = mapped_column(sa.ForeignKey("studio.id", ondelete="CASCADE"), index=True)
    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id", ondelete="CASCADE"), unique=True)
    position: Mapped[int]
    picture_text: Mapped[str] = mapped_column(sa.String(200))
    caption: Mapped[str] = mapped_column(sa.String(200), default="")

    evidence: Mapped[Evidence] = relationship()

    __table_args__ = (sa.CheckConstraint("picture_text <> ''", name="picture_text"),)
