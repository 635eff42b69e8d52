"""Who takes part in a contest: a worker registers himself, a unit several of its people; both may withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from marketplace import audit, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, DomainError, Invalid, NotAllowed, NotFound
from marketplace.models import Contest, Contestant, ContestGroup, Organisation, Person
from marketplace.models.participation.contestant import OUT
from marketplace.permissions import (
    Actor,
    can_confirm_entries,
    can_decide_contest,
    can_record_own,
    can_see_contestant,
    can_withdraw_contestant,
    contestants_seen,
    takes_part,
)
from marketplace.services.contest import contests, tallying
from marketplace.services.organisation import name_key
from marketplace.services.participation import recording


def get(session: Session, actor: Actor, contestant_id: int) -> Contestant:
    """Return somebody in a contest whom the actor may see; raise NotFound."""
    found = session.get(Contestant, contestant_id)
    if found is None or not can_see_contestant(actor, found):
        raise NotFound("contestant", contestant_id)
    return found


# Where somebody stands in the list of a contest: group, number drawn, his own.
Place = tuple[int, int, int]


def listed(
    session: Session, actor: Actor, contest: Contest, *, limit: int | None = None, after: Sequence[int] | None = None
) -> list[Contestant]:
    """Return who takes part, by group and number: all for who follows the contest, else those of the actor's units.

    ``limit`` and ``after``, a place, turn the pages.
    """
    of = Contestant
    order = (ContestGroup.position, sa.func.coalesce(of.number, 0), of.id)
    query = (
        sa.select(of)
        .join(of.organisation).join(of.group)
        .where(of.contest_id == contest.id, contestants_seen(actor, contest))
        .options(
            contains_eager(of.organisation), contains_eager(of.group), joinedload(of.person), selectinload(of.results)
        )
        .order_by(*order).limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*(sa.literal(it) for it in after)))
    return list(session.scalars(query))


def place_of(contestant: Contestant) -> Place:
    """Return where somebody stands in the list."""
    return contestant.group.position, contestant.number or 0, contestant.id


def register_own(session: Session, actor: Actor, contest_id: int, data: Mapping[str, Any]) -> Contestant:
    """Register the actor himself from what ``OwnRegistrationSchema.load`` returned.

    Raises NotAllowed for whoever works in no unit, Invalid for a group the contest does not have and a unit out of its
    scope, Conflict once registration is over, for who is in it already and where the unit has no place left.
    """
    contest = _open(session, actor, contest_id)
    unit = recording.own_unit(session, actor, data["unit_id"])
    if not can_record_own(actor, unit):
        raise NotAllowed("register", "contestant")
    return _written(session, actor, contest, unit, recording.own_person(session, actor, unit), data)


def register(
    session: Session, actor: Actor, contest_id: int, unit_name: str, rows: Sequence[Mapping[str, Any]]
) -> list[Contestant | DomainError]:
    """Register people of a unit, and return for each row who it became, or why it was refused.

    A row is what ``RegistrationRowSchema.load`` returned. Raises NotAllowed for another's unit, Invalid for a unit
    nobody knows and Conflict once registration is over.
    """
    contest = _open(session, actor, contest_id)
    unit = session.scalar(sa.select(Organisation).filter_by(name_key=name_key(unit_name)))
    if unit is None:
        raise Invalid({"unit": [N_("平台上没有这个单位，请核对全称。")]})
    if not can_confirm_entries(actor, unit):
        raise NotAllowed("register", "contestant")
    results: list[Contestant | DomainError] = []
    for row in rows:
        try:
            with session.begin_nested():
                person = recording.person_of(session, actor, unit, row)
                if person is None:
                    raise Invalid({"person": [N_("请写姓名，或者档案编号。")]})
                results.append(_written(session, actor, contest, unit, person, row))
        except DomainError as error:
            results.append(error)
    return results


def withdraw(session: Session, actor: Actor, contestant_id: int, reason: str) -> Contestant:
    """Take somebody out who gives up: he himself, his unit, or the host. What he took part in before still counts.

    Raises NotAllowed for anybody else, Invalid without a reason, Conflict once prizes are to be shown.
    """
    found = _held(session, actor, contestant_id)
    if not can_withdraw_contestant(actor, found):
        raise NotAllowed("register", "contestant")
    if found.contest.state not in ("open", "running"):
        raise Conflict(N_("名次已定，不能再退出。"))
    return _out(session, actor, found, "withdraw", reason)


def disqualify(session: Session, actor: Actor, contestant_id: int, reason: str) -> Contestant:
    """Take somebody out of a contest and of the count, with a reason; those behind him move up.

    Raises NotAllowed for who does not run it or comes from the same unit, Conflict once prizes are shown.
    """
    found = _held(session, actor, contestant_id)
    if not can_decide_contest(actor, found):
        raise NotAllowed("decide", "contestant")
    if found.contest.state not in ("open", "running", "ranked"):
        raise Conflict(N_("已经开始公示，请在公示中撤下，或者撤销。"))
    return _out(session, actor, found, "disqualify", reason)


def _out(session: Session, actor: Actor, found: Contestant, action: str, reason: str) -> Contestant:
    found.reason = contests.require_reason(reason)
    workflow.apply(session, actor, found, action, found.reason, process="contest")
    session.flush()
    tallying.close_gap(session, found)
    return found


def _held(session: Session, actor: Actor, contestant_id: int) -> Contestant:
    found = get(session, actor, contestant_id)
    audit.hold(session, "contest", found.contest_id)
    session.refresh(found)
    session.refresh(found.contest)
    if found.state in OUT:
        raise Conflict(N_("这位参赛人已经不在比赛中。"))
    return found


def _open(session: Session, actor: Actor, contest_id: int) -> Contest:
    audit.hold(session, "contest", contest_id)
    contest = contests.get(session, actor, contest_id)
    session.refresh(contest)
    if contest.state != "open" or today() > contest.registers_until or contest.campaign.state != "open":
        raise Conflict(N_("比赛现在不接受报名。"))
    return contest


def _written(
    session: Session, actor: Actor, contest: Contest, unit: Organisation, person: Person, data: Mapping[str, Any]
) -> Contestant:
    group = _group(contest, data["group"])
    if not takes_part(contest.campaign, unit):
        raise Invalid({"unit": [N_("您的单位不在比赛的范围之内。")]})
    if person.employment != "in_service":
        raise Conflict(N_("只有在职的职工才能报名。"))
    found = session.scalar(sa.select(Contestant).filter_by(contest_id=contest.id, person_id=person.id))
    if found is not None and found.state != "withdrawn":
        raise Conflict(N_("这个人已经报名（第 %(number)s 号），不用再报。"), number=found.id)
    _require_place(session, contest, unit)
    if found is not None:
        found.reason, found.group, found.registered_by, found.registered_at = "", group, actor.name, now()
        workflow.apply(session, actor, found, "return", process="contest")
        return found
    found = Contestant(
        contest_id=contest.id, contest_group_id=group.id, person_id=person.id, organisation_id=unit.id,
        registered_by=actor.name, results=[],
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(found)
            session.flush()
    except IntegrityError:
        raise Conflict(N_("这个人已经报名，不用再报。")) from None
    told = {"contest": contest.id, "group": group.id, "person": person.id, "unit": unit.id}
    audit.record(session, actor, "register", "contestant", found.id, to_state="registered", payload=told, is_first=True)
    return found


def _group(contest: Contest, named: str | int) -> ContestGroup:
    found = next((it for it in contest.groups if named in (it.id, str(it.id), it.name)), None)
    if found is None:
        raise Invalid({"group": [N_("比赛没有这个组别，请从列表里选。")]})
    return found


def _require_place(session: Session, contest: Contest, unit: Organisation) -> None:
    if contest.unit_quota is None:
        return
    of = Contestant
    query = sa.select(sa.func.count(of.id)).where(
        of.contest_id == contest.id, of.organisation_id == unit.id, of.state.not_in(OUT)
    )
    if (session.scalar(query) or 0) >= contest.unit_quota:
        raise Conflict(N_("一个单位最多报 %(quota)s 人，名额已满。"), quota=contest.unit_quota)
