"""A story, a collection and a slot of the front page as the desk writes them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
from flask_babel import gettext

from marketplace.errors import N_
from marketplace.models.curation.showcase import CONSENTS, PLACES, TEXT_LANGUAGES
from marketplace.schemas.fields import REQUIRED, Day, DomainSchema, Line, Many, Nested, Refusing, Text, Whole

# By which part of its address a record is known; what stands here can be pointed at from a collection or a slot.
PATHS = {"achievements": "achievement", "collections": "collection", "stories": "story", "studios": "studio"}
MOST_ITEMS = 40

_PLACE = ZoneInfo("Asia/Shanghai")
_ADDRESS = re.compile(rf"(?:^|/)({'|'.join(PATHS)})/([1-9][0-9]{{0,8}})(?:[/?#].*)?$")


class Moment(Refusing, ma.fields.Field[dt.datetime]):
    """A moment between 2000 and 2100; without a zone it is the time in Sichuan."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请填写日期和时间，例如 2026-03-15 08:00。"),
        "range": N_("日期应在 2000 年到 2100 年之间。"),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise self.make_error("invalid") from None
        if not 2000 <= moment.year < 2100:
            raise self.make_error("range")
        return (moment if moment.tzinfo else moment.replace(tzinfo=_PLACE)).astimezone(dt.UTC)


class Month(Refusing, ma.fields.Field[dt.date]):
    """A month, "2026-03", as its first day."""

    default_error_messages = {**REQUIRED, "invalid": N_("请填写月份，例如 2026-03。")}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> dt.date:
        found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", str(value).strip())
        if found is None:
            raise self.make_error("invalid")
        return dt.date(int(found[1]), int(found[2]), 1)


class RecordAddress(Refusing, ma.fields.Field[tuple[str, int]]):
    """The address of a page of a record, whole or its end, as (noun, number): "/achievements/12"."""

    default_error_messages = {
        **REQUIRED,
        "invalid": N_("请粘贴成果、工作室、故事或专题那一页的网址，例如 /achievements/12。"),
    }

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> tuple[str, int]:
        found = _ADDRESS.search(str(value).strip())
        if found is None:
            raise self.make_error("invalid")
        return PATHS[found[1]], int(found[2])


def address_of(noun: str, number: int) -> str:
    """Return the address ``RecordAddress`` reads."""
    return f"/{next(path for path, of in PATHS.items() if of == noun)}/{number}"


class StorySchema(DomainSchema):
    """A story. Who appears and since when they agree is needed where people appear and have agreed."""

    title = Line(120, required=True)
    lead = Line(300, load_default="")
    text = Text(20_000, load_default="")
    language = Text(8, load_default="zh", validate=ma.validate.OneOf(TEXT_LANGUAGES))
    picture_text = Line(200, load_default="")
    consent = Text(10, load_default="open", validate=ma.validate.OneOf(CONSENTS))
    appearing = Text(2000, load_default="")
    agreed_on = Day(load_default=None)

    @ma.post_load
    def settle_consent(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        if data["consent"] != "given":
            return {**data, "appearing": "", "agreed_on": None}
        lacking = {
            "appearing": [gettext("请写明出现的人，只有展示工作台看得到。")] if not data["appearing"] else [],
            "agreed_on": [gettext("请填写最后一位书面同意的日期。")] if data["agreed_on"] is None else [],
        }
        if any(lacking.values()):
            raise ma.ValidationError({name: said for name, said in lacking.items() if said})
        return data


class CollectionItemSchema(DomainSchema):
    """A record of a collection; the order is that of the list."""

    address = RecordAddress(required=True)
    note = Line(200, load_default="")

    @ma.validates("address")
    def refuse_collections(self, address: tuple[str, int], **_options: Any) -> None:
        if address[0] == "collection":
            raise ma.ValidationError(gettext("专题里不能再放专题。"))


class CollectionSchema(DomainSchema):
    title = Line(120, required=True)
    lead = Text(2000, load_default="")
    language = Text(8, load_default="zh", validate=ma.validate.OneOf(TEXT_LANGUAGES))
    items = Many(Nested(CollectionItemSchema), MOST_ITEMS)

    @ma.post_load
    def refuse_repeated(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        addresses = [item["address"] for item in data["items"]]
        if len(set(addresses)) < len(addresses):
            raise ma.ValidationError(gettext("同一条记录放了两次，请删去一个。"), "items")
        return data


class ShownSchema(DomainSchema):
    """From when until before when the public sees something; from now on where no beginning is given."""

    shown_from = Moment(load_default=None)
    shown_until = Moment(load_default=None)


class SlotSchema(DomainSchema):
    """A place of the front page. The showcase of a month has a month, every other one a beginning and maybe an end."""

    place = Text(10, required=True, validate=ma.validate.OneOf(PLACES))
    address = RecordAddress(required=True)
    note = Line(200, load_default="")
    month = Month(load_default=None)
    valid_from = Moment(load_default=None)
    valid_until = Moment(load_default=None)
    position = Whole(1, 99, load_default=1)

    @ma.post_load
    def bound(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        if data["place"] != "month":
            return {**data, "month": None}
        first = data["month"]
        if first is None:
            raise ma.ValidationError(gettext("请填写是哪个月的展示。"), "month")
        after = (first + dt.timedelta(days=31)).replace(day=1)
        begin, end = (dt.datetime.combine(day, dt.time(), _PLACE).astimezone(dt.UTC) for day in (first, after))
        return {**data, "valid_from": begin, "valid_until": end}
