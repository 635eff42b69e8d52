"""Years of review for tests, opened through the services, and the reports and grades of their studios."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Organisation, ReviewYear, Studio, StudioReview
from marketplace.permissions import SYSTEM, Actor
from marketplace.schemas.studio import ResultSchema
from marketplace.schemas.studio_review import GradeSchema, ReportSchema, ReviewYearSchema
from marketplace.services.studio import keeping
from marketplace.services.studio_review import grading, reports, years
from tests.marketplace.officers import acting

DAY = today()
A_DAY = dt.timedelta(1)
LAST_MONTH = (DAY - 30 * A_DAY).isoformat()
REPORT = {"account": "攻关三项，带徒两对。", "plans": "再攻关两项。", "remarks": {"transfer": "在本厂两个车间应用。"}}


@dataclass(frozen=True, slots=True)
class Offices:
    """One person in each office that has to do with a plant in Jingyang."""

    unit: Actor
    county: Actor
    city: Actor
    industry: Actor
    province: Actor

    @classmethod
    def of(cls, plant: Organisation) -> Offices:
        return cls(
            acting("unit_union", plant), acting("county", region_path="51/5106/510603"),
            acting("city", region_path="51/5106"), acting("industry_union", industry_path="C/34"),
            acting("province_curator"),
        )  # fmt: skip


def with_a_patent(session: Session, studio: Studio) -> None:
    row = {"kind": "patent", "title": "一种涨套", "number": "ZL2026", "made_on": LAST_MONTH}
    keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(row))


def opened_year(session: Session, actor: Actor, **fields: Any) -> ReviewYear:
    row = {
        "year": DAY.year, "title": f"{DAY.year} 年度考核", "tiers": ["unit", "county", "city", "industry", "province"],
        "period_from": (DAY - 364 * A_DAY).isoformat(), "period_to": DAY.isoformat(),
        "cut_off": (DAY + 5 * A_DAY).isoformat(), **fields,
    }  # fmt: skip
    return years.open_(session, actor, ReviewYearSchema().load(row))


def review_of(session: Session, studio: Studio) -> StudioReview:
    return session.scalars(sa.select(StudioReview).filter_by(studio_id=studio.id)).one()


def reported(session: Session, actor: Actor, studio: Studio) -> StudioReview:
    return reports.submit(session, actor, review_of(session, studio).id, ReportSchema().load(REPORT))


def graded(session: Session, actor: Actor, review: StudioReview, grade: str, **scores: int | None) -> StudioReview:
    """Grade a review, with 10 points for each indicator the record shows where nothing else is said."""
    shown = reports.figures(session, review)
    points = {name: 10 for name in review.review_year.weights if shown.get(name) is not None}
    data = {"scores": points | scores, "grade": grade, "opinion": "已核对台账。"}
    return grading.grade(session, actor, review.id, GradeSchema().load(data))


def after_the_cut_off(session: Session, year: ReviewYear) -> None:
    year.period_from, year.cut_off = DAY - 400 * A_DAY, DAY - A_DAY
    session.flush()
