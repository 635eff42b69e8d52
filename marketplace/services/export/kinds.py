"""What a line of each list is made of: the record it is of, what the actor may see of it, and who is named in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.db import now, today
from marketplace.models import (
    Account,
    Achievement,
    AwardRound,
    Benefit,
    Crew,
    CrewHonour,
    Deal,
    Demand,
    Honour,
    Nomination,
    Objection,
    Outreach,
    OutreachAttendance,
    ParticipationEntry,
    Person,
    Proposal,
    Publicity,
    PublicityEntry,
    Studio,
    StudioApplication,
    StudioReview,
    UnansweredQuestion,
)
from marketplace.models.people.honour import Given
from marketplace.permissions import (
    Actor,
    Permission,
    admitted_to,
    can,
    can_enter_curation,
    can_follow_award,
    can_follow_naming,
    can_read_history,
    can_see_authors,
    can_see_name,
)
from marketplace.schemas import achievement as achievement_schema
from marketplace.schemas import demand as demand_schema
from marketplace.schemas import proposal as proposal_schema
from marketplace.services.naming import applications
from marketplace.services.outreach.attendance import Figures
from marketplace.services.selection.outcomes import told_of
from marketplace.services.task import Waiting

Record = Achievement | Demand | Proposal
Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list. ``record`` is what its reader must be able to open to get the line, None where the list itself
    was given to him alone; ``may_name`` says whether he may have the persons of a line by name.
    """

    plain: Callable[[Actor, Any], Plain]
    record: Callable[[Any], Record | StudioApplication | None] = lambda _one: None
    may_name: Callable[[Actor, Any], bool] = lambda actor, _one: can_enter_curation(actor)


def may_name_persons(actor: Actor, record: Record) -> bool:
    """Say whether the actor may take the persons of a record away by name: the office whose scope covers it."""
    permission = Permission.DEMAND_VERIFY if isinstance(record, Demand) else Permission.CURATION_ENTER
    return can(actor, permission, record)


def plain_of(actor: Actor, record: Record) -> dict[str, Any]:
    """Return what the actor may see of a record, field by field."""
    if isinstance(record, Achievement):
        plain = achievement_schema.disclosed(record, admitted_to(actor, record))
        return plain if can_read_history(actor, record) else {**plain, "state": "published"}
    if isinstance(record, Demand):
        return demand_schema.disclosed(record, is_owner=may_name_persons(actor, record))
    return proposal_schema.disclosed(record, sees_authors=can_see_authors(actor, record))


def state_of(benefit: Benefit) -> str:
    """Return how far a benefit has come, by the last thing that was done with it."""
    steps = (("revoked", benefit.revoked_at), ("verified", benefit.verified_at), ("attested", benefit.attested_at))
    claimed = "claimed" if benefit.claimed_at is not None else "agreed"
    return next((state for state, moment in steps if moment is not None), claimed)


def _fields(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _waiting(_actor: Actor, one: Waiting) -> Plain:
    task, unit = one.task, one.unit
    return _fields(task, "noun", "opened_at", "due_on") | {
        "id": task.object_id, "title": one.record.title, "unit": unit.name if unit is not None else None,
        "state": (task.noun, task.state), "days_left": one.days_left,
    }  # fmt: skip


def _benefit(_actor: Actor, one: tuple[Benefit, Proposal]) -> Plain:
    benefit, proposal = one
    told = _fields(
        benefit, "id", "metric", "baseline", "method", "period_from", "period_to", "claimed", "claimed_at", "attested",
        "attested_at", "verified", "verified_at", "safety_effect", "revoked_at", "revoked_because",
    )  # fmt: skip
    return told | _of_proposal(proposal) | {"state": state_of(benefit)}


def _contract(_actor: Actor, deal: Deal) -> Plain:
    names = (
        "id", "title", "achievement_id", "state", "contract_kind", "mode", "licence_kind", "price_form", "amount",
        "technical_part", "signed_on", "registration_no", "registration_office", "registered_on", "first_used_on",
        "terminated_because",
    )  # fmt: skip
    parties = {"enterprise": deal.party("enterprise"), "owner": deal.party("owner")}
    return _fields(deal, *names) | parties | {"is_related_party": deal.is_related_party or None}


def _of_proposal(proposal: Proposal) -> Plain:
    unit = proposal.organisation
    return {"proposal_id": proposal.id, "title": proposal.title, "unit": unit.name if unit else None}


def _award(_actor: Actor, award: AwardRound) -> Plain:
    told = _fields(award, "id", "title", "year", "level", "state", "opens_on", "closes_on", "line", "decided_at")
    return told | {"unit": award.organisation.name if award.organisation else None}


def _nomination(actor: Actor, nomination: Nomination) -> Plain:
    award = nomination.award_round
    told = _fields(nomination, "alias", "rubric", "grade", "outcome", "certificate_number", "granted_on")
    # Scores are for whoever sees the inside of the round.
    scores = _fields(nomination, "score", "rank") if can_follow_award(actor, award) else {}
    return told | scores | _of_award(award) | _of_proposal(nomination.proposal)


def _of_award(award: AwardRound) -> Plain:
    return {"award": award.title, "year": award.year, "level": award.level}


def _golden_idea(_actor: Actor, nomination: Nomination) -> Plain:
    told = _fields(nomination, "certificate_number", "grade", "granted_on")
    return told | _of_award(nomination.award_round) | dict(nomination.stated or {})


def _entry(_actor: Actor, one: tuple[Publicity, PublicityEntry, str]) -> Plain:
    publicity, entry, state = one
    shown = entry.text
    return _fields(publicity, "starts_on", "ends_on", "channel") | {
        "publicity_id": publicity.id, "publicity": publicity.title, "noun": entry.noun, "id": entry.object_id,
        "title": shown.get("title"), "units": shown.get("units") or [it for it in (shown.get("unit"),) if it],
        "persons": shown.get("completers") or shown.get("authors"), "state": (entry.noun, state),
    }  # fmt: skip


def _objection(_actor: Actor, objection: Objection) -> Plain:
    told = _fields(
        objection, "id", "noun", "object_id", "state", "name", "contact", "text", "evidence", "raised_at", "due_on",
        "finding", "decided_at",
    )  # fmt: skip
    return told | {"publicity": objection.publicity.title}


def _account(_actor: Actor, account: Account) -> Plain:
    held = dict.fromkeys(grant.role for grant in account.grants if grant.is_in_force(now()))
    unit = account.claimed_organisation or next((it.organisation for it in account.grants if it.organisation), None)
    return _fields(account, "id", "name", "email", "created_at") | {
        "roles": list(held), "unit": unit.name if unit else None, "stopped": None if account.is_active else True,
    }  # fmt: skip


def _question(_actor: Actor, question: UnansweredQuestion) -> Plain:
    return _fields(question, "text", "count", "first_on", "last_on", "settled_at")


def _honour(_actor: Actor, one: tuple[Person, Honour | None]) -> Plain:
    person, honour = one
    told = _fields(person, "id", "name", "employment", "skill_level", "management_level")
    return told | _given(honour) | {"unit": person.organisation.name}


def _crew(_actor: Actor, one: tuple[Crew, CrewHonour | None]) -> Plain:
    crew, honour = one
    told = _fields(crew, "id", "name", "headcount", "dissolved_on") | _given(honour)
    return told | {"unit": crew.organisation.name, "leader": crew.leader.name if crew.leader else None}


def _given(honour: Given | None) -> Plain:
    if honour is None:
        return {}
    told = _fields(honour, "title", "kind", "level", "year", "given_by", "basis", "ends_on")
    return told | {"state": honour.state_on(today())}


def _may_name_leader_of_crew(actor: Actor, one: tuple[Crew, CrewHonour | None]) -> bool:
    return one[0].leader is not None and can_see_name(actor, one[0].leader)


def _outreach(_actor: Actor, one: tuple[Outreach, Figures]) -> Plain:
    event, figures = one
    told = _fields(event, "id", "title", "kind", "theme", "host_role", "begins_on", "ends_on", "place")
    places = {
        name: path.rsplit("/", 1)[-1] if (path := getattr(event, f"{name}_path")) else None
        for name in ("region", "industry")
    }
    unit = event.organisation.name if event.organisation else None
    return told | places | {"state": event.state_on(today()), "unit": unit} | _fields(
        figures, "units", "person_times", "persons", "uncounted", "waiting"
    )  # fmt: skip


def _attendance(_actor: Actor, line: OutreachAttendance) -> Plain:
    told = _fields(line, "person_times", "persons", "note", "confirmed_at")
    event, person = line.outreach, line.person.name if line.person else None
    return told | _fields(event, "begins_on") | {
        "event_id": event.id, "event": event.title, "unit": line.organisation.name, "person": person,
    }  # fmt: skip


def _participation(_actor: Actor, entry: ParticipationEntry) -> Plain:
    told = _fields(entry, "id", "item", "day", "person_times", "persons", "subject", "state", "replaces_id")
    person = entry.person.name if entry.person else None
    return told | {"campaign": entry.campaign.title, "unit": entry.organisation.name, "person": person}


def _may_name_who_came(actor: Actor, line: OutreachAttendance | ParticipationEntry) -> bool:
    return line.person is not None and can_see_name(actor, line.person)


def _studio(_actor: Actor, studio: Studio) -> Plain:
    told = _fields(
        studio, "id", "name", "kind", "tier", "delisted_on", "state", "partner", "field", "founded_on", "closed_on"
    )
    leader = studio.leader
    return told | {"unit": studio.organisation.name, "leader": leader.person.name if leader else None}


def _application(actor: Actor, application: StudioApplication) -> Plain:
    batch, unit = application.batch, application.organisation
    follows = can_follow_naming(actor, batch)
    standing = applications.names_by_state(applications.conditions_of(application))
    told = _fields(application, "id", "recommended_rank", "opinion", "explanation", "plaque")
    # Scores are for whoever sees the inside of the batch, and what a meeting decided for others once it is public.
    told |= _fields(application, "score", "rank") if follows else {}
    told |= _fields(application if follows else told_of(application), "state", "decision")
    return told | {
        "batch": batch.title, "year": batch.year, "tier": batch.tier, "studio": application.studio.name,
        "unit": unit.name, "region": unit.region, "industry": unit.industry,
        "recommended_as": [application.recommended_as] if application.recommended_as else [],
        "met": len(standing["pass"]), "failed": standing["fail"], "unknown": standing["no_data"],
    }  # fmt: skip


def _studio_review(_actor: Actor, review: StudioReview) -> Plain:
    told = _fields(
        review, "id", "year", "tier", "state", "grade", "score", "submitted_at", "opinion", "rectify_by", "finding"
    )
    studio = review.studio
    return told | {"studio": studio.name, "unit": studio.organisation.name, "region": studio.organisation.region}


def _may_name_leader(actor: Actor, studio: Studio) -> bool:
    return studio.leader is not None and can_see_name(actor, studio.leader.person)


_RECORD = Kind(plain_of, lambda record: record, may_name_persons)

KINDS: Mapping[str, Kind] = {
    "account": Kind(_account),
    "achievement": _RECORD,
    "attendance": Kind(_attendance, may_name=_may_name_who_came),
    "award": Kind(_award),
    "benefit": Kind(_benefit, lambda one: one[1]),
    "contract": Kind(_contract),
    "crew": Kind(_crew, may_name=_may_name_leader_of_crew),
    "demand": _RECORD,
    "entry": Kind(_entry),
    "golden_idea": Kind(_golden_idea, may_name=lambda actor, one: may_name_persons(actor, one.proposal)),
    "honour": Kind(_honour, may_name=lambda actor, one: can_see_name(actor, one[0])),
    "nomination": Kind(_nomination, lambda one: one.proposal),
    "objection": Kind(_objection),
    "outreach": Kind(_outreach),
    "participation_entry": Kind(_participation, may_name=_may_name_who_came),
    "proposal": _RECORD,
    "question": Kind(_question),
    "studio": Kind(_studio, may_name=_may_name_leader),
    "studio_application": Kind(_application, lambda one: one),
    "studio_review": Kind(_studio_review),
    "task": Kind(_waiting, lambda one: one.record),
}
