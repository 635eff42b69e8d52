"""Whoever may not bind his unit asks those who may to sign: noted as an event, once a day by the same person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import day_of, today
from marketplace.errors import N_, Conflict
from marketplace.models import Account
from marketplace.permissions import Actor

MAY_SIGN = N_("您可以自己签，不必请别人。")
_VERB = "ask_to_sign"


def note(session: Session, actor: Actor, noun: str, object_id: int, asked: Sequence[Account]) -> None:
    """Note that the actor asks those who act for his unit; raise Conflict where there is nobody, or he did so today."""
    if not asked:
        raise Conflict(N_("单位在平台上还没有能签的账号：请单位工会或企业的经办人先注册，由上级工会核实。"))
    past = (it for it in audit.history(session, noun, object_id) if it.verb == _VERB and it.actor == actor.name)
    if any(day_of(it.at) == today() for it in past):
        raise Conflict(N_("今天已经通知过单位的经办人，请等他来签。"))
    audit.record(session, actor, _VERB, noun, object_id, payload={"asked": [it.id for it in asked]})
