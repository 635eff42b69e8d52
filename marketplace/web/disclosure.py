"""What of an achievement is for whom, the statements to be signed, and personal data found before it is public.

A page of an achievement shows its part by ``of`` and the macros in ``_disclosure.html``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Invalid
from marketplace.models import Achievement
from marketplace.permissions import Actor, Permission, admitted_to, can
from marketplace.runtime import runtime
from marketplace.schemas import disclosure as layers
from marketplace.schemas.disclosure import DisclosureSchema
from marketplace.services import achievement as achievements
from marketplace.services.disclosing import personal_data
from marketplace.services.disclosing.layers import may_set, set_layers
from marketplace.services.files import statements
from marketplace.web.account.entrance import inside
from marketplace.web.actor import actor, sign_in_first

blueprint = Blueprint("disclosure", __name__, url_prefix="/achievements/<int:achievement_id>")

_NAMES = {name: lazy_gettext(called) for name, called in personal_data.FIELD_NAMES.items()}
FIELDS = _NAMES | {
    "indicator_tests": lazy_gettext("指标的检测方式"),
    "sites": _NAMES["applied_sites"],
    "contributors": _NAMES["completers"],
    "benefit_claimed": lazy_gettext("自报年效益"),
}
LAYERS = {
    layers.PUBLIC: lazy_gettext("L0 所有人"),
    layers.ENTERPRISES: lazy_gettext("L1 登录的企业"),
    layers.AGREED: lazy_gettext("L2 签了保密协议的企业"),
    layers.IN_THE_ROOM: lazy_gettext("L3 只在当面"),
}
_WORKS_ON_IT = 3
_FIELD, _FILE = re.compile(r"layer-([a-z_]{1,40})"), re.compile(r"file-([0-9]{1,9})")


def of(session: Session, reader: Actor, achievement: Achievement) -> dict[str, Any]:
    """Return what ``_disclosure.html`` shows to whoever owns or reviews an achievement; nothing to others."""
    if admitted_to(reader, achievement) < _WORKS_ON_IT:
        return {"disclosing": None}
    found = personal_data.uncleared(session, achievement)
    return {
        "disclosing": {
            "achievement_id": achievement.id,
            "may_set": may_set(session, reader, achievement),
            "statements": statements.NAMES,
            "missing": statements.missing(achievement),
            "check_code": statements.check_code(achievement),
            "personal_data": [(it, it.called(_), _(it.kind_name), it.shown(_)) for it in found],
            "may_clear": can(reader, Permission.ACHIEVEMENT_REVIEW, achievement),
        }
    }


@blueprint.get("/disclosure")
def show(achievement_id: int) -> ResponseReturnValue:
    return sign_in_first() or _page(achievement_id)


@blueprint.post("/disclosure")
def choose(achievement_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    try:
        data = DisclosureSchema().load(_sent())
        with unit_of_work(runtime().sessions) as session:
            set_layers(session, actor(), achievement_id, request.form.get("revision", 0, type=int), data)
    except ma.ValidationError as error:
        return _page(achievement_id, {str(name): list(_sentences(it)) for name, it in error.messages_dict.items()}), 422
    except Invalid as error:
        return _page(achievement_id, {name: [_(it) for it in found] for name, found in error.fields.items()}), 422
    flash(_("公开范围已设定。"))
    return redirect(url_for(".show", achievement_id=achievement_id), 303)


@blueprint.get("/statements/<purpose>")
def statement(achievement_id: int, purpose: str) -> Response:
    """Give out a statement to be printed and signed."""
    with runtime().sessions() as session:
        document = statements.drawn(session, actor(), achievement_id, purpose)
    answer = Response(document, mimetype="application/pdf")
    name = f"{statements.NAMES[purpose]}-{achievement_id:06}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/personal-data")
def clear(achievement_id: int) -> ResponseReturnValue:
    """Note that what was found in a place is meant for the public."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    sent = request.form
    place, kind, reason = (sent.get(name, "")[:2000] for name in ("place", "kind", "reason"))
    with unit_of_work(runtime().sessions) as session:
        personal_data.clear(session, actor(), achievement_id, place, kind, reason)
    flash(_("已记下：这一处可以公开。"))
    return redirect(inside(sent.get("back")) or url_for("catalogue.achievement", achievement_id=achievement_id), 303)


def _page(achievement_id: int, refused: dict[str, list[str]] | None = None) -> str:
    with runtime().sessions() as session:
        achievement = achievements.get(session, actor(), achievement_id)
        sent = request.form if refused is not None else {}
        closed = layers.nothing_is_filed(achievement)
        # What would be refused is not offered as chosen already.
        least = dict.fromkeys(layers.ENABLING, layers.ENTERPRISES if closed else layers.PUBLIC)
        chosen = {it: max(layers.chosen_layer(achievement, it), least.get(it, 0)) for it in layers.SETTABLE}
        return render_template(
            "disclosure/show.html",
            achievement=achievement,
            may_set=may_set(session, actor(), achievement),
            fields=[(it, FIELDS[it], sent.get(f"layer-{it}", chosen[it])) for it in layers.SETTABLE],
            files=[(it, sent.get(f"file-{it.id}", max(it.disclosure, int(closed)))) for it in achievement.attachments],
            enabling=layers.ENABLING,
            closed=closed,
            deferred=layers.is_deferred(achievement),
            protection=sent.get("protection", achievement.protection or ""),
            deferred_until=sent.get("deferred_until", achievement.deferred_until or ""),
            earliest=today(),
            protections=list(vocabulary.protections),
            layer_names=LAYERS,
            refused=refused or {},
            **of(session, actor(), achievement),
        )


def _sent() -> dict[str, Any]:
    form = request.form
    return {
        "protection": form.get("protection") or None,
        "deferred_until": form.get("deferred_until") or None,
        "layers": {name[1]: _number(layer) for key, layer in form.items() if (name := _FIELD.fullmatch(key))},
        "files": {name[1]: _number(layer) for key, layer in form.items() if (name := _FILE.fullmatch(key))},
    }


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 3 else text


def _sentences(messages: Any) -> Iterator[str]:
    if isinstance(messages, str):
        yield messages
    else:
        for below in messages.values() if isinstance(messages, dict) else messages:
            yield from _sentences(below)
