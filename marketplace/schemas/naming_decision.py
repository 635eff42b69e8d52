"""What a meeting decides on a batch, other terms to try, and the notice that names studios, as they come in."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace.schemas.fields import Day, DomainSchema, Line, Many, Nested, Text, Whole, passed
from marketplace.schemas.judging import Points

_MOST = 2**31 - 1
_FULL = 100


class ChangeSchema(DomainSchema):
    """Where the meeting decides otherwise than the scores."""

    application = Whole(1, _MOST, required=True)
    to = Text(20, required=True, validate=ma.validate.OneOf(("proposed", "not_selected")))
    reason = Text(500, required=True)


class MeetingSchema(DomainSchema):
    """The minutes; ``chosen`` are those of the equals who get the places they share."""

    held_on = Day(required=True, validate=passed)
    place = Line(200, load_default="")
    chair = Line(100, required=True)
    present = Many(Line(100), longest=100)
    minutes = Text(20_000, required=True)
    chosen = Many(Whole(1, _MOST), longest=1000)
    tie_reason = Text(2000, load_default="")
    changes = Many(Nested(ChangeSchema), longest=1000)

    @ma.validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        if not data["present"]:
            raise ma.ValidationError(gettext("请写出席的人。"), "present")
        changed = [it["application"] for it in data["changes"]]
        if len(changed) != len(set(changed)):
            raise ma.ValidationError(gettext("同一个工作室只能写一项变动。"), "changes")


class WhatIfSchema(DomainSchema):
    """Other terms to try; one left out is that of the batch, and a cap of nothing is none."""

    quota = Whole(1, 1000)
    cap = Whole(1, 1000, allow_none=True)
    line = Whole(0, _FULL)
    weights = Points()

    @ma.validates_schema(skip_on_field_errors=True)
    def check(self, data: dict[str, Any], **_options: Any) -> None:
        if "weights" in data and sum(data["weights"].values()) != _FULL:
            raise ma.ValidationError(gettext("各项权重之和应为 100。"), "weights")


class NoticeSchema(DomainSchema):
    """A notice as written so far; ``expected`` are the applications the office saw it would name."""

    number = Line(120, load_default="")
    text = Text(20_000, load_default="")
    expected = Many(Whole(1, _MOST), longest=1000)


class RevocationSchema(DomainSchema):
    reason = Text(2000, required=True)
