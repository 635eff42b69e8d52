"""A demand as it is posted, imported and given out: the text as typed and every field of its brief."""

from __future__ import annotations

from functools import cache
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.schemas.achievement import UnitSchema
from marketplace.schemas.fields import Code, Day, DomainSchema, Fen, Flag, Many, NameOfUnit, Nested, Text, Whole

# What only the one who posted and the staff may see.
PRIVATE = ("access_key", "contact_name", "contact_phone", "extra")
BRIEF = (
    "process",
    "object",
    "present_state",
    "base_conditions",
    "indicators",
    "limits",
    "acceptance",
    "due",
    "budget_min",
    "budget_max",
    "cooperation",
    "min_trl",
    "industry",
    "region",
)


class WantedIndicatorSchema(DomainSchema):
    """An indicator wanted: ``comparison`` is one of ≥ ≤ > < = ~ and may be empty where the text does not say."""

    name = Text(200, required=True)
    comparison = Text(4, load_default="", validate=ma.validate.OneOf(("", "≥", "≤", ">", "<", "=", "~", "±")))
    value = Text(60, required=True)
    unit = Text(40, load_default="")


class DemandSchema(DomainSchema):
    """Every field of a demand. Budgets are integer fen, days ISO 8601."""

    id = ma.fields.Integer(dump_only=True)
    revision = ma.fields.Integer(dump_only=True)
    state = ma.fields.String(dump_only=True)
    access_key = ma.fields.String(dump_only=True)
    created_at = ma.fields.DateTime(dump_only=True)
    title = Text(300, required=True)
    text = Text(required=True)
    process = Text(2000, load_default="")
    object = Text(2000, load_default="")
    present_state = Text(load_default="")
    base_conditions = Text(load_default="")
    indicators = Many(Nested(WantedIndicatorSchema))
    limits = Text(load_default="")
    acceptance = Text(load_default="")
    due = Day(load_default=None)
    budget_min = Fen(load_default=None)
    budget_max = Fen(load_default=None)
    cooperation = Many(Code(vocabulary.transfer_modes))
    min_trl = Whole(1, 9, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    region = Code(vocabulary.regions, load_default=None)
    valid_until = Day(load_default=None)
    is_anonymous = Flag(load_default=False)
    organisation_name = NameOfUnit(load_default="", load_only=True, data_key="organisation")
    unit = ma.fields.Method("unit_of", dump_only=True, data_key="organisation")
    contact_name = Text(100, load_default="")
    contact_phone = Text(60, load_default="")
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)
    extra = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), load_default=dict)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_budget(self, data: dict[str, Any], **_options: Any) -> None:
        low, high = data.get("budget_min"), data.get("budget_max")
        if low is not None and high is not None and low > high:
            raise ma.ValidationError(gettext("预算下限不能高于上限。"), "budget_max")

    def unit_of(self, demand: Any) -> dict[str, Any] | None:
        """Name the organisation, unless the demand is anonymous."""
        if demand.is_anonymous or demand.organisation is None:
            return None
        plain: dict[str, Any] = UnitSchema().dump(demand.organisation)
        return plain


def disclosed(demand: Any, *, is_owner: bool = False) -> dict[str, Any]:
    """Return what a reader may see of a demand, as plain data; the owner also sees the private fields."""
    plain: dict[str, Any] = _without(() if is_owner else PRIVATE).dump(demand)
    return plain


@cache
def _without(hidden: tuple[str, ...]) -> DemandSchema:
    """Return the schema without some fields; kept, because making one takes longer than showing demands by it."""
    return DemandSchema(exclude=hidden)
