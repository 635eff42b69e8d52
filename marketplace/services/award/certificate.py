"""The certificate of a golden idea as PDF, with the address where anybody verifies it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Nomination
from marketplace.permissions import Actor, can_follow_award, owns
from marketplace.services.award import granting
from marketplace.services.certificate import Stated
from marketplace.services.certificate import pdf as drawn
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
    zh, en = _label(nomination.grade, "zh_Hans"), _label(nomination.grade, "en")
    told = Stated(
        number=nomination.certificate_number or "",
        heading_en="Certificate of a golden idea",
        title=stated["title"],
        holders=stated["authors"],
        nobody="作者要求不署名 The author asked not to be named",
        unit=stated["unit"],
        where=nomination.award_round.title,
        said=f"被评为职工金点子{f'（{zh}）' if zh else ''}。",
        said_en=f"was chosen a workers' golden idea in the round named above{f', grade: {en}' if en else ''}.",
        is_of_work=True,
    )
    return drawn(told, nomination.granted_on or dt.date.min, address)


def _label(grade: str | None, language: Language) -> str:
    if not grade:
        return ""
    return award_grades.label(grade, language) if grade in award_grades else grade
