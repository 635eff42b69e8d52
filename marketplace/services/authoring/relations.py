"""What is near an achievement and known to its author: work of his own on record already, or work he improved on."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Account, Achievement, Contributor, Improvement, JoinRequest, Mail
from marketplace.permissions import EDITABLE, Actor, Permission, owns, readable, require
from marketplace.services import achievement as achievements
from marketplace.services.authoring.drafting import editable

_LONGEST_PART = 2000


def ask_to_join(session: Session, actor: Actor, achievement_id: int, part: str) -> JoinRequest:
    """Ask the owner of an achievement to be named as one of its completers, saying what one did.

    Raises Invalid without that, Conflict where it is one's own already or was asked before.
    """
    require(actor, Permission.ACHIEVEMENT_SUBMIT)
    achievement, part = achievements.get(session, actor, achievement_id), part.strip()
    if owns(actor, achievement):
        raise Conflict(N_("这项成果本来就是您的。"))
    if not part or len(part) > _LONGEST_PART:
        raise Invalid({"part": [N_("请写明您在这项成果里做了什么，2000 字以内。")]})
    if session.scalar(sa.select(JoinRequest.id).filter_by(
        achievement_id=achievement.id, account_id=actor.account_id, state="open"
    )):  # fmt: skip
        raise Conflict(N_("您已经请求过，请等对方答复。"))
    asked = JoinRequest(achievement_id=achievement.id, account_id=actor.account_id, part=part)
    session.add(asked)
    session.flush()
    audit.record(session, actor, "ask_to_join", "achievement", achievement.id, payload={"request": asked.id})
    owner = session.get(Account, achievement.account_id) if achievement.account_id is not None else None
    if owner is not None:
        _write_to(session, owner, "join_asked", achievement)
    return asked


def join_requests(session: Session, actor: Actor) -> list[tuple[JoinRequest, Achievement, Account]]:
    """Return the open requests to join what belongs to the actor, the first asked first, each with who asks."""
    mine: list[sa.ColumnElement[bool]] = [Achievement.units.any(id=it) for it in sorted(actor.organisation_ids)]
    if actor.account_id is not None:
        mine += [
            Achievement.account_id == actor.account_id,
            Achievement.contributors.any(Contributor.account_id == actor.account_id),
        ]
    query = (
        sa.select(JoinRequest, Achievement, Account)
        .join(Achievement, Achievement.id == JoinRequest.achievement_id)
        .join(Account, Account.id == JoinRequest.account_id)
        .where(JoinRequest.state == "open", sa.or_(sa.false(), *mine))
        .order_by(JoinRequest.id)
    )
    return [(asked, achievement, person) for asked, achievement, person in session.execute(query)]


def asked_by(session: Session, actor: Actor) -> list[tuple[JoinRequest, Achievement]]:
    """Return what the actor asked to join and may still read, the last asked first."""
    query = (
        sa.select(JoinRequest, Achievement)
        .join(Achievement, Achievement.id == JoinRequest.achievement_id)
        .where(JoinRequest.account_id == actor.account_id, readable(Achievement, actor))
        .order_by(JoinRequest.id.desc())
    )
    return [(asked, achievement) for asked, achievement in session.execute(query)]


def answer_join(session: Session, actor: Actor, request_id: int, *, accepts: bool, reply: str = "") -> JoinRequest:
    """Accept or decline a request to join; a refusal needs a reason.

    Who is accepted is listed last and without a share, which the author then sets; in a record that is not being
    written he is named by the next change of it. Raises NotFound, NotAllowed for whoever does not own the record.
    """
    asked = session.get(JoinRequest, request_id)
    achievement = session.get(Achievement, asked.achievement_id) if asked is not None else None
    if asked is None or achievement is None or asked.state != "open":
        raise NotFound("join_request", request_id)
    if not owns(actor, achievement):
        raise NotAllowed("answer", "join_request")
    if not accepts and not reply.strip():
        raise Invalid({"reply": [N_("请写明理由。")]})
    asked.state, asked.reply = "accepted" if accepts else "declined", reply.strip()
    asked.answered_at, asked.answered_by = now(), actor.name
    person = session.get_one(Account, asked.account_id)
    if accepts and achievement.state in EDITABLE:
        achievement.contributors.append(
            Contributor(
                name=person.name, email=person.email, part=asked.part, position=len(achievement.contributors) + 1
            )
        )
        achievement.updated_at = now()
    session.flush()
    verb = "accept_join" if accepts else "decline_join"
    audit.record(session, actor, verb, "achievement", achievement.id, payload={"request": asked.id})
    _write_to(session, person, "join_answered", achievement)
    return asked


def improve_on(session: Session, actor: Actor, achievement_id: int, base_id: int) -> Improvement:
    """State that a draft improves on an achievement the actor may read; stating it twice changes nothing."""
    achievement = editable(session, actor, achievement_id)
    base = achievements.get(session, actor, base_id)
    known = session.get(Improvement, (achievement.id, base.id))
    if known is not None:
        return known
    if base.id == achievement.id:
        raise Conflict(N_("一项成果不能是它自己的改进。"))
    stated = Improvement(achievement_id=achievement.id, base_id=base.id)
    session.add(stated)
    session.flush()
    audit.record(session, actor, "state_improvement", "achievement", achievement.id, payload={"base": base.id})
    return stated


def bases_of(session: Session, actor: Actor, achievement: Achievement) -> list[Achievement]:
    """Return what an achievement improves on, as far as the actor may read it."""
    query = sa.select(Improvement.base_id).filter_by(achievement_id=achievement.id)
    return list(achievements.several(session, actor, session.scalars(query).all()).values())


def improvements_of(session: Session, actor: Actor, achievement: Achievement) -> list[Achievement]:
    """Return what improves on an achievement, as far as it is published or belongs to the actor."""
    query = sa.select(Improvement.achievement_id).filter_by(base_id=achievement.id)
    found = achievements.several(session, actor, session.scalars(query).all()).values()
    return [it for it in found if it.published_state == "published" or owns(actor, it)]


def _write_to(session: Session, person: Account, kind: str, achievement: Achievement) -> None:
    session.add(
        Mail(
            recipient=person.email,
            language=person.language,
            kind=kind,
            values={"title": " ".join(achievement.title.split())},
        )
    )
