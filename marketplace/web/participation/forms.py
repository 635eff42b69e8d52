"""The forms of an entry and of closing a period. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace.models import Campaign, CampaignItem, ParticipationEntry
from marketplace.web.account.forms import DomainForm
from marketplace.web.honours.forms import day
from marketplace.web.participation.names import item_name
from marketplace.web.studios.forms import line, number


class OwnEntryForm(DomainForm):
    """What a worker says of himself; ``first_entry`` is the entry that said the same before."""

    first_entry: int | None = None

    item = wtforms.SelectField(_("哪一项"), validate_choice=False)
    day = day(_("哪一天"))
    subject = line(_("名称，例如比赛或项目的名称"), 100)
    evidence = wtforms.TextAreaField(_("依据：做了什么，谁可以证明"), render_kw={"rows": 2, "maxlength": 2000})

    def offer(self, items: Iterable[CampaignItem]) -> None:
        """Fill in the items that are typed in."""
        self.item.choices = [SelectChoice(it.code, item_name(it)) for it in items if it.by_hand]


class EntryForm(DomainForm):
    """What a unit says; ``first_entry`` is the entry that said the same before."""

    first_entry: int | None = None

    item = wtforms.SelectField(_("哪一项"), validate_choice=False)
    unit = line(_("单位（全称）"))
    day = day(_("哪一天"))
    person = line(_("姓名（按姓名填报时填写）"), 100)
    person_id = number(_("档案编号（有同名的人时填写）"))
    person_times = number(_("人次（按人数填报时填写）"))
    persons = number(_("人数：一个人只算一次（没有统计的不填）"))
    subject = line(_("名称，例如哪一期培训"), 100)
    evidence = wtforms.TextAreaField(_("依据"), render_kw={"rows": 2, "maxlength": 2000})
    reason = line(_("理由（补登已结账的月份时填写）"), 500)

    def offer(self, campaign: Campaign) -> None:
        """Fill in the items that are typed in."""
        self.item.choices = [SelectChoice(it.code, item_name(it)) for it in campaign.items if it.by_hand]


class CorrectionForm(EntryForm):
    """An entry as it should have been; the unit stays."""

    unit = None
    reason = line(_("更正的理由"), 500)
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, entry: ParticipationEntry, *, names_person: bool) -> CorrectionForm:
        """Return the form filled in with what an entry says now."""
        told = {name: getattr(entry, name) for name in ("day", "subject", "evidence", "revision")}
        if entry.person is None:
            told |= {"person_times": entry.person_times, "persons": entry.persons}
        elif names_person:
            told["person"] = entry.person.name
        else:
            told["person_id"] = entry.person_id
        return cls(formdata=None, data={**told, "day": entry.day.isoformat(), "item": entry.item.code})


class CloseForm(DomainForm):
    period = line(_("哪一期，例如 2026-03、2026-Q1、2026"), 10)
    unit = line(_("单位（全称；主办单位为全部单位结账的不填）"))
