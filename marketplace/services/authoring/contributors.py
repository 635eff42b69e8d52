"""Whoever made a record agrees in person to place, share and part, or the unit says why not (rule 5).

That holds for the completers of an achievement, for the authors of a proposal, and for those whose part a change of a
published achievement touches. Whoever is asked gets a link by mail that opens once, and finds the same question in his
account where he has one. Where place, share or part changes, the answer no longer holds and is asked for again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules, workflow
from marketplace.db import now, today
from marketplace.errors import N_, NOUNS, Conflict, Invalid, LinkSpent, NotAllowed, NotAtDesk, NotFound
from marketplace.models import (
    Account,
    Achievement,
    Agreeing,
    AmendedContributor,
    Amendment,
    Contributor,
    Mail,
    Proposal,
    ProposalAuthor,
)
from marketplace.permissions import (
    EDITABLE,
    Actor,
    Permission,
    can,
    can_edit_achievement,
    can_read_history,
    can_see_authors,
    is_author,
    require,
)
from marketplace.services.account import credentials

Record = Achievement | Proposal

_ASKED_AGAIN_AFTER = dt.timedelta(days=1)
# Until the first review the circle of completers may still be confirmed, and that of authors until they are judged.
_OPEN = {
    "achievement": ("draft", "submitted", "returned"),
    "proposal": (
        "draft", "submitted", "returned", "screened", "unit_review", "adopted", "partly_adopted", "shelved",
        "implementing", "implemented", "benefit_verified", "awarded",
    ),
}  # fmt: skip
_OF_ITS_AUTHOR = {"achievement": Permission.ACHIEVEMENT_SUBMIT, "proposal": Permission.PROPOSAL_SUBMIT}
_OF_THE_UNIT = {"achievement": Permission.ACHIEVEMENT_ENDORSE, "proposal": Permission.PROPOSAL_ANSWER}
# Where somebody is named, by the word an address has for it.
KINDS: dict[str, type[Agreeing]] = {
    "completer": Contributor, "author": ProposalAuthor, "amendment": AmendedContributor,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked, the record, and ``named``: the place, name and share of all it is to name, in order."""

    kind: str
    record: Record
    person: Agreeing
    named: list[tuple[int, str, Decimal | None]]


def asking(session: Session, record: Record) -> Sequence[Agreeing]:
    """Return those a record asks now, whatever they answered; nobody where it is not the time for it."""
    if record.state in _OPEN[record.__tablename__]:
        return record.authors if isinstance(record, Proposal) else record.contributors
    if isinstance(record, Achievement) and record.state == "final_review":
        open_one = session.scalar(sa.select(Amendment).filter_by(achievement_id=record.id, state="open"))
        return open_one.contributors if open_one is not None else ()
    return ()


def may_see(actor: Actor, record: Record) -> bool:
    """Say whether the actor may see who is asked and what each answered: who made the record, and who handles it."""
    if isinstance(record, Achievement):
        return can_read_history(actor, record)
    is_of_unit = can(actor, Permission.PROPOSAL_ANSWER, record) and can_see_authors(actor, record)
    return is_of_unit or is_author(actor, record)


def silent(session: Session, record: Record) -> int:
    """Return how many of those a record asks now have not agreed."""
    return sum(person.answer in ("unasked", "asked", "declined") for person in asking(session, record))


def ask(session: Session, actor: Actor, record: Record) -> list[Agreeing]:
    """Write to everybody who has not answered and whose address is known; return those.

    Nobody is written to twice within a day. Raises Conflict where nobody is asked any more.
    """
    asked = asking(session, record)
    if not asked:
        raise Conflict(N_("%(noun)s现在不需要谁来确认。"), noun=NOUNS[record.__tablename__])
    before = now() - _ASKED_AGAIN_AFTER
    waiting = [
        person
        for person in asked
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
                values={"secret": secret, "title": " ".join(record.title.split())},
            )
        )  # fmt: skip
    if waiting:
        session.flush()
        audit.record(session, actor, "ask_completers", record.__tablename__, record.id)
    return waiting


def ask_again(session: Session, actor: Actor, record: Record) -> list[Agreeing]:
    """``ask`` at the wish of somebody who made the record; raises NotAllowed for anybody else."""
    is_own = is_author(actor, record) if isinstance(record, Proposal) else can_edit_achievement(actor, record)
    if not is_own or not can(actor, _OF_ITS_AUTHOR[record.__tablename__]):
        raise NotAllowed("edit", record.__tablename__)
    return ask(session, actor, record)


def confirm_own(session: Session, actor: Actor, persons: Sequence[Agreeing]) -> None:
    """Take it that whoever writes down or submits his own share agrees to it."""
    account = session.get(Account, actor.account_id) if actor.account_id is not None else None
    if account is None:
        return
    for person in persons:
        if person.account_id is None and person.email == account.email:
            person.account_id = account.id
        if person.account_id == account.id and person.confirmed_at is None:
            _confirm(person)


def by_link(session: Session, secret: str) -> Asked:
    """Return what the link of a mail asks about; raise LinkSpent where it was used, is too old or never was."""
    held = credentials.hash_of(secret)
    for kind, model in KINDS.items():
        person = session.scalar(sa.select(model).filter_by(secret_hash=held))
        if person is not None and person.asked_at is not None:
            period = dt.timedelta(days=rules.value(session, "completer_link", today()))
            found = _asked(session, kind, person)
            if found is None or person.asked_at + period <= now():
                raise LinkSpent
            return found
    raise LinkSpent


def asked_of(session: Session, account: Account) -> list[Asked]:
    """Return where this account's answer is waited for, newest first of each kind."""
    found = []
    for kind, model in KINDS.items():
        query = sa.select(model).where(
            model.email == account.email, model.asked_at.is_not(None), model.confirmed_at.is_(None),
            model.declined_at.is_(None),
        )  # fmt: skip
        found += [_asked(session, kind, person) for person in session.scalars(query.order_by(model.id.desc()))]
    return [asked for asked in found if asked is not None]


def by_account(session: Session, account: Account, kind: str, person_id: int) -> Asked:
    """Return one of ``asked_of``; raise NotFound where this account is not asked."""
    for asked in asked_of(session, account):
        if (asked.kind, asked.person.id) == (kind, person_id):
            return asked
    raise NotFound("completer", person_id)


def answer(
    session: Session, actor: Actor, asked: Asked, *, agrees: bool, reason: str = "", account: Account | None = None
) -> None:
    """Keep what somebody answered; raise Invalid where he declines and gives no reason.

    An account whose address was asked is linked to its place, and sees the record from then on. Raises NotAllowed for a
    program whose token is not for such records.
    """
    person, record = asked.person, asked.record
    if actor.limits is not None and _OF_ITS_AUTHOR[record.__tablename__] not in actor.limits:
        raise NotAllowed("submit", record.__tablename__)
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
    audit.record(session, actor, verb, record.__tablename__, record.id, payload={asked.kind: person.id})


def excuse(session: Session, actor: Actor, record: Record, person_id: int, reason: str) -> Agreeing:
    """Let the unit state why somebody did not confirm; who declined is not excused.

    Raises NotAllowed or NotAtDesk for whoever does not stand at the desk of the unit, Invalid without a reason.
    """
    require(actor, _OF_THE_UNIT[record.__tablename__], record)
    persons = asking(session, record) if record.state not in EDITABLE else ()
    if not persons:
        raise Conflict(N_("%(noun)s现在不需要谁来确认。"), noun=NOUNS[record.__tablename__])
    desk = workflow.unit_desk(session, record)
    if not workflow.may_act(actor, record, desk):
        raise NotAtDesk(record.__tablename__, record.id, desk.role)
    person = next((it for it in persons if it.id == person_id), None)
    if person is None:
        raise NotFound("completer", person_id)
    if person.answer in ("confirmed", "declined"):
        raise Conflict(N_("这一位已经答复。不同意的，请由作者修改。"))
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    person.excused_at, person.excused_by, person.excuse = now(), actor.name, reason.strip()
    session.flush()
    noun = record.__tablename__
    audit.record(session, actor, "excuse_completer", noun, record.id, payload={"contributor": person.id})
    return person


def may_excuse(session: Session, actor: Actor, record: Record) -> bool:
    """Say whether the actor may state why somebody did not confirm."""
    if record.state in EDITABLE or not can(actor, _OF_THE_UNIT[record.__tablename__], record):
        return False
    return bool(asking(session, record)) and workflow.may_act(actor, record, workflow.unit_desk(session, record))


def obstacle(session: Session, record: Record) -> Conflict | None:
    """Return what holds a record up while somebody it asks has neither confirmed nor been excused.

    Who made a proposal under a pseudonym is not said: an office above the unit may be the one that is held up.
    """
    persons = asking(session, record)
    declined = [it.name for it in persons if it.answer == "declined"]
    waiting = [it.name for it in persons if it.answer in ("unasked", "asked")]
    if (declined or waiting) and isinstance(record, Proposal) and record.is_pseudonymous:
        return Conflict(
            N_("还有作者没有确认自己的份额，或者不同意。请等他们确认，或由单位工会说明原因、退回作者商定。")
        )
    if declined:
        message = N_("%(names)s 不同意自己的次序、份额或贡献，请退回作者修改，或者由作者重新商定、重新申请。")
        return Conflict(message, names="、".join(declined))
    if waiting:
        message = N_("%(names)s 还没有确认自己的份额。请等他们确认，或由单位说明未确认的原因。")
        return Conflict(message, names="、".join(waiting))
    return None


def require_answers(session: Session, _actor: Actor, record: Record) -> None:
    """Raise Conflict while there is an ``obstacle``."""
    if (found := obstacle(session, record)) is not None:
        raise found


def _asked(session: Session, kind: str, person: Agreeing) -> Asked | None:
    """Return the question to a person; None where his record asks nobody any more."""
    record: Record
    if isinstance(person, ProposalAuthor):
        record = session.get_one(Proposal, person.proposal_id)
        named = [(it.position, it.name, it.share) for it in record.authors]
    elif isinstance(person, AmendedContributor):
        # Here, because whoever only brings files in needs none of what checks forms.
        from marketplace.schemas.draft import draft_changes

        amendment = session.get_one(Amendment, person.amendment_id)
        record = session.get_one(Achievement, amendment.achievement_id)
        rows = draft_changes(amendment.changes)["contributors"]
        named = [(place, row["name"], row["share"]) for place, row in enumerate(rows, start=1)]
    else:
        assert isinstance(person, Contributor)
        record = session.get_one(Achievement, person.achievement_id)
        named = [(it.position, it.name, it.share) for it in record.contributors]
    return Asked(kind, record, person, named) if person in asking(session, record) else None


def _confirm(person: Agreeing) -> None:
    person.forget_answer()
    person.confirmed_at = now()


def _language(session: Session, email: str) -> str:
    return session.scalar(sa.select(Account.language).filter_by(email=email)) or "zh_Hans"
