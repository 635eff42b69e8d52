"""The forms of publicity; what a field may hold is said by the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm


class ObjectionForm(FlaskForm):
    text = wtforms.TextAreaField(_("异议的内容"), render_kw={"rows": 5, "maxlength": 4000})
    evidence = wtforms.TextAreaField(_("证据或线索"), render_kw={"rows": 3, "maxlength": 4000})
    name = wtforms.StringField(_("姓名或单位"), render_kw={"maxlength": 100, "autocomplete": "name"})
    contact = wtforms.StringField(_("联系方式"), render_kw={"maxlength": 120, "autocomplete": "tel"})

    def submitted(self) -> dict[str, Any]:
        """Return what was written, by the names of the schema."""
        return {name: self[name].data or "" for name in ("text", "evidence", "name", "contact")}

    def refuse(self, problems: Mapping[str, Sequence[str]]) -> None:
        """Put the sentences of the schema beside the fields they are about."""
        for name, sentences in problems.items():
            if name in self:
                self[name].errors = list(sentences)


class AnnouncementForm(FlaskForm):
    title = wtforms.StringField(_("公示的标题"), render_kw={"maxlength": 200})
    channel = wtforms.StringField(_("公示的渠道"), render_kw={"maxlength": 200})


class FindingForm(FlaskForm):
    finding = wtforms.TextAreaField(_("核查结论"), render_kw={"rows": 4, "maxlength": 4000})
