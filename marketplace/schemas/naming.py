"""A batch in which studios are named, an application to it and what an office says of one, as they come in."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.models.studios.naming_batch import NAMED_TIERS
from marketplace.schemas.fields import Code, Day, DomainSchema, Line, Many, Text, Whole
from marketplace.schemas.judging import FULL, Points

_MOST = 2**31 - 1


class BatchSchema(DomainSchema):
    """What a batch is held for and decided by; which place a tier needs is decided by the service."""

    title = Line(200, required=True)
    year = Whole(2000, 2100, required=True)
    tier = Text(10, required=True, validate=ma.validate.OneOf(NAMED_TIERS))
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    announcement = Text(20_000, load_default="")
    opens_on = Day(required=True)
    closes_on = Day(required=True)
    recommend_by = Day(required=True)
    score_by = Day(required=True)
    quota = Whole(1, 1000, required=True)
    city_cap = Whole(1, 1000, load_default=None)
    recommendation_cap = Whole(1, 1000, load_default=None)
    indicators = Points(required=True)
    barring = Many(Line(20), longest=20)
    line = Whole(0, FULL, required=True)
    judges_needed = Whole(3, 50, required=True)
    publicity_days = Whole(1, 60, required=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def check(self, data: Mapping[str, Any], **_options: Any) -> None:
        wrong: dict[str, list[str]] = {}
        days = ("opens_on", "closes_on", "recommend_by", "score_by")
        for before, after in itertools.pairwise(days):
            if data[after] < data[before]:
                wrong[after] = [gettext("日期要依次排列：申报开始、申报截止、推荐截止、评分截止。")]
        if not data["indicators"] or sum(data["indicators"].values()) != FULL:
            wrong["indicators"] = [gettext("各项满分之和应为 100。")]
        if wrong:
            raise ma.ValidationError(wrong)


class ApplicationSchema(DomainSchema):
    """An application of a studio; ``acknowledged`` names the conditions the unit says it knows are open."""

    studio_id = Whole(1, _MOST, required=True, data_key="studio")
    statement = Text(5000, required=True)
    acknowledged = Many(Line(20), longest=20)
    explanation = Text(2000, load_default="")


class RecommendationSchema(DomainSchema):
    """What an office says for an application, and where it stands in its order; without a place it comes last."""

    opinion = Text(2000, required=True)
    rank = Whole(1, 1000, load_default=None)
