"""The forms of what one follows. They render fields and read them back; schemas say what a field may hold."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace.web.account.forms import DomainForm
from marketplace.web.following.names import FREQUENCIES


class RevisedSearchForm(DomainForm):
    revision = wtforms.HiddenField()
    name = wtforms.StringField(_("名称"), render_kw={"maxlength": 120, "autocomplete": "off"})
    frequency = wtforms.RadioField(
        _("有新的结果"),
        choices=[SelectChoice(it, name) for it, name in FREQUENCIES.items()],
        default="at_once",
        validate_choice=False,
    )


class SavedSearchForm(RevisedSearchForm):
    text = wtforms.StringField(_("检索词"), render_kw={"maxlength": 300, "autocomplete": "off"})
