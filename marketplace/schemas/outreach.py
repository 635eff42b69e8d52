"""An event of publicity and who came to it, as they come in; and a line of a roster of attendance."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.schemas.fields import Code, Day, DomainSchema, Line, Many, NameOfUnit, Nested, Text, Whole, passed

_MOST = 10_000_000


class SpeakerSchema(DomainSchema):
    """A person by the number of the file, or somebody from elsewhere by a name that may be made public."""

    name = Line(100, load_default="")
    person_id = Whole(1, 10**9, load_default=None)
    about = Line(300, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_named(self, data: dict[str, Any], **_options: Any) -> None:
        if bool(data["name"]) == (data["person_id"] is not None):
            raise ma.ValidationError(gettext("每位宣讲人写姓名，或者写档案编号，只写一样。"), "name")


class OutreachSchema(DomainSchema):
    """An event. ``host`` is one of the actor's offices by its key, the widest where it is not said."""

    title = Line(200, required=True)
    kind = Code(vocabulary.outreach_kinds, required=True)
    theme = Line(300, load_default="")
    story = Text(5000, load_default="")
    place = Line(200, load_default="")
    begins_on = Day(required=True)
    ends_on = Day(load_default=None)
    host = Line(60, load_default="")
    speakers = Many(Nested(SpeakerSchema), longest=50)
    units = Many(NameOfUnit(), longest=2000)

    @ma.post_load
    def check_days(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        data["ends_on"] = data["ends_on"] or data["begins_on"]
        if data["ends_on"] < data["begins_on"]:
            raise ma.ValidationError(gettext("最后一天不能早于第一天。"), "ends_on")
        return data


class AttendanceSchema(DomainSchema):
    """Who came from a unit: how many, or one person by name or by the number of the file."""

    organisation_name = NameOfUnit(required=True, data_key="unit")
    name = Line(100, load_default="", data_key="person")
    person_id = Whole(1, 10**9, load_default=None)
    person_times = Whole(1, _MOST, required=True)
    persons = Whole(1, _MOST, load_default=None)
    note = Line(300, load_default="")

    @ma.post_load
    def check_counts(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        if data["name"] or data["person_id"] is not None:
            if data["persons"] not in (None, 1):
                raise ma.ValidationError(gettext("按姓名上报的一行就是一个人，人数不用填。"), "persons")
            data["persons"] = 1
        if data["persons"] is not None and data["persons"] > data["person_times"]:
            raise ma.ValidationError(gettext("人数不能多于人次：来过几次的人，人数只算一个。"), "persons")
        return data


class AttendanceRosterSchema(AttendanceSchema):
    """A line of a roster: which event, which unit, how many."""

    event = Line(200, required=True)
    begins_on = Day(load_default=None)
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)


class ConfirmationSchema(DomainSchema):
    """Which lines are confirmed; all of them where none is named."""

    lines = Many(Whole(1, 10**9), longest=5000)


class CancellationSchema(DomainSchema):
    """When an event was cancelled, and why."""

    cancelled_on = Day(required=True, validate=passed)
    reason = Text(500, required=True)
