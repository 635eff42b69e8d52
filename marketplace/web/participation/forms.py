"""The forms of a campaign, of an entry and of closing a period. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models import Campaign, CampaignItem, ParticipationEntry
from marketplace.permissions import Actor
from marketplace.schemas.participation import CampaignSchema
from marketplace.services.outreach.events import hosts
from marketplace.web.account.forms import DomainForm
from marketplace.web.contests.forms import Lines, RowsForm
from marketplace.web.demands.forms import industry_choices, region_choices
from marketplace.web.display import label
from marketplace.web.honours.forms import day, select
from marketplace.web.outreach.names import office_name
from marketplace.web.participation.names import item_name
from marketplace.web.studios.forms import line, number, text

# What a campaign has from the interface for programs, and keeps when its form is sent.
_KEPT = ("rubric", "quotas")
_OF_ITEM = (
    "code", "zh", "en", "links", "is_own", "mentor_alone", "measure", "by_hand", "takes_batches", "needs_evidence",
)  # fmt: skip


class CampaignForm(RowsForm):
    """A campaign; it counts the items of its kind. Others, rubric and quotas come by the interface for programs."""

    kind = select(_("类别"), vocabulary.campaign_kinds)
    title = line(lazy_pgettext("参与", "活动名称"))
    theme = line(_("主题"), 300)
    host = wtforms.SelectField(_("主办"), validate_choice=False)
    opens_on = day(_("第一天"))
    closes_on = day(_("最后一天"))
    competition_class = select(_("竞赛类别（劳动竞赛填写）"), vocabulary.competition_classes, N_("不是劳动竞赛"))
    region = wtforms.SelectField(_("限于哪个地区"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("限于哪个行业"), choices=industry_choices, validate_choice=False)
    publicity_days = number(_("结果公示几个工作日"), 0)
    eligibility = text(_("谁可以参加"))
    targets = Lines(_("目标（没有的不填）"), ("measure", "amount"), _("每行一个：指标 | 人次，例如 参加培训 | 5000"))
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, campaign: Campaign) -> CampaignForm:
        """Return the form filled in with what a campaign says now; its host stays who it is."""
        names = ("kind", "title", "theme", "competition_class", "publicity_days", "eligibility", "revision")
        told = {name: getattr(campaign, name) for name in names}
        told |= {name: getattr(campaign, name).isoformat() for name in ("opens_on", "closes_on")}
        for name in ("region", "industry"):
            scope = getattr(campaign, f"scope_{name}_path")
            told[name] = "" if scope == getattr(campaign, f"{name}_path") else scope.rsplit("/", 1)[-1]
        lines = [f"{label(it.measure, 'campaign_measures')} | {it.amount}" for it in campaign.targets]
        return cls(formdata=None, data={**told, "targets": "\n".join(lines)})

    def read(self, campaign: Campaign | None = None) -> dict[str, Any] | None:
        """Return what ``CampaignSchema`` makes of the form, with what a campaign has that no field here shows.

        None with the refusals beside the fields. The items stay as long as the kind does.
        """
        codes = {label(it, "campaign_measures"): it for it in vocabulary.campaign_measures}
        targets = [
            {**row, "measure": codes.get(row["measure"], row["measure"]), "amount": _number_of(row.get("amount", ""))}
            for row in self.targets.rows()
        ]
        kept: dict[str, Any] = {}
        if campaign is not None:
            kept = {name: getattr(campaign, name) for name in _KEPT}
            if campaign.kind == self.kind.data:
                kept["items"] = [{name: getattr(it, name) for name in _OF_ITEM} for it in campaign.items]
        return self.load(CampaignSchema(), targets=targets, **kept)

    def offer(self, actor: Actor) -> None:
        """Fill in the offices that may host."""
        self.host.choices = [SelectChoice(key, office_name(it)) for key, it in hosts(actor).items()]


def _number_of(given: str) -> int | str:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 14 else given


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
