"""What a unit does with entries: confirms or refuses those that wait, corrects and withdraws what is wrong.

Nothing is overwritten: a correction is a new entry that replaces the old one, and both keep who said so and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, DomainError, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Organisation, ParticipationEntry
from marketplace.models.participation.entry import GONE
from marketplace.permissions import Actor, can_confirm_entries, can_see_entry, entries_seen
from marketplace.services.participation import recording
from marketplace.services.tally import counting
from marketplace.services.tally.counting import Change


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted; nothing where it is empty."""

    state: str = ""
    organisation_id: int | None = None
    item_id: int | None = None
    person_id: int | None = None


def get(session: Session, actor: Actor, entry_id: int) -> ParticipationEntry:
    """Return an entry the actor may see; raise NotFound."""
    entry = session.get(ParticipationEntry, entry_id)
    if entry is None or not can_see_entry(actor, entry):
        raise NotFound("participation_entry", entry_id)
    return entry


def stands(entry: ParticipationEntry) -> bool:
    """Say whether an entry can be corrected: it is not gone, and follows no linked object."""
    return entry.state not in GONE and entry.source != "linked"


def replaced_by(session: Session, entry: ParticipationEntry) -> int | None:
    """Return the number of the correction that replaced an entry."""
    return session.scalar(sa.select(ParticipationEntry.id).filter_by(replaces_id=entry.id))


def listed(
    session: Session, actor: Actor, campaign_id: int, asked: Asked, *, limit: int, after: int | None = None
) -> list[ParticipationEntry]:
    """Return the entries of a campaign in the units the actor keeps or audits, the newest first."""
    of = ParticipationEntry
    query = (
        sa.select(of)
        .join(of.organisation)
        .where(of.campaign_id == campaign_id, entries_seen(actor))
        .options(joinedload(of.organisation), joinedload(of.person), joinedload(of.item))
        .order_by(of.id.desc())
        .limit(limit)
    )
    wanted = {"state": asked.state or None, "item_id": asked.item_id, "person_id": asked.person_id}
    wanted["organisation_id"] = asked.organisation_id
    query = query.where(*(getattr(of, name) == value for name, value in wanted.items() if value is not None))
    return list(session.scalars(query if after is None else query.where(of.id < after)))


def waiting(session: Session, actor: Actor, campaign_id: int) -> int:
    """Return how many entries of a campaign wait to be confirmed in the units of the actor."""
    of = ParticipationEntry
    query = sa.select(sa.func.count(of.id)).join(of.organisation)
    return session.scalar(query.where(of.campaign_id == campaign_id, of.state == "recorded", entries_seen(actor))) or 0


def confirm(session: Session, actor: Actor, ids: Sequence[int], reason: str = "") -> dict[int, DomainError | None]:
    """Confirm entries that wait; return for each why it was not, None where it was.

    One's own is for somebody else to confirm, and one in a closed period needs a reason.
    """
    found: dict[int, DomainError | None] = {}
    changes = []
    entries = _locked(session, actor, ids)
    keys = {it.id: (it.campaign_id, it.item_id, it.organisation_id, it.month) for it in entries.values()}
    closed = counting.closes_over(session, set(keys.values())) if keys and not reason else {}
    for entry_id in ids:
        entry = entries.get(entry_id)
        found[entry_id] = _obstacle(session, actor, entry, entry_id)
        if found[entry_id] is None and keys[entry_id] in closed:
            found[entry_id] = Conflict(N_("这一期已经结账，要改必须写明理由，改动记入勘误表。"))
        if entry is None or found[entry_id] is not None:
            continue
        entry.state, entry.decided_by, entry.decided_at = "confirmed", actor.name, now()
        changes.append(Change(entry.id, None, counting.part(entry)))
    session.flush()
    counting.apply(session, actor.name, changes, reason)
    _tell(session, actor, "confirm_entries", entries, [it.entry_id for it in changes], reason)
    return found


def refuse(session: Session, actor: Actor, ids: Sequence[int], reason: str) -> dict[int, DomainError | None]:
    """Refuse entries that wait, with a reason their authors read; return for each why it was not."""
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    found: dict[int, DomainError | None] = {}
    entries = _locked(session, actor, ids)
    for entry_id in ids:
        entry = entries.get(entry_id)
        found[entry_id] = _obstacle(session, actor, entry, entry_id)
        if entry is not None and found[entry_id] is None:
            entry.state, entry.claim, entry.reason = "refused", None, reason.strip()
            entry.decided_by, entry.decided_at = actor.name, now()
    session.flush()
    _tell(session, actor, "refuse_entries", entries, [it for it, why in found.items() if why is None], reason)
    return found


def correct(
    session: Session, actor: Actor, entry_id: int, revision: int, data: Mapping[str, Any]
) -> ParticipationEntry:
    """Replace an entry by one from what ``EntrySchema.load`` returned, for the reason it gives; return the new one.

    Raises Invalid without a reason, NotAllowed for another's unit and one's own, Conflict for an entry that no longer
    stands or follows a linked object, StaleRevision where somebody was faster; and as ``recording.record`` does.
    """
    old = _changed(session, actor, entry_id, data["reason"])
    if old.revision != revision:
        raise StaleRevision("participation_entry", entry_id, revision, old.revision)
    campaign = recording.held(session, actor, old.campaign_id)
    unit = session.get_one(Organisation, old.organisation_id)
    before, state, decided = counting.part(old), old.state, (old.decided_by, old.decided_at)
    old.state, old.claim, old.reason = "replaced", None, data["reason"]
    session.flush()
    person = recording.person_of(session, actor, unit, data)
    new = recording.written(session, actor, campaign, unit, person, data, source="clerk", replaces=old)
    new.state = state
    if state == "confirmed":
        new.decided_by, new.decided_at = actor.name, now()
    else:
        new.decided_by, new.decided_at = decided
    session.flush()
    changes = [Change(old.id, before, None), Change(new.id, None, counting.part(new))]
    counting.apply(session, actor.name, changes, data["reason"])
    told = {"replaced_by": new.id, "person_times": new.person_times, "persons": new.persons, "person": new.person_id}
    audit.record(
        session, actor, "correct", "participation_entry", old.id, from_state=state, to_state="replaced",
        reason=data["reason"], payload=told,
    )  # fmt: skip
    return new


def withdraw(session: Session, actor: Actor, entry_id: int, reason: str) -> ParticipationEntry:
    """Take an entry out of the count, which stays on record; whose it is may while it waits. Raises as ``correct``."""
    entry = _changed(session, actor, entry_id, reason)
    before, state = counting.part(entry), entry.state
    entry.state, entry.claim, entry.reason = "withdrawn", None, reason.strip()
    session.flush()
    counting.apply(session, actor.name, [Change(entry.id, before, None)], reason.strip())
    audit.record(
        session, actor, "withdraw", "participation_entry", entry.id, from_state=state, to_state="withdrawn",
        reason=reason.strip(), payload={},
    )  # fmt: skip
    return entry


def _changed(session: Session, actor: Actor, entry_id: int, reason: str) -> ParticipationEntry:
    get(session, actor, entry_id)
    (entry,) = _locked(session, actor, [entry_id]).values()
    is_own = recording.is_of(session, actor, entry)
    may = entry.state == "recorded" if is_own else can_confirm_entries(actor, entry.organisation)
    if not may:
        raise NotAllowed("record", "participation")
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    if entry.state in GONE:
        raise Conflict(N_("这条记录已经不再有效，不能再改。"))
    if entry.source == "linked":
        raise Conflict(N_("这条记录随它关联的对象变动，请在那里更正。"))
    return entry


def _locked(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, ParticipationEntry]:
    """Return those of some entries that the actor may see, as nobody else changes them until the transaction ends."""
    of = ParticipationEntry
    campaigns = session.scalars(sa.select(of.campaign_id).where(of.id.in_(ids)).distinct()).all()
    counting.hold(session, campaigns)
    query = sa.select(of).where(of.id.in_(ids)).order_by(of.id).with_for_update()
    entries = session.scalars(query.execution_options(populate_existing=True))
    return {it.id: it for it in entries if can_see_entry(actor, it)}


def _obstacle(session: Session, actor: Actor, entry: ParticipationEntry | None, entry_id: int) -> DomainError | None:
    if entry is None:
        return NotFound("participation_entry", entry_id)
    if recording.is_of(session, actor, entry):
        return Conflict(N_("您自己的参与由单位的其他人或上级工会确认。"))
    if not can_confirm_entries(actor, entry.organisation):
        return NotAllowed("confirm", "participation")
    if entry.state != "recorded":
        return Conflict(N_("这条记录已经办理过。"))
    return None


def _tell(
    session: Session,
    actor: Actor,
    verb: str,
    entries: Mapping[int, ParticipationEntry],
    ids: Sequence[int],
    reason: str,
) -> None:
    """Write one event for each campaign; of a single entry the entry itself says who decided it, and when."""
    decided: dict[int, list[int]] = {}
    for entry_id in ids:
        decided.setdefault(entries[entry_id].campaign_id, []).append(entry_id)
    for campaign_id in sorted(decided):
        told = {"entries": decided[campaign_id]}
        audit.record(session, actor, verb, "campaign", campaign_id, reason=reason.strip() or None, payload=told)
    session.flush()
