"""What is read of contests: what one may register for, how one fared, the ranks of all once they are announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.db import today
from marketplace.models import Campaign, Contest, Contestant, ContestGroup, ContestResult, Organisation, Person
from marketplace.models.participation.contestant import OUT
from marketplace.permissions import (
    Actor,
    can_follow_campaign,
    can_see_contestant,
    can_see_name,
    records_by_program,
    takes_part,
    takes_part_as,
)
from marketplace.services.contest import publishing
from marketplace.services.export import masking


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody on the board of a group; the name is masked for whoever may not be told it."""

    contestant: Contestant
    name: str
    result: ContestResult


@dataclass(frozen=True, slots=True)
class Board:
    group: ContestGroup
    rows: Sequence[Row]


def open_for(session: Session, actor: Actor) -> list[Contest]:
    """Return the contests the actor may register for himself, those that close first before others."""
    if not actor.colleague_of or not actor.reads:
        return []
    units = list(session.scalars(sa.select(Organisation).where(Organisation.id.in_(actor.colleague_of))))
    query = (
        sa.select(Contest)
        .join(Contest.campaign)
        .where(Contest.state == "open", Contest.registers_until >= today(), Campaign.state == "open")
        .options(joinedload(Contest.campaign), selectinload(Contest.groups), selectinload(Contest.stages))
        .order_by(Contest.registers_until, Contest.id)
    )
    return [it for it in session.scalars(query) if any(takes_part(it.campaign, unit) for unit in units)]


def mine(session: Session, actor: Actor) -> list[Contestant]:
    """Return the contests the actor is or was in himself, the latest first."""
    if actor.account_id is None or not (actor.limits is None or records_by_program(actor)):
        return []
    query = (
        sa.select(Contestant)
        .join(Contestant.person)
        .where(Person.account_id == actor.account_id)
        .options(
            joinedload(Contestant.contest), joinedload(Contestant.group), joinedload(Contestant.person),
            joinedload(Contestant.organisation), selectinload(Contestant.results).joinedload(ContestResult.stage),
        )
        .order_by(Contestant.id.desc())
    )  # fmt: skip
    return list(session.scalars(query))


def is_told(actor: Actor, contestant: Contestant) -> bool:
    """Say whether the actor is told how somebody fared: once it is announced, or who follows the contest before."""
    contest = contestant.contest
    if actor.reads and can_follow_campaign(actor, contest.campaign):
        return True
    return contest.state == "published" and can_see_contestant(actor, contestant)


def name_of(actor: Actor, contestant: Contestant) -> str:
    """Return what the actor is told somebody is called: masked where he may not be told the name."""
    person = contestant.person
    is_named = can_see_name(actor, person) or takes_part_as(actor, person)
    return person.name if is_named else masking.name(person.name)


def boards(session: Session, actor: Actor, contest: Contest) -> list[Board]:
    """Return the ranks of each group, empty before they are announced (rule 60) and for whoever may not read them.

    Who follows the contest sees them as soon as they are made; where it is not public, its own people see their own.
    """
    follows = actor.reads and can_follow_campaign(actor, contest.campaign)
    if contest.state != "published" and not follows:
        return []
    query = (
        sa.select(Contestant)
        .where(Contestant.contest_id == contest.id, Contestant.state.not_in(OUT))
        .options(
            joinedload(Contestant.person), joinedload(Contestant.organisation),
            selectinload(Contestant.results).joinedload(ContestResult.stage),
        )
    )  # fmt: skip
    rows: dict[int, list[Row]] = {}
    for it in session.scalars(query):
        result = publishing.final_result(it)
        if result is None or not (follows or contest.is_public or can_see_contestant(actor, it)):
            continue
        rows.setdefault(it.contest_group_id, []).append(Row(it, name_of(actor, it), result))
    for found in rows.values():
        found.sort(key=lambda row: (-row.result.stage.position, row.result.rank or 0, row.contestant.number or 0))
    return [Board(group, rows[group.id]) for group in contest.groups if group.id in rows]
