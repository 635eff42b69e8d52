"""A concept of the thesaurus as staff write it and as programs read it."""

from __future__ import annotations

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.fields import DomainSchema, Many, Text
from search.thesaurus import Kind

NAME = 60
NAMES = 60


def _names() -> Many:
    return Many(Text(NAME), NAMES)


class ConceptSchema(DomainSchema):
    """``id`` and ``revision`` are only given out; the revision is 0 where staff have not changed the concept."""

    id = ma.fields.String(dump_only=True)
    revision = ma.fields.Integer(dump_only=True)
    kind = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(list(Kind), error=_("请选择种类。")),
        error_messages={"required": _("请选择种类。")},
    )
    preferred = Text(NAME, required=True)
    alternatives = _names()
    english = Many(Text(120), NAMES)
    hidden = _names()
    broader = Text(NAME, load_default="")
    related = _names()
    solved_by = _names()
    sector = Text(NAME, load_default="")
    gloss = Text(1000, load_default="")
