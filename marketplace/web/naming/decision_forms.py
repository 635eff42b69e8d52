"""The forms of what is decided after scoring. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
import wtforms
from flask import request
from flask_babel import lazy_gettext as _
from wtforms import widgets

from marketplace.schemas.naming_decision import MeetingSchema
from marketplace.web.account.forms import DomainForm
from marketplace.web.awards.forms import as_number
from marketplace.web.demands.forms import sentences
from marketplace.web.studios.forms import Names

_TABLES = ("chosen", "changes", "tie_reason")


class MeetingForm(DomainForm):
    """The minutes; who of equals is chosen and where the meeting decided otherwise is told by the ranked list."""

    held_on = wtforms.StringField(_("会议日期"), widget=widgets.DateInput())
    place = wtforms.StringField(_("地点"), render_kw={"maxlength": 200})
    chair = wtforms.StringField(_("主持人"), render_kw={"maxlength": 100, "required": True})
    present = Names(_("出席的人（用顿号隔开）"), render_kw={"maxlength": 2000, "required": True})
    minutes = wtforms.TextAreaField(_("纪要和决定"), render_kw={"rows": 5, "maxlength": 20_000, "required": True})
    revision = wtforms.HiddenField(default="0")

    def load_meeting(self, sent: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what the schema makes of the minutes and what was ticked, or None with the refusals in place."""
        given = {name: value for name, value in self.data.items() if name in MeetingSchema().load_fields}
        try:
            data: dict[str, Any] = MeetingSchema().load(given | dict(sent))
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return data

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Put sentences beside the fields, and those about the list above the form."""
        super().refuse({name: found for name, found in messages.items() if name not in _TABLES})
        self.form_errors = [it for name in _TABLES if name in messages for it in sentences(messages[name])]


def sent_decisions() -> dict[str, Any]:
    """Return whom of equals the meeting chose, and each change that was ticked or has a reason, as they were sent."""
    sent = request.form
    changed = (name.removeprefix("to-") for name in sent if name.startswith("to-") and sent[name])
    return {
        "chosen": sent.getlist("chosen", type=int),
        "tie_reason": sent.get("tie_reason", ""),
        "changes": [
            {"application": as_number(it), "to": sent[f"to-{it}"], "reason": sent.get(f"reason-{it}", "")}
            for it in changed
        ],
    }


def asked_terms(names: Mapping[str, int]) -> dict[str, Any]:
    """Return the terms to try that the address states."""
    asked = request.args
    given: dict[str, Any] = {name: as_number(asked[name]) for name in ("quota", "cap", "line") if name in asked}
    weights = {name: as_number(asked[f"weight-{name}"]) for name in names if f"weight-{name}" in asked}
    return given | ({"weights": weights} if weights else {})


class NoticeForm(DomainForm):
    number = wtforms.StringField(_("文号"), render_kw={"maxlength": 120})
    text = wtforms.TextAreaField(
        _("通知正文（第一行是标题，最后一行是日期）"), render_kw={"rows": 12, "maxlength": 20_000}
    )
