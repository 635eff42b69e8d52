"""A demand listed with a reward, a bid for it, and the decision, as they come in. Amounts are integer fen."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace.errors import N_
from marketplace.schemas.fields import REQUIRED, Day, DomainSchema, Fen, Many, Nested, Text, Whole

CHOICE = N_("请从揭榜的方案里选一份。")


class CallSchema(DomainSchema):
    reward = Fen(required=True)
    closes_on = Day(required=True)
    terms = Text(4000, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_reward(self, data: dict[str, Any], **_options: Any) -> None:
        if not data["reward"]:
            raise ma.ValidationError(gettext("奖金应大于 0。"), "reward")


class BidSchema(DomainSchema):
    team = Text(200, required=True)
    plan = Text(20000, required=True)
    price = Fen(required=True)
    days = Whole(1, 3650, required=True)


class MilestoneSchema(DomainSchema):
    title = Text(200, required=True)
    # Of several rows one is told which box of them is empty.
    due_on = Day(required=True, error_messages=dict.fromkeys(REQUIRED, Day.default_error_messages["invalid"]))


class AwardSchema(DomainSchema):
    """``chosen`` is the number of the bid; ``reasons`` says of each bid why, by its number."""

    chosen = Whole(1, 2**31 - 1, required=True, error_messages=dict.fromkeys([*REQUIRED, "invalid"], CHOICE))
    reasons = ma.fields.Dict(keys=ma.fields.Integer(), values=Text(2000), load_default=dict)
    milestones = Many(Nested(MilestoneSchema))
