"""The entries behind a number: exactly those a figure counts, for who may see that figure, newest first."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace.models import CampaignItem, ParticipationEntry
from marketplace.permissions import Actor, entries_seen
from marketplace.services.statistics.board import measures_of
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope, may_see
from marketplace.services.tally import together
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.items import counted, of_code


@dataclass(frozen=True, slots=True)
class Behind:
    """Some entries of a figure, and the figure itself: ``figures.entries`` is how many there are in all.

    ``item`` is the one item that is asked for, None where all are.
    """

    figures: Figures
    entries: list[ParticipationEntry]
    next_after: int | None
    item: CampaignItem | None


def behind(
    session: Session, actor: Actor, theme: str, scope: Scope, period: Period, *,
    measure: str = "", item: str = "", limit: int, after: int | None = None,
) -> Behind:  # fmt: skip
    """Return the entries a figure counts, from below the id ``after``; ``item`` is the code of one item alone.

    Raises NotFound for a theme there is not, and NotAllowed for a scope beyond the actor's offices.
    """
    may_see(actor, scope)
    measures_of(theme)
    of = scope.slice(period.first_month, period.last_month)
    items = counted(session, of, measure=measure, kind=theme)
    named = items.named.get(item)
    items = of_code(items, item) if item else items
    entry = ParticipationEntry
    query = sa.select(entry).join(entry.organisation).where(entries_seen(actor))
    query = together.entries_behind(items, of, query)
    query = query.options(joinedload(entry.organisation), joinedload(entry.person), joinedload(entry.item))
    query = query.order_by(entry.id.desc()).limit(limit + 1)
    found = list(session.scalars(query if after is None else query.where(entry.id < after)))
    next_after = found[limit - 1].id if len(found) > limit else None
    return Behind(together.total(session, items, of), found[:limit], next_after, named)
