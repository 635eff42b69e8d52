"""A crew, what it is honoured for and what was found of it, as they come in; and a line of a roster of crews."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.models.people.crew import KINDS
from marketplace.schemas.fields import (
    Code,
    Day,
    DomainSchema,
    Flag,
    Line,
    Many,
    NameOfUnit,
    Refusing,
    Text,
    Whole,
    passed,
)
from marketplace.schemas.honour import HonourSchema

_KINDS = (("工人先锋号", "pioneer"), ("先锋号", "pioneer"), ("五化五强", "five_and_five"))


class CrewSchema(DomainSchema):
    """A crew of a unit. ``region`` and ``industry`` place a unit that is named for the first time."""

    name = Line(120, required=True)
    aliases = Many(Line(120), longest=20)
    organisation_name = NameOfUnit(required=True, data_key="unit")
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    leader = Line(100, load_default="")
    leader_id = Whole(1, 10**9, load_default=None)
    headcount = Whole(1, 100_000, load_default=None)
    formed_on = Day(load_default=None, validate=passed)
    story = Text(5000, load_default="")


class CrewHonourSchema(HonourSchema):
    """An honour of a crew; kind and level may be left to what the title says."""

    marks = _KINDS

    kind = Code(vocabulary.crew_honour_kinds, load_default=None)


class CrewRosterSchema(CrewSchema, CrewHonourSchema):
    """A line of a roster: which crew of which unit, and which honour. What it does not say changes no record."""

    name = Line(120, required=True, data_key="crew")
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)
    extra = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), load_default=dict)


class _Kind(Refusing, ma.fields.String):
    """A kind of honour that has criteria."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if text not in KINDS:
            raise ma.ValidationError(gettext("请选择工人先锋号或五化五强班组。"))
        return text


class FindingSchema(DomainSchema):
    """What an office found by one criterion, on what evidence, on which day."""

    kind = _Kind(required=True, metadata={"enum": list(KINDS)})
    criterion = Line(300, required=True)
    is_met = Flag(required=True)
    evidence = Text(2000, required=True)
    found_on = Day(required=True, validate=passed)


class InnovationSchema(DomainSchema):
    """The number of an achievement that a crew brought about."""

    achievement_id = Whole(1, 10**9, required=True)


class DissolutionSchema(DomainSchema):
    """When a crew was dissolved, and why."""

    dissolved_on = Day(required=True, validate=passed)
    reason = Text(500, required=True)
