"""The one function that changes a state: it checks the step, writes the event and moves the record to the next desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace import audit, state_names
from marketplace.db import now, today
from marketplace.errors import N_, NOUNS, Conflict, Invalid, MustStayAway, NotAtDesk
from marketplace.models import (
    Achievement,
    AuditEntry,
    CompetitionRegistration,
    CompetitionShowcase,
    Contestant,
    Deal,
    Demand,
    Listing,
    Match,
    PriceNotice,
    Proposal,
    StudioApplication,
)
from marketplace.models.proposals.proposal import DECIDED
from marketplace.permissions import Actor, can, require
from marketplace.workflow import desks, notices
from marketplace.workflow.tables import (
    ACHIEVEMENT,
    COMPETITION_REGISTRATION,
    COMPETITION_SHOWCASE,
    CONTESTANT,
    DEAL,
    DEMAND,
    LISTING,
    MATCH,
    PRICE_NOTICE,
    PROPOSAL,
    STUDIO_APPLICATION,
    Transition,
)

Record = (
    Achievement | CompetitionRegistration | CompetitionShowcase | Contestant | Deal | Demand | Listing | Match
    | PriceNotice | Proposal | StudioApplication
)  # fmt: skip

# What lies in no place of its own: whose a step is to take, the service asked.
_PLACELESS = (CompetitionRegistration, CompetitionShowcase, Contestant, Deal, Listing, Match, PriceNotice)

_TABLES: dict[type[Record], tuple[str, tuple[Transition, ...]]] = {
    Achievement: ("achievement", ACHIEVEMENT),
    CompetitionRegistration: ("competition_registration", COMPETITION_REGISTRATION),
    CompetitionShowcase: ("competition_showcase", COMPETITION_SHOWCASE),
    Contestant: ("contestant", CONTESTANT),
    Deal: ("deal", DEAL),
    Demand: ("demand", DEMAND),
    Listing: ("listing", LISTING),
    Match: ("match", MATCH),
    PriceNotice: ("price_notice", PRICE_NOTICE),
    Proposal: ("proposal", PROPOSAL),
    StudioApplication: ("studio_application", STUDIO_APPLICATION),
}


def apply(
    session: Session,
    actor: Actor,
    record: Record,
    action: str,
    reason: str | None = None,
    payload: Mapping[str, Any] | None = None,
    *,
    process: str = "",
) -> AuditEntry:
    """Take a record one step along its way, and return the event, which keeps the hash of ``payload``.

    Raises Conflict when the action does not exist or does not start in the present state, NotAllowed without the
    permission, NotAtDesk where the record lies with another office, and Invalid when a reason is needed and none is
    given. A step that is part of a process is taken with its name only, by the service that keeps the facts of it.
    What a deputy does at a colleague's desk is signed for both. Nothing else sets ``state``.
    """
    noun, table = _TABLES[type(record)]
    transition = _find(table, noun, action, record)
    if transition.process != process:
        raise Conflict(N_("这一步不能单独执行：它是公示、评选或合并的一部分，请在那里办理。"))
    require(actor, transition.permission, None if isinstance(record, _PLACELESS) else record)
    if transition.at_desk and isinstance(record, Achievement | Proposal):
        actor = signing(session, actor, record)
    if transition.needs_reason and not (reason or "").strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    before, record.state = record.state, transition.target
    _establish_facts(actor, record, action, reason)
    event = audit.record(
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
    if isinstance(record, Achievement | Proposal):
        notices.tell_author(session, actor, record, desks.move(session, actor, record), action)
    return event


def actions(record: Record) -> list[str]:
    """Return the actions that start in the record's present state, each taken by itself."""
    _noun, table = _TABLES[type(record)]
    return list(dict.fromkeys(it.action for it in _open(table, record)))


def actions_of(session: Session, actor: Actor, record: Record) -> list[Transition]:
    """Return the transitions the actor may take now, in the order of the table."""
    _noun, table = _TABLES[type(record)]
    scope = None if isinstance(record, _PLACELESS) else record
    possible = [it for it in _open(table, record) if can(actor, it.permission, scope)]
    if not any(it.at_desk for it in possible) or not isinstance(record, Achievement | Proposal):
        return possible
    task = desks.open_task(session, record) or desks.desk_of(session, record)
    stands_there = task is not None and desks.may_act(actor, record, task)
    return [it for it in possible if stands_there or not it.at_desk]


def signing(session: Session, actor: Actor, record: Achievement | Proposal) -> Actor:
    """Return who signs a step at the desk a record lies on: the actor, for an absent colleague where he is a deputy.

    Raises NotAtDesk where the actor does not stand there, MustStayAway where he must leave it to somebody else.
    """
    task = desks.open_task(session, record) or desks.desk_of(session, record)
    if task is None:
        return actor
    if desks.may_act(actor, record, task):
        desk = desks.deputised(actor, record, task)
        return actor if desk is None else actor.as_deputy(desk)
    bar = desks.bar(actor, record, task)
    if bar is not None and desks.stands_at(actor, task):
        raise MustStayAway(record.__tablename__, bar)
    raise NotAtDesk(record.__tablename__, record.id, task.role)


def _open(table: Sequence[Transition], record: Record) -> list[Transition]:
    return [it for it in table if _starts(it, record) and not it.process]


def _starts(transition: Transition, record: Record) -> bool:
    # Where a change of a published record is reviewed, the record itself is not returned, rejected or withdrawn.
    is_amended = isinstance(record, Achievement) and record.published_state == "published"
    is_of_a_new_one = transition.action in ("return", "reject", "withdraw")
    return record.state in transition.sources and not (is_amended and is_of_a_new_one)


def _find(table: Sequence[Transition], noun: str, action: str, record: Record) -> Transition:
    found = [it for it in table if it.action == action and _starts(it, record)]
    # A merge that is undone leads back to where the proposal stood.
    before = record.state_before_merge if isinstance(record, Proposal) else None
    for transition in found:
        if len(found) == 1 or transition.target == before:
            return transition
    message = N_("%(noun)s现在的状态是“%(state)s”，这一步不能再办；请重新打开，看现在能办什么。")
    raise Conflict(message, noun=NOUNS[noun], state=state_names.name(noun, record.state))


def _establish_facts(actor: Actor, record: Record, action: str, reason: str | None) -> None:
    """Set what the new state implies; the database refuses a state whose facts are missing."""
    if isinstance(record, Achievement):
        if record.state == "published":
            record.published_state, record.published_at = "published", record.published_at or now()
        elif record.state == "revoked":
            record.published_state = "revoked"
    elif isinstance(record, CompetitionRegistration):
        record.taken_back_because = _because(reason) if record.state in ("struck", "revoked") else ""
    elif isinstance(record, CompetitionShowcase) and record.state in ("struck", "revoked"):
        record.revoked_on, record.revoked_because = today(), _because(reason)
    elif isinstance(record, Demand) and record.state == "verified":
        record.verified_by, record.verified_at = actor.name, now()
    elif isinstance(record, Match):
        _establish_facts_of_match(actor, record, action)
    elif isinstance(record, Proposal):
        if record.state != "merged":
            record.merged_into_id = record.merged_at = record.state_before_merge = None
        if record.state == "submitted":
            record.submitted_at = record.submitted_at or now()
        elif record.state == "implementing":
            record.begun_on = record.begun_on or today()
        elif record.state in DECIDED:
            record.decided_by, record.decided_at, record.reply = actor.name, now(), reason or record.reply


def _because(reason: str | None) -> str:
    return (reason or "").strip()[:500]


def _establish_facts_of_match(actor: Actor, match: Match, action: str) -> None:
    moment = now()
    match.stirred_at, match.warned_at = moment, None
    if action == "interest_of_enterprise":
        match.wanted_by_enterprise_at = moment
    elif action == "interest_of_owner":
        match.wanted_by_owner_at = moment
    elif action in ("take_up_by_enterprise", "take_up_by_owner"):
        side = action.removeprefix("take_up_by_")
        match.taken_up_at, match.taken_up_by = moment, side
        setattr(match, f"wanted_by_{side}_at", moment)
    elif action == "introduce":
        match.introduced_at, match.introduced_by, match.introduced_by_id = moment, actor.name, actor.account_id
    elif action == "agree_on_secrecy":
        match.nda_at = moment
    elif action == "disclose":
        match.disclosed_at = moment
