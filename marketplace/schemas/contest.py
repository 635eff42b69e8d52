"""A contest, who registers for it, and what of a competition comes in."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext, lazy_gettext

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models.participation.competition import PHASES, SHOWCASE_KINDS
from marketplace.schemas.fields import (
    REQUIRED,
    Code,
    Day,
    DomainSchema,
    Flag,
    Line,
    Many,
    NameOfUnit,
    Nested,
    Refusing,
    Text,
    Whole,
    passed,
)
from marketplace.schemas.judging import FULL, Points

_CHOOSE = lazy_gettext("请从列表里选。")


class Measured(Refusing, ma.fields.Decimal):
    """A measured value with up to four decimals."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写数字。"), "special": N_("请填写数字。"), "range": N_("数字太大。"),
    }  # fmt: skip

    def __init__(self, **options: Any) -> None:
        super().__init__(places=4, as_string=True, **options)

    def _validated(self, value: Any) -> Any:
        number = super()._validated(value)
        if abs(number) >= 10**13:
            raise self.make_error("range")
        return number


class StageSchema(DomainSchema):
    """A stage; ``advancing`` is how many of each group go on, left out in the last."""

    name = Line(60, required=True)
    begins_on = Day(required=True)
    ends_on = Day(required=True)
    advancing = Whole(1, 100_000, load_default=None)


class GroupSchema(DomainSchema):
    """A group with its criteria, 100 points together, and those that tell equals apart in their order."""

    name = Line(100, required=True)
    criteria = Points(required=True)
    tie_break = Many(Line(40), longest=30)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_criteria(self, data: dict[str, Any], **_options: Any) -> None:
        if sum(data["criteria"].values()) != FULL:
            raise ma.ValidationError(gettext("评分标准各项合计应为 100 分。"), "criteria")
        if not set(data["tie_break"]) <= data["criteria"].keys():
            raise ma.ValidationError(gettext("并列时比较的项目应在评分标准里。"), "tie_break")


class PrizeSchema(DomainSchema):
    grade = Line(60, required=True)
    count = Whole(1, 100_000, required=True)


class ContestSchema(DomainSchema):
    """A contest, see ``Contest``."""

    title = Line(200, required=True)
    announcement = Text(20_000, load_default="")
    place = Line(200, load_default="")
    registers_until = Day(required=True)
    unit_quota = Whole(1, 100_000, load_default=None)
    judges_needed = Whole(1, 50, required=True)
    drops_extremes = Flag(load_default=True)
    spread = Whole(0, 100, required=True)
    prizes = Many(Nested(PrizeSchema), longest=20)
    is_public = Flag(load_default=True)
    stages = Many(Nested(StageSchema), longest=10, required=True, load_default=ma.missing)
    groups = Many(Nested(GroupSchema), longest=100, required=True, load_default=ma.missing)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_parts(self, data: dict[str, Any], **_options: Any) -> None:
        wrong: dict[str, list[str]] = {}
        for name, key in (("stages", "name"), ("groups", "name"), ("prizes", "grade")):
            if not data[name] and name != "prizes":
                wrong[name] = [gettext("至少要有一项。")]
            if len({it[key] for it in data[name]}) < len(data[name]):
                wrong[name] = [gettext("有一项写了两次。")]
        if any(it["ends_on"] < it["begins_on"] for it in data["stages"]):
            wrong.setdefault("stages", []).append(gettext("最后一天不能早于第一天。"))
        if wrong:
            raise ma.ValidationError(wrong)


class OwnRegistrationSchema(DomainSchema):
    """A worker registers himself. ``unit_id`` is the number of his unit, where he works in several."""

    group = Line(100, required=True)
    unit_id = Whole(1, 10**9, load_default=None)


class RegistrationRowSchema(DomainSchema):
    """One of the people a unit registers, by name or by the number of the file."""

    name = Line(100, load_default="", data_key="person")
    person_id = Whole(1, 10**9, load_default=None)
    group = Line(100, required=True)


class CompetitionRegistrationSchema(DomainSchema):
    """A unit in a competition, with its type where the class of the competition is divided."""

    organisation_name = NameOfUnit(required=True, data_key="unit")
    enterprise_class = Code(vocabulary.competition_classes, load_default=None)


class CompetitionIndicatorSchema(DomainSchema):
    """What is measured of every unit of a competition."""

    name = Line(120, required=True)
    unit = Line(30, load_default="")
    target = Measured(load_default=None)
    less_is_better = Flag(load_default=False)


class CompetitionValueSchema(DomainSchema):
    """The value of an indicator by its number, with what it rests on."""

    indicator_id = Whole(1, 10**9, required=True)
    value = Measured(required=True)
    evidence = Line(500, load_default="")


class EvaluationSchema(DomainSchema):
    """What was found of a unit in a phase."""

    phase = Line(10, required=True, validate=ma.validate.OneOf(PHASES, error=_CHOOSE))
    evaluated_on = Day(required=True, validate=passed)
    finding = Text(5000, load_default="")
    values = Many(Nested(CompetitionValueSchema), longest=50)


class CompetitionShowcaseSchema(DomainSchema):
    """A showcase enterprise by its unit, or a park by its name and region."""

    kind = Line(20, required=True, validate=ma.validate.OneOf(SHOWCASE_KINDS, error=_CHOOSE))
    level = Line(10, required=True)
    organisation_name = NameOfUnit(load_default="", data_key="unit")
    name = Line(200, load_default="")
    region = Code(vocabulary.regions, load_default=None)
    campaign_id = Whole(1, 10**9, load_default=None)
    criteria = Text(5000, required=True)
    basis = Line(300, required=True)
    named_on = Day(required=True, validate=passed)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_named(self, data: dict[str, Any], **_options: Any) -> None:
        if data["kind"] == "enterprise" and not data["organisation_name"]:
            raise ma.ValidationError(gettext("请填写单位的全称。"), "unit")
        if data["kind"] == "park" and not (data["name"] and data["region"]):
            raise ma.ValidationError(gettext("请填写园区的名称和所在地区。"), "name")
