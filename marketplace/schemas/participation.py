"""A campaign and an entry of participation, as they come in."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.models.participation.campaign import LINKED
from marketplace.schemas.fields import (
    Code,
    Day,
    DomainSchema,
    Flag,
    Line,
    Many,
    NameOfUnit,
    Nested,
    Text,
    Whole,
    passed,
)

_MOST = 10_000_000


class ItemSchema(DomainSchema):
    """What one can take part in, see ``CampaignItem``."""

    code = Line(30, required=True)
    zh = Line(120, required=True)
    en = Line(120, required=True)
    links = Line(20, load_default="", validate=ma.validate.OneOf(LINKED))
    is_own = Flag(load_default=False)
    mentor_alone = Flag(load_default=False)
    measure = Code(vocabulary.campaign_measures, required=True)
    by_hand = Flag(load_default=True)
    takes_batches = Flag(load_default=False)
    needs_evidence = Flag(load_default=False)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_way_in(self, data: dict[str, Any], **_options: Any) -> None:
        if not data["by_hand"] and (not data["links"] or data["takes_batches"]):
            raise ma.ValidationError(gettext("不能手工填报的项目必须关联一种对象，也不能按人数填报。"), "by_hand")
        if data["mentor_alone"] and data["links"] != "apprenticeship":
            raise ma.ValidationError(gettext("只有师徒结对才能只计师傅。"), "mentor_alone")


class TargetSchema(DomainSchema):
    """How many person-times of a measure are to be reached."""

    measure = Code(vocabulary.campaign_measures, required=True)
    amount = Whole(1, 10**12, required=True)


class CampaignSchema(DomainSchema):
    """A campaign; without ``items`` it counts what its kind counts. ``host`` is the key of an office of the actor's."""

    kind = Code(vocabulary.campaign_kinds, required=True)
    title = Line(200, required=True)
    theme = Line(300, load_default="")
    eligibility = Text(5000, load_default="")
    opens_on = Day(required=True)
    closes_on = Day(required=True)
    competition_class = Code(vocabulary.competition_classes, load_default=None)
    host = Line(60, load_default="")
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    items = Many(Nested(ItemSchema), longest=30)
    targets = Many(Nested(TargetSchema), longest=30)
    rubric = ma.fields.Dict(keys=Line(60), values=Whole(1, 100), load_default=dict)
    quotas = ma.fields.Dict(keys=Line(60), values=Whole(1, 100_000), load_default=dict)
    publicity_days = Whole(0, 60, load_default=5)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_terms(self, data: dict[str, Any], **_options: Any) -> None:
        if data["closes_on"] < data["opens_on"]:
            raise ma.ValidationError(gettext("最后一天不能早于第一天。"), "closes_on")
        if data["rubric"] and sum(data["rubric"].values()) != 100:
            raise ma.ValidationError(gettext("评分标准各项合计应为 100 分。"), "rubric")
        for name, key in (("items", "code"), ("targets", "measure")):
            if len({it[key] for it in data[name]}) < len(data[name]):
                raise ma.ValidationError(gettext("有一项写了两次。"), name)


class OwnEntrySchema(DomainSchema):
    """What somebody took part in himself. ``unit`` is the number of his unit, where he works in several."""

    item = Line(30, required=True)
    day = Day(required=True, validate=passed)
    subject = Line(100, load_default="")
    evidence = Text(2000, load_default="")
    unit_id = Whole(1, 10**9, load_default=None)


class EntrySchema(DomainSchema):
    """What a unit says of one of its people, or of a number of them: who took part in which item on which day."""

    item = Line(30, required=True)
    organisation_name = NameOfUnit(required=True, data_key="unit")
    day = Day(required=True, validate=passed)
    name = Line(100, load_default="", data_key="person")
    person_id = Whole(1, 10**9, load_default=None)
    person_times = Whole(1, _MOST, load_default=None)
    persons = Whole(1, _MOST, load_default=None)
    subject = Line(100, load_default="")
    evidence = Text(2000, load_default="")
    reason = Text(500, load_default="")

    @ma.post_load
    def check_counts(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        if data["name"] or data["person_id"] is not None:
            if data["persons"] not in (None, 1) or data["person_times"] not in (None, 1):
                raise ma.ValidationError(gettext("按姓名填报的一行就是一人一次，人数和人次不用填。"), "person_times")
            data["persons"] = data["person_times"] = 1
        elif data["person_times"] is None:
            raise ma.ValidationError(gettext("写姓名，或者写人次。"), "person_times")
        if data["persons"] is not None and data["persons"] > data["person_times"]:
            raise ma.ValidationError(gettext("人数不能多于人次：来过几次的人，人数只算一个。"), "persons")
        return data


class ParticipationRosterSchema(EntrySchema):
    """A line of a list: campaign by its number or its title, item by its code or what it is called."""

    campaign = Line(200, required=True)
    item = Line(120, required=True)
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)


class DecisionSchema(DomainSchema):
    """Which entries are confirmed or refused; a refusal says why, and so does what lies in a closed period."""

    entries = Many(Whole(1, 10**12), longest=2000)
    reason = Text(500, load_default="")


class CloseSchema(DomainSchema):
    """Which period is closed: "2026", "2026-Q1" or "2026-03"; by the host for all where no unit is named."""

    period = Line(10, required=True)
    organisation_name = NameOfUnit(load_default="", data_key="unit")
