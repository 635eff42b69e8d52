"""A headcount, a line of the list of enterprises above designated size, and a target, as they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from marketplace import vocabulary
from marketplace.schemas.fields import Code, CreditCode, Day, DomainSchema, Line, NameOfUnit, Text, Whole, passed


class HeadcountSchema(DomainSchema):
    """How many people a unit employed on a day, and where that is written."""

    organisation_name = NameOfUnit(required=True, data_key="unit")
    day = Day(required=True, validate=passed)
    number = Whole(1, 10_000_000, required=True)
    source = Line(120, required=True)


class HeadcountRosterSchema(HeadcountSchema):
    """A line of a list of headcounts."""

    source_id = Text(120, load_default=None)


class DesignatedSizeSchema(DomainSchema):
    """A line of the list of a year; place and industry are for an enterprise that is not known here yet."""

    year = Whole(2000, 2100, required=True)
    name = NameOfUnit(required=True)
    credit_code = CreditCode(18, load_default=None)
    threshold = Code(vocabulary.size_thresholds, required=True)
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)


class YearlyTargetSchema(DomainSchema):
    """How many person-times of a measure are to be reached in a year, or in one month of it; 0 takes the target back.

    Without a place it is of the whole province, without an industry of all. What the province is to reach in all its
    industries in a whole year is a rule.
    """

    year = Whole(2000, 2100, required=True)
    month = Whole(0, 12, load_default=0)
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    measure = Code(vocabulary.campaign_measures, required=True)
    amount = Whole(0, 10**12, required=True)


_NUMBERS = ("year", "first", "last", "unit", "versus", "versus_first", "versus_last")


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 11


class StatisticsQuerySchema(DomainSchema):
    """What figures are asked for: months of a year, a place, an industry or a unit, and what to compare them with.

    ``versus`` is the year compared with, the one before where none is said; its months are those of the question
    unless they are said as well. Nothing is compared where it is 0.
    """

    year = Whole(2000, 2100, load_default=None)
    first = Whole(1, 12, load_default=1)
    last = Whole(1, 12, load_default=12)
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    unit = Whole(1, 2**31 - 1, load_default=None)
    measure = Code(vocabulary.campaign_measures, load_default=None)
    versus = Whole(0, 2100, load_default=None)
    versus_first = Whole(1, 12, load_default=None)
    versus_last = Whole(1, 12, load_default=None)

    @ma.pre_load
    def read_numbers(self, data: Any, **_options: Any) -> Any:
        """Read the numbers of an address, where everything is text."""
        if not isinstance(data, Mapping):
            return data
        return {name: int(it) if name in _NUMBERS and _is_number(it) else it for name, it in data.items()}


class StrikeSchema(DomainSchema):
    """Which file is taken out of the list of a year, and why."""

    year = Whole(2000, 2100, required=True)
    file_hash = Line(64, required=True)
    reason = Line(500, required=True)
