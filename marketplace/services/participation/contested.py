"""A contest counts whoever took part by itself: on its days nobody is counted for it once more, by name or by number.

What was typed in before the contest was scored gives way to it, and what comes later is refused with the first entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict
from marketplace.models import CampaignItem, ContestStage, ParticipationEntry
from marketplace.models.participation.entry import GONE

GIVEN_WAY = N_("同一场比赛已按报名计入")
_ENTRY = cast("sa.Table", ParticipationEntry.__table__)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody is about to type in: of a person, or of a number of people of a unit where there is none."""

    item: CampaignItem
    organisation_id: int
    person_id: int | None
    day: dt.date


def first_counted(session: Session, lines: Iterable[Typed]) -> int | None:
    """Return the entry of a contest that counts the same people on the same day already, None where there is none."""
    asked = [it for it in lines if it.item.links == "contest"]
    if not asked:
        return None
    of = _ENTRY.c
    query = (
        sa.select(of.id, of.item_id, of.organisation_id, of.person_id, ContestStage.begins_on, ContestStage.ends_on)
        .join(ContestStage, ContestStage.contest_id == of.object_id)
        .where(
            of.noun == "contest", of.state.not_in(GONE), of.item_id.in_({it.item.id for it in asked}),
            of.organisation_id.in_({it.organisation_id for it in asked}),
        )
        .order_by(of.id)
    )  # fmt: skip
    for row in session.execute(query):
        for it in asked:
            is_of = it.item.id == row.item_id and it.organisation_id == row.organisation_id
            if is_of and it.person_id in (None, row.person_id) and row.begins_on <= it.day <= row.ends_on:
                return int(row.id)
    return None


def giving_way(session: Session, wanted: Collection[Mapping[str, Any]]) -> list[sa.Row[Any]]:
    """Return the entries typed in of people who are about to be counted for a contest of the same days.

    Raises Conflict where their unit counted these days by number: nobody knows who of them was among those.
    """
    contests = {it["object_id"] for it in wanted if it["noun"] == "contest"}
    if not contests:
        return []
    spans: dict[int, list[tuple[dt.date, dt.date]]] = {}
    for stage in session.scalars(sa.select(ContestStage).where(ContestStage.contest_id.in_(contests))):
        spans.setdefault(stage.contest_id, []).append((stage.begins_on, stage.ends_on))
    of = _ENTRY.c
    typed = sa.select(_ENTRY).where(
        of.item_id.in_({it["item_id"] for it in wanted}), of.noun == "", of.state.not_in(GONE),
        of.organisation_id.in_({it["organisation_id"] for it in wanted}),
    )  # fmt: skip
    found: dict[int, sa.Row[Any]] = {}
    for row in session.execute(typed.order_by(of.id)):
        for it in wanted:
            is_of = it["item_id"] == row.item_id and it["organisation_id"] == row.organisation_id
            days = spans.get(it["object_id"], ())
            if not is_of or not any(first <= row.day <= last for first, last in days):
                continue
            if row.person_id is None:
                message = N_("这个单位已按人数登记了这几天的参与（第 %(entry)s 号记录），请先撤回，免得重复计算。")
                raise Conflict(message, entry=row.id)
            if row.person_id == it["person_id"]:
                found[row.id] = row
    return list(found.values())
