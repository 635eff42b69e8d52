"""A note to a marked record, as it comes in."""

from __future__ import annotations

from marketplace.schemas.fields import DomainSchema, Text

LONGEST_NOTE = 500


class FavouriteSchema(DomainSchema):
    note = Text(LONGEST_NOTE, load_default="")
