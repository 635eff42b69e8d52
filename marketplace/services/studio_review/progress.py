"""How a year of reviews stands: by city, by grade, and who has not reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.models import Organisation, ReviewYear, Studio, StudioReview
from marketplace.models.studios.annual_review import GRADES
from marketplace.permissions import Actor, Permission, unit_seen

_PROVINCE = "51"
ELSEWHERE = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many studios of a place are to report, reported, have a grade, are to mend, and lost their tier."""

    all: int
    reported: int
    graded: int
    mending: int
    delisted: int


@dataclass(frozen=True, slots=True)
class Progress:
    """``by_city`` goes by the code of the city, ``ELSEWHERE`` where none is stated; ``grades`` from the best down."""

    by_city: Mapping[str, Standing]
    whole: Standing
    grades: Mapping[str, int]


def of(session: Session, actor: Actor, year: ReviewYear) -> Progress:
    """Return how a year stands in the actor's scope; a review of a studio that was closed does not count."""
    return _progress(session, StudioReview.review_year_id == year.id, unit_seen(actor, Permission.STUDIO_RECORD))


def grades(session: Session, year: int, units: sa.ColumnElement[bool]) -> Mapping[str, int]:
    """Return how many reviews of a year have each grade, of the units a condition on Organisation says."""
    return _progress(session, StudioReview.year == year, units).grades


def _progress(session: Session, *wanted: sa.ColumnElement[bool]) -> Progress:
    query = (
        sa.select(
            Organisation.region_path, StudioReview.state, StudioReview.grade,
            StudioReview.submitted_at.is_not(None), sa.func.count(),
        )
        .join(Studio, Studio.id == StudioReview.studio_id)
        .join(Organisation, Organisation.id == Studio.organisation_id)
        .where(StudioReview.state != "dropped", *wanted)
        .group_by(
            Organisation.region_path, StudioReview.state, StudioReview.grade, StudioReview.submitted_at.is_not(None)
        )
    )  # fmt: skip
    cities = list(vocabulary.regions.children(_PROVINCE))
    counts: dict[str, Counter[str]] = {}
    grades = dict.fromkeys(GRADES, 0)
    for path, state, grade, reported, count in session.execute(query):
        city = next((code for code in path.split("/") if code in cities), ELSEWHERE)
        told = {"all": True, "reported": reported, "graded": grade is not None, "delisted": state == "delisted",
                "mending": state in ("rectifying", "mended")}  # fmt: skip
        for name in (name for name, is_so in told.items() if is_so):
            counts.setdefault(city, Counter())[name] += count
        if grade is not None:
            grades[grade] += count
    known = [*cities, ELSEWHERE]
    by_city = {code: _standing(counts[code]) for code in known if code in counts}
    return Progress(by_city, _standing(sum(counts.values(), Counter())), grades)


def _standing(counts: Counter[str]) -> Standing:
    return Standing(*(counts[name] for name in ("all", "reported", "graded", "mending", "delisted")))
