"""An organisation as it is imported and given out."""

from __future__ import annotations

import marshmallow as ma

from marketplace import vocabulary
from marketplace.schemas.fields import Code, CreditCode, DomainSchema, Flag, Many, Text, Whole


class OrganisationSchema(DomainSchema):
    id = ma.fields.Integer(dump_only=True)
    revision = ma.fields.Integer(dump_only=True)
    name = Text(200, required=True)
    aliases = Many(Text(200))
    credit_code = CreditCode(18, load_default=None)
    kind = Code(vocabulary.organisation_kinds, load_default="enterprise")
    parent_name = Text(200, load_default="", load_only=True, data_key="parent")
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    is_above_designated_size = Flag(load_default=None)
    is_public = Flag(load_default=None)
    headcount = Whole(0, 10_000_000, load_default=None)
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)
    extra = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), load_default=dict)


PRIVATE = ("extra",)
