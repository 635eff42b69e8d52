"""The way of a record as its author understands it: the steps behind it, where it stands, the steps ahead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Step:
    """A station of the way; ``standing`` is "done", "now" or "ahead", ``note`` what was said there."""

    name: object
    standing: str
    at: dt.datetime | None = None
    note: str = ""


def steps(way: Sequence[str], state: str, events: Sequence[AuditEntry], names: Mapping[str, object]) -> list[Step]:
    """Return the stations of a record.

    ``way`` are the states it passes when all goes well, in order; whatever it passed in fact comes from its events, the
    last time it reached each. A record that has left the way ends where it stands.
    """
    reached = {event.to_state: event for event in events if event.to_state and event.to_state != event.from_state}
    behind = [it for it in dict.fromkeys(event.to_state for event in events) if it in reached and it != state]
    done = [Step(names[it], "done", reached[it].at, reached[it].reason or "") for it in behind if it in names]
    done.sort(key=lambda it: it.at or dt.datetime.min.replace(tzinfo=dt.UTC))
    here = reached.get(state)
    now = Step(names[state], "now", here.at if here else None, (here.reason if here else None) or "")
    ahead = way[way.index(state) + 1 :] if state in way else ()
    return [*done, now, *(Step(names[it], "ahead") for it in ahead)]
