"""What is counted in the rows and the column groups of a table, with every margin counted anew.

Person-times add up; persons do not: whoever took part in two items, two months or two cities is one person in the sum.
So the margins are asked of the ledger like every cell, and never added up from the cells (domain rule 53).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Organisation, ParticipationEntry
from marketplace.services.tally import items as campaign_items
from marketplace.services.tally import together
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.items import Counted
from marketplace.services.tally.slices import Slice, place_of_unit

# The key of a margin: all rows together, or all groups together.
ALL = "*"
# What ``together`` calls the rows of a report.
_LEVELS = {"city": "city", "county": "county", "industry": "section", "unit": "unit", "month": "month"}

Cells = dict[tuple[str, str], Figures]


def counted(session: Session, of: Slice, kinds: Sequence[str], campaigns: Collection[int]) -> Counted:
    """Return the items of some campaigns of some kinds, counted as one."""
    found = campaign_items.joined(campaign_items.counted(session, of, kind=it) for it in kinds)
    return campaign_items.narrowed(found, {it for it in found.ids if found.campaigns[it] in campaigns})


def cells(
    session: Session, items: Counted, groups: Mapping[str, Collection[int]], of: Slice, row: str,
    among: sa.Select[Any] | None = None,
) -> Cells:  # fmt: skip
    """Return the figures by (row, group), ``ALL`` for the margins; ``groups`` are the items of each.

    ``row`` is one of ``models.participation.report.ROWS``; places are keyed by path, units by number, months as year ×
    100 + month. ``among`` are the ids of the only units that are asked for.
    """
    found: Cells = {}
    for group, ids in {ALL: items.ids, **groups}.items():
        some = campaign_items.narrowed(items, ids)
        of_rows = together.by(session, some, of, _LEVELS[row], among=among)
        found |= {(str(key[0]), group): it for key, it in of_rows.items()}
        found[ALL, group] = together.total(session, some, of, among)
    return found


def of_other_hierarchy(session: Session, items: Counted, of: Slice, row: str) -> dict[str, int]:
    """Return the person-times by place of units that answer to the other hierarchy first (domain rule 66)."""
    shares = together.by_place(session, items, of, _LEVELS[row])
    found = {key: it.of_which.person_times for key, it in shares.items()}
    return found | {ALL: sum(found.values())}


def unit_names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the names of units by their number as a key."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_([int(it) for it in ids]))
    return {str(identity): name for identity, name in session.execute(query)}


def row_of_entry(row: str) -> Any:
    """Return, as SQL on ParticipationEntry and Organisation, the key of the row an entry belongs to."""
    if row in ("unit", "month"):
        return ParticipationEntry.organisation_id if row == "unit" else ParticipationEntry.month
    return place_of_unit(_LEVELS[row])


def row_of_unit(row: str) -> Any:
    """Return, as SQL on Organisation, the key of the row a unit belongs to."""
    return Organisation.id if row == "unit" else place_of_unit(_LEVELS[row])
