"""Webhooks of whoever is signed in and of whom he acts for, each with its deliveries; its secret is shown once."""

from __future__ import annotations

import flask
from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.models.following.webhook import EVENTS, WITHHELD
from marketplace.runtime import runtime
from marketplace.schemas.webhook import WebhookSchema
from marketplace.services.webhook import keeping
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.doing import done
from marketplace.web.following.forms import WebhookForm

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")

blueprint.before_request(sign_in_first)


@blueprint.get("")
def listing() -> str:
    return _page(WebhookForm(formdata=None))


@blueprint.post("")
def register() -> ResponseReturnValue:
    form, held = WebhookForm(), runtime()
    data = form.load(WebhookSchema())
    if data is None:
        return _page(form), 422
    try:
        with unit_of_work(held.sessions) as session:
            made = keeping.register(session, actor(), data, allows_private=held.settings.webhook_private)
    except Invalid as error:
        form.refuse_invalid(error)
        return _page(form), 422
    # Shown in the answer itself: an address to come back to would show it twice.
    return _page(WebhookForm(formdata=None), made.secret), 201


@blueprint.get("/<int:webhook_id>")
def show(webhook_id: int) -> str:
    return _webhook_page(webhook_id)


@blueprint.post("/<int:webhook_id>/rotate")
def rotate(webhook_id: int) -> str:
    with unit_of_work(runtime().sessions) as session:
        secret = keeping.rotate(session, actor(), webhook_id).secret
    # Shown in the answer itself, like the first one.
    return _webhook_page(webhook_id, secret)


@blueprint.post("/<int:webhook_id>/<any(start, test, remove):action>")
def act(webhook_id: int, action: str) -> ResponseReturnValue:
    address = url_for(".show", webhook_id=webhook_id)
    if action == "start":
        return done(lambda session: keeping.start(session, actor(), webhook_id), _("已重新启用。"), address)
    if action == "test":
        told = _("试发已排入发送，几秒后刷新，看对方的回答。")
        return done(lambda session: keeping.test(session, actor(), webhook_id), told, address)
    return done(lambda session: keeping.remove(session, actor(), webhook_id), _("已删除。"), url_for(".listing"))


@blueprint.post("/<int:webhook_id>/deliveries/<int:delivery_id>/replay")
def replay(webhook_id: int, delivery_id: int) -> ResponseReturnValue:
    address = url_for(".show", webhook_id=webhook_id)
    return done(lambda session: keeping.replay(session, actor(), delivery_id), _("已排入发送。"), address)


@blueprint.after_request
def keep_out_of_caches(response: flask.Response) -> flask.Response:
    response.cache_control.no_store = True
    return response


def _webhook_page(webhook_id: int, secret: str | None = None) -> str:
    with runtime().sessions() as session:
        return render_template(
            "following/webhook.html",
            webhook=keeping.get(session, actor(), webhook_id),
            deliveries=keeping.deliveries(session, actor(), webhook_id),
            secret=secret,
            events=EVENTS,
            withheld=WITHHELD,
        )


def _page(form: WebhookForm, secret: str | None = None) -> str:
    with runtime().sessions() as session:
        found, units = keeping.listed(session, actor()), keeping.organisations(session, actor())
    form.offer(units)
    return render_template(
        "following/webhooks.html", form=form, webhooks=found, units=units, secret=secret, events=EVENTS
    )
