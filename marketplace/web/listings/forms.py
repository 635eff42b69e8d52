"""The forms of a listing, an offer, an auction and a bid. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Iterable

import wtforms
from flask_babel import lazy_gettext as _
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.models import FirstRefusalAnswer, Listing, Organisation
from marketplace.models.market.clearance import BY_UNIT
from marketplace.models.market.listing import MODES
from marketplace.services.listing.keeping import TERMS
from marketplace.web.account.forms import DomainForm
from marketplace.web.display import label
from marketplace.web.doing import typed
from marketplace.web.honours.forms import day, select
from marketplace.web.listings.names import MEANINGS, REFUSAL_ANSWERS, WAYS_TOLD
from marketplace.web.money import Yuan
from marketplace.web.studios.forms import line, text

ASKED = {"": _("请选择"), **{code: WAYS_TOLD[code] for code in BY_UNIT}}
SAID = {"": _("还没有答复"), **{code: REFUSAL_ANSWERS[code] for code in ("waived", "wanted")}}


def _modes() -> list[SelectChoice]:
    return [SelectChoice(code, f"{label(code, 'transfer_modes')}：{MEANINGS[code]}") for code in MODES]


class TermsForm(DomainForm):
    mode = wtforms.SelectField(_("怎样给别人用"), choices=_modes, validate_choice=False)
    price_form = select(_("怎样定价"), vocabulary.price_forms)
    price = Yuan(_("价格（元，挂牌定价的填写）"))
    may_sublicense = wtforms.BooleanField(_("对方可以再许可给别人（分许可）"))
    territory = line(_("地域，例如四川省；不填为不限"))
    term = line(_("期限，例如五年；不填为不限"))
    note = text(_("说明：包含哪些资料和服务，对对方有什么要求"), 2000)
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, listing: Listing) -> TermsForm:
        return cls(formdata=None, data={name: getattr(listing, name) for name in (*TERMS, "revision")})


class OfferForm(DomainForm):
    """An offer; ``offer`` leaves the choice of the enterprise out where there is one alone."""

    organisation_id = wtforms.SelectField(_("以哪家企业的名义"), coerce=int, validate_choice=False)
    note = wtforms.TextAreaField(_("给对方的话（可不填）"), render_kw={"rows": 2, "maxlength": 2000})

    def offer(self, enterprises: Iterable[Organisation]) -> None:
        self.organisation_id.choices = [SelectChoice(it.id, it.name) for it in enterprises]


class BidForm(DomainForm):
    amount = Yuan(_("出价（元）"))


class AuctionForm(DomainForm):
    start_price = Yuan(_("起拍价（元）"))
    increment = Yuan(_("每次至少加价（元）"))
    reserve = Yuan(_("保留价（元，可不填；只有您知道，没有达到就不成交）"))
    opens_at = wtforms.StringField(_("开始时间（北京时间）"), widget=widgets.DateTimeLocalInput())
    closes_at = wtforms.StringField(_("结束时间（北京时间）"), widget=widgets.DateTimeLocalInput())


class TellingForm(DomainForm):
    """That one completer was told of first refusal by his unit, and what he said."""

    told_on = day(_("哪天告知"))
    told_how = wtforms.SelectField(
        _("怎样告知"), choices=[SelectChoice(code, name) for code, name in ASKED.items()], validate_choice=False
    )
    told_by = line(_("由谁告知"), 100)
    answer = wtforms.SelectField(
        _("他的答复"), choices=[SelectChoice(code, name) for code, name in SAID.items()], validate_choice=False
    )

    @classmethod
    def showing(cls, told: FirstRefusalAnswer) -> TellingForm:
        given = {name: getattr(told, name) for name in ("told_on", "told_how", "told_by", "answer")}
        return cls(formdata=None, data=given, prefix=prefix(told.id))


def prefix(answer_id: int) -> str:
    """Return what sets the form about one completer apart from those about others on its page."""
    return f"completer-{answer_id}-"


class ReasonForm(DomainForm):
    reason = wtforms.StringField(_("理由"), render_kw={"maxlength": 1000})


def reason_given() -> str:
    """Return the reason that was sent with a button, empty where none was."""
    return typed("reason-reason", 1000)
