"""A person, an honour and a record of aid as they come in and go out, and a line of a roster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models.people.honour import MODEL_WORKERS
from marketplace.schemas.fields import Code, Day, DomainSchema, Fen, Flag, Line, NameOfUnit, Text, Whole, passed

# What in a title tells its kind, the most particular first.
Marks = tuple[tuple[str, str], ...]
_KINDS: Marks = (
    ("劳动模范", "model_worker"), ("劳模", "model_worker"), ("先进工作者", "advanced_worker"),
    ("劳动奖章", "may_day_medal"), ("首席员工", "chief_employee"), ("首席职工", "chief_employee"),
    ("工匠", "craftsman"), ("技术能手", "skills_expert"),
)  # fmt: skip
_NATIONAL = ("全国", "国家", "中华", "大国", "国务院")
_PROVINCIAL = ("四川", "全省", "省", "天府")


class PersonSchema(DomainSchema):
    """Somebody of a unit. Of a unit that is named for the first time, ``unit_kind``, ``region`` and ``industry`` say
    what it is and where.
    """

    name = Line(100, required=True)
    organisation_name = NameOfUnit(required=True, data_key="unit")
    unit_kind = Code(vocabulary.organisation_kinds, load_default=None)
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    born_on = Day(load_default=None)
    phone = Line(40, load_default="")
    employment = Code(vocabulary.employment, load_default="in_service")
    skill_level = Code(vocabulary.skill_levels, load_default=None)


class HonourSchema(DomainSchema):
    """An honour. Kind and level may be left to what the title says; one that does not say is refused."""

    marks: ClassVar[Marks] = _KINDS

    title = Line(200, required=True)
    kind = Code(vocabulary.honour_kinds, load_default=None)
    level = Code(vocabulary.honour_levels, load_default=None)
    year = Whole(1949, 2100, required=True)
    given_by = Line(200, load_default="")
    basis = Line(300, load_default="")
    begins_on = Day(load_default=None)
    ends_on = Day(load_default=None)

    @ma.post_load
    def read_title(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        kind, level = kind_and_level(data["title"], self.marks)
        data["kind"], data["level"] = data["kind"] or kind or "other", data["level"] or level
        if data["level"] is None:
            message = gettext("从荣誉名称看不出级别，请另填“级别”：国家级、省级、市级、产业级、县级或单位级。")
            raise ma.ValidationError(message, "level")
        if data["kind"] == "chief_employee" and data["ends_on"] is None:
            raise ma.ValidationError(gettext("首席员工有任期，请填写任期的最后一天。"), "ends_on")
        if data["begins_on"] and data["ends_on"] and data["ends_on"] < data["begins_on"]:
            raise ma.ValidationError(gettext("最后一天不能早于第一天。"), "ends_on")
        return data


class RosterSchema(PersonSchema, HonourSchema):
    """A line of a roster of honours: who, of which unit, which honour. What it does not say changes no file."""

    name = Line(100, required=True, data_key="holder")
    employment = Code(vocabulary.employment, load_default=None)
    management_level = Code(vocabulary.award_levels, load_default=None)
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)
    extra = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), load_default=dict)

    @ma.post_load
    def read_title(self, data: dict[str, Any], **options: Any) -> dict[str, Any]:
        data = super().read_title(data, **options)
        if data["management_level"] and data["kind"] not in MODEL_WORKERS:
            raise ma.ValidationError(gettext("管理层级只给劳动模范和先进工作者填写。"), "management_level")
        return data


class RevocationSchema(DomainSchema):
    """When an honour was taken back, and why."""

    revoked_on = Day(required=True)
    reason = Text(2000, required=True)


class ManagementSchema(DomainSchema):
    """Which level looks after a model worker, from which day, and why that changes."""

    level = Code(vocabulary.award_levels, required=True)
    since = Day(required=True, validate=passed)
    reason = Line(500, load_default="")


class AgreementSchema(DomainSchema):
    """What a person agreed to have shown to everybody; the unit is shown only with the name."""

    shows_name = Flag(load_default=False)
    shows_unit = Flag(load_default=False)


class AidSchema(DomainSchema):
    """What was done for a person, when, and for how much (fen)."""

    kind = Code(vocabulary.aid_kinds, required=True)
    done_on = Day(required=True, validate=passed)
    amount = Fen(load_default=None)
    note = Text(5000, load_default="")


class PurposeSchema(DomainSchema):
    """What somebody reads personal data for."""

    purpose = Text(500, required=True, validate=ma.validate.Length(min=4, error=N_("请写明用途，至少四个字。")))


def kind_and_level(title: str, marks: Marks = _KINDS) -> tuple[str | None, str | None]:
    """Return the kind, by ``marks``, and the level a title names, None for what it does not say.

    The level is the place the title begins with: 全国…, 四川省…, a city or a county by name.
    """
    kind = next((code for mark, code in marks if mark in title), None)
    if title.startswith(_NATIONAL):
        return kind, "national"
    if title.startswith(_PROVINCIAL):
        return kind, "province"
    return kind, _PLACES.get(vocabulary.regions.level(place), None) if (place := _place(title)) else None


_PLACES: Mapping[int, str] = {1: "province", 2: "city", 3: "county"}


def _place(title: str) -> str | None:
    """Return the code of the longest name of a place a title begins with."""
    ends = (at for at in range(min(len(title), 12), 1, -1) if title[at - 1] in "省市州区县")
    return next((code for at in ends if (code := vocabulary.regions.find(title[:at]))), None)
