"""An answer to a match as it comes in: interest, or a refusal with its reasons."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.schemas.fields import Code, DomainSchema, Flag, Many, Text


class OutcomeSchema(DomainSchema):
    """``codes`` are needed where there is no interest; the code "other" needs words of one's own."""

    is_interested = Flag(required=True, data_key="interested")
    codes = Many(Code(vocabulary.refusals))
    note = Text(2000, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_reasons(self, data: dict[str, Any], **_options: Any) -> None:
        if data["is_interested"] and data["codes"]:
            raise ma.ValidationError(gettext("有兴趣时不填拒绝的理由。"), "codes")
        if not data["is_interested"] and not data["codes"]:
            raise ma.ValidationError(gettext("请至少选一个理由。"), "codes")
        if "other" in data["codes"] and not data["note"]:
            raise ma.ValidationError(gettext("请写明是什么原因。"), "note")
