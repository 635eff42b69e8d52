"""A contest with judges and contestants, taken as far as a test wants it, by the services as the doors would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import Account, Campaign, Contest, Contestant, Organisation
from marketplace.permissions import Actor
from marketplace.schemas.contest import ContestSchema, RegistrationRowSchema
from marketplace.services.account.signing_in import actor_of
from marketplace.services.contest import contests, judging, panel, registering, staging, tallying
from tests.marketplace.officers import acting

# The stages are held today, so that they can be scored, and registration ended yesterday.
YESTERDAY = today() - dt.timedelta(1)


def terms(**fields: Any) -> dict[str, Any]:
    row = {
        "title": "焊工技能比赛", "registers_until": today().isoformat(), "judges_needed": 3, "spread": 20,
        "prizes": [{"grade": "一等奖", "count": 1}, {"grade": "二等奖", "count": 1}],
        "stages": [stage("决赛", 1)],
        "groups": [{"name": "焊工", "criteria": {"实操": 60, "理论": 40}, "tie_break": ["实操"]}],
    }  # fmt: skip
    loaded: dict[str, Any] = ContestSchema().load({**row, **fields})
    return loaded


def stage(name: str, days: int, advancing: int | None = None) -> dict[str, Any]:
    day = (today() + dt.timedelta(days)).isoformat()
    return {"name": name, "begins_on": day, "ends_on": day, "advancing": advancing}


def opened(session: Session, host: Actor, campaign: Campaign, judges: int = 3, **fields: Any) -> Contest:
    """Return an open contest with a panel in each group, which people may register for today."""
    contest = contests.make(session, host, campaign.id, terms(**fields))
    for group in contest.groups:
        for _ in range(judges):
            panel.add(session, host, contest.id, group.id, acting("judge").account_id or 0)
    return contests.open_to_all(session, host, contest.id)


def registered(session: Session, clerk: Actor, contest: Contest, unit: Organisation, *names: str) -> list[Contestant]:
    rows = [RegistrationRowSchema().load({"person": name, "group": contest.groups[0].name}) for name in names]
    found = registering.register(session, clerk, contest.id, unit.name, rows)
    return [it for it in found if isinstance(it, Contestant)]


def drawn(session: Session, host: Actor, contest: Contest) -> Contest:
    """Let registration have ended yesterday and the stages be held from today on, and draw lots."""
    contest.registers_until = YESTERDAY
    for it in contest.stages:
        it.begins_on = it.ends_on = today()
    session.flush()
    return staging.draw(session, host, contest.id)


def scored(session: Session, host: Actor, contest: Contest, points: Mapping[int, Sequence[int]]) -> Contest:
    """Let every judge lock his sheets: of a contestant by id so much for each criterion, and the stage be ranked."""
    for account_id in {it.account_id for group in contest.groups for it in group.panel}:
        judge = actor_of(session.get_one(Account, account_id), has_second_factor=True)
        for assigned in judging.assigned(session, judge):
            given = points.get(assigned.contestant.id)
            if given is not None and assigned.is_open:
                scores = dict(zip(contest.groups[0].criteria, given, strict=True))
                judging.save(session, judge, assigned.sheet.id, {"scores": scores, "comment": ""}, lock=True)
    return tallying.tally(session, host, contest.id)


def ranks(session: Session, contest: Contest, at: int = -1) -> dict[str, int | None]:
    """Return the rank of each by name in a stage."""
    query = sa.select(Contestant).where(Contestant.contest_id == contest.id)
    stage_id = contest.stages[at].id
    return {
        it.person.name: result.rank
        for it in session.scalars(query)
        for result in it.results
        if result.contest_stage_id == stage_id
    }
