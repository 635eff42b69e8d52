"""A round of awards, a nomination and a score sheet as they come in, and a round as it is given out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.models.proposals.award import LEVELS
from marketplace.schemas.fields import (
    Code,
    Day,
    DomainSchema,
    Flag,
    Line,
    Many,
    NameOfUnit,
    Nested,
    Text,
    Whole,
)
from marketplace.schemas.judging import FULL, Points


class QuotaSchema(DomainSchema):
    grade = Line(30, required=True)
    count = Whole(0, 1000, required=True)


class AwardRoundSchema(DomainSchema):
    """What a round is held for and judged by; which place a level needs is decided by the service."""

    title = Line(200, required=True)
    year = Whole(2000, 2100, required=True)
    level = Text(10, required=True, validate=ma.validate.OneOf(LEVELS))
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    organisation_name = NameOfUnit(load_default="", data_key="organisation")
    opens_on = Day(required=True)
    closes_on = Day(required=True)
    rubrics = ma.fields.Dict(keys=Line(4), values=Points(), required=True)
    quotas = Many(Nested(QuotaSchema), longest=20)
    line = Whole(0, FULL, required=True)
    spread = Whole(0, FULL, required=True)
    judges_needed = Whole(3, 50, required=True)
    publicity_days = Whole(1, 60, required=True)
    bars_heads_of_unit = Flag(load_default=False)

    @ma.validates_schema(skip_on_field_errors=True)
    def check(self, data: Mapping[str, Any], **_options: Any) -> None:
        wrong: dict[str, list[str]] = {}
        if data["closes_on"] < data["opens_on"]:
            wrong["closes_on"] = [gettext("截止日期不能早于开始日期。")]
        if not data["rubrics"] or any(sum(points.values()) != FULL for points in data["rubrics"].values()):
            wrong["rubrics"] = [gettext("每个评分标准各项满分之和应为 100。")]
        if not any(quota["count"] for quota in data["quotas"]):
            wrong["quotas"] = [gettext("请至少设一个名额。")]
        if wrong:
            raise ma.ValidationError(wrong)


class NominationSchema(DomainSchema):
    proposal_id = Whole(1, 2**31 - 1, required=True, data_key="proposal")
    rubric = Text(4, load_default="A")
    first_author_checked = Flag(load_default=False)
