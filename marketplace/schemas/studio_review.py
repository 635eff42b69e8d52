"""A year of reviews, the report of a studio, its grade and what follows, as they come in."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.schemas.fields import Code, Day, DomainSchema, Flag, Line, Many, Text, Whole
from marketplace.schemas.judging import Points


class ReviewYearSchema(DomainSchema):
    """Which studios are reviewed, for which days, until when they report. Without a region it is the province."""

    year = Whole(2000, 2100, required=True)
    title = Line(200, required=True)
    region = Code(vocabulary.regions, load_default=None)
    tiers = Many(Code(vocabulary.studio_tiers), longest=7)
    period_from = Day(required=True)
    period_to = Day(required=True)
    cut_off = Day(required=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_days(self, data: dict[str, Any], **_options: Any) -> None:
        if not data["tiers"]:
            raise ma.ValidationError(gettext("请至少选一个梯次。"), "tiers")
        if data["period_to"] <= data["period_from"]:
            raise ma.ValidationError(gettext("不能早于开始的日期。"), "period_to")
        if data["cut_off"] < data["period_from"]:
            raise ma.ValidationError(gettext("不能早于考核期开始的日期。"), "cut_off")


class WeightsSchema(DomainSchema):
    """Points by indicator, 100 together, and until when studios report."""

    weights = Points(required=True)
    cut_off = Day(required=True)


class ReportSchema(DomainSchema):
    """What a unit says of the year; the figures are taken from the record. ``remarks`` are words to an indicator."""

    account = Text(10_000, load_default="")
    plans = Text(5000, load_default="")
    remarks = ma.fields.Dict(
        keys=Code(vocabulary.review_indicators), values=Text(2000, load_default=""), load_default=dict
    )


class GradeSchema(DomainSchema):
    """Points by indicator, None for one that cannot be computed, with the grade and what the office says of it."""

    scores = Points(may_miss=True, required=True)
    grade = Code(vocabulary.review_grades, required=True)
    opinion = Text(2000, load_default="")


class MendingSchema(DomainSchema):
    mending = Text(10_000, required=True)


class CheckSchema(DomainSchema):
    passed = Flag(required=True)
    finding = Text(2000, required=True)


class DelistingSchema(DomainSchema):
    finding = Text(2000, required=True)


class AppealSchema(DomainSchema):
    text = Text(5000, required=True)


class AppealDecisionSchema(DomainSchema):
    """What was found, and the grade that is given instead where an appeal against a grade is upheld."""

    upheld = Flag(required=True)
    grade = Code(vocabulary.review_grades, load_default=None)
    finding = Text(2000, required=True)
