"""An objection as it is raised, by a named person or without a name and then with evidence."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace.models.review.publicity import SHOWN
from marketplace.schemas.fields import DomainSchema, Line, Text, Whole


class ObjectionSchema(DomainSchema):
    noun = Text(30, required=True, validate=ma.validate.OneOf(SHOWN))
    object_id = Whole(1, 2**31 - 1, required=True)
    name = Line(100, load_default="")
    contact = Line(120, load_default="")
    text = Text(4000, required=True)
    evidence = Text(4000, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_grounds(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse an objection without a name that brings no evidence, and a name nobody can reach (rule 59)."""
        if not data["name"] and not data["evidence"]:
            raise ma.ValidationError(gettext("不署名的异议须写明证据或线索。"), "evidence")
        if data["name"] and not data["contact"]:
            raise ma.ValidationError(gettext("署名的异议请留下联系方式，只有办理人员能看到。"), "contact")
