"""What is filed elsewhere counts by itself: a proposal, a published achievement, a pair of mentor and apprentice.

A listener notes, at every flush, which of these changed, and brings the entries that stand for them up to date in the
same transaction, so that no caller can forget it and nothing is typed twice (domain rule 50). A unit that moves to
another city or industry takes along what it did. It writes rows and not objects: a flush must not flush.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from marketplace.db import SessionFactory, now
from marketplace.errors import N_
from marketplace.models import (
    Achievement,
    Apprenticeship,
    Campaign,
    CampaignItem,
    Contestant,
    ContestStage,
    Contributor,
    Organisation,
    ParticipationEntry,
    Proposal,
    ProposalAuthor,
)
from marketplace.models.participation.entry import GONE
from marketplace.models.participation.tally import month_of
from marketplace.permissions import takes_part
from marketplace.services.participation import claims, contested, makers
from marketplace.services.tally import counting
from marketplace.services.tally.counting import Change
from marketplace.services.tally.seats import Seat, seat

BY = "link"
_FOLLOWED = N_("随关联的对象变动")
_ENTRY = cast("sa.Table", ParticipationEntry.__table__)
_AT_ONCE = 500
_NOTED, _SEATS = "participation_links", "participation_seats"

# Of what, under which noun, by which attribute; and what of it decides whether and how it counts.
_WATCHED: tuple[tuple[type[Any], str, str, tuple[str, ...]], ...] = (
    (Proposal, "proposal", "id", ("state", "submitted_at", "organisation_id")),
    (ProposalAuthor, "proposal", "proposal_id", ("position", "name", "account_id", "merged_from_id")),
    (Achievement, "achievement", "id", ("published_state", "published_at", "units")),
    (Contributor, "achievement", "achievement_id", ("position", "name", "account_id")),
    (Apprenticeship, "apprenticeship", "id", ("mentor_id", "apprentice_id", "began_on")),
    (Contestant, "contest", "contest_id", ("state",)),
    # With the ranks of a stage everybody who was scored in it has taken part.
    (ContestStage, "contest", "contest_id", ("state", "begins_on")),
)
# What of a unit says under which place it is counted.
_SEATED = ("region_path", "industry_path", "primary_hierarchy")


def listen(factory: SessionFactory) -> None:
    """Make every session of the factory keep the entries of what it flushes."""
    event.listen(factory, "after_flush", _note)
    event.listen(factory, "after_flush_postexec", _follow)


def gather(session: Session, campaign: Campaign) -> None:
    """Count what was filed in the window of a campaign before it was opened."""
    for noun in {it.links for it in campaign.items} & makers.NOUNS.keys():
        ids = makers.filed_between(session, noun, campaign.opens_on, campaign.closes_on)
        for start in range(0, len(ids), _AT_ONCE):
            bring_up_to_date(session, noun, ids[start : start + _AT_ONCE])


def bring_up_to_date(session: Session, noun: str, ids: Collection[int]) -> None:
    """Make the entries of some objects what they must be in every campaign that counts the noun."""
    query = sa.select(CampaignItem, Campaign).join(Campaign, Campaign.id == CampaignItem.campaign_id)
    counting_it = session.execute(query.where(CampaignItem.links == noun, Campaign.state != "draft")).all()
    if not counting_it:
        return
    counting.hold(session, {campaign.id for _item, campaign in counting_it})
    made = makers.NOUNS[noun](session, ids)
    units = {it.organisation_id for one in made for it in one.makers}
    known = {it.id: it for it in session.scalars(sa.select(Organisation).where(Organisation.id.in_(units)))}
    wanted: dict[tuple[int, int, int], dict[str, Any]] = {}
    for item, campaign in counting_it:
        for one in made:
            if not campaign.opens_on <= one.day <= campaign.closes_on:
                continue
            if item.is_own and one.campaign_id != campaign.id:
                continue
            makers_of = one.makers[:1] if item.mentor_alone else one.makers
            taking = [it for it in makers_of if takes_part(campaign, known[it.organisation_id])]
            for place, maker in enumerate(taking):
                wanted.setdefault((item.id, one.object_id, maker.person_id), {
                    "campaign_id": campaign.id, "item_id": item.id, "organisation_id": maker.organisation_id,
                    "day": one.day, "month": month_of(one.day), "person_id": maker.person_id,
                    "noun": noun, "object_id": one.object_id, "objects": int(one.is_whole and place == 0),
                })  # fmt: skip
    _write(session, wanted, _standing(session, noun, ids))


def _standing(session: Session, noun: str, ids: Collection[int]) -> list[sa.Row[Any]]:
    is_of = (_ENTRY.c.noun == noun, _ENTRY.c.object_id.in_(ids), _ENTRY.c.state.not_in(GONE))
    return list(session.execute(sa.select(_ENTRY).where(*is_of).order_by(_ENTRY.c.id)))


def _write(
    session: Session, wanted: dict[tuple[int, int, int], dict[str, Any]], standing: Iterable[sa.Row[Any]]
) -> None:
    moment = now()
    before: dict[int, sa.Row[Any]] = {}
    moved: list[tuple[int, dict[str, Any]]] = []
    for row in standing:
        target = wanted.pop((row.item_id, row.object_id, row.person_id), None)
        if target is not None:
            # What somebody typed in beside the object is confirmed by it.
            target = {**target, "state": "confirmed", "decided_by": row.decided_by or BY}
            target["decided_at"] = row.decided_at or moment
        elif row.source == "linked":
            target = {"state": "withdrawn", "claim": None, "reason": _FOLLOWED}
        if target is not None and any(getattr(row, name) != value for name, value in target.items()):
            before[row.id] = row
            moved.append((row.id, target))
    for row in contested.giving_way(session, list(wanted.values())):
        before[row.id] = row
        moved.append((row.id, {"state": "withdrawn", "claim": None, "reason": contested.GIVEN_WAY}))
    for entry_id, target in moved:
        values = {**target, "updated_at": moment, "revision": _ENTRY.c.revision + 1}
        session.execute(sa.update(_ENTRY).where(_ENTRY.c.id == entry_id).values(values))
    rows = [
        {**target, "revision": 1, "source": "linked", "state": "confirmed", "person_times": 1, "persons": 1}
        | {"recorded_by": BY, "decided_by": BY, "decided_at": moment, "created_at": moment, "updated_at": moment}
        | {"claim": claims.of_object(target["item_id"], target["person_id"], target["noun"], target["object_id"])}
        for target in wanted.values()
    ]
    begun: list[int] = []
    if rows:
        inserted = sa.insert(_ENTRY).returning(_ENTRY.c.id, sort_by_parameter_order=True)
        begun = list(session.scalars(inserted, rows))
    _count(session, before, begun)


def _count(session: Session, before: dict[int, sa.Row[Any]], begun: list[int]) -> None:
    ids = [*before, *begun]
    if not ids:
        return
    after = {row.id: row for row in session.execute(sa.select(_ENTRY).where(_ENTRY.c.id.in_(ids)))}
    changes = [Change(it, counting.part(before[it]) if it in before else None, counting.part(after[it])) for it in ids]
    counting.apply(session, BY, changes, _FOLLOWED)
    for held in list(session.identity_map.values()) if before else ():
        if isinstance(held, ParticipationEntry) and held.id in before:
            session.expire(held)


def _note(session: Session, _context: UOWTransaction) -> None:
    changed = set(session.dirty)
    for unit in changed:
        if isinstance(unit, Organisation) and _differs(unit, _SEATED):
            session.info.setdefault(_SEATS, {}).setdefault(unit.id, _seat_before(unit))
    for record in (*session.new, *changed, *session.deleted):
        for model, noun, attribute, decisive in _WATCHED:
            if isinstance(record, model) and (record not in changed or _differs(record, decisive)):
                session.info.setdefault(_NOTED, {}).setdefault(noun, set()).add(getattr(record, attribute))


def _follow(session: Session, _context: UOWTransaction) -> None:
    if moved := session.info.pop(_SEATS, {}):
        counting.move_units(session, moved)
    for noun, ids in sorted(session.info.pop(_NOTED, {}).items()):
        bring_up_to_date(session, noun, ids)


def _seat_before(unit: Organisation) -> Seat:
    attributes = sa.inspect(unit).attrs
    was = [(attributes[name].history.deleted or (getattr(unit, name),))[0] for name in _SEATED]
    return seat(*was)


def _differs(record: Any, names: Iterable[str]) -> bool:
    attributes = sa.inspect(record).attrs
    return any(attributes[name].history.has_changes() for name in names)
