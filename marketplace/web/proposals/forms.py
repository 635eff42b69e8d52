"""The forms of a proposal and its benefit. What a field may hold is said by the schemas."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
import wtforms
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.models import Organisation, Proposal
from marketplace.models.proposals.benefit import ATTESTORS
from marketplace.web.account.forms import DomainForm
from marketplace.web.display import label
from marketplace.web.money import Yuan

_SPARE_AUTHORS = 2
_LONG = {"rows": 3, "maxlength": 5000}


def _categories() -> list[SelectChoice]:
    codes = vocabulary.proposal_categories
    return [SelectChoice("", _("未定")), *(SelectChoice(code, label(code, codes.name)) for code in codes)]


class AuthorForm(wtforms.Form):
    """One author; a row left empty is none."""

    name = wtforms.StringField(_("姓名"), render_kw={"maxlength": 100})
    share = wtforms.StringField(_("份额（%）"), render_kw={"maxlength": 6, "inputmode": "decimal"})
    email = wtforms.EmailField(_("邮箱（请他确认用）"), render_kw={"maxlength": 254, "autocomplete": "off"})


class ProposalForm(DomainForm):
    """Three short fields; everything else may stay as it is."""

    present_state = wtforms.TextAreaField(_("现状：哪里不好"), render_kw=_LONG)
    measure = wtforms.TextAreaField(_("措施：怎么改"), render_kw=_LONG)
    expected_effect = wtforms.TextAreaField(_("预期效果：改了以后怎样"), render_kw=_LONG)
    crew = wtforms.StringField(_("班组"), render_kw={"maxlength": 120})
    category = wtforms.SelectField(_("类别"), choices=_categories, validate_choice=False)
    title = wtforms.StringField(_("名称（不填就取措施的第一句）"), render_kw={"maxlength": 300})
    organisation_id = wtforms.SelectField(lazy_pgettext("组织", "单位"), validate_choice=False)
    is_pseudonymous = wtforms.BooleanField(_("不署名：只有本单位工会知道是谁提的"))
    authors = wtforms.FieldList(wtforms.FormField(AuthorForm), label=_("作者"))
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, proposal: Proposal) -> ProposalForm:
        """Return the form of a proposal as it stands, whatever was sent."""
        authors = [
            {"name": it.name, "share": f"{it.share.normalize():f}" if it.share else "", "email": it.email}
            for it in proposal.authors
        ]
        names = ("present_state", "measure", "expected_effect", "crew", "category", "title", "is_pseudonymous")
        return cls(formdata=None, data={
            **{name: getattr(proposal, name) for name in names},
            "organisation_id": str(proposal.organisation_id or ""), "authors": authors,
            "revision": str(proposal.revision),
        })  # fmt: skip

    def offer(self, units: list[Organisation]) -> None:
        """Let one choose among one's units, and give empty rows for further authors."""
        self.organisation_id.choices = [SelectChoice(str(unit.id), unit.name) for unit in units]
        empty = sum(not row.form.name.data for row in self.authors)
        for _row in range(_SPARE_AUTHORS - empty):
            self.authors.append_entry()

    def load(self, schema: ma.Schema) -> dict[str, Any] | None:
        """Return what the schema makes of the form, or None with the refusals beside the fields."""
        plain = {name: value for name, value in self.data.items() if name not in ("csrf_token", "revision")}
        plain["authors"] = [it for it in plain["authors"] if it["name"]]
        unit = plain["organisation_id"]
        plain["organisation_id"] = int(unit) if unit and unit.isascii() and unit.isdigit() and len(unit) < 10 else None
        try:
            data: dict[str, Any] = schema.load(plain)
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return data

    def revision_read(self) -> int:
        """Return the revision the form was filled from; what is no number matches none."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class AgreedForm(wtforms.Form):
    """One author as all agree to name him: his place, his share and what he did."""

    place = wtforms.IntegerField(_("顺序"), widget=widgets.NumberInput(min=1, max=50))
    name = wtforms.StringField(_("姓名"), render_kw={"readonly": True, "maxlength": 100})
    share = wtforms.StringField(_("份额（%）"), render_kw={"maxlength": 6, "inputmode": "decimal"})


class AuthorsForm(DomainForm):
    """The authors as they agree to be named; nobody joins or leaves by it."""

    authors = wtforms.FieldList(wtforms.FormField(AgreedForm), label=_("作者"))
    revision = wtforms.HiddenField(default="0")

    revision_read = ProposalForm.revision_read

    @classmethod
    def showing(cls, proposal: Proposal) -> AuthorsForm:
        authors = [
            {"place": it.position, "name": it.name, "share": f"{it.share.normalize():f}" if it.share else ""}
            for it in proposal.authors
        ]
        return cls(formdata=None, data={"authors": authors, "revision": str(proposal.revision)})

    def load(self, schema: ma.Schema) -> dict[str, Any] | None:
        """Return the authors in the order of their places, or None with the refusals beside the rows."""
        rows = sorted(self.authors.data, key=lambda row: row["place"] or 0)
        try:
            data: dict[str, Any] = schema.load({"authors": [{"name": it["name"], "share": it["share"]} for it in rows]})
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return data


class OneOfSeveral(DomainForm):
    """A form that shares its page with others, so that the names of its fields are not enough to tell them apart."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for field in self:
            field.id = field.label.field_id = f"{type(self).__name__}-{field.name}"


class PartForm(OneOfSeveral):
    adopted_part = wtforms.TextAreaField(_("采纳哪一部分"), render_kw={"rows": 2, "maxlength": 2000, "required": True})
    reason = wtforms.TextAreaField(
        _("其余部分为什么不采纳"), render_kw={"rows": 2, "maxlength": 2000, "required": True}
    )


class CompletionForm(OneOfSeveral):
    implementation = wtforms.TextAreaField(
        _("实施情况：做了什么，在哪里用"), render_kw={"rows": 3, "maxlength": 5000, "required": True}
    )
    first_used_on = wtforms.StringField(
        _("首次使用的日期（效益从这一天起算十二个月）"), widget=widgets.DateInput(), render_kw={"required": True}
    )


class MergeForm(OneOfSeveral):
    into = wtforms.IntegerField(_("并入的建议编号"), render_kw={"required": True})
    reason = wtforms.StringField(_("合并的理由（作者看得到）"), render_kw={"maxlength": 2000, "required": True})


class ReasonForm(OneOfSeveral):
    reason = wtforms.StringField(_("理由"), render_kw={"maxlength": 2000, "required": True})


_ATTESTORS = {"finance": _("单位财务"), "outside": _("外部机构")}
_TAX = {"excluded": _("不含税"), "included": _("含税")}


class PlanForm(OneOfSeveral):
    """What is agreed before a proposal is in use."""

    metric = wtforms.StringField(_("指标：量什么"), render_kw={"maxlength": 2000, "required": True})
    baseline = wtforms.StringField(_("基准：改之前是多少，哪段时间"), render_kw={"maxlength": 2000, "required": True})
    method = wtforms.StringField(_("方法：数据从哪里来，怎样算"), render_kw={"maxlength": 2000, "required": True})
    unit_of_output = wtforms.StringField(_("产量的单位"), render_kw={"maxlength": 40, "placeholder": _("如：件")})
    planned_attestor = wtforms.SelectField(
        _("由谁证明"),
        choices=[SelectChoice("", _("不需要证明")), *(SelectChoice(it, _ATTESTORS[it]) for it in ATTESTORS)],
        validate_choice=False,
    )
    tax_basis = wtforms.SelectField(
        _("计价"), choices=[SelectChoice(code, name) for code, name in _TAX.items()], validate_choice=False
    )


class ClaimForm(OneOfSeveral):
    """The four figures of the formula, or an effect in words."""

    unit_cost_before = Yuan(_("改之前的单位成本（元）"))
    unit_cost_after = Yuan(_("改之后的单位成本（元）"))
    yearly_output = wtforms.StringField(_("年产量"), render_kw={"inputmode": "decimal", "maxlength": 20})
    implementation_cost = Yuan(_("每年的实施费用（元）"))
    safety_effect = wtforms.TextAreaField(_("安全或环保效果（没有金额时填）"), render_kw={"rows": 2, "maxlength": 5000})


class AmountForm(OneOfSeveral):
    amount = Yuan(_("金额（元）；没有金额的效果请留空"))
    note = wtforms.TextAreaField(_("依据"), render_kw={"rows": 2, "maxlength": 2000, "required": True})
