"""A line of a unit's register of proposals (合理化建议台账), as it is brought in."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.schemas.fields import Code, Day, Line, Many, NameOfUnit, Nested, Text
from marketplace.schemas.proposal import ProposalAuthorSchema, ProposalSchema


class RegisterSchema(ProposalSchema):
    """A proposal as its unit has it on record: by whom, how far it came, and what the unit answered.

    A line without a state counts as submitted, and one that was not adopted needs the unit's reason (rule 25).
    """

    class Meta(ProposalSchema.Meta):
        exclude = ("organisation_id", "organisation", "id", "revision")

    title = Line(300, required=True)
    authors = Many(Nested(ProposalAuthorSchema), data_key="proposers")
    organisation_name = NameOfUnit(load_default="", data_key="unit")
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    state = Code(vocabulary.register_states, load_default="submitted")  # type: ignore[assignment]
    submitted_on = Day(load_default=None)
    decided_on = Day(load_default=None)
    reply = Text(5000, load_default="")
    adopted_part = Text(5000, load_default="")
    implementation = Text(5000, load_default="")
    first_used_on = Day(load_default=None)
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)
    extra = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), load_default=dict)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_reply(self, data: dict[str, Any], **_options: Any) -> None:
        if data["state"] == "not_adopted" and not data["reply"]:
            raise ma.ValidationError(gettext("未采纳的建议须写明单位的答复意见。"))
