"""Achievements side by side: what they say of the same thing stands in one row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.models import Listing
from marketplace.permissions import Actor
from marketplace.services import achievement as achievements
from marketplace.services.listing import exclusivity
from marketplace.services.listing import reading as listings

MOST = 5


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator by name and unit, with what each achievement says of it, empty where nothing."""

    name: str
    unit: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of each achievement, in the order asked for, its reader may see, and their indicators aligned.

    Rows that more than one achievement fills come first. By the id of each, ``offered`` are the listings its reader may
    see, ``standings`` says how it stands in the market and ``taken`` in which way somebody has it to himself; what is
    taken is offered in no other way.
    """

    achievements: tuple[Mapping[str, Any], ...]
    indicators: tuple[Row, ...]
    offered: Mapping[int, Sequence[Listing]]
    standings: Mapping[int, str | None]
    taken: Mapping[int, str]


def compare(session: Session, actor: Actor, ids: Sequence[int]) -> Comparison:
    """Set the first ``MOST`` of some achievements side by side, without those the actor may not read."""
    wanted = list(dict.fromkeys(ids))[:MOST]
    known = achievements.several(session, actor, wanted)
    records = tuple(known[it] for it in wanted if it in known)
    shown = tuple(achievements.as_read(actor, it) for it in records)
    taken = exclusivity.taken_among(session, [it.id for it in records])
    seen = {it.id: listings.of_achievement(session, actor, it) for it in records}
    offered = {it: [of for of in found if it not in taken or of.state == taken[it]] for it, found in seen.items()}
    standings = {it: "closed" if it in taken else exclusivity.standing(of.state for of in seen[it]) for it in seen}
    return Comparison(shown, _aligned(shown), offered, standings, taken)


def _aligned(shown: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    rows: dict[tuple[str, str], tuple[str, str, list[list[str]]]] = {}
    for place, achievement in enumerate(shown):
        for indicator in achievement.get("indicators", ()):
            key = _folded(indicator["name"]), _folded(indicator["unit"])
            row = rows.setdefault(key, (indicator["name"], indicator["unit"], [[] for _ in shown]))
            row[2][place].append(indicator["value"])
    made = [Row(name, unit, tuple("；".join(said) for said in values)) for name, unit, values in rows.values()]
    return tuple(sorted(made, key=lambda row: -sum(map(bool, row.values)) if sum(map(bool, row.values)) > 1 else 0))


def _folded(text: str | None) -> str:
    """Return a name or a unit without what two people write differently: width, case, spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).casefold()
