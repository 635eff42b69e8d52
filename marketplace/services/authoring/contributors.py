"""The completers of an achievement: each agrees in person to place, share and part, or the unit says why not (rule 5).

Whoever is asked gets a link by mail that opens once, and finds the same question in his account where he has one. What
was agreed to is place, share and part: where one of them changes, the answer no longer holds and is asked for again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, LinkSpent, NotAtDesk, NotFound
from marketplace.models import Account, Achievement, Contributor, Mail, Task
from marketplace.permissions import Actor, Permission, can, require
from marketplace.services.account import credentials

_TERMS = ("position", "share", "part")
_ASKED_AGAIN_AFTER = dt.timedelta(days=1)
# Until the first review the circle of completers may still be confirmed.
ANSWERABLE = ("draft", "submitted", "returned")


def arrange(achievement: Achievement, rows: Sequence[Mapping[str, Any]]) -> None:
    """Make the completers those of the rows; whoever was listed by that name keeps the answer to the same terms."""
    listed = list(achievement.contributors)
    arranged = []
    for place, row in enumerate(rows, start=1):
        data = {"position": place, **row}
        person = next((it for it in listed if it.name == data["name"]), None)
        if person is None:
            person = Contributor(**data)
        else:
            listed.remove(person)
            _change(person, data)
        arranged.append(person)
    achievement.contributors = arranged


def ask(session: Session, actor: Actor, achievement: Achievement) -> list[Contributor]:
    """Write to every completer who has not answered and whose address is known; return those.

    Nobody is written to twice within a day. Raises Conflict where nobody is asked any more.
    """
    if achievement.state not in ANSWERABLE:
        raise Conflict(N_("成果现在不再需要完成人确认。"))
    before = now() - _ASKED_AGAIN_AFTER
    waiting = [
        person
        for person in achievement.contributors
        if person.email
        and person.answer in ("unasked", "asked")
        and (person.asked_at is None or person.asked_at < before)
    ]
    for person in waiting:
        secret = credentials.new_secret()
        person.asked_at, person.secret_hash = now(), credentials.hash_of(secret)
        session.add(
            Mail(
                recipient=person.email, language=_language(session, person.email), kind="part",
                values={"secret": secret, "title": " ".join(achievement.title.split())},
            )
        )  # fmt: skip
    if waiting:
        session.flush()
        audit.record(session, actor, "ask_completers", "achievement", achievement.id)
    return waiting


def confirm_own(actor: Actor, achievement: Achievement) -> None:
    """Take it that whoever submits agrees to his own share."""
    for person in achievement.contributors:
        if actor.account_id is not None and person.account_id == actor.account_id and person.confirmed_at is None:
            _confirm(person)


def by_link(session: Session, secret: str) -> tuple[Achievement, Contributor]:
    """Return what the link of a mail asks about; raise LinkSpent where it was used, is too old or never was."""
    person = session.scalar(sa.select(Contributor).filter_by(secret_hash=credentials.hash_of(secret)))
    if person is None or person.asked_at is None:
        raise LinkSpent
    period = dt.timedelta(days=rules.value(session, "completer_link", today()))
    achievement = session.get_one(Achievement, person.achievement_id)
    if person.asked_at + period <= now() or achievement.state not in ANSWERABLE:
        raise LinkSpent
    return achievement, person


def asked_of(session: Session, account: Account) -> list[tuple[Achievement, Contributor]]:
    """Return the achievements whose author waits for this account's answer, newest first."""
    query = (
        sa.select(Achievement, Contributor)
        .join(Contributor, Contributor.achievement_id == Achievement.id)
        .where(
            Contributor.email == account.email, Contributor.asked_at.is_not(None), Contributor.confirmed_at.is_(None),
            Contributor.declined_at.is_(None), Achievement.state.in_(ANSWERABLE),
        )
        .order_by(Achievement.id.desc())
    )  # fmt: skip
    return [(achievement, person) for achievement, person in session.execute(query)]


def by_account(session: Session, account: Account, contributor_id: int) -> tuple[Achievement, Contributor]:
    """Return one of ``asked_of``; raise NotFound where this account is not asked."""
    for achievement, person in asked_of(session, account):
        if person.id == contributor_id:
            return achievement, person
    raise NotFound("completer", contributor_id)


def answer(
    session: Session,
    actor: Actor,
    asked: tuple[Achievement, Contributor],
    *,
    agrees: bool,
    reason: str = "",
    account: Account | None = None,
) -> None:
    """Keep what a completer answered; raise Invalid where he declines and gives no reason.

    An account whose address was asked is linked to its place, and sees the achievement from then on.
    """
    achievement, person = asked
    if not agrees and not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    if account is not None and account.email == person.email:
        person.account_id = account.id
    if agrees:
        _confirm(person)
    else:
        person.declined_at, person.decline_reason, person.secret_hash = now(), reason.strip(), None
    session.flush()
    verb = "confirm_share" if agrees else "decline_share"
    audit.record(session, actor, verb, "achievement", achievement.id, payload={"contributor": person.id})


def excuse(session: Session, actor: Actor, achievement: Achievement, contributor_id: int, reason: str) -> Contributor:
    """Let the unit state why a completer did not confirm; who declined is not excused.

    Raises NotAllowed or NotAtDesk for whoever does not stand at the desk of the unit, Invalid without a reason.
    """
    require(actor, Permission.ACHIEVEMENT_ENDORSE, achievement)
    task = _at_the_unit(session, achievement)
    if task is None:
        raise Conflict(N_("只有等待单位确认的成果才能说明完成人未确认的原因。"))
    if not workflow.may_act(actor, achievement, task):
        raise NotAtDesk("achievement", achievement.id, task.role)
    person = next((it for it in achievement.contributors if it.id == contributor_id), None)
    if person is None:
        raise NotFound("completer", contributor_id)
    if person.answer in ("confirmed", "declined"):
        raise Conflict(N_("这位完成人已经答复。拒绝的，请退回作者修改完成人。"))
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    person.excused_at, person.excused_by, person.excuse = now(), actor.name, reason.strip()
    session.flush()
    audit.record(session, actor, "excuse_completer", "achievement", achievement.id, payload={"contributor": person.id})
    return person


def may_excuse(session: Session, actor: Actor, achievement: Achievement) -> bool:
    """Say whether the actor may state why a completer did not confirm."""
    task = _at_the_unit(session, achievement)
    is_office = can(actor, Permission.ACHIEVEMENT_ENDORSE, achievement)
    return task is not None and is_office and workflow.may_act(actor, achievement, task)


def require_answers(session: Session, actor: Actor, achievement: Achievement) -> None:
    """Raise Conflict while a completer has neither confirmed nor been excused."""
    declined = [it.name for it in achievement.contributors if it.answer == "declined"]
    if declined:
        message = N_("完成人 %(names)s 不同意自己的次序、份额或贡献，请退回作者修改。")
        raise Conflict(message, names="、".join(declined))
    silent = [it.name for it in achievement.contributors if it.answer in ("unasked", "asked")]
    if silent:
        message = N_("完成人 %(names)s 还没有确认自己的份额。请等他们确认，或由单位说明未确认的原因。")
        raise Conflict(message, names="、".join(silent))


def _at_the_unit(session: Session, achievement: Achievement) -> Task | None:
    if achievement.state != "submitted":
        return None
    return workflow.open_task(session, achievement) or workflow.desk_of(session, achievement)


def _change(person: Contributor, data: Mapping[str, Any]) -> None:
    had, has_moved = {name: getattr(person, name) for name in _TERMS}, data.get("email", "") != person.email
    for name, value in data.items():
        setattr(person, name, value)
    person.email, person.standing = data.get("email", ""), data.get("standing", [])
    if had != {name: getattr(person, name) for name in _TERMS}:
        person.confirmed_at = person.declined_at = person.excused_at = person.excused_by = None
        person.decline_reason = person.excuse = ""
        person.asked_at = person.secret_hash = None
    elif has_moved and person.answer == "asked":
        person.asked_at = person.secret_hash = None


def _confirm(person: Contributor) -> None:
    person.confirmed_at, person.secret_hash = now(), None
    person.excused_at, person.excused_by, person.excuse = None, None, ""


def _language(session: Session, email: str) -> str:
    return session.scalar(sa.select(Account.language).filter_by(email=email)) or "zh_Hans"
