"""A text that is held against the records before it is submitted."""

from __future__ import annotations

from marketplace.schemas.fields import DomainSchema, Text


class NewTextSchema(DomainSchema):
    """The title may be missing; what the achievement is about may not."""

    title = Text(300, load_default="")
    text = Text(required=True)
