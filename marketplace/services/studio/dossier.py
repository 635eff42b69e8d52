"""A dossier: the whole record of a studio and its conditions at a moment, as one text with its hash.

It is computed from the record when it is made, and then stays as it was, whatever becomes of the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import chain
from marketplace.db import today
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Achievement, Person, Studio, StudioDossier
from marketplace.permissions import Actor, can_keep_studio
from marketplace.services.studio import conditions, keeping, records

_FACTS = (
    "id", "name", "aliases", "kind", "tier", "state", "partner", "founded_on", "field", "story", "address", "area",
    "equipment", "rules", "was_lab",
)  # fmt: skip


def freeze(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioDossier:
    """Make a dossier for a purpose, from what ``DossierSchema.load`` returned; the event holds its hash."""
    studio = records.kept(session, actor, studio_id)
    content = chain.canonical(compiled(session, studio, today()))
    dossier = StudioDossier(
        studio_id=studio.id, purpose=data["purpose"], made_by=actor.name, content=content, sha256=chain.sha256(content)
    )
    session.add(dossier)
    session.flush()
    payload = {"dossier": dossier.id, "sha256": dossier.sha256, "purpose": dossier.purpose}
    records.told(session, actor, "freeze_dossier", studio, payload, data["purpose"])
    return dossier


def of(session: Session, actor: Actor, studio_id: int) -> list[StudioDossier]:
    """Return the dossiers of a studio whose whole record the actor may see, the newest first."""
    records.get(session, actor, studio_id)
    query = sa.select(StudioDossier).filter_by(studio_id=studio_id).order_by(StudioDossier.id.desc())
    return list(session.scalars(query))


def get(session: Session, actor: Actor, studio_id: int, dossier_id: int) -> StudioDossier:
    """Return a dossier of a studio whose record the actor keeps: it names people; raise NotFound or NotAllowed."""
    found = next((it for it in of(session, actor, studio_id) if it.id == dossier_id), None)
    if found is None:
        raise NotFound("dossier", dossier_id)
    if not can_keep_studio(actor, records.get(session, actor, studio_id)):
        raise NotAllowed("read", "dossier")
    return found


def is_whole(dossier: StudioDossier) -> bool:
    """Say whether a dossier still has its hash."""
    return chain.sha256(dossier.content) == dossier.sha256


def compiled(session: Session, studio: Studio, day: dt.date) -> dict[str, Any]:
    """Return all there is on record of a studio, and its conditions on a day, as plain data.

    People stand in it by name and unit; what is read for a purpose alone does not.
    """
    checked = ("name", "state", "message", "params", "evidence")
    found = [{name: asdict(it)[name] for name in checked} for it in conditions.of(session, studio, day)]
    return {
        "as_of": day.isoformat(),
        "studio": {name: _plain(getattr(studio, name)) for name in _FACTS} | {"unit": studio.organisation.name},
        "tiers": _rows(studio.tiers, "tier", "since", "basis", "plaque"),
        "leaders": [
            _who(it.person, day) | _row(it, "since", "until", "ended_because") for it in studio.leaders
        ],
        "members": [
            _who(it.person, day) | _row(it, "role", "crew", "on_first_line", "skill_level", "since", "until")
            for it in studio.members
        ],
        "apprenticeships": [
            {"mentor": it.mentor.name, "apprentice": it.apprentice.name}
            | _row(it, "began_on", "plan", "ended_on", "result")
            for it in studio.apprenticeships
        ],
        "years": _rows(studio.years, "year", "plan", "budget"),
        "grants": [
            _row(it, "payer", "amount", "received_on", "basis", "left")
            | {"uses": _rows(it.uses, "category", "amount", "used_on", "receipt", "note")}
            for it in studio.grants
        ],
        "results": _rows(studio.results, "kind", "object_id", "title", "number", "made_on", "note"),
        "transfers": _transfers(session, studio),
        "alliances": [{"id": it.alliance_id, "name": it.alliance.name} for it in keeping.alliances_of(session, studio)],
        "conditions": found,
    }  # fmt: skip


def _transfers(session: Session, studio: Studio) -> list[dict[str, Any]]:
    """Return where other units use what the studio brought about: published, each with the certificate of its user."""
    own = {*studio.organisation.aliases, studio.organisation.name}
    linked = [it.object_id for it in studio.results if it.kind == "achievement"]
    query = (
        sa.select(Achievement)
        .where(Achievement.id.in_(linked), Achievement.published_state == "published")
        .options(selectinload(Achievement.sites), selectinload(Achievement.units))
        .order_by(Achievement.id)
    )
    return [
        {"achievement": it.id, "title": it.title} | _row(site, "unit", "since", "certificate")
        for it in session.scalars(query)
        for site in it.sites
        if site.certificate and site.unit not in own | {unit.name for unit in it.units}
    ]


def _who(person: Person, day: dt.date) -> dict[str, Any]:
    honours = [
        {"id": it.id, "title": it.title, "level": it.level, "year": it.year, "state": it.state_on(day)}
        for it in person.honours
    ]
    return {"person": person.id, "name": person.name, "unit": person.organisation.name, "honours": honours}


def _rows(parts: Any, *names: str) -> list[dict[str, Any]]:
    return [_row(part, *names) for part in parts]


def _row(part: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(part, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
