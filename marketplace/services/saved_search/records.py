"""The records a person may read at this moment, of any kind that can be followed, by what a page calls them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Achievement, Demand, Studio
from marketplace.permissions import OPEN_DEMANDS, Actor, readable
from marketplace.schemas.disclosure import PUBLIC, layer_of
from marketplace.services import achievement as achievements
from marketplace.services.studio import public


@dataclass(frozen=True, slots=True)
class Followed:
    """A record that may be read: its kind, number and title, and the path of its page."""

    kind: str
    id: int
    title: str
    record: Any

    @property
    def path(self) -> str:
        return f"/{self.kind}s/{self.id}"

    @property
    def summary(self) -> str:
        """What everybody reads of it in a few words; of an achievement the layer that is open to all."""
        if isinstance(self.record, Achievement):
            is_open = layer_of(self.record, "summary") == PUBLIC
            return str(self.record.teaser or (self.record.summary if is_open else ""))
        return str(self.record.text if isinstance(self.record, Demand) else self.record.story)


def several(session: Session, actor: Actor, kind: str, ids: Collection[int]) -> dict[int, Followed]:
    """Return by id those of some records that the actor may read and that stand where anybody would look for them."""
    found = _KINDS[kind](session, actor, ids) if ids else {}
    return {number: Followed(kind, number, _title(record), record) for number, record in found.items()}


def _achievements(session: Session, actor: Actor, ids: Collection[int]) -> Mapping[int, Achievement]:
    return achievements.several(session, actor, list(ids))


def _demands(session: Session, actor: Actor, ids: Collection[int]) -> Mapping[int, Demand]:
    query = sa.select(Demand).where(Demand.id.in_(ids), Demand.state.in_(OPEN_DEMANDS), readable(Demand, actor))
    return {it.id: it for it in session.scalars(query)}


def _studios(session: Session, _actor: Actor, ids: Collection[int]) -> Mapping[int, Studio]:
    return public.several(session, ids)


_KINDS: Mapping[str, Callable[[Session, Actor, Collection[int]], Mapping[int, Any]]] = {
    "achievement": _achievements, "demand": _demands, "studio": _studios,
}  # fmt: skip


def _title(record: Any) -> str:
    title: str = record.name if isinstance(record, Studio) else record.title
    return title
