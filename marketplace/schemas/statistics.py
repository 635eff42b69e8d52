"""A headcount, a line of the list of enterprises above designated size, and a target, as they come in."""

from __future__ import annotations

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
    """How many person-times of a measure a place below the province is to reach in a year."""

    year = Whole(2000, 2100, required=True)
    region = Code(vocabulary.regions, required=True)
    measure = Code(vocabulary.campaign_measures, required=True)
    amount = Whole(1, 10**12, required=True)
