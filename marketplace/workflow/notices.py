"""Tell the author of a record by mail what an office, a panel or a vote has done with it (rule 25)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Account, Achievement, Proposal, Task
from marketplace.permissions import Actor
from marketplace.postbox import post

# The mail that tells of a state a record has reached. What is left out the author did himself, or need not hear of.
MAILS = {
    "unit_endorsed": "advanced", "first_review": "advanced", "final_review": "advanced", "publicity": "advanced",
    "screened": "advanced", "unit_review": "advanced", "implementing": "advanced", "implemented": "advanced",
    "benefit_verified": "advanced", "nominated": "advanced",
    "published": "accepted", "adopted": "accepted", "partly_adopted": "accepted", "awarded": "accepted",
    "shelved": "shelved", "returned": "returned", "objected": "objected",
    "rejected": "refused", "not_adopted": "refused", "revoked": "refused",
}  # fmt: skip


# Steps that lead back to a state of which something else is told.
_OF_STEPS = {"refuse_amendment": "refused", "take_back_amendment": None}


def tell_author(session: Session, actor: Actor, record: Achievement | Proposal, task: Task | None, action: str) -> None:
    """Queue the mail about the state a record has reached, to whoever submitted it and each confirmed co-author.

    ``action`` is the step it reached it by. ``task`` is what the record waits for now; its last day is when a returned
    record is expected back.
    """
    kind = _OF_STEPS.get(action, MAILS.get(record.state))
    if kind is None:
        return
    members = record.authors if isinstance(record, Proposal) else record.contributors
    told = {record.account_id, *(member.account_id for member in members if member.confirmed_at is not None)}
    wanted = told - {None, actor.account_id}
    if not wanted:
        return
    day = task.due_on.isoformat() if task is not None and task.due_on is not None else ""
    for account in session.scalars(sa.select(Account).where(Account.id.in_(wanted), Account.is_active)):
        post(session, account, kind, noun=record.__tablename__, number=str(record.id), day=day)
