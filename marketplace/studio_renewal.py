"""Make a studio newer whenever something changes that is told of it: a result, whoever leads it, its unit.

What is searched of a studio is made of other records too. A change of one of these gives the studio a new revision in
the same transaction, so that its document is written anew and an older one never comes back: a result that is public no
more, a consent that was taken back, a unit under another name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models import (
    Achievement,
    Organisation,
    Person,
    Proposal,
    Studio,
    StudioLeader,
    StudioResult,
)

Ids = sa.Select[tuple[int]]


def renew(session: Session, _context: object, _instances: object) -> None:
    """Touch, before they are written, the studios that a change of other records concerns."""
    ids = {it for it in _parted(session) if it is not None}
    for model, fields, studios in _TOLD:
        changed = [it.id for it in session.dirty if isinstance(it, model) and _differs(it, fields)]
        changed += [it.id for it in session.deleted if isinstance(it, model)]
        if changed:
            ids |= set(session.scalars(studios(changed)))
    for studio in session.scalars(sa.select(Studio).where(Studio.id.in_(ids))) if ids else ():
        if studio not in session.deleted:
            studio.updated_at = now()


def _parted(session: Session) -> Iterator[int | None]:
    """Yield the studios of which a result or a leader is new, other than it was, or gone."""
    for it in (*session.new, *session.dirty, *session.deleted):
        if isinstance(it, StudioLeader | StudioResult) and (it not in session.dirty or session.is_modified(it)):
            yield it.studio_id
        # What was added to a list knows its studio only once it is written.
        elif isinstance(it, Studio) and _differs(it, ("leaders", "results")):
            yield it.id


def _differs(record: Any, fields: Collection[str]) -> bool:
    attributes = sa.inspect(record).attrs
    return any(attributes[name].history.has_changes() for name in fields)


def _linking(kind: str) -> Callable[[Collection[int]], Ids]:
    return lambda ids: sa.select(StudioResult.studio_id).where(
        StudioResult.kind == kind, StudioResult.object_id.in_(ids)
    )


def _led_by(ids: Collection[int]) -> Ids:
    return sa.select(StudioLeader.studio_id).where(StudioLeader.person_id.in_(ids), StudioLeader.until.is_(None))


def _of_units(ids: Collection[int]) -> Ids:
    return sa.select(Studio.id).where(Studio.organisation_id.in_(ids))


# Of which record what is told, and of which studios.
_TOLD: tuple[tuple[type[Any], tuple[str, ...], Callable[[Collection[int]], Ids]], ...] = (
    (Achievement, ("title", "published_state"), _linking("achievement")),
    (Proposal, ("title", "state"), _linking("proposal")),
    (Person, ("name", "shows_unit"), _led_by),
    (Organisation, ("name", "region", "region_path", "industry", "industry_path"), _of_units),
)
