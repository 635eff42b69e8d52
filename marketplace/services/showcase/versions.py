"""What staff did to a story, a collection or a slot, version by version, and how it was before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import audit, personal_data
from marketplace.errors import N_, Invalid, NotFound, StaleRevision
from marketplace.models import AuditEntry, Collection, ShowcaseVersion, Slot, Story
from marketplace.permissions import Actor
from marketplace.services.authoring import secrecy

_PERSONAL = N_("这里有电话、证件号、银行卡号或邮箱，请删去后再保存。")


@dataclass(frozen=True, slots=True)
class Step:
    """An event, and what was different after it: (field, before, after). No version where only a file came or went."""

    event: AuditEntry
    version: ShowcaseVersion | None
    changes: tuple[tuple[str, Any, Any], ...]


def keep(
    session: Session, actor: Actor, verb: str, noun: str, object_id: int, fields: Mapping[str, Any],
    states: tuple[str | None, str | None] = (None, None), *, is_first: bool = False,
) -> None:  # fmt: skip
    """Write what was done into the chain of events, and keep the fields as they are now; ``states`` are from and to."""
    plain = {name: _plain(value) for name, value in fields.items()}
    event = audit.record(
        session, actor, verb, noun, object_id,
        from_state=states[0], to_state=states[1], payload=plain, is_first=is_first,
    )  # fmt: skip
    session.flush()
    session.add(ShowcaseVersion(noun=noun, object_id=object_id, event_id=event.id, fields=plain))
    session.flush()


def steps(session: Session, noun: str, object_id: int) -> list[Step]:
    """Return what was done, the latest first."""
    query = sa.select(ShowcaseVersion).filter_by(noun=noun, object_id=object_id)
    kept = {it.event_id: it for it in session.scalars(query.options(joinedload(ShowcaseVersion.event)))}
    found: list[Step] = []
    before: Mapping[str, Any] = {}
    for event in audit.history(session, noun, object_id):
        version = kept.get(event.id)
        after = version.fields if version is not None else before
        names = [name for name in after if before and after[name] != before.get(name)]
        found.append(Step(event, version, tuple((name, before.get(name), after[name]) for name in names)))
        before = after
    return found[::-1]


def version(session: Session, noun: str, object_id: int, version_id: int) -> ShowcaseVersion:
    """Return one version of a record; raise NotFound."""
    found = session.get(ShowcaseVersion, version_id)
    if found is None or (found.noun, found.object_id) != (noun, object_id):
        raise NotFound("history", version_id)
    return found


def require_revision(record: Story | Collection | Slot, revision: int) -> None:
    """Raise StaleRevision where somebody else changed a record since it was read."""
    if record.revision != revision:
        raise StaleRevision(record.__tablename__, record.id, revision, record.revision)


def require_publishable(session: Session, texts: Mapping[str, Any]) -> None:
    """Raise Invalid for each text with a mark of secrecy, or with a number or an address of a person."""
    secrecy.refuse(session, texts)
    found = [name for name, text in texts.items() if any(personal_data.find(str(text)))]
    if found:
        raise Invalid({name: [_PERSONAL] for name in found})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
