"""The states of a record as data, and the one function that changes them.

A transition names its action, the states it leaves, the state it reaches, the permission it needs and whether a
reason must be given. ``apply`` checks all of them and writes the event; nothing else sets ``state``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, NOUNS, Conflict, Invalid
from marketplace.models import Achievement, AuditEntry, Demand, Match
from marketplace.permissions import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class Transition:
    action: str
    sources: tuple[str, ...]
    target: str
    permission: Permission
    needs_reason: bool = False


_REVIEWED = ("submitted", "unit_endorsed", "first_review", "final_review")
_SUBMIT, _REVIEW, _VERIFY = Permission.ACHIEVEMENT_SUBMIT, Permission.ACHIEVEMENT_REVIEW, Permission.DEMAND_VERIFY

ACHIEVEMENT = (
    Transition("submit", ("draft", "returned"), "submitted", _SUBMIT),
    Transition("endorse", ("submitted",), "unit_endorsed", _REVIEW),
    Transition("pass_first_review", ("unit_endorsed",), "first_review", _REVIEW),
    Transition("pass_final_review", ("first_review",), "final_review", _REVIEW),
    Transition("announce", ("final_review",), "publicity", _REVIEW),
    Transition("publish", ("publicity",), "published", _REVIEW),
    Transition("archive", ("published",), "archived", _REVIEW),
    Transition("return", _REVIEWED, "returned", _REVIEW, needs_reason=True),
    Transition("reject", _REVIEWED, "rejected", _REVIEW, needs_reason=True),
    Transition("object", ("publicity",), "objected", _REVIEW, needs_reason=True),
    Transition("dismiss_objection", ("objected",), "publicity", _REVIEW, needs_reason=True),
    Transition("withdraw", ("draft", *_REVIEWED, "returned"), "withdrawn", _SUBMIT),
    Transition("revoke", ("published", "archived"), "revoked", _REVIEW, needs_reason=True),
)

DEMAND = (
    Transition("submit", ("draft",), "submitted", Permission.DEMAND_POST),
    Transition("verify", ("submitted",), "verified", _VERIFY),
    Transition("open", ("verified",), "open", _VERIFY),
    Transition("begin_talks", ("open",), "in_talks", _VERIFY),
    Transition("solve", ("open", "in_talks"), "solved", _VERIFY),
    Transition("close", ("submitted", "verified", "open", "in_talks"), "closed_unsolved", _VERIFY, needs_reason=True),
    Transition("expire", ("open",), "expired", _VERIFY),
)

_PROPOSED = ("suggested", "seen")
_ANSWER = Permission.MATCH_ANSWER

# Both sides must want it: the second interest makes it mutual, and either side may decline.
MATCH = (
    Transition("interest_of_enterprise", _PROPOSED, "interest_e", _ANSWER),
    Transition("interest_of_enterprise", ("interest_o",), "mutual", _ANSWER),
    Transition("interest_of_owner", _PROPOSED, "interest_o", _ANSWER),
    Transition("interest_of_owner", ("interest_e",), "mutual", _ANSWER),
    Transition("decline", (*_PROPOSED, "interest_e", "interest_o", "mutual"), "declined", _ANSWER, needs_reason=True),
)

Record = Achievement | Demand | Match

_TABLES: dict[type[Record], tuple[str, tuple[Transition, ...]]] = {
    Achievement: ("achievement", ACHIEVEMENT),
    Demand: ("demand", DEMAND),
    Match: ("match", MATCH),
}


def apply(
    session: Session,
    actor: Actor,
    record: Record,
    action: str,
    reason: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Take a record one step along its way, and return the event, which keeps the hash of ``payload``.

    Raises Conflict when the action does not exist or does not start in the present state, NotAllowed without the
    permission, and Invalid when a reason is needed and none is given.
    """
    noun, table = _TABLES[type(record)]
    transition = _find(table, noun, action, record.state)
    require(actor, transition.permission, None if isinstance(record, Match) else record)
    if transition.needs_reason and not (reason or "").strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    before, record.state = record.state, transition.target
    _establish_facts(actor, record)
    return audit.record(
        session,
        actor,
        action,
        noun,
        record.id,
        from_state=before,
        to_state=record.state,
        reason=reason,
        payload=payload,
    )


def actions(record: Record) -> list[str]:
    """Return the actions that start in the record's present state."""
    _noun, table = _TABLES[type(record)]
    return [transition.action for transition in table if record.state in transition.sources]


def _find(table: Sequence[Transition], noun: str, action: str, state: str) -> Transition:
    for transition in table:
        if transition.action == action and state in transition.sources:
            return transition
    possible = "、".join(t.action for t in table if state in t.sources) or "无"
    message = N_("%(noun)s现处于 %(state)s 状态，不能执行 %(action)s；现在可以执行：%(possible)s。")
    raise Conflict(message, noun=NOUNS[noun], state=state, action=action, possible=possible)


def _establish_facts(actor: Actor, record: Record) -> None:
    """Set what the new state implies; the database refuses a state whose facts are missing."""
    if isinstance(record, Achievement):
        if record.state == "published":
            record.published_state, record.published_at = "published", record.published_at or now()
        elif record.state == "revoked":
            record.published_state = "revoked"
    elif isinstance(record, Demand) and record.state == "verified":
        record.verified_by, record.verified_at = actor.name, now()
