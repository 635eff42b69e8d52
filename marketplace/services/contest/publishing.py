"""Prizes: shown to the public first, given where nothing stands in the way, struck or taken back (rules 59 and 60)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import today
from marketplace.errors import N_, Conflict, DomainError, NotAllowed, NotFound
from marketplace.models import Contest, Contestant, ContestResult, Publicity
from marketplace.permissions import Actor, can_decide_contest
from marketplace.services import publicity
from marketplace.services.contest import contests, ranking, registering
from marketplace.services.export import masking


def announce(session: Session, actor: Actor, contest_id: int, channel: str) -> Publicity | None:
    """Begin the publicity of who gets a prize; None where the contest gives none, and its ranks are published at once.

    Raises Conflict before the last stage is ranked.
    """
    contest = contests.run_by(session, actor, contest_id)
    if contest.state != "ranked":
        raise Conflict(N_("最后一个阶段排出名次以后才能公示。"))
    chosen = _chosen(contest)
    if not chosen:
        contests.to_state(session, actor, contest, "published", "publish")
        return None
    for contestant, grade in chosen:
        contestant.grade = grade
        workflow.apply(session, actor, contestant, "announce", payload={"grade": grade}, process="contest")
    session.flush()
    begun = publicity.start(
        session, actor, [(it, as_shown(it)) for it, _grade in chosen],
        title=contest.title, channel=channel, days=contest.campaign.publicity_days,
    )  # fmt: skip
    contests.to_state(session, actor, contest, "publicity", "announce", publicity=begun.id)
    return begun


def publish(session: Session, actor: Actor, contest_id: int) -> Mapping[int, DomainError | None]:
    """Give the prizes whose publicity is over; return, for each that waited, what holds it up or None.

    With the last of them the results of the contest are there for everybody.
    """
    contest = contests.run_by(session, actor, contest_id)
    if contest.state != "publicity":
        raise Conflict(N_("公示之后才能公布结果。"))
    results = publicity.each(_waiting(contest), lambda it: _award(session, actor, it))
    if not _waiting(contest):
        contests.to_state(session, actor, contest, "published", "publish")
    return results


def take_back(session: Session, actor: Actor, contestant_id: int, reason: str) -> Contestant:
    """Strike somebody from the list that is shown, which begins its period anew, or revoke the prize he was given.

    Raises NotAllowed for who does not run the contest or comes from the same unit, Conflict for who has no prize.
    """
    found = registering.get(session, actor, contestant_id)
    audit.hold(session, "contest", found.contest_id)
    session.refresh(found)
    if not can_decide_contest(actor, found):
        raise NotAllowed("decide", "contestant")
    written = contests.require_reason(reason)
    if found.state == "awarded":
        found.reason = written
        workflow.apply(session, actor, found, "revoke", written, process="contest")
    elif found.state in publicity.WAITING and (listed := publicity.running_for(session, found)) is not None:
        found.reason = written
        workflow.apply(session, actor, found, "strike", written, process="contest")
        publicity.begin_anew(session, actor, listed.id)
    else:
        raise Conflict(N_("这位参赛人没有获奖，也不在公示的名单上。"))
    session.flush()
    return found


def final_result(contestant: Contestant) -> ContestResult | None:
    """Return how somebody fared in the last stage he was scored in, None where he was in none."""
    scored = [it for it in contestant.results if it.score is not None]
    return max(scored, key=lambda it: it.stage.position, default=None)


def as_shown(contestant: Contestant) -> dict[str, Any]:
    """Return what the public list says of a prize; a name is masked where the person did not agree to be shown."""
    person, unit = contestant.person, contestant.organisation
    return {
        "title": f"{contestant.contest.title} {contestant.group.name} 第{contestant.number}号",
        "grade": contestant.grade,
        "authors": [person.name if person.shows_name else masking.name(person.name)],
        "units": [unit.name],
        "region": unit.region_path.rsplit("/", 1)[-1] or None,
    }


def _chosen(contest: Contest) -> list[tuple[Contestant, str]]:
    last = contest.stages[-1]
    found: list[tuple[Contestant, str]] = []
    for group in contest.groups:
        ranks = {
            it.id: result.rank
            for it in contest.contestants
            for result in it.results
            if it.contest_group_id == group.id and it.state == "registered"
            and result.contest_stage_id == last.id and result.rank is not None
        }  # fmt: skip
        given = ranking.prizes(ranks, contest.prizes)
        ordered = sorted((it for it in contest.contestants if it.id in given), key=lambda it: (ranks[it.id], it.id))
        found += [(it, given[it.id]) for it in ordered]
    return found


def _waiting(contest: Contest) -> list[Contestant]:
    return [it for it in contest.contestants if it.state in publicity.WAITING]


def _award(session: Session, actor: Actor, contestant: Contestant) -> None:
    listed = publicity.require_over(session, contestant)
    result = final_result(contestant)
    if result is None:
        raise NotFound("contestant", contestant.id)
    contest, day = contestant.contest, today()
    given = sum(it.certificate_number is not None for it in contest.contestants)
    stated = {
        "name": contestant.person.name, "unit": contestant.organisation.name, "contest": contest.title,
        "group": contestant.group.name, "rank": result.rank, "grade": contestant.grade,
    }  # fmt: skip
    # The facts and the state at once, because the one implies the other.
    contestant.certificate_number = f"CT{day.year}-{contest.id:04d}-{given + 1:03d}"
    contestant.granted_on, contestant.stated = day, stated
    workflow.apply(session, actor, contestant, "award", None, stated, process="contest")
    session.flush()
    publicity.close_if_done(session, listed)
