"""What everybody sees of the reviews of a studio: the grades of the years that are closed, and what followed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import ReviewYear, StudioReview


def grades(session: Session, studio_id: int) -> list[StudioReview]:
    """Return the reviews of a studio in years that are closed, the newest first; only grade and outcome are public."""
    query = (
        sa.select(StudioReview)
        .join(ReviewYear, ReviewYear.id == StudioReview.review_year_id)
        .where(StudioReview.studio_id == studio_id, StudioReview.grade.is_not(None), ReviewYear.closed_at.is_not(None))
        .order_by(StudioReview.year.desc(), StudioReview.id.desc())
    )
    return list(session.scalars(query))
