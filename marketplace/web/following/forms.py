"""The forms of what one follows. They render fields and read them back; schemas say what a field may hold."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from wtforms.fields.choices import SelectChoice

from marketplace.models import Organisation
from marketplace.models.following.webhook import EVENTS, OF_ORGANISATIONS
from marketplace.schemas.favourite import LONGEST_NOTE
from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import Ticks
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
    text = wtforms.StringField(lazy_pgettext("关注", "检索词"), render_kw={"maxlength": 300, "autocomplete": "off"})


class NoteForm(DomainForm):
    """A note to one of several marked records on a page."""

    note = wtforms.StringField(_("备注"), render_kw={"maxlength": LONGEST_NOTE, "autocomplete": "off"})

    @classmethod
    def of(cls, number: int, note: str) -> NoteForm:
        form = cls(formdata=None, data={"note": note})
        form.note.id = form.note.label.field_id = f"note-{number}"
        return form


class WebhookForm(DomainForm):
    """A webhook; ``offer`` lists for whom it may be, and one's own comes first."""

    organisation_id = wtforms.SelectField(
        _("为谁推送"), coerce=lambda value: int(value) if value else None, validate_choice=False, choices=[]
    )
    address = wtforms.URLField(_("接收推送的网址（https）"), render_kw={"maxlength": 500, "autocomplete": "off"})
    events = Ticks(_("什么事推送"), validate_choice=False)

    def offer(self, organisations: Iterable[Organisation]) -> None:
        units = [SelectChoice(it.id, it.name) for it in organisations]
        self.organisation_id.choices = [SelectChoice("", _("我自己")), *units]
        only = _("（只限自己的）") if units else ""
        self.events.choices = [
            SelectChoice(it, f"{_(name)}{only if it not in OF_ORGANISATIONS else ''}") for it, name in EVENTS.items()
        ]
