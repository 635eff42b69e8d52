"""What an office decides: a step with its reason, the same step for many, or to stay away from a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from marketplace import audit, workflow
from marketplace.db import SessionFactory, unit_of_work
from marketplace.errors import (
    N_,
    Conflict,
    DomainError,
    Invalid,
    MustStayAway,
    NotAllowed,
    NotAtDesk,
    NotFound,
    StaleRevision,
)
from marketplace.models import Account, Achievement, Recusal
from marketplace.permissions import Actor, Grant
from marketplace.permissions.roles import OF_ITS_AUTHOR
from marketplace.services import achievement as achievements
from marketplace.services import task as tasks
from marketplace.services.proposal import answering as proposals
from marketplace.workflow import ACHIEVEMENT, PROPOSAL, offices
from marketplace.workflow.offices import Submission

_STEPS_OF_AUTHORS = {step.action for step in (*ACHIEVEMENT, *PROPOSAL) if step.permission in OF_ITS_AUTHOR}


@dataclass(frozen=True, slots=True)
class Item:
    """A record as it was when it was ticked."""

    noun: str
    object_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of several records: ``refusal`` says why nothing was done with it."""

    item: Item
    title: str
    refusal: DomainError | None = None


def act(
    session: Session, actor: Actor, item: Item, action: str, reason: str = "", mend: Sequence[str] = ()
) -> Submission:
    """Take a record one step for an office; ``mend`` names the fields to mend where it is returned.

    Raises NotFound, StaleRevision where somebody else did something with it since ``item`` was read, and what
    ``workflow.apply`` raises.
    """
    record = _held(session, actor, item)
    if action in _STEPS_OF_AUTHORS:
        raise NotAllowed("submit", item.noun)
    if isinstance(record, Achievement):
        achievements.act(session, actor, record.id, action, reason or None)
    else:
        proposals.act(session, actor, record.id, action, reason or None)
    if record.state == "returned" and mend:
        task = workflow.open_task(session, record)
        if task is not None:
            task.to_mend = list(mend)
    session.flush()
    return record


def act_on_each(
    factory: SessionFactory, actor: Actor, items: Sequence[Item], action: str, reason: str = ""
) -> list[Result]:
    """Take several records the same step, each in a transaction of its own, and say of each what became of it."""
    return [_result(factory, actor, item, action, reason) for item in dict.fromkeys(items)]


def stay_away(session: Session, actor: Actor, noun: str, object_id: int, reason: str) -> bool:
    """Have the actor stay away from a task of his office; say whether it was passed on to another office.

    It is where nobody else of the office may take it. Raises NotAtDesk, MustStayAway where he must anyway, Invalid
    without a reason, and Conflict where not even the province would have anybody left.
    """
    record = tasks.read(session, actor, noun, object_id)
    audit.hold(session, noun, object_id)
    task = workflow.open_task(session, record)
    if task is None:
        raise NotFound("task", object_id)
    if actor.account_id is None or not workflow.stands_at(actor, task):
        raise NotAtDesk(noun, object_id, task.role)
    bar = workflow.bar(actor, record, task)
    if bar is not None:
        raise MustStayAway(noun, bar)
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    away = {actor.account_id, *(recusal.account_id for recusal in task.recusals)}
    if task.role == "province_curator" and _province_is_empty(session, record, away):
        raise Conflict(N_("省总工会没有其他人可以办理这一项，请先由系统管理员增加人员。"))
    task.recusals.append(Recusal(account_id=actor.account_id, reason=reason.strip()))
    # The reason may name kin, so an event, which stays for ever, has its hash alone.
    audit.record(
        session, actor, "stay_away", noun, object_id,
        from_state=record.state, to_state=record.state, payload={"reason": reason.strip()},
    )  # fmt: skip
    session.flush()
    return workflow.pass_on(session, actor, record)


def see_contact(session: Session, actor: Actor, achievement_id: int) -> Achievement:
    """Return an achievement for its contact, to whoever may take a step with it; that it was seen stays on record."""
    record = tasks.read(session, actor, "achievement", achievement_id)
    if not isinstance(record, Achievement) or not tasks.turn_of(session, actor, record).steps:
        raise NotAllowed("review", "achievement")
    audit.record(session, actor, "see_contact", "achievement", record.id, reason="审核")
    session.flush()
    return record


def _result(factory: SessionFactory, actor: Actor, item: Item, action: str, reason: str) -> Result:
    title = ""
    try:
        with unit_of_work(factory) as session:
            record = tasks.read(session, actor, item.noun, item.object_id)
            title = record.title
            act(session, actor, item, action, reason)
    except DomainError as error:
        return Result(item, title, error)
    except (StaleDataError, IntegrityError):
        # Somebody else took a step at the same moment, and was first.
        return Result(item, title, StaleRevision(item.noun, item.object_id, item.revision, item.revision + 1))
    return Result(item, title)


def _held(session: Session, actor: Actor, item: Item) -> Submission:
    """Return a record as it was when ``item`` was read; nobody else changes it before the transaction ends."""
    record = tasks.read(session, actor, item.noun, item.object_id)
    session.refresh(record, with_for_update=True)
    # SQLite locks no row: it is only from here on that nobody else writes, so what is read again is what stays.
    audit.hold(session, item.noun, item.object_id)
    session.refresh(record)
    if record.revision != item.revision:
        raise StaleRevision(item.noun, item.object_id, item.revision, record.revision)
    return record


def _province_is_empty(session: Session, record: Submission, away: set[int]) -> bool:
    if not offices.is_vacant(session, Grant("province_curator"), record, away):
        return False
    return session.execute(offices.staff(Grant("admin")).where(Account.id.not_in(away)).limit(1)).first() is None
