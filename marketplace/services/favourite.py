"""Mark records to find them again, and write a note to each; nobody sees the marks of another."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotFound
from marketplace.models import Favourite
from marketplace.models.following.saved_search import SEARCHED
from marketplace.permissions import Actor, keeper
from marketplace.services.saved_search import records
from marketplace.services.saved_search.records import Followed

_TOO_MANY = N_("最多收藏 %(most)s 条，请先取消不用的。")


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark with its record, None where the record may not be read any more."""

    favourite: Favourite
    record: Followed | None


def mark(session: Session, actor: Actor, kind: str, object_id: int, note: str | None = None) -> Favourite:
    """Mark a record the actor may read, and write a note where one is given; marking twice changes nothing else.

    Raises NotFound for a record he may not read, Conflict beyond the rule ``favourites``.
    """
    account_id = keeper(actor)
    if kind not in SEARCHED or object_id not in records.several(session, actor, kind, [object_id]):
        raise NotFound(kind, object_id)
    audit.hold(session, "account", account_id)
    found = of_record(session, actor, kind, object_id)
    if found is None:
        most = rules.value(session, "favourites", today())
        if (session.scalar(sa.select(sa.func.count()).where(Favourite.account_id == account_id)) or 0) >= most:
            raise Conflict(_TOO_MANY, most=most)
        found = Favourite(account_id=account_id, kind=kind, object_id=object_id, note="")
        session.add(found)
    if note is not None:
        found.note = note
    session.flush()
    return found


def of_record(session: Session, actor: Actor, kind: str, object_id: int) -> Favourite | None:
    """Return the actor's mark of a record, None where there is none."""
    query = sa.select(Favourite).filter_by(account_id=keeper(actor), kind=kind, object_id=object_id)
    return session.scalar(query)


def unmark(session: Session, actor: Actor, kind: str, object_id: int) -> None:
    """Take a mark of the actor off; what is not marked stays so."""
    found = of_record(session, actor, kind, object_id)
    if found is not None:
        session.delete(found)
        session.flush()


def listed(session: Session, actor: Actor) -> list[Marked]:
    """Return the actor's marks with their records, the newest first."""
    query = sa.select(Favourite).where(Favourite.account_id == keeper(actor)).order_by(Favourite.id.desc())
    found = session.scalars(query).all()
    known = {
        (kind, number): record
        for kind in SEARCHED
        for number, record in records.several(
            session, actor, kind, [it.object_id for it in found if it.kind == kind]
        ).items()
    }
    return [Marked(it, known.get((it.kind, it.object_id))) for it in found]
