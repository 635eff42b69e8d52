"""Points: what is given for each criterion, and what a judge sends of a sheet."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from marketplace.errors import N_
from marketplace.schemas.fields import REQUIRED, DomainSchema, Line, Refusing, Text, Whole

FULL = 100


class Points(Refusing, ma.fields.Dict):
    """Whole points of 100 by name of criterion."""

    default_error_messages = {**REQUIRED, "invalid": N_("请按项目填写整数。")}

    def __init__(self, *, may_miss: bool = False, **options: Any) -> None:
        super().__init__(keys=Line(40), values=Whole(0, FULL, allow_none=may_miss), **options)


class ScoresSchema(DomainSchema):
    """The points given so far; a criterion may still be open."""

    scores = Points(may_miss=True, load_default=dict)
    comment = Text(2000, load_default="")
