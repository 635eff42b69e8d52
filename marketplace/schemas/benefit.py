"""A benefit as it is agreed on before, claimed, attested and verified. Money is integer fen."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace.errors import N_
from marketplace.models import Benefit
from marketplace.models.proposals.benefit import ATTESTORS
from marketplace.schemas.fields import DomainSchema, Fen, Refusing, Text, Whole

TAX_BASES = ("excluded", "included")
_MOST_OUTPUT = 10**12


class Choice(Refusing, ma.fields.String):
    """One of a few words the program knows."""

    default_error_messages = {"required": N_("必填。"), "null": N_("不能为空。"), "choice": N_("请从列表里选。")}

    def __init__(self, choices: tuple[str, ...], **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if value not in self.choices:
            raise self.make_error("choice")
        return str(value)


class Quantity(Refusing, ma.fields.Decimal):
    """How much is made in a year, with at most four decimals, given out as text."""

    default_error_messages = {
        "required": N_("必填。"),
        "null": N_("不能为空。"),
        "invalid": N_("请填写数字，例如 12000 或 3.5。"),
        "special": N_("请填写数字，例如 12000 或 3.5。"),
        "range": N_("应大于 0，不超过一万亿，最多四位小数。"),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(as_string=True, **options)

    def _validated(self, value: Any) -> Any:
        number = super()._validated(value)
        if not 0 < number <= _MOST_OUTPUT or number != round(number, 4):
            raise self.make_error("range")
        return number


class BenefitPlanSchema(DomainSchema):
    """What is agreed before a proposal is carried out: what is measured, from where, how, and who attests it."""

    metric = Text(2000, required=True)
    baseline = Text(2000, required=True)
    method = Text(2000, required=True)
    planned_attestor = Choice(ATTESTORS, load_default=None, allow_none=True)
    unit_of_output = Text(40, load_default="")
    tax_basis = Choice(TAX_BASES, load_default="excluded")
    price_year = Whole(1990, 2100, load_default=None)


class ClaimSchema(DomainSchema):
    """The figures of the formula, all of them, or a safety or environmental effect told in words without money."""

    unit_cost_before = Fen(load_default=None)
    unit_cost_after = Fen(load_default=None)
    yearly_output = Quantity(load_default=None)
    implementation_cost = Fen(load_default=None)
    safety_effect = Text(5000, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_whole(self, data: dict[str, Any], **_options: Any) -> None:
        figures = ("unit_cost_before", "unit_cost_after", "yearly_output", "implementation_cost")
        missing = [name for name in figures if data.get(name) is None]
        if missing and (len(missing) < len(figures) or not data.get("safety_effect")):
            sentence = gettext("按公式申报金额要填齐四项；没有金额的，请写明安全或环保效果。")
            raise ma.ValidationError({name: [sentence] for name in missing})


class AmountSchema(DomainSchema):
    """What an attestor or an office found, and on what it rests; without an amount where the effect is not money."""

    amount = Fen(load_default=None)
    note = Text(2000, required=True)


class BenefitSchema(BenefitPlanSchema):
    """A benefit as it is given out; the three amounts stand side by side."""

    id = ma.fields.Integer(dump_only=True)
    revision = ma.fields.Integer(dump_only=True)
    period_from = ma.fields.Date(dump_only=True, allow_none=True)
    period_to = ma.fields.Date(dump_only=True, allow_none=True)
    currency = ma.fields.String(dump_only=True)
    unit_cost_before = ma.fields.Integer(dump_only=True, allow_none=True)
    unit_cost_after = ma.fields.Integer(dump_only=True, allow_none=True)
    yearly_output = ma.fields.Decimal(dump_only=True, as_string=True, allow_none=True)
    implementation_cost = ma.fields.Integer(dump_only=True, allow_none=True)
    safety_effect = ma.fields.String(dump_only=True)
    claimed = ma.fields.Integer(dump_only=True, allow_none=True)
    claimed_at = ma.fields.DateTime(dump_only=True, allow_none=True)
    attested = ma.fields.Integer(dump_only=True, allow_none=True)
    attested_at = ma.fields.DateTime(dump_only=True, allow_none=True)
    attestor = ma.fields.String(dump_only=True, allow_none=True)
    attestation_note = ma.fields.String(dump_only=True)
    verified = ma.fields.Integer(dump_only=True, allow_none=True)
    verified_at = ma.fields.DateTime(dump_only=True, allow_none=True)
    verification_note = ma.fields.String(dump_only=True)
    revoked_at = ma.fields.DateTime(dump_only=True, allow_none=True)


def shown(benefit: Benefit) -> dict[str, Any]:
    """Return a benefit as plain data."""
    plain: dict[str, Any] = BenefitSchema().dump(benefit)
    return plain
