"""The forms of a deal. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models import OwnerShare
from marketplace.schemas.deal import LONGEST_MESSAGE
from marketplace.web.account.forms import DomainForm
from marketplace.web.deals.names import SEATS
from marketplace.web.honours.forms import day, select
from marketplace.web.money import Yuan
from marketplace.web.proposals.forms import ClaimForm
from marketplace.web.studios.forms import line, text


class TermsForm(DomainForm):
    """A version of the terms, beginning with the one that counts."""

    contract_kind = select(_("合同类别"), vocabulary.contract_kinds, N_("未定"))
    mode = select(_("转化方式"), vocabulary.transfer_modes, N_("未定"))
    licence_kind = select(_("许可种类（技术许可合同填写，不填为普通许可）"), vocabulary.licence_kinds, N_("未定"))
    territory = line(_("实施地域"))
    term = line(_("实施期限"))
    price_form = select(_("定价方式"), vocabulary.price_forms, N_("未定"))
    amount = Yuan(_("合同金额（元）"))
    technical_part = Yuan(_("其中技术交易额（元）"))
    payment = text(_("付款方式"), 2000)
    is_related_party = wtforms.BooleanField(_("双方有关联关系"))
    deliverables = text(_("交付的内容"))
    acceptance = text(_("验收的标准"))
    delivery_on = day(_("交付日期"))
    trial_on = day(_("试用日期"))
    acceptance_on = day(_("验收日期"))
    improvements = text(_("后续改进的归属"), 2000)
    liability = text(_("违约责任"), 2000)
    other = text(_("其他约定"))
    note = line(_("给对方的说明"), 2000)
    after = wtforms.IntegerField(widget=widgets.HiddenInput(), default=0)

    @classmethod
    def beginning(cls, terms: Mapping[str, Any], after: int) -> TermsForm:
        return cls(formdata=None, data={**terms, "after": after})


class MessageForm(DomainForm):
    text = wtforms.TextAreaField(_("留言"), render_kw={"rows": 3, "maxlength": LONGEST_MESSAGE, "required": True})


class TaskForm(DomainForm):
    title = line(_("要办的事"))
    seat = wtforms.SelectField(
        _("由谁办"), choices=[SelectChoice(code, name) for code, name in SEATS.items()], validate_choice=False
    )
    due_on = day(_("最迟哪天办完"))


class RegistrationForm(DomainForm):
    registration_no = line(_("认定登记号"), 60)
    registration_office = line(_("登记机构"), 120)
    registered_on = day(_("登记日期"))
    technical_part = Yuan(_("认定的技术交易额（元）"))
    revision = wtforms.HiddenField(default="0")


class PaymentForm(DomainForm):
    paid_on = day(_("到账日期"))
    amount = Yuan(_("到账金额（元）"))
    costs = Yuan(_("直接费用（元）：评估、登记、税费等"))
    reward_share = wtforms.StringField(
        _("净收入里奖励完成人的比例（%）"), render_kw={"inputmode": "decimal", "maxlength": 6}
    )
    note = line(_("说明"), 2000)


class RewardPaidForm(DomainForm):
    """That the completers were given theirs; the voucher is a file of the payment, chosen beside it."""

    reward_paid_on = day(_("发放日期"))
    file = wtforms.FileField(_("发放的凭证（工资单、银行回单等，PDF 或者照片）"))


def reward_prefix(payment_id: int) -> str:
    """Return what sets the form about one payment apart from those about others on its page."""
    return f"reward-{payment_id}-"


def shares_form(owners: Iterable[OwnerShare], *, sent: bool) -> DomainForm:
    """Return a form with a field for the part of each unit, beginning with what is stated."""
    fields = {
        share_field(it): wtforms.StringField(
            _("%(unit)s的份额（%%）", unit=it.organisation.name), render_kw={"inputmode": "decimal", "maxlength": 6}
        )
        for it in owners
    }
    stated = {share_field(it): f"{it.share:f}" for it in owners if it.share is not None}
    form: DomainForm = type("SharesForm", (DomainForm,), fields)(**({} if sent else {"formdata": None, "data": stated}))
    return form


def share_field(owner: OwnerShare) -> str:
    """Return what the field for the part of a unit is called."""
    return f"share_{owner.organisation_id}"


class ActualsForm(ClaimForm):
    metric = line(_("指标：量什么"), 2000)
    baseline = line(_("基准：用以前是多少，哪段时间"), 2000)
    method = line(_("方法：数据从哪里来，怎样算"), 2000)
    unit_of_output = line(_("产量的单位"), 40)
