"""Show a list to the public before a decision takes effect, and finish what nobody holds up.

The list is kept as it was shown, under its hash. An open objection holds up its own entry alone. A list that changes
begins its period anew (rules 59 and 60).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, chain, rules, workflow, working_days
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, DomainError, Invalid, NotFound
from marketplace.models import (
    Achievement,
    CompetitionRegistration,
    CompetitionShowcase,
    Contestant,
    Objection,
    PriceNotice,
    Proposal,
    Publicity,
    PublicityEntry,
    StudioApplication,
)
from marketplace.permissions import Actor, Permission, can, readable, require
from marketplace.services import amendment as amendments
from marketplace.services.authoring import contributors
from marketplace.services.disclosing import personal_data

Shown = (
    Achievement | CompetitionRegistration | CompetitionShowcase | Contestant | PriceNotice | Proposal
    | StudioApplication
)  # fmt: skip
Entries = Sequence[tuple[Shown, Mapping[str, Any]]]

# Where an entry still waits for the end of its period.
WAITING = ("publicity", "objected")
_MODELS: Mapping[str, Any] = {
    "achievement": Achievement,
    "competition_registration": CompetitionRegistration,
    "competition_showcase": CompetitionShowcase,
    "contestant": Contestant,
    "price_notice": PriceNotice,
    "proposal": Proposal,
    "studio_application": StudioApplication,
}


def announce(session: Session, actor: Actor, achievement_ids: Sequence[int], title: str, channel: str) -> Publicity:
    """Begin the publicity of achievements that passed the final review, all of them or none.

    Raises NotFound, NotAllowed or Conflict for the first that cannot be announced, Invalid without a title or without
    any achievement.
    """
    if not title.strip() or not achievement_ids:
        blank = "title" if not title.strip() else "achievement_ids"
        raise Invalid({blank: [N_("请填写公示的标题，并至少选择一项成果。")]})
    announced = []
    for identity in dict.fromkeys(achievement_ids):
        achievement = session.get(Achievement, identity)
        if achievement is None:
            raise NotFound("achievement", identity)
        require(actor, Permission.ACHIEVEMENT_REVIEW, achievement)
        contributors.require_answers(session, actor, achievement)
        workflow.apply(session, actor, achievement, "announce", process="publicity")
        _require_no_personal_data(session, achievement)
        announced.append((achievement, as_shown(session, achievement)))
    days = rules.value(session, "achievement_publicity", today())
    return start(session, actor, announced, title=title, channel=channel, days=days)


def as_shown(session: Session, achievement: Achievement) -> dict[str, Any]:
    """Return what the list shows of an achievement: what it is called, whose it is and of which units."""
    pending = amendments.open_for(session, achievement)
    changes = pending.changes if pending else {}
    completers = [it["name"] for it in changes.get("completers", ())]
    return {
        "title": changes.get("title", achievement.title),
        "kind": achievement.kind,
        "region": achievement.region,
        "units": [unit.name for unit in achievement.units],
        "completers": completers or [contributor.name for contributor in achievement.contributors],
    }


def start(
    session: Session,
    actor: Actor,
    entries: Entries,
    *,
    title: str,
    channel: str,
    days: int,
    counts_working_days: bool = True,
    award_round_id: int | None = None,
    naming_batch_id: int | None = None,
) -> Publicity:
    """Begin a period of so many working days, or days of the calendar, for records that stand in publicity.

    The caller has checked who may.
    """
    begins = today()
    ends = working_days.after(begins, days) if counts_working_days else begins + dt.timedelta(days)
    shown = [
        {"noun": record.__tablename__, "object_id": record.id, "position": place, "text": dict(text)}
        for place, (record, text) in enumerate(entries, start=1)
    ]
    begun = Publicity(
        title=title.strip(), channel=channel.strip(), days=days, counts_working_days=counts_working_days,
        award_round_id=award_round_id, naming_batch_id=naming_batch_id,
        starts_on=begins, ends_on=ends, started_by=actor.name,
        snapshot_hash=chain.sha256(chain.canonical(shown)), entries=[PublicityEntry(**entry) for entry in shown],
    )  # fmt: skip
    session.add(begun)
    session.flush()
    audit.record(session, actor, "announce", "publicity", begun.id, payload={"entries": shown}, is_first=True)
    for record, _text in entries:
        wait_until(session, record, working_days.after(begun.ends_on, 1))
    return begun


def add_to(session: Session, actor: Actor, running: Publicity | None, entries: Entries, **terms: Any) -> Publicity:
    """Begin the period of entries, with those that wait on a running list, which begins anew; ``terms`` as of a new."""
    begun = begin_anew(session, actor, running.id, entries) if running is not None else None
    return begun if begun is not None else start(session, actor, entries, **terms)


def listed(session: Session, *, over: bool = False, limit: int = 100) -> list[Publicity]:
    """Return the lists the public can see now, or those of the past, newest first."""
    running = Publicity.closed_at.is_(None)
    query = sa.select(Publicity).where(~running if over else running).order_by(Publicity.id.desc()).limit(limit)
    return list(session.scalars(query.options(selectinload(Publicity.entries), selectinload(Publicity.objections))))


def get(session: Session, publicity_id: int) -> Publicity:
    """Return a list; raise NotFound. What is in publicity is for everybody."""
    found = session.get(Publicity, publicity_id)
    if found is None:
        raise NotFound("publicity", publicity_id)
    return found


def running_for(session: Session, *records: Shown) -> Publicity | None:
    """Return the list records of a noun stand on now: the last, where an earlier one still waits for other entries."""
    query = (
        sa.select(Publicity)
        .join(Publicity.entries)
        .where(
            PublicityEntry.noun.in_({it.__tablename__ for it in records}),
            PublicityEntry.object_id.in_([it.id for it in records]),
            Publicity.closed_at.is_(None),
        )
    )
    return session.scalars(query.order_by(Publicity.id.desc())).first()


def standings(session: Session, publicity: Publicity) -> list[tuple[PublicityEntry, str]]:
    """Return each entry of a list with the state its record is in now."""
    records = records_of(session, publicity.entries)
    return [(entry, records[entry.noun, entry.object_id].state) for entry in publicity.entries]


def announceable(session: Session, actor: Actor, *, limit: int) -> list[Achievement]:
    """Return the achievements that passed the final review, or ask for a change, and wait for their publicity."""
    if not can(actor, Permission.ACHIEVEMENT_REVIEW):
        return []
    query = sa.select(Achievement).where(Achievement.state == "final_review", readable(Achievement, actor))
    return list(session.scalars(query.options(selectinload(Achievement.units)).order_by(Achievement.id).limit(limit)))


def hold(session: Session) -> None:
    """Wait until nobody else changes a list: by a change it becomes another one, so that all of them wait."""
    audit.hold(session, "publicity", 0)


def require_over(session: Session, record: Shown) -> Publicity:
    """Return the list of a record whose final step may be taken; raise Conflict while it may not."""
    publicity = running_for(session, record)
    if publicity is None:
        raise Conflict(N_("这一项还没有公示。"))
    if today() <= publicity.ends_on:
        raise Conflict(N_("公示到 %(day)s 结束，之后才能办理。"), day=publicity.ends_on)
    if open_objections(session, record):
        raise Conflict(N_("这一项还有异议没有办结。"))
    return publicity


def finish(session: Session, actor: Actor, publicity_id: int) -> dict[int, DomainError | None]:
    """Publish the achievements of a list whose period is over; return, for each, what holds it up or None.

    Each is a step of its own, so that one that is held up leaves the others published.
    """
    publicity = get(session, publicity_id)
    waiting = [it for it, _text in _waiting(session, publicity) if isinstance(it, Achievement)]
    results = each(waiting, lambda it: _publish(session, actor, it))
    close_if_done(session, publicity)
    return results


def each(waiting: Iterable[Any], finish_one: Callable[[Any], Any]) -> dict[int, DomainError | None]:
    """Take the final step of each that waits; return, for each, what holds it up or None."""
    results: dict[int, DomainError | None] = {}
    for record in waiting:
        try:
            finish_one(record)
        except DomainError as error:
            results[record.id] = error
        else:
            results[record.id] = None
    return results


def publish(session: Session, actor: Actor, achievement: Achievement) -> None:
    """Publish one achievement after its period, with the amendment it was shown with."""
    close_if_done(session, _publish(session, actor, achievement))


def _publish(session: Session, actor: Actor, achievement: Achievement) -> Publicity:
    publicity = require_over(session, achievement)
    require(actor, Permission.ACHIEVEMENT_REVIEW, achievement)
    _require_no_personal_data(session, achievement)
    workflow.apply(session, actor, achievement, "publish", process="publicity")
    amendments.settle(session, actor, achievement, applied=True)
    return publicity


def _require_no_personal_data(session: Session, achievement: Achievement) -> None:
    pending = amendments.open_for(session, achievement)
    personal_data.require_cleared(session, achievement, pending.changes if pending else {})


def close_if_done(session: Session, publicity: Publicity) -> None:
    """End a list on which nothing waits any more."""
    if not _waiting(session, publicity):
        publicity.closed_at = now()
        session.flush()


def begin_anew(session: Session, actor: Actor, publicity_id: int, added: Entries = ()) -> Publicity | None:
    """End a list that changed, and begin the period of what is left of it and what was added; None without any."""
    publicity = get(session, publicity_id)
    left = [*_waiting(session, publicity), *added]
    publicity.closed_at = now()
    session.flush()
    if not left:
        return None
    begun = start(
        session, actor, left, title=publicity.title, channel=publicity.channel, days=publicity.days,
        counts_working_days=publicity.counts_working_days, award_round_id=publicity.award_round_id,
        naming_batch_id=publicity.naming_batch_id,
    )  # fmt: skip
    publicity.replaced_by_id = begun.id
    for waiting in session.scalars(sa.select(Objection).filter_by(publicity_id=publicity.id, state="open")):
        waiting.publicity = begun
    session.flush()
    return begun


def _waiting(session: Session, publicity: Publicity) -> list[tuple[Shown, Mapping[str, Any]]]:
    records = records_of(session, publicity.entries)
    shown = [(records[entry.noun, entry.object_id], entry.text) for entry in publicity.entries]
    return [(record, text) for record, text in shown if record.state in WAITING]


def record_of(session: Session, noun: str, identity: int) -> Shown:
    record: Shown = session.get_one(_MODELS[noun], identity)
    return record


def records_of(session: Session, listed: Iterable[PublicityEntry | Objection]) -> dict[tuple[str, int], Shown]:
    """Return the records of entries or objections by noun and id, in a query a noun."""
    ids: dict[str, set[int]] = {}
    for it in listed:
        ids.setdefault(it.noun, set()).add(it.object_id)
    found = (
        record
        for noun, wanted in ids.items()
        for record in session.scalars(sa.select(_MODELS[noun]).where(_MODELS[noun].id.in_(wanted)))
    )
    return {(it.__tablename__, it.id): it for it in found}


def open_objections(session: Session, record: Shown) -> list[Objection]:
    query = sa.select(Objection).filter_by(noun=record.__tablename__, object_id=record.id, state="open")
    return list(session.scalars(query))


def wait_until(session: Session, record: Shown, day: dt.date) -> None:
    task = workflow.open_task(session, record) if isinstance(record, Achievement | Proposal) else None
    if task is not None:
        task.due_on = day
        session.flush()
