"""The forms of the desk. They render fields and read them back; what a field may hold is said by the schemas."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
import wtforms
from flask import request
from flask_babel import lazy_gettext as _
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace.models import Collection, Slot, Story
from marketplace.schemas.showcase import address_of
from marketplace.services.showcase.items import Reference, Seen
from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import sentences
from marketplace.web.showcase.names import CONSENTS, LANGUAGES, PLACES

_SPARE_ROWS = 3


def local(moment: dt.datetime | None) -> str:
    """Return a moment as a browser's field for date and time holds it, in the time of Sichuan."""
    return "" if moment is None else moment.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")


def _select(name: object, called: Mapping[str, Any]) -> wtforms.SelectField:
    offered = [SelectChoice(code, shown) for code, shown in called.items()]
    return wtforms.SelectField(name, choices=offered, validate_choice=False)


def _moment(name: object) -> wtforms.StringField:
    return wtforms.StringField(name, widget=widgets.DateTimeLocalInput())


class StoryForm(DomainForm):
    title = wtforms.StringField(_("标题"), render_kw={"maxlength": 120})
    lead = wtforms.StringField(_("导语"), render_kw={"maxlength": 300}, description=_("一两句话，首页和列表里显示。"))
    text = wtforms.TextAreaField(
        _("正文"), render_kw={"rows": 16, "maxlength": 20_000}, description=_("只写文字，每段一行；不用任何标记。")
    )
    language = _select(_("文字的语言"), LANGUAGES)
    consent = _select(_("文字和图片里出现的人"), CONSENTS)
    appearing = wtforms.TextAreaField(
        _("出现的人（同意公开的，逐个写明）"), render_kw={"rows": 2, "maxlength": 2000},
        description=_("只有展示工作台看得到；书面同意的扫描件附在故事的文件里。"),
    )  # fmt: skip
    agreed_on = wtforms.StringField(_("最后一位书面同意的日期"), widget=widgets.DateInput())
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, story: Story) -> StoryForm:
        names = ("title", "lead", "text", "language", "consent", "appearing", "agreed_on", "revision")
        return cls(formdata=None, data={name: getattr(story, name) for name in names})


class TimeForm(DomainForm):
    """From when until when the public sees something; what it lacks to be shown at all stands over the fields."""

    shown_from = _moment(_("从什么时候起（不填为现在）"))
    shown_until = _moment(_("到什么时候为止（不填为一直）"))

    @classmethod
    def showing(cls, record: Story | Collection) -> TimeForm:
        return cls(
            formdata=None, data={"shown_from": local(record.shown_from), "shown_until": local(record.shown_until)}
        )

    def refuse(self, messages: Mapping[str, Any]) -> None:
        super().refuse({name: found for name, found in messages.items() if name in self})
        self.form_errors = [said for name, found in messages.items() if name not in self for said in sentences(found)]


class SlotForm(DomainForm):
    place = _select(_("放在哪里"), PLACES)
    address = wtforms.StringField(
        _("放什么：那一页的网址"), render_kw={"maxlength": 300, "autocomplete": "off"},
        description=_("打开成果、工作室、故事或专题，把地址栏里的网址粘贴到这里。"),
    )  # fmt: skip
    note = wtforms.StringField(_("推荐语（可不填）"), render_kw={"maxlength": 200})
    month = wtforms.StringField(_("哪个月（只有“本月展示”填写）"), widget=widgets.MonthInput())
    valid_from = _moment(_("从什么时候起（不填为现在）"))
    valid_until = _moment(_("到什么时候为止（不填为一直）"))
    position = wtforms.IntegerField(_("次序（推荐栏里从小到大）"), default=1, widget=widgets.NumberInput(min=1, max=99))
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, slot: Slot) -> SlotForm:
        names = ("place", "note", "position", "revision")
        bounds = {} if slot.month else {name: local(getattr(slot, name)) for name in ("valid_from", "valid_until")}
        return cls(
            formdata=None,
            data={
                **{name: getattr(slot, name) for name in names}, **bounds,
                "address": address_of(slot.noun, slot.object_id),
                "month": slot.month.strftime("%Y-%m") if slot.month else "",
            },
        )  # fmt: skip


@dataclass
class Row:
    """One record of a collection as it is typed."""

    order: str = ""
    address: str = ""
    note: str = ""
    title: str = ""
    errors: list[str] = field(default_factory=list)

    def typed_order(self) -> float:
        """Return the number typed; what is none comes last."""
        return int(self.order) if self.order.isdecimal() and len(self.order) < 10 else math.inf


class CollectionForm(DomainForm):
    """A collection; its rows are put in order by the number typed, and one without address is none."""

    title = wtforms.StringField(_("标题"), render_kw={"maxlength": 120})
    lead = wtforms.TextAreaField(_("导语"), render_kw={"rows": 4, "maxlength": 2000})
    language = _select(_("文字的语言"), LANGUAGES)
    revision = wtforms.HiddenField(default="0")
    rows: list[Row]
    row_errors: list[str]

    @classmethod
    def showing(cls, collection: Collection, seen: Mapping[Reference, Seen]) -> CollectionForm:
        form = cls(formdata=None, data={n: getattr(collection, n) for n in ("title", "lead", "language", "revision")})
        form.rows = [
            Row(str(place), address_of(it.noun, it.object_id), it.note, seen[it.noun, it.object_id].title or "")
            for place, it in enumerate(collection.items, start=1)
        ]
        return form.with_spare_rows()

    @classmethod
    def empty(cls) -> CollectionForm:
        form = cls(formdata=None)
        form.rows = []
        return form.with_spare_rows()

    @classmethod
    def sent(cls) -> CollectionForm:
        form = cls()
        names = ("order", "address", "note")
        rows = [Row(*(it.strip() for it in row)) for row in zip(*map(request.form.getlist, names), strict=False)]
        filled = [row for row in rows if row.address]
        form.rows = sorted(filled, key=Row.typed_order)
        for place, row in enumerate(form.rows, start=1):
            row.order = str(place)
        return form

    def with_spare_rows(self) -> CollectionForm:
        self.row_errors = []
        self.rows += [Row(str(len(self.rows) + more)) for more in range(1, _SPARE_ROWS + 1)]
        return self

    def load(self, schema: ma.Schema) -> dict[str, Any] | None:
        given = {name: self[name].data for name in ("title", "lead", "language")}
        items = [{"address": row.address, "note": row.note} for row in self.rows]
        self.with_spare_rows()
        try:
            data: dict[str, Any] = schema.load({**given, "items": items})
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return data

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Put sentences beside the fields and the rows they are about."""
        of_items = messages.get("items", [])
        if isinstance(of_items, Mapping):
            for place, found in of_items.items():
                self.rows[int(place)].errors = list(sentences(found))
        else:
            self.row_errors = list(sentences(of_items))
        super().refuse({name: found for name, found in messages.items() if name != "items"})
