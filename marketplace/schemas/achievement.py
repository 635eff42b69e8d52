"""An achievement as it is submitted, imported and given out, and how much of it each reader is given.

``schemas.disclosure`` says in which layer each field lies.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.models import Achievement
from marketplace.models.records.achievement import FILED
from marketplace.schemas import disclosure as layers
from marketplace.schemas.account import Email
from marketplace.schemas.fields import Code, Day, DomainSchema, Fen, Flag, Many, Nested, Share, Text, Whole


class ContributorSchema(DomainSchema):
    name = Text(100, required=True)
    position = Whole(1, 500, data_key="order", load_default=None)
    share = Share(load_default=None)
    part = Text(2000, load_default="")
    # How to reach a completer, and what bars him from being the first: never given out.
    email = Email(load_only=True)
    standing = Many(Code(vocabulary.standings), load_only=True, load_default=ma.missing)


class IndicatorSchema(DomainSchema):
    name = Text(200, required=True)
    value = Text(200, required=True)
    unit = Text(40, load_default="")
    test = Text(2000, load_default="")


class AppliedSiteSchema(DomainSchema):
    unit = Text(200, required=True)
    since = Day(load_default=None)
    certificate = Text(200, load_default="")


class IntellectualPropertySchema(DomainSchema):
    kind = Code(vocabulary.ip_kinds, required=True)
    number = Text(60, load_default="")
    status = Text(30, load_default="")
    filed_on = Day(load_default=None)


class AttachmentSchema(DomainSchema):
    id = ma.fields.Integer(dump_only=True)
    purpose = Text(30, dump_only=True)
    file_name = Text(255, dump_only=True)
    media_type = Text(100, dump_only=True)
    size = Whole(0, 2**40, dump_only=True)
    sha256 = Text(64, dump_only=True)


class ComparisonSchema(DomainSchema):
    aspect = Text(200, required=True)
    before = Text(200, load_default="")
    after = Text(200, load_default="")
    unit = Text(40, load_default="")


class UnitSchema(ma.Schema):
    id = ma.fields.Integer()
    name = ma.fields.String()


class AchievementSchema(DomainSchema):
    """Every field of an achievement. Amounts are integer fen, shares per cent, days ISO 8601."""

    id = ma.fields.Integer(dump_only=True)
    revision = ma.fields.Integer(dump_only=True)
    state = ma.fields.String(dump_only=True)
    published_at = ma.fields.DateTime(dump_only=True)
    title = Text(300, required=True)
    teaser = Text(300, load_default="")
    summary = Text(load_default="")
    problem = Text(load_default="")
    principle = Text(load_default="")
    difference = Text(load_default="")
    indicators = Many(Nested(IndicatorSchema))
    economic_comparison = Many(Nested(ComparisonSchema))
    language = Text(8, load_default="zh")
    kind = Code(vocabulary.achievement_kinds, load_default=None)
    achievement_class = Code(vocabulary.achievement_classes, load_default=None)
    field = Text(120, load_default="")
    maturity = Code(vocabulary.maturity, load_default=None)
    level = Code(vocabulary.levels, load_default=None)
    form = Code(vocabulary.forms, load_default=None)
    trl = Whole(1, 9, load_default=None)
    trl_evidence = Text(load_default="")
    industry = Code(vocabulary.industries, load_default=None)
    region = Code(vocabulary.regions, load_default=None)
    ipc = Many(Text(30))
    keywords = Many(Text(100))
    completed_on = Day(load_default=None)
    rights = Many(Nested(IntellectualPropertySchema), data_key="ip")
    rights_holder = Text(200, load_default="")
    is_duty = Flag(load_default=None)
    protection = Code(vocabulary.protections, load_default=None)
    contributors = Many(Nested(ContributorSchema), longest=200, data_key="completers")
    supporters = Many(Text(100), longest=200)
    completing_units = Many(Text(200), load_only=True)
    units = ma.fields.List(Nested(UnitSchema), dump_only=True)
    studio_name = Text(200, load_default="", data_key="studio")
    campaign_name = Text(200, load_default="", data_key="campaign")
    transfer_modes = Many(Code(vocabulary.transfer_modes))
    transfer_note = Text(load_default="")
    price_form = Code(vocabulary.price_forms, load_default=None)
    price = Fen(load_default=None)
    licence_kind = Code(vocabulary.licence_kinds, load_default=None)
    territory = Text(200, load_default="")
    term = Text(200, load_default="")
    sites = Many(Nested(AppliedSiteSchema), data_key="applied_sites")
    benefit_claimed = Fen(load_default=None)
    attachments = ma.fields.List(Nested(AttachmentSchema), dump_only=True)
    contact_name = Text(100, load_default="")
    contact_phone = Text(60, load_default="")
    disclosure = ma.fields.Dict(keys=ma.fields.String(), values=Whole(0, 3), load_default=dict)
    deferred_until = Day(load_default=None)
    statements = Many(Text(200))
    source = Text(40, load_default="")
    source_id = Text(120, load_default=None)
    extra = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), load_default=dict)

    @ma.post_load
    def order_contributors(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Number the completers as listed where no order is given."""
        for position, contributor in enumerate(data.get("contributors", []), start=1):
            contributor["position"] = contributor.get("position") or position
        return data

    @ma.validates_schema(skip_on_field_errors=True)
    def check_shares(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse shares that do not sum to 100 per cent (rule 5), unless none is stated."""
        shares = [contributor.get("share") for contributor in data.get("contributors", [])]
        if not shares or all(share is None for share in shares):
            return
        if None in shares or sum(shares) != Decimal(100) or min(shares) <= 0:
            raise ma.ValidationError(gettext("完成人份额要么都不填，要么每人都填且合计 100%。"), "completers")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_text(self, data: dict[str, Any], *, partial: Any = False, **_options: Any) -> None:
        """Refuse a record that says nothing about what it is; of a part of one, what is not given is left as it is."""
        if not partial and not any(data.get(name) for name in ("teaser", "summary", "problem", "principle")):
            raise ma.ValidationError(gettext("请至少填写成果简介。"), "summary")

    @ma.validates_schema(skip_on_field_errors=True)
    def check_layers(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a layer more open than it may be: of a contact, or of what enables others while nothing is filed."""
        is_filed = data.get("protection") in (None, FILED)
        refused = [
            f"{field}：{gettext(why)}" for field, why in layers.refusals(data.get("disclosure", {}), is_filed=is_filed)
        ]
        if refused:
            raise ma.ValidationError(refused, "disclosure")


def disclosed(achievement: Achievement, layer: int = layers.PUBLIC) -> dict[str, Any]:
    """Return what a reader admitted to a layer may see of an achievement, as plain data."""
    files = [it for it in achievement.attachments if layers.layer_of_file(achievement, it) <= layer]
    hidden = {name for name in _without(frozenset()).fields if layers.layer_of(achievement, name) > layer}
    plain: dict[str, Any] = _without(frozenset({*hidden, "attachments"})).dump(achievement)
    if files:
        plain["attachments"] = AttachmentSchema(many=True).dump(files)
    if layers.layer_of(achievement, "indicator_tests") > layer:
        for indicator in plain.get("indicators", ()):
            indicator["test"] = ""
    return plain


@lru_cache(maxsize=64)
def _without(hidden: frozenset[str]) -> AchievementSchema:
    """Return the schema without some fields; kept, because making one takes longer than showing records by it."""
    return AchievementSchema(exclude=hidden)
