"""The certificate of a golden idea as PDF, with the address where anybody verifies it."""

from __future__ import annotations

import datetime as dt
import io

import segno
from sqlalchemy.orm import Session

from marketplace.documents import drawn
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Nomination
from marketplace.permissions import Actor, can_follow_award, owns
from marketplace.services.award import granting
from marketplace.vocabulary import Language, award_grades


def may_take(actor: Actor, nomination: Nomination) -> bool:
    """Say whether the actor may take the certificate away: its holders, their unit, and the offices of the round."""
    return owns(actor, nomination.proposal) or can_follow_award(actor, nomination.award_round)


def pdf(session: Session, actor: Actor, number: str, address: str) -> bytes:
    """Return a certificate as PDF; ``address`` is that of the page that verifies it.

    Raises NotFound for a number never given, NotAllowed for whoever has no part in it and Conflict once it is revoked.
    """
    found = granting.verify(session, number)
    if found is None:
        raise NotFound("certificate", number)
    nomination = found.nomination
    if not may_take(actor, nomination):
        raise NotAllowed("read", "certificate")
    if not found.is_valid:
        raise Conflict(N_("这份证书已经撤销。"))
    stated = nomination.stated or {}
    granted = nomination.granted_on or dt.date.min
    told = {
        "number": nomination.certificate_number,
        "title": stated["title"],
        "authors": stated["authors"],
        "unit": stated["unit"],
        "round": nomination.award_round.title,
        "grade": _label(nomination.grade, "zh_Hans"),
        "grade_en": _label(nomination.grade, "en"),
        "day": f"{granted.year}年{granted.month}月{granted.day}日",
        "address": address,
        "code": _code(address),
    }
    return drawn("certificate", told, dt.datetime.combine(granted, dt.time(), dt.UTC))


def _label(grade: str | None, language: Language) -> str:
    if not grade:
        return ""
    return award_grades.label(grade, language) if grade in award_grades else grade


def _code(address: str) -> str:
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", xmldecl=False, border=1)
    return picture.getvalue().decode()
