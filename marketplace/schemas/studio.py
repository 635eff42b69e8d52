"""A studio and the parts of its record, as they come in: what happened, so that no day is still to come."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.models.studios.studio_parts import LINKED
from marketplace.schemas.fields import Code, Day, DomainSchema, Fen, Flag, Line, Many, NameOfUnit, Text, Whole, passed


class StudioSchema(DomainSchema):
    """What a studio is. ``region`` and ``industry`` place a unit that is named for the first time."""

    name = Line(200, required=True)
    aliases = Many(Line(200), longest=20)
    kind = Code(vocabulary.studio_kinds, required=True)
    organisation_name = NameOfUnit(required=True, data_key="unit")
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    partner = Line(200, load_default="")
    founded_on = Day(load_default=None, validate=passed)
    field = Line(200, load_default="")
    story = Text(5000, load_default="")
    address = Line(200, load_default="")
    area = Whole(0, 1_000_000, load_default=None)
    equipment = Text(5000, load_default="")
    rules = Text(5000, load_default="")
    was_lab = Flag(load_default=None)


class TierSchema(DomainSchema):
    """A tier from a day on, by which document, with which plaque."""

    tier = Code(vocabulary.studio_tiers, required=True)
    since = Day(required=True, validate=passed)
    basis = Line(300, load_default="")
    plaque = Line(60, load_default="")


class NewStudioSchema(StudioSchema, TierSchema):
    """A studio with the tier it has."""


# What the name of a studio says of its kind, the most particular first.
_KINDS = (
    ("联盟", "alliance"), ("非遗", "traditional"), ("传统工艺", "traditional"), ("校企", "joint"), ("联合", "joint"),
    ("劳模", "model_worker"), ("劳动模范", "model_worker"), ("工匠", "craftsman"), ("技能", "craftsman"),
    ("大师", "craftsman"),
)  # fmt: skip


class StudioRegisterSchema(NewStudioSchema):
    """A line of a register of studios. Without a kind the name tells it, and a workers' studio is what says nothing."""

    kind = Code(vocabulary.studio_kinds, load_default=None)
    leader = Line(100, load_default="")
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)

    @ma.post_load
    def read_name(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        told = next((kind for mark, kind in _KINDS if mark in data["name"]), "worker")
        return {**data, "kind": data["kind"] or told}


class WhoSchema(DomainSchema):
    """A person by name and unit, the studio's own where none is stated; among namesakes by the number of the file."""

    name = Line(100, load_default="")
    unit = NameOfUnit(load_default="")
    person_id = Whole(1, 2_147_483_647, load_default=None)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_named(self, data: dict[str, Any], **_options: Any) -> None:
        if not data["name"] and data["person_id"] is None:
            raise ma.ValidationError(gettext("请填写姓名。"), "name")


class LeaderSchema(WhoSchema):
    since = Day(required=True, validate=passed)
    reason = Text(2000, load_default="")


class VacancySchema(DomainSchema):
    until = Day(required=True, validate=passed)
    reason = Text(2000, required=True)


class MemberSchema(WhoSchema):
    role = Code(vocabulary.studio_roles, load_default="member")
    crew = Line(120, load_default="")
    on_first_line = Flag(load_default=None)
    skill_level = Code(vocabulary.skill_levels, load_default=None)
    since = Day(required=True, validate=passed)


class EndSchema(DomainSchema):
    """When something ended and, where it is asked for, with what result."""

    ended_on = Day(required=True, validate=passed)
    result = Text(2000, load_default="")


class YearSchema(DomainSchema):
    year = Whole(1990, 2100, required=True)
    plan = Text(5000, load_default="")
    budget = Fen(load_default=None)


class GrantSchema(DomainSchema):
    payer = Line(200, required=True)
    amount = Fen(required=True)
    received_on = Day(required=True, validate=passed)
    basis = Line(300, load_default="")


class GrantUseSchema(DomainSchema):
    grant_id = Whole(1, 2_147_483_647, required=True)
    category = Code(vocabulary.grant_uses, required=True)
    amount = Fen(required=True)
    used_on = Day(required=True, validate=passed)
    receipt = Line(120, required=True)
    note = Text(2000, load_default="")


class PairSchema(DomainSchema):
    """A mentor and an apprentice, both by name and of the studio's unit where no other is stated."""

    mentor = Line(100, required=True)
    mentor_unit = NameOfUnit(load_default="")
    apprentice = Line(100, required=True)
    apprentice_unit = NameOfUnit(load_default="")
    began_on = Day(required=True, validate=passed)
    plan = Text(5000, required=True)


class ResultSchema(DomainSchema):
    """An achievement or a proposal by its number on this platform, anything else by its title."""

    kind = Code(vocabulary.studio_results, required=True)
    object_id = Whole(1, 2_147_483_647, load_default=None)
    title = Line(300, load_default="")
    number = Line(120, load_default="")
    made_on = Day(required=True, validate=passed)
    note = Text(2000, load_default="")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_linked(self, data: dict[str, Any], **_options: Any) -> None:
        if data["kind"] in LINKED and data["object_id"] is None:
            raise ma.ValidationError(gettext("成果和建议请填写本平台的编号，不重复录入。"), "object_id")
        if data["kind"] not in LINKED and not data["title"]:
            raise ma.ValidationError(gettext("请填写名称。"), "title")
        if data["kind"] not in LINKED and data["object_id"] is not None:
            raise ma.ValidationError(gettext("只有成果和建议才填写编号。"), "object_id")


class AllianceSchema(DomainSchema):
    alliance_id = Whole(1, 2_147_483_647, required=True)
    since = Day(required=True, validate=passed)


class MoveSchema(DomainSchema):
    """To which unit a studio went. ``region`` and ``industry`` place a unit that is named for the first time."""

    unit = NameOfUnit(required=True)
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)
    moved_on = Day(required=True, validate=passed)
    reason = Text(2000, required=True)


class StandingSchema(DomainSchema):
    """Why a studio is suspended, resumed or closed, and from when."""

    on = Day(load_default=None, validate=passed)
    reason = Text(2000, required=True)


class DossierSchema(DomainSchema):
    """What a dossier is made for, such as which selection it is submitted to."""

    purpose = Line(300, required=True)
