"""When the public sees a story or a collection: published now or from a moment on, for a time, and withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid
from marketplace.models import Collection, Story
from marketplace.permissions import Actor, Permission, can


def is_seen(actor: Actor, record: Story | Collection, moment: dt.datetime) -> bool:
    """Say whether an actor may open a record: everybody while it is published, the desk always."""
    return record.state_at(moment) == "published" or can(actor, Permission.SHOWCASE_CURATE)


def set_time(record: Story | Collection, data: Mapping[str, Any]) -> None:
    """Publish from ``ShownSchema.load`` returned; a moment that has passed means now. Raises Invalid."""
    moment = now()
    begin = data["shown_from"] or moment
    if record.state_at(moment) == "published" and record.shown_from is not None and begin <= moment:
        # It is only given another end: since when it has been shown stays.
        begin = record.shown_from
    end = data["shown_until"]
    if end is not None and end <= max(begin, moment):
        raise Invalid({"shown_until": [N_("结束的时间应在开始之后，并且在现在之后。")]})
    record.shown_from, record.shown_until = begin, end


def unset_time(record: Story | Collection) -> None:
    """Take a record back from the public; raise Conflict where it is a draft."""
    if record.shown_from is None:
        raise Conflict(N_("它还是草稿，公众看不到。"))
    record.shown_from = record.shown_until = None
