"""What is said, proposed, owed and paid in a deal, as it comes in, and a deal as it is given out. Money is fen."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models import Deal, DealTask, TermSheet
from marketplace.models.market.deal_room import SEATS
from marketplace.schemas.benefit import Choice
from marketplace.schemas.fields import Code, Day, DomainSchema, Fen, Flag, Line, Share, Text, Whole, passed

LONGEST_MESSAGE = 5000


class TermsSchema(DomainSchema):
    """The terms of a contract. What one side leaves open is empty; kind and amount are there before it is signed."""

    contract_kind = Code(vocabulary.contract_kinds, load_default=None)
    mode = Code(vocabulary.transfer_modes, load_default=None)
    licence_kind = Code(vocabulary.licence_kinds, load_default=None)
    territory = Line(200, load_default="")
    term = Line(200, load_default="")
    price_form = Code(vocabulary.price_forms, load_default=None)
    amount = Fen(load_default=None)
    technical_part = Fen(load_default=None)
    payment = Text(2000, load_default="")
    is_related_party = Flag(load_default=False)
    deliverables = Text(5000, load_default="")
    acceptance = Text(5000, load_default="")
    delivery_on = Day(load_default=None)
    trial_on = Day(load_default=None)
    acceptance_on = Day(load_default=None)
    improvements = Text(2000, load_default="")
    liability = Text(2000, load_default="")
    other = Text(5000, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        amount, part = data["amount"], data["technical_part"]
        if part is not None and (amount is None or part > amount):
            raise ma.ValidationError({"technical_part": [gettext("技术交易额不能超过合同金额。")]})
        if data["licence_kind"] and data["contract_kind"] not in (None, "licence"):
            raise ma.ValidationError({"licence_kind": [gettext("只有技术许可合同才填许可种类。")]})
        days = [day for day in (data["delivery_on"], data["trial_on"], data["acceptance_on"]) if day is not None]
        if days != sorted(days):
            raise ma.ValidationError({"acceptance_on": [gettext("交付、试用、验收的日期应当依次往后。")]})


class ProposalOfTermsSchema(TermsSchema):
    """A version of the terms; ``after`` is the number of the latest version seen, 0 before there is one."""

    after = Whole(0, 10_000, required=True)
    note = Text(2000, load_default="")


class MessageSchema(DomainSchema):
    text = Text(LONGEST_MESSAGE, required=True)


class ReasonSchema(DomainSchema):
    reason = Text(2000, required=True)


class DealTaskSchema(DomainSchema):
    title = Line(200, required=True)
    seat = Choice(SEATS, required=True)
    due_on = Day(required=True)


class DoneSchema(DomainSchema):
    done_on = Day(required=True, validate=passed)
    note = Text(2000, load_default="")


class RegistrationSchema(DomainSchema):
    """What the office that recognises and registers technology contracts gave (认定登记)."""

    registration_no = Line(60, required=True)
    registration_office = Line(120, required=True)
    registered_on = Day(required=True, validate=passed)
    technical_part = Fen(load_default=None)


class PaymentSchema(DomainSchema):
    """A payment that arrived; ``costs`` are the transfer's own, ``reward_share`` is what of the rest is shared."""

    paid_on = Day(required=True, validate=passed)
    amount = Fen(required=True)
    costs = Fen(load_default=0)
    reward_share = Share(required=True)
    note = Text(2000, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        if data["amount"] <= 0:
            raise ma.ValidationError({"amount": [gettext("到账金额应大于 0。")]})
        if data["costs"] > data["amount"]:
            raise ma.ValidationError({"costs": [gettext("直接费用不能超过到账金额。")]})


class RewardPaidSchema(DomainSchema):
    """When the completers were given what of a payment is theirs."""

    reward_paid_on = Day(required=True, validate=passed)


class ActualsSchema(DomainSchema):
    """What the user measures after first use, beside the figures of the formula in ``ClaimSchema``."""

    metric = Text(2000, required=True)
    baseline = Text(2000, required=True)
    method = Text(2000, required=True)
    unit_of_output = Text(40, load_default="")


def terms_of(sheet: TermSheet) -> dict[str, Any]:
    """Return the terms of a version as ``TermsSchema.load`` returned them, days as days."""
    loaded: dict[str, Any] = TermsSchema().load(
        {name: value for name, value in sheet.terms.items() if value is not None}
    )
    return loaded


def shown(deal: Deal) -> dict[str, Any]:
    """Return a contract record as plain data."""
    names = (
        "id", "revision", "title", "state", "achievement_id", "match_id", "listing_id", "follows_id", "contract_kind",
        "mode", "licence_kind", "price_form", "amount", "technical_part", "is_related_party", "signed_version",
        "registration_no", "registration_office", "terminated_because",
    )  # fmt: skip
    days = {name: _day(getattr(deal, name)) for name in ("signed_on", "registered_on", "first_used_on")}
    parties = {"enterprise": deal.party("enterprise"), "owner": deal.party("owner")}
    return {name: getattr(deal, name) for name in names} | days | parties


def shown_version(sheet: TermSheet) -> dict[str, Any]:
    """Return a version of the terms as plain data."""
    names = ("number", "side", "terms", "note", "is_agreed", "declined_because")
    moments = {name: _day(getattr(sheet, name)) for name in ("proposed_at", "accepted_at", "declined_at")}
    return {name: getattr(sheet, name) for name in names} | moments


def shown_task(task: DealTask) -> dict[str, Any]:
    """Return a task or a milestone as plain data."""
    days = {name: _day(getattr(task, name)) for name in ("due_on", "done_on")}
    return {name: getattr(task, name) for name in ("id", "kind", "title", "seat", "note")} | days


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


# What the terms are called, in the order in which they are read.
TERM_NAMES = {
    "contract_kind": N_("合同类别"),
    "mode": N_("转化方式"),
    "licence_kind": N_("许可种类"),
    "territory": N_("实施地域"),
    "term": N_("实施期限"),
    "price_form": N_("定价方式"),
    "amount": N_("合同金额"),
    "technical_part": N_("其中技术交易额"),
    "payment": N_("付款方式"),
    "is_related_party": N_("双方有关联关系"),
    "deliverables": N_("交付的内容"),
    "acceptance": N_("验收的标准"),
    "delivery_on": N_("交付日期"),
    "trial_on": N_("试用日期"),
    "acceptance_on": N_("验收日期"),
    "improvements": N_("后续改进的归属"),
    "liability": N_("违约责任"),
    "other": N_("其他约定"),
}
