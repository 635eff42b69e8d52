"""The forms of a report and of freezing it. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace.models import Campaign, Report
from marketplace.permissions import Actor
from marketplace.services.outreach.events import hosts
from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import Ticks, industry_choices, region_choices
from marketplace.web.outreach.names import office_name
from marketplace.web.reports.names import CHOICES, KINDS, ROWS
from marketplace.web.studios.forms import line

_COPIED = ("title", "table_number", "issued_by", "body", "kind", "rows", "columns")


def _choices(names: dict[str, object]) -> list[SelectChoice]:
    return [SelectChoice(code, called) for code, called in names.items()]


class ReportForm(DomainForm):
    """A report; it says how the table is made, and the period is chosen when it is opened."""

    title = line(_("表名"))
    kind = wtforms.SelectField(_("哪一种表"), choices=_choices(KINDS), validate_choice=False)
    campaign_id = wtforms.SelectField(_("哪个活动（只有“一个活动的情况表”要选）"), validate_choice=False)
    rows = wtforms.SelectField(_("每一行是"), choices=_choices(ROWS), validate_choice=False)
    columns = Ticks(_("人次和人数两栏以外，还要"), choices=_choices(CHOICES), validate_choice=False)
    host = wtforms.SelectField(_("填报的岗位"), validate_choice=False)
    region = wtforms.SelectField(_("限于哪个地区"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("限于哪个行业"), choices=industry_choices, validate_choice=False)
    table_number = line(_("表号"), 40)
    issued_by = line(_("制表机关"))
    body = line(_("填报单位（不填时写岗位的名称）"))

    def load(self, schema: object) -> dict[str, object] | None:
        # A choice is text, and the number of a campaign is not.
        chosen = str(self.campaign_id.data or "")
        self.campaign_id.data = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else None
        return super().load(schema)  # type: ignore[arg-type]

    def offer(self, actor: Actor, campaigns: Iterable[Campaign]) -> None:
        """Fill in the offices that may report, and the campaigns that may be reported on."""
        self.host.choices = [SelectChoice(key, office_name(it)) for key, it in hosts(actor).items()]
        self.campaign_id.choices = [SelectChoice("", "—"), *(SelectChoice(str(it.id), it.title) for it in campaigns)]
        if isinstance(self.campaign_id.data, int):
            self.campaign_id.data = str(self.campaign_id.data)

    @classmethod
    def showing(cls, report: Report) -> ReportForm:
        """Return the form with what a report is now."""
        data = {name: getattr(report, name) for name in _COPIED} | {"campaign_id": str(report.campaign_id or "")}
        for name in ("region", "industry"):
            data[name] = getattr(report, f"scope_{name}_path").rsplit("/", 1)[-1]
        return cls(formdata=None, data=data)


class FreezeForm(DomainForm):
    reason = line(_("理由（这一期已经冻结过的填写）"), 500)
