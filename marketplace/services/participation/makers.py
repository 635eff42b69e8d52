"""Who made what is filed elsewhere: the persons of a unit that a proposal, an achievement or a pair counts for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from marketplace.db import day_of
from marketplace.models import (
    Account,
    Achievement,
    Apprenticeship,
    Contest,
    Contestant,
    ContestResult,
    ContestStage,
    Contributor,
    Person,
    Proposal,
    ProposalAuthor,
)
from marketplace.models.records.achievement import achievement_unit

_PERSON = cast("sa.Table", Person.__table__)
# A proposal that was handed back, taken back or found false is not one that was made.
_NOT_FILED = ("draft", "returned", "withdrawn", "rejected", "revoked")
# Who is put out of a contest does not count in it; who gave up after he was scored does.
_PUT_OUT = ("disqualified", "struck", "revoked")


@dataclass(frozen=True, slots=True)
class Maker:
    person_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Made:
    """An object that counts, on its day; one that is not ``is_whole`` counts for its makers alone (rule 62).

    ``campaign_id`` is the campaign it was filed in, None for what is filed in none.
    """

    object_id: int
    day: dt.date
    makers: tuple[Maker, ...]
    is_whole: bool = True
    campaign_id: int | None = None


def proposals(session: Session, ids: Collection[int]) -> list[Made]:
    """Return the filed ones of some proposals; who came by a merge made the one he came with."""
    query = sa.select(Proposal.id, Proposal.organisation_id, Proposal.submitted_at, Proposal.state).where(
        Proposal.id.in_(ids), Proposal.organisation_id.is_not(None), Proposal.submitted_at.is_not(None),
        Proposal.state.not_in(_NOT_FILED),
    )  # fmt: skip
    rows = session.execute(query.order_by(Proposal.id)).all()
    of = ProposalAuthor
    authors = sa.select(of.proposal_id, of.name, of.account_id).where(
        of.proposal_id.in_([row.id for row in rows]), of.merged_from_id.is_(None)
    )
    named = _by_object(session, authors.order_by(of.proposal_id, of.position, of.id))
    return [
        Made(row.id, day_of(row.submitted_at), _makers(session, row.organisation_id, named.get(row.id, ())),
             is_whole=row.state != "merged")
        for row in rows
    ]  # fmt: skip


def achievements(session: Session, ids: Collection[int]) -> list[Made]:
    """Return the published ones of some achievements, each in its first unit."""
    unit = (
        sa.select(achievement_unit.c.organisation_id)
        .where(achievement_unit.c.achievement_id == Achievement.id)
        .order_by(achievement_unit.c.position)
        .limit(1)
        .scalar_subquery()
    )
    query = sa.select(Achievement.id, Achievement.published_at, unit.label("organisation_id")).where(
        Achievement.id.in_(ids), Achievement.published_state == "published"
    )
    rows = [row for row in session.execute(query.order_by(Achievement.id)) if row.organisation_id is not None]
    of = Contributor
    people = sa.select(of.achievement_id, of.name, of.account_id).where(of.achievement_id.in_([it.id for it in rows]))
    named = _by_object(session, people.order_by(of.achievement_id, of.position, of.id))
    return [
        Made(row.id, day_of(row.published_at), _makers(session, row.organisation_id, named.get(row.id, ())))
        for row in rows
    ]


def pairs(session: Session, ids: Collection[int]) -> list[Made]:
    """Return some pairs, the mentor first: both take part (rule 51)."""
    mentor, apprentice = aliased(Person), aliased(Person)
    of = Apprenticeship
    query = (
        sa.select(of.id, of.began_on, mentor.id, mentor.organisation_id, apprentice.id, apprentice.organisation_id)
        .join(mentor, mentor.id == of.mentor_id)
        .join(apprentice, apprentice.id == of.apprentice_id)
        .where(of.id.in_(ids))
        .order_by(of.id)
    )
    return [Made(pair_id, day, (Maker(*it[:2]), Maker(*it[2:]))) for pair_id, day, *it in session.execute(query)]


def contests(session: Session, ids: Collection[int]) -> list[Made]:
    """Return some contests on the day they began, each with those who were scored in a stage of it.

    Whoever did not come is not among them, nor is who was disqualified or lost his prize.
    """
    first = sa.select(Contest.id, Contest.campaign_id, ContestStage.begins_on).join(Contest.stages)
    took_part = Contestant.results.any(ContestResult.score.is_not(None))
    people = sa.select(Contestant.contest_id, Contestant.person_id, Contestant.organisation_id).where(
        Contestant.contest_id.in_(ids), Contestant.state.not_in(_PUT_OUT), took_part
    )
    makers: dict[int, list[Maker]] = {}
    for contest_id, person_id, organisation_id in session.execute(people.order_by(Contestant.id)):
        makers.setdefault(contest_id, []).append(Maker(person_id, organisation_id))
    rows = session.execute(first.where(Contest.id.in_(ids), ContestStage.position == 0).order_by(Contest.id))
    return [Made(row.id, row.begins_on, tuple(makers.get(row.id, ())), campaign_id=row.campaign_id) for row in rows]


NOUNS: Mapping[str, Callable[[Session, Collection[int]], list[Made]]] = {
    "achievement": achievements,
    "apprenticeship": pairs,
    "contest": contests,
    "proposal": proposals,
}


def filed_between(session: Session, noun: str, first: dt.date, last: dt.date) -> list[int]:
    """Return the ids of what may have been filed from one day to another, both included."""
    zone = ZoneInfo("Asia/Shanghai")
    begins = dt.datetime.combine(first, dt.time(), zone)
    ends = dt.datetime.combine(last + dt.timedelta(1), dt.time(), zone)
    query = {
        "achievement": sa.select(Achievement.id).where(
            Achievement.published_at >= begins, Achievement.published_at < ends
        ),
        "apprenticeship": sa.select(Apprenticeship.id).where(Apprenticeship.began_on.between(first, last)),
        "contest": sa.select(ContestStage.contest_id).where(
            ContestStage.position == 0, ContestStage.begins_on.between(first, last)
        ),
        "proposal": sa.select(Proposal.id).where(Proposal.submitted_at >= begins, Proposal.submitted_at < ends),
    }[noun]
    return sorted(session.scalars(query))


_Named = tuple[str, int | None]


def _by_object(session: Session, query: Any) -> dict[int, list[_Named]]:
    found: dict[int, list[_Named]] = {}
    for object_id, name, account_id in session.execute(query):
        found.setdefault(object_id, []).append((name, account_id))
    return found


def _makers(session: Session, organisation_id: int, named: Sequence[_Named]) -> tuple[Maker, ...]:
    found = [Maker(_person(session, organisation_id, *it), organisation_id) for it in named]
    return tuple(dict.fromkeys(found))


def _person(session: Session, organisation_id: int, name: str, account_id: int | None) -> int:
    """Return the file of who is named, one of the unit of that name, or a new one: everybody counted has one."""
    if account_id is not None:
        own = session.scalar(sa.select(Person.id).where(Person.account_id == account_id))
        if own is not None:
            return own
        name = session.scalar(sa.select(Account.name).where(Account.id == account_id)) or name
    alike = sa.select(Person.id).where(Person.organisation_id == organisation_id, Person.name == name)
    if account_id is not None:
        alike = alike.where(Person.account_id.is_(None))
    known = session.scalar(alike.order_by(Person.id).limit(1))
    if known is not None:
        return known
    row = {"name": name, "organisation_id": organisation_id, "account_id": account_id, "revision": 1}
    inserted = sa.insert(_PERSON).values(row).returning(_PERSON.c.id)
    return int(session.execute(inserted).scalar_one())
