"""The form of a campaign: its terms, the items it counts, its rubric and its quotas, until somebody takes part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import wtforms
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models import Campaign
from marketplace.permissions import Actor
from marketplace.schemas.participation import CampaignSchema
from marketplace.services.outreach.events import hosts
from marketplace.services.participation.kinds import kinds
from marketplace.web.contests.forms import Lines, RowsForm, whole
from marketplace.web.demands.forms import industry_choices, region_choices, sentences
from marketplace.web.display import label
from marketplace.web.honours.forms import day, select
from marketplace.web.outreach.names import office_name
from marketplace.web.studios.forms import line, number, text

# What an item has that no field here shows stays as its kind or a program has set it.
_OF_ITEM = (
    "code", "zh", "en", "links", "is_own", "mentor_alone", "measure", "by_hand", "takes_batches", "needs_evidence",
)  # fmt: skip
_TYPED = ("zh", "en", "measure", "takes_batches", "needs_evidence")
# How many items may be added at a time.
_BLANK = 3


class ItemForm(wtforms.Form):
    """An item; ``code`` is empty for one that is added."""

    code = wtforms.HiddenField()
    zh = line(_("项目名称"), 120)
    en = line(_("英文名称"), 120)
    measure = select(_("计入哪个指标"), vocabulary.campaign_measures, N_("请选择"))
    takes_batches = wtforms.BooleanField(_("可以按人数填报"))
    needs_evidence = wtforms.BooleanField(_("填报要写依据"))
    removed = wtforms.BooleanField(_("删去这一项"))

    @property
    def is_said(self) -> bool:
        """Whether anything is written of an item that is to be counted."""
        return not self.removed.data and bool(self.code.data or self.zh.data or self.en.data)


class CampaignForm(RowsForm):
    """A campaign; without items of its own it counts those of its kind."""

    kind = select(_("类别"), vocabulary.campaign_kinds)
    title = line(lazy_pgettext("参与", "活动名称"))
    theme = line(_("主题"), 300)
    host = wtforms.SelectField(_("主办"), validate_choice=False)
    opens_on = day(_("第一天"))
    closes_on = day(_("最后一天"))
    competition_class = select(_("竞赛类别（劳动竞赛填写）"), vocabulary.competition_classes, N_("不是劳动竞赛"))
    region = wtforms.SelectField(_("限于哪个地区"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("限于哪个行业"), choices=industry_choices, validate_choice=False)
    eligibility = text(_("谁可以参加"))
    targets = Lines(_("目标（没有的不填）"), ("measure", "amount"), _("每行一个：指标 | 人次，例如 参加培训 | 5000"))
    rubric = Lines(
        _("评分标准（没有的不填）"), ("name", "points"), _("每行一项：项目 | 分值，合计 100，例如 安全生产 | 40")
    )
    quotas = Lines(
        _("名额（没有的不填）"), ("grade", "count"), _("每行一个，从高到低：奖项或等级 | 名额，例如 一等奖 | 10")
    )
    publicity_days = number(_("结果公示几个工作日（办比赛、评等级的填写）"), 0)
    items = wtforms.FieldList(wtforms.FormField(ItemForm), max_entries=60)
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
        lines = {
            "targets": [(label(it.measure, "campaign_measures"), it.amount) for it in campaign.targets],
            "rubric": campaign.rubric.items(),
            "quotas": campaign.quotas.items(),
        }
        told |= {name: "\n".join(f"{what} | {most}" for what, most in rows) for name, rows in lines.items()}
        items = [{name: getattr(it, name) for name in ("code", *_TYPED)} for it in campaign.items]
        return cls(formdata=None, data={**told, "items": [*items, *_blank()]})

    def fit(self, campaign: Campaign) -> None:
        """Leave out what a campaign has settled, its host, and what its kind does not ask for."""
        del self.host
        if not announces(campaign.kind):
            del self.publicity_days

    @classmethod
    def empty(cls) -> CampaignForm:
        """Return the form of a new campaign, or what was sent of one."""
        return cls(data={"publicity_days": 5, "items": _blank()})

    def read(self, campaign: Campaign | None = None) -> dict[str, Any] | None:
        """Return what ``CampaignSchema`` makes of the form, None with the refusals beside the fields.

        Items that are there stay while the kind does, those of another kind take their place.
        """
        codes = {label(it, "campaign_measures"): it for it in vocabulary.campaign_measures}
        targets = [
            {**row, "measure": codes.get(row["measure"], row["measure"]), "amount": whole(row.get("amount", ""))}
            for row in self.targets.rows()
        ]
        rows = self._items(campaign)
        if campaign is not None and not rows:
            self["items"].errors = [gettext("至少要有一项。")]
            return None
        twice = [it for it in (self.rubric, self.quotas) if len(_numbers(it)) < len(it.rows())]
        for field in twice:
            field.errors = [gettext("有一项写了两次。")]
        if twice:
            return None
        terms: dict[str, Any] = {"rubric": _numbers(self.rubric), "quotas": _numbers(self.quotas)}
        if "publicity_days" not in self and campaign is not None:
            terms["publicity_days"] = campaign.publicity_days
        return self.load(CampaignSchema(), targets=targets, items=rows, **terms)

    def refuse(self, messages: Mapping[str, Any]) -> None:
        told = dict(messages)
        found = told.get("items")
        if isinstance(found, Mapping):
            for at, inner in found.items():
                self._refuse_item(self._places[int(at)], inner)
            told["items"] = {"": gettext("有的项目需要改正。")}
        super().refuse(told)

    def offer(self, actor: Actor) -> None:
        """Fill in the offices that may host."""
        self.host.choices = [SelectChoice(key, office_name(it)) for key, it in hosts(actor).items()]

    # In which row each item stands that was read; those that come from the kind stand in none and are never refused.
    _places: Sequence[int] = ()

    def _items(self, campaign: Campaign | None) -> list[dict[str, Any]]:
        is_kept = campaign is not None and campaign.kind == self.kind.data
        known = {it.code: it for it in campaign.items} if campaign is not None and is_kept else {}
        rows: list[tuple[int, dict[str, Any]]] = []
        added: list[tuple[int, dict[str, Any]]] = []
        for at, form in enumerate(row.form for row in self["items"]):
            typed = {name: form[name].data for name in _TYPED}
            if not form.is_said:
                continue
            if form.code.data in known:
                rows.append((at, {**{name: getattr(known[form.code.data], name) for name in _OF_ITEM}, **typed}))
            elif not form.code.data:
                added.append((at, typed))
        if not is_kept and self.kind.data in kinds() and (added or campaign is not None):
            rows = [(-1, dict(it)) for it in kinds()[self.kind.data].items]
        codes = _codes({row["code"] for _at, row in rows})
        rows += [(at, {"code": next(codes), **typed}) for at, typed in added]
        self._places = [at for at, _row in rows]
        return [row for _at, row in rows]

    def _refuse_item(self, at: int, messages: Mapping[str, Any]) -> None:
        form = self["items"][at].form
        for name, found in messages.items():
            field = form[name if name in form else "zh"]
            field.errors = [*field.errors, *sentences(found)]


def announces(kind: str) -> bool:
    """Say whether a campaign of a kind announces prizes or grades, which are shown to the public first (rule 56)."""
    found = kinds().get(kind)
    return found is None or found.has_class or any(it.get("links") == "contest" for it in found.items)


def _blank() -> list[dict[str, Any]]:
    return [{} for _ in range(_BLANK)]


def _codes(taken: set[str]) -> Iterator[str]:
    return (code for code in (f"own{at}" for at in range(1, 1000)) if code not in taken)


def _numbers(field: Lines) -> dict[str, Any]:
    name, count = field.columns
    return {row[name]: whole(row.get(count, "") or "-") for row in field.rows()}
