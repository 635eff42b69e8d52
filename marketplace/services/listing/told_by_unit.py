"""Completers whom nobody can ask here are told of first refusal by their unit, which records what they said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import AuditEntry, Deal, FirstRefusal, FirstRefusalAnswer
from marketplace.permissions import Actor, can_see_contract, can_tell_completers
from marketplace.services.deal import rooms
from marketplace.services.listing import first_refusal

_DECIDED = N_("期限已过，或者条款已变、已有完成人受让，不能再记。")
_IN_PERSON = N_("这位完成人由平台通知，由他本人答复。")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the asking has come, told to both sides and to the office without naming anybody."""

    state: str
    completers: int
    told: int
    waived: int
    wanted: int
    ends_on: dt.date


def progress(session: Session, actor: Actor, deal: Deal) -> Progress | None:
    """Return how many completers were told and answered; None where nobody had to be asked or it is not his to know."""
    asked = first_refusal.of(session, deal)
    if asked is None or not can_see_contract(actor, deal):
        return None
    said = [it.answer for it in asked.answers]
    return Progress(
        state=asked.state, completers=len(said), told=sum(it.told_on is not None for it in asked.answers),
        waived=said.count("waived"), wanted=len(said) - said.count("waived") - said.count(None), ends_on=asked.ends_on,
    )  # fmt: skip


def question(session: Session, actor: Actor, deal_id: int) -> FirstRefusal:
    """Return what the completers of a deal were asked, with their names, for who acts for the owner's unit.

    Raises NotFound for anybody else, and where nobody had to be asked.
    """
    deal = rooms.enter(session, actor, deal_id)
    asked = first_refusal.of(session, deal)
    if asked is None or not can_tell_completers(actor, deal):
        raise NotFound("first_refusal", deal_id)
    return asked


def record(session: Session, actor: Actor, deal_id: int, answer_id: int, data: dict[str, Any]) -> FirstRefusalAnswer:
    """Record that a completer was told, and what he said, from what ``TellingSchema.load`` returned.

    His days begin with the day he was told. What was recorded may be added to and put right until it is over; each
    time is an event. Raises NotFound, NotAllowed for who does not act for the unit, Conflict where he is asked here or
    it is over, and Invalid for a day before the terms were agreed on.
    """
    deal, _side = rooms.hold(session, actor, deal_id)
    if not can_tell_completers(actor, deal):
        raise NotAllowed("record", "first_refusal")
    asked = first_refusal.of(session, deal)
    told = next((it for it in asked.answers if it.id == answer_id), None) if asked is not None else None
    if asked is None or told is None:
        raise NotFound("first_refusal", answer_id)
    first_refusal.hold(session, asked)
    session.refresh(told)
    if told.told_how == "platform":
        raise Conflict(_IN_PERSON)
    if not first_refusal.is_under_way(asked):
        raise Conflict(_DECIDED)
    if data["told_on"] < asked.starts_on:
        raise Invalid({"told_on": [N_("告知的日期不能早于双方就这些条款达成一致的日期。")]})
    days = dt.timedelta(rules.value(session, "first_refusal", asked.starts_on))
    told.told_on, told.told_how, told.told_by = data["told_on"], data["told_how"], data["told_by"]
    told.ends_on = data["told_on"] + days
    if (data["answer"] or None) != told.answer:
        told.answer, told.answered_at = data["answer"] or None, now() if data["answer"] else None
    asked.ends_on = max(it.ends_on for it in asked.answers if it.ends_on is not None)
    first_refusal.settle(asked)
    session.flush()
    payload = {**data, "told_on": data["told_on"].isoformat(), "completer": told.id}
    audit.record(
        session, actor, "record_telling", "first_refusal", asked.id,
        from_state="open", to_state=asked.state, payload=payload,
    )  # fmt: skip
    return told


def events(session: Session, actor: Actor, deal_id: int) -> Sequence[AuditEntry]:
    """Return what was asked and recorded, oldest first; raise as ``question`` does."""
    return audit.history(session, "first_refusal", question(session, actor, deal_id).id)
