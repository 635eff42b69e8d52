"""What everybody sees of studios: those that are not closed, people as far as they agreed, results that are public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from marketplace.db import today
from marketplace.errors import NotFound
from marketplace.models import Achievement, Honour, Person, Proposal, Studio, StudioPhoto, StudioResult
from marketplace.models.studios.studio_parts import LINKED
from marketplace.permissions import is_public
from marketplace.services.studio import keeping, photos


@dataclass(frozen=True, slots=True)
class Result:
    """A result everybody may read; ``object_id`` is the number of an achievement or a proposal of this platform."""

    kind: str
    object_id: int | None
    title: str
    number: str
    made_on: dt.date


@dataclass(frozen=True, slots=True)
class Shown:
    """A studio for everybody; ``leader`` and ``members`` are those who agreed, ``member_count`` is all of them.

    Who works in a studio works in its unit: to be named here is to have the unit shown as well.
    """

    studio: Studio
    leader: Person | None
    honours: list[Honour]
    members: list[Person]
    member_count: int
    pair_count: int
    results: list[Result]
    alliances: list[Studio]
    photos: list[StudioPhoto]


def told() -> tuple[ORMOption, ...]:
    """Return what loads all that is told of a studio with it, of its results no more than that."""
    results = selectinload(Studio.results)
    achievements = results.selectinload(StudioResult.achievement).load_only(
        Achievement.title, Achievement.published_state
    )
    proposals = results.selectinload(StudioResult.proposal).load_only(Proposal.title, Proposal.state)
    return selectinload(Studio.organisation), selectinload(Studio.leaders), achievements, proposals


def several(session: Session, ids: Collection[int], *loaded: ORMOption) -> dict[int, Studio]:
    """Return by id those of some studios that are not closed, each with what is to be loaded with it."""
    query = sa.select(Studio).where(Studio.id.in_(ids), Studio.state != "closed").options(*loaded)
    return {studio.id: studio for studio in session.scalars(query)}


def show(session: Session, studio_id: int) -> Shown:
    """Return what everybody sees of a studio; raise NotFound, also for a closed one."""
    studio = session.get(Studio, studio_id)
    if studio is None or studio.state == "closed":
        raise NotFound("studio", studio_id)
    named = leader_of(studio)
    present = [it.person for it in studio.members if it.until is None]
    standing = [it for it in named.honours if it.state_on(today()) == "active"] if named else []
    others = (
        keeping.studios_in(session, studio) if studio.kind == "alliance"
        else [it.alliance for it in keeping.alliances_of(session, studio)]
    )  # fmt: skip
    return Shown(
        studio=studio,
        leader=named,
        honours=standing,
        members=[it for it in present if it.shows_unit],
        member_count=len(present),
        pair_count=sum(it.ended_on is None for it in studio.apprenticeships),
        results=results_of(studio),
        alliances=[it for it in others if it.state != "closed"],
        photos=photos.shown(studio),
    )


def leader_of(studio: Studio) -> Person | None:
    """Return whoever leads a studio now, where the person agreed to be named with the unit."""
    leader = studio.leader.person if studio.leader else None
    return leader if leader is not None and leader.shows_unit else None


def results_of(studio: Studio) -> list[Result]:
    """Return the results everybody may read; a linked one only while its record is public, as it is called now."""
    found = []
    for it in studio.results:
        record = it.achievement or it.proposal
        if it.kind not in LINKED or (record is not None and is_public(record)):
            title = record.title if record is not None else it.title
            found.append(Result(it.kind, it.object_id, title, it.number, it.made_on))
    return found
