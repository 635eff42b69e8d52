"""Whose files they are: who may see the files of a record, and who may bring or take away one.

A file is seen by those who may read its record and are admitted to its layer; one of a proposal, a benefit, an
objection or an honour by those alone who work on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace.db import now
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import (
    Achievement,
    Attachment,
    Benefit,
    CompetitionRegistration,
    Crew,
    Deal,
    DealPayment,
    Evidence,
    Honour,
    Objection,
    ParticipationEntry,
    Proposal,
    Story,
    Studio,
)
from marketplace.permissions import (
    Actor,
    Permission,
    admitted_to,
    can,
    can_enter_room,
    can_in_unit,
    can_keep_studio,
    can_prove_entry,
    can_prove_evaluation,
    can_read,
    can_read_history,
    can_see_crew,
    can_see_entry,
    can_see_person,
    can_see_registration,
    can_see_studio,
    can_talk,
    levels_given,
    owns,
    side_in,
    sides_of,
)
from marketplace.schemas.disclosure import layer_of_file
from marketplace.services import objection as objections
from marketplace.services.deal import benefits

NOUNS = {
    "achievement": Achievement, "benefit": Benefit, "competition_registration": CompetitionRegistration, "crew": Crew,
    "deal": Deal, "honour": Honour, "objection": Objection, "participation_entry": ParticipationEntry,
    "payment": DealPayment, "proposal": Proposal, "story": Story, "studio": Studio,
}  # fmt: skip
Keeper = (
    Achievement | Benefit | CompetitionRegistration | Crew | Deal | DealPayment | Honour | Objection
    | ParticipationEntry | Proposal | Story | Studio
)  # fmt: skip
Held = Attachment | Evidence

# Until it is endorsed an achievement gets files from those it belongs to and from its unit, later from the province.
_OPEN_TO_FILES = ("draft", "returned", "submitted")
# Who works on a record is admitted to its last layer.
WORKS_ON = 3
_SETTLED_PROPOSALS = ("rejected", "withdrawn", "merged", "revoked")


@dataclass(frozen=True, slots=True)
class Reach:
    """What an actor may do with the files of a record: see those up to ``layer``, and add or remove some."""

    record: Keeper
    layer: int
    may_change: bool


def reach(session: Session, actor: Actor, noun: str, object_id: int) -> Reach:
    """Return what the actor may do with the files of a record; raise NotFound where that is nothing."""
    model = NOUNS.get(noun)
    record = session.get(model, object_id) if model is not None else None
    if isinstance(record, Achievement) and can_read(actor, record):
        return Reach(record, admitted_to(actor, record), _may_change_achievement(actor, record))
    if isinstance(record, Proposal) and can_read_history(actor, record):
        return Reach(record, WORKS_ON, _may_change_proposal(actor, record))
    if isinstance(record, Benefit) and (deal := benefits.deal_of(session, record)) is not None:
        if benefits.concerns(actor, deal):
            return Reach(record, WORKS_ON, record.verified_at is None and benefits.may_prove(actor, deal))
    elif isinstance(record, Benefit) and _concerns_benefit(session, actor, record):
        return Reach(record, WORKS_ON, record.verified_at is None and _changes_benefit(session, actor, record))
    if isinstance(record, Objection) and _concerns_objection(session, actor, record):
        # No scope of a program is for objections.
        is_in_person = actor.limits is None
        return Reach(record, WORKS_ON, is_in_person and record.state == "open" and _raised(actor, record))
    if isinstance(record, Honour) and can_see_person(actor, record.person):
        return Reach(record, WORKS_ON, _may_change_honour(actor, record))
    if isinstance(record, Crew) and can_see_crew(actor, record):
        keeps = can_in_unit(actor, Permission.HONOUR_RECORD, record.organisation)
        return Reach(record, WORKS_ON, keeps and record.dissolved_on is None)
    if isinstance(record, Deal) and can_enter_room(actor, record):
        return Reach(record, WORKS_ON, record.state != "terminated" and can_talk(actor, record))
    if isinstance(record, DealPayment) and "owner" in sides_of(actor, record.deal):
        # The vouchers show what each completer was given: each reads his own statement instead.
        return Reach(record, WORKS_ON, side_in(actor, record.deal) == "owner")
    if isinstance(record, ParticipationEntry) and can_see_entry(actor, record):
        return Reach(record, WORKS_ON, can_prove_entry(actor, record))
    if isinstance(record, CompetitionRegistration) and can_see_registration(actor, record):
        return Reach(record, WORKS_ON, can_prove_evaluation(actor, record))
    if isinstance(record, Story) and can(actor, Permission.SHOWCASE_CURATE):
        return Reach(record, WORKS_ON, may_change=True)
    if isinstance(record, Story) and record.state_at(now()) == "published":
        return Reach(record, 0, may_change=False)
    if isinstance(record, Studio) and can_see_studio(actor, record):
        return Reach(record, WORKS_ON, record.state != "closed" and can_keep_studio(actor, record))
    if isinstance(record, Studio) and record.state != "closed":
        return Reach(record, 0, may_change=False)
    raise NotFound(noun if model is not None else "file", object_id)


def require_change(session: Session, actor: Actor, noun: str, object_id: int) -> Keeper:
    """Return the record whose files the actor may change.

    Raises NotFound where the actor may not know of it, Conflict where its files are settled, NotAllowed otherwise.
    """
    found = reach(session, actor, noun, object_id)
    if found.may_change:
        return found.record
    record = found.record
    is_involved = isinstance(record, Achievement | Proposal) and _works_on(actor, record)
    if is_involved:
        raise Conflict(N_("这条记录已经进入审核或办结，附件不能再改；需要补充时，请让审核的工会退回。"))
    raise NotAllowed("edit", "file")


def _works_on(actor: Actor, record: Achievement | Proposal) -> bool:
    return owns(actor, record) or can(actor, Permission.CURATION_ENTER, record)


def _may_change_achievement(actor: Actor, record: Achievement) -> bool:
    is_open = record.state in _OPEN_TO_FILES and owns(actor, record) and can(actor, Permission.ACHIEVEMENT_SUBMIT)
    is_with_unit = record.state in _OPEN_TO_FILES[1:] and can(actor, Permission.ACHIEVEMENT_ENDORSE, record)
    return is_open or is_with_unit or can(actor, Permission.ACHIEVEMENT_REVIEW, record)


def _referring(session: Session, benefit: Benefit) -> Iterator[Achievement | Proposal]:
    found = (_submission(session, reference.noun, reference.object_id) for reference in benefit.references)
    yield from (record for record in found if record is not None)


def _concerns_benefit(session: Session, actor: Actor, benefit: Benefit) -> bool:
    return any(
        can_read_history(actor, record) or can(actor, Permission.BENEFIT_ATTEST, record)
        for record in _referring(session, benefit)
    )


def _changes_benefit(session: Session, actor: Actor, benefit: Benefit) -> bool:
    allowed = (Permission.BENEFIT_CLAIM, Permission.BENEFIT_ATTEST, Permission.BENEFIT_VERIFY)
    return any(can(actor, it, record) for record in _referring(session, benefit) for it in allowed)


def _raised(actor: Actor, objection: Objection) -> bool:
    return objection.account_id is not None and objection.account_id == actor.account_id


def _concerns_objection(session: Session, actor: Actor, objection: Objection) -> bool:
    record = _submission(session, objection.noun, objection.object_id)
    return _raised(actor, objection) or (record is not None and objections.handles(actor, objection, record))


def _may_change_proposal(actor: Actor, record: Proposal) -> bool:
    is_own = owns(actor, record) and can(actor, Permission.PROPOSAL_SUBMIT)
    is_open = record.state not in _SETTLED_PROPOSALS
    return is_open and (is_own or can(actor, Permission.PROPOSAL_ANSWER, record))


def _may_change_honour(actor: Actor, record: Honour) -> bool:
    # The basis document is brought by whoever gives the honour, and stays once it was taken back.
    return record.revoked_on is None and record.level in levels_given(actor, record.person.organisation)


def _submission(session: Session, noun: str, object_id: int) -> Achievement | Proposal | None:
    if noun == "achievement":
        return session.get(Achievement, object_id)
    return session.get(Proposal, object_id) if noun == "proposal" else None


def held(session: Session, noun: str, object_id: int) -> list[Held]:
    """Return every file of a record with its content, in the order they came, whoever asks."""
    if noun == "achievement":
        query = sa.select(Attachment).where(Attachment.achievement_id == object_id)
        query = query.options(joinedload(Attachment.stored))
        return list(session.scalars(query.order_by(Attachment.position, Attachment.id)))
    evidence = sa.select(Evidence).filter_by(noun=noun, object_id=object_id).options(joinedload(Evidence.stored))
    return list(session.scalars(evidence.order_by(Evidence.id)))


def is_seen(file: Held, by: Reach) -> bool:
    """Say whether a reader is admitted to the layer of a file; evidence is for all who work on its record.

    Of a story everybody sees the picture that was chosen, of a studio its photos.
    """
    if isinstance(file, Attachment) and isinstance(by.record, Achievement):
        return layer_of_file(by.record, file) <= by.layer
    if isinstance(by.record, Story):
        return by.layer == WORKS_ON or file.id == by.record.picture_id
    if isinstance(by.record, Studio):
        return by.layer == WORKS_ON or file.id in {it.evidence_id for it in by.record.photos}
    return True
