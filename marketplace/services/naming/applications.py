"""Finding applications, and reading what the dossier of one froze."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from marketplace import audit, vocabulary
from marketplace.errors import MustStayAway, NotFound
from marketplace.models import AuditEntry, NamingBatch, Organisation, Studio, StudioApplication
from marketplace.permissions import Actor, can_read, path_within, readable
from marketplace.services.studio.conditions import Condition, Evidence
from marketplace.workflow import offices


def get(session: Session, actor: Actor, application_id: int) -> StudioApplication:
    """Return an application to its unit and the offices of its place; raise NotFound for all others."""
    application = session.get(StudioApplication, application_id)
    if application is None or not can_read(actor, application):
        raise NotFound("studio_application", application_id)
    return application


def listed(
    session: Session, actor: Actor, batch: NamingBatch, *,
    limit: int, after: int | None = None, state: str = "", region: str = "",
) -> list[StudioApplication]:  # fmt: skip
    """Return the applications of a batch that the actor may read, in the order they came, from above ``after``.

    ``state`` and ``region`` narrow the list; a region holds all that lies under it.
    """
    query = _shown().where(StudioApplication.naming_batch_id == batch.id, readable(StudioApplication, actor))
    query = query if after is None else query.where(StudioApplication.id > after)
    query = query.where(StudioApplication.state == state) if state else query
    if region:
        query = query.where(path_within(Organisation.region_path, vocabulary.regions.path(region)))
    return list(session.scalars(query.order_by(StudioApplication.id).limit(limit)))


def of_studio(session: Session, actor: Actor, studio: Studio) -> list[StudioApplication]:
    """Return the applications of a studio that the actor may read, the newest first."""
    query = _shown().where(StudioApplication.studio_id == studio.id, readable(StudioApplication, actor))
    return list(session.scalars(query.order_by(StudioApplication.id.desc())))


def require_impartial(actor: Actor, application: StudioApplication) -> None:
    """Raise MustStayAway for whoever comes from the unit or has a part in the studio (rule 68)."""
    if (tie := offices.bar(actor, application)) is not None:
        raise MustStayAway("studio_application", tie)


def dossier_of(application: StudioApplication) -> Mapping[str, Any]:
    """Return what the dossier froze, as ``studio.dossier.compiled`` made it."""
    content: Mapping[str, Any] = json.loads(application.dossier.content)
    return content


def conditions_of(application: StudioApplication) -> list[Condition]:
    """Return the conditions as they stood when the dossier was frozen."""
    return [
        Condition(
            it["name"],
            it["state"],
            it.get("message", ""),
            it["params"],
            tuple(Evidence(**row) for row in it["evidence"]),
        )
        for it in dossier_of(application)["conditions"]
    ]


def counts_of(found: list[Condition]) -> dict[str, int]:
    """Return how many conditions are met, not met, and not on record."""
    return {state: len(names) for state, names in names_by_state(found).items()}


def names_by_state(found: list[Condition]) -> dict[str, list[str]]:
    """Return which conditions are met, not met, and not on record."""
    return {state: [it.name for it in found if it.state == state] for state in ("pass", "fail", "no_data")}


def levels_of(dossier: Mapping[str, Any]) -> Counter[str]:
    """Return how many of the members a dossier froze have each skill level, "" where none was on record."""
    return Counter(it["skill_level"] or "" for it in dossier["members"] if it["until"] is None)


def history(session: Session, application: StudioApplication) -> list[AuditEntry]:
    """Return what was done with an application, oldest first; the caller has checked who may read it."""
    return audit.history(session, "studio_application", application.id)


def _shown() -> sa.Select[StudioApplication]:
    return (
        sa.select(StudioApplication)
        .join(StudioApplication.organisation)
        .options(
            contains_eager(StudioApplication.organisation), joinedload(StudioApplication.studio),
            joinedload(StudioApplication.batch), joinedload(StudioApplication.dossier),
            selectinload(StudioApplication.sheets),
        )
    )  # fmt: skip
