"""What follows a contract: since when it is used, what it brought, who gets which part, the story told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.permissions import side_in, sides_of
from marketplace.runtime import runtime
from marketplace.schemas.benefit import AmountSchema, ClaimSchema
from marketplace.schemas.deal import ActualsSchema, PaymentSchema, RewardPaidSchema
from marketplace.services.benefit import steps
from marketplace.services.deal import benefits, income, rewarding, rooms, story
from marketplace.services.files import holding
from marketplace.services.files.refusal import FileRefused
from marketplace.web import files
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.deals.forms import ActualsForm, PaymentForm, RewardPaidForm, reward_prefix
from marketplace.web.doing import done, typed
from marketplace.web.proposals.forms import AmountForm
from marketplace.web.security import inert
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("deal_after", __name__, url_prefix="/deals")
blueprint.before_request(sign_in_first)


@blueprint.post("/<int:deal_id>/in-use")
def put_to_use(deal_id: int) -> ResponseReturnValue:
    text = request.form.get("first_used_on", "")

    def act(session: Session) -> None:
        benefits.put_to_use(session, actor(), deal_id, _day(text))

    return done(act, _("启用日期已写明。"), url_for("deals.show", deal_id=deal_id))


@blueprint.get("/<int:deal_id>/benefit")
def benefit(deal_id: int) -> str:
    return _benefit_page(deal_id)


@blueprint.post("/<int:deal_id>/benefit/claim")
def claim(deal_id: int) -> ResponseReturnValue:
    form = ActualsForm(prefix="claim-")
    plan, figures = _loaded(form, ActualsSchema()), _loaded(form, ClaimSchema())
    if plan is None or figures is None:
        return _benefit_page(deal_id, claim=form), 422
    return _benefit_done(
        deal_id, "claim", form, lambda session: benefits.claim(session, actor(), deal_id, plan, figures)
    )


@blueprint.post("/<int:deal_id>/benefit/<word>")
def decide(deal_id: int, word: str) -> ResponseReturnValue:
    """Attest or verify what was measured."""
    verb = {"attest": benefits.attest, "verify": benefits.verify}.get(word)
    if verb is None:
        raise NotFound("deal", deal_id)
    form = AmountForm(prefix=f"{word}-")
    if (data := form.load(AmountSchema())) is None:
        return _benefit_page(deal_id, **{word: form}), 422
    return _benefit_done(deal_id, word, form, lambda session: verb(session, actor(), deal_id, data))


@blueprint.get("/<int:deal_id>/income")
def income_of(deal_id: int) -> str:
    return _income_page(deal_id)


@blueprint.post("/<int:deal_id>/income")
def record_payment(deal_id: int) -> ResponseReturnValue:
    form = PaymentForm()
    if (data := form.load(PaymentSchema())) is None:
        return _income_page(deal_id, form), 422
    try:
        with unit_of_work(runtime().sessions) as session:
            income.record(session, actor(), deal_id, data)
    except Invalid as error:
        form.refuse_invalid(error)
        return _income_page(deal_id, form), 422
    except Conflict as error:
        form.form_errors = [error.text(_)]
        return _income_page(deal_id, form), 422
    flash(_("到账已登记，并按份额分配。"))
    return redirect(url_for(".income_of", deal_id=deal_id), 303)


@blueprint.post("/<int:deal_id>/income/<int:payment_id>/reward")
def pay_reward(deal_id: int, payment_id: int) -> ResponseReturnValue:
    """Record that the completers were given theirs, with the voucher chosen beside it."""
    form = RewardPaidForm(prefix=reward_prefix(payment_id))
    if (data := form.load(RewardPaidSchema())) is None:
        return _income_page(deal_id, rewards={payment_id: form}), 422
    sent = form.file.data
    try:
        with unit_of_work(runtime().sessions) as session:
            if sent:
                holding.attach(
                    session, actor(), runtime().files, "payment", payment_id, str(sent.filename), sent.read(), "finance"
                )
            rewarding.pay(session, actor(), deal_id, payment_id, data)
    except Invalid as error:
        form.refuse_invalid(error)
    except FileRefused as error:
        form.refuse({"file": [error.text(_)]})
    except Conflict as error:
        form.form_errors = [error.text(_)]
    else:
        flash(_("已记下，完成人收到了通知。"))
        return redirect(url_for(".income_of", deal_id=deal_id), 303)
    return _income_page(deal_id, rewards={payment_id: form}), 422


@blueprint.get("/income")
def own_income() -> str:
    """List what is the reader's own of all payments."""
    with runtime().sessions() as session:
        return render_template("deals/own_income.html", shares=income.own(session, actor()), today=today())


@blueprint.get("/income/<int:share_id>/statement.pdf")
@inert
def statement(share_id: int) -> Response:
    with runtime().sessions() as session:
        answer = Response(income.statement(session, actor(), share_id), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename=income-{share_id}.pdf"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/<int:deal_id>/story")
def write_story(deal_id: int) -> ResponseReturnValue:
    address = url_for("deals.show", deal_id=deal_id, _anchor="story")
    return done(
        lambda session: story.write(
            session, actor(), deal_id, typed("own_words", 5000), typed("own_words_english", 5000)
        ),
        _("成功案例已写好，等双方同意。"),
        address,
    )


@blueprint.post("/<int:deal_id>/story/agree")
def agree_story(deal_id: int) -> ResponseReturnValue:
    wording = request.form.get("wording", "")
    address = url_for("deals.show", deal_id=deal_id, _anchor="story")
    return done(lambda session: story.agree(session, actor(), deal_id, wording), _("你方已同意。"), address)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid({"first_used_on": [_("请填写日期，例如 2026-03-15。")]}) from None


def _loaded(form: DomainForm, schema: ma.Schema) -> dict[str, Any] | None:
    """Return what a schema makes of its fields of a form, or None with the refusals beside them."""
    try:
        data: dict[str, Any] = schema.load({name: form.data.get(name) for name in schema.fields})
    except ma.ValidationError as error:
        form.refuse(error.normalized_messages())
        return None
    return data


def _benefit_done(deal_id: int, name: str, form: DomainForm, act: Callable[[Session], object]) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            act(session)
    except Invalid as error:
        form.refuse_invalid(error)
        return _benefit_page(deal_id, **{name: form}), 422
    except Conflict as error:
        form.form_errors = [error.text(_)]
        return _benefit_page(deal_id, **{name: form}), 422
    flash(_("已办理。"))
    return redirect(url_for(".benefit", deal_id=deal_id), 303)


def _benefit_page(deal_id: int, **refused: DomainForm) -> str:
    with runtime().sessions() as session:
        deal = benefits.get(session, actor(), deal_id)
        held = benefits.of(session, deal)
        is_open = held is not None and held.claimed_at is not None and held.verified_at is None
        forms: dict[str, DomainForm] = {}
        if side_in(actor(), deal) == "enterprise" and deal.state == "implemented":
            forms["claim"] = ActualsForm(formdata=None, obj=held, prefix="claim-")
        if is_open and benefits.attests_as(actor(), deal):
            forms["attest"] = AmountForm(formdata=None, prefix="attest-")
        if is_open and held is not None and benefits.may_verify(actor(), deal):
            forms["verify"] = AmountForm(formdata=None, prefix="verify-", data={"amount": held.claimed})
        needed = steps.needed_attestor(session, held) if held is not None else None
        return render_template(
            "deals/benefit.html",
            deal=deal,
            benefit=held,
            needed=needed,
            forms={**forms, **refused},
            fields_of=fields_of,
            is_party=bool(sides_of(actor(), deal)),
            **(files.of(session, actor(), "benefit", held.id) if held is not None else {}),
        )


def _income_page(
    deal_id: int, form: PaymentForm | None = None, rewards: dict[int, RewardPaidForm] | None = None
) -> str:
    with runtime().sessions() as session:
        deal = rooms.enter(session, actor(), deal_id)
        if "owner" not in sides_of(actor(), deal):
            raise NotFound("deal", deal_id)
        share = income.usual_share(session, deal, today())
        payments = income.payments(session, actor(), deal)
        unpaid = [it for it in payments if it.reward and it.reward_paid_on is None and side_in(actor(), deal)]
        forms = {it.id: RewardPaidForm(formdata=None, prefix=reward_prefix(it.id)) for it in unpaid}
        begun = PaymentForm(formdata=None, data={"paid_on": today(), "reward_share": f"{share:f}"})
        return render_template(
            "deals/income.html",
            deal=deal,
            payments=payments,
            rewards={**forms, **(rewards or {})},
            vouchers={it.id: holding.files_of(session, actor(), "payment", it.id).files for it in payments},
            today=today(),
            least=income.least_share(session, deal, today()),
            form=form or begun,
            fields_of=fields_of,
        )
