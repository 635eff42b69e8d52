"""The authorisation letter and the integrity statement: drawn to be signed, and asked for before a unit endorses."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace import chain, documents, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Achievement
from marketplace.models.records.file import STATEMENTS
from marketplace.permissions import Actor, admitted_to, can_read

NAMES = {"authorisation_letter": N_("授权书"), "integrity_statement": N_("诚信承诺书")}
_DUTY = {True: "职务成果 duty", False: "非职务成果 non-duty", None: ""}
_WORKS_ON_IT = 3

_MISSING = {
    "authorisation_letter": N_("还缺签字盖章的授权书；请下载、签字，再把扫描件上传为“授权书”。"),
    "integrity_statement": N_("还缺签字的诚信承诺书；请下载、签字，再把扫描件上传为“诚信承诺书”。"),
}
_INFECTED = N_("授权书或诚信承诺书查出病毒，内容已经删除；请重新上传。")


def drawn(session: Session, actor: Actor, achievement_id: int, purpose: str) -> bytes:
    """Return a statement of ``STATEMENTS`` as PDF, to be signed; what the record does not say stays a blank line.

    Raises NotFound where there is no such statement or the actor may not read the record, NotAllowed where it is not
    his to sign or review.
    """
    achievement = session.get(Achievement, achievement_id)
    if achievement is None or not can_read(actor, achievement):
        raise NotFound("achievement", achievement_id)
    if purpose not in STATEMENTS:
        raise NotFound("file", purpose)
    if admitted_to(actor, achievement) < _WORKS_ON_IT:
        raise NotAllowed("read", "file")
    years = rules.value(session, "false_data_block", on=today())
    told = {**_facts(achievement), "code": check_code(achievement), "years": years}
    return documents.drawn(purpose, told, now())


def check_code(achievement: Achievement) -> str:
    """Return the code a statement carries: it tells whether what was signed is what the record says now."""
    digest = chain.sha256(chain.canonical(_facts(achievement))).upper()
    return f"{digest[:4]}-{digest[4:8]}"


def missing(achievement: Achievement) -> list[str]:
    """Return the statements, as codes, whose signed scan the record does not have."""
    brought = {file.purpose for file in achievement.attachments}
    return [purpose for purpose in STATEMENTS if purpose not in brought]


def require_signed(_session: Session, _actor: Actor, achievement: Achievement) -> None:
    """Raise Conflict where a signed statement is missing: without both nothing is endorsed (rule 2)."""
    for purpose in missing(achievement):
        raise Conflict(_MISSING[purpose])
    for file in achievement.attachments:
        if file.purpose in STATEMENTS and file.stored.scan == "infected":
            raise Conflict(_INFECTED)


def _facts(achievement: Achievement) -> dict[str, object]:
    return {
        "number": f"{achievement.id:06}",
        "title": achievement.title,
        "units": [unit.name for unit in achievement.units],
        "rights_holder": achievement.rights_holder,
        "duty": _DUTY[achievement.is_duty],
        "contributors": [
            {
                "order": it.position, "name": it.name, "part": it.part,
                "share": "" if it.share is None else f"{Decimal(it.share).normalize():f} %",
            }
            for it in achievement.contributors
        ],
    }  # fmt: skip
