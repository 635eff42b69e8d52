"""Who leads a studio, who works in it with which skill, and who learns from whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Apprenticeship, Person, Studio, StudioLeader, StudioMember
from marketplace.permissions import Actor, Permission, can_in_unit
from marketplace.services import organisation as organisations
from marketplace.services.honour import persons
from marketplace.services.studio import records, succession

_UNKNOWN = {
    "employment": None, "born_on": None, "phone": None, "skill_level": None, "management_level": None,
}  # fmt: skip


def lead(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioLeader:
    """Say who leads a studio from a day on, from what ``LeaderSchema.load`` returned; whoever led it before ends then.

    A studio that was suspended for want of a leader goes on. Raises Invalid where there is somebody to follow and no
    reason is given.
    """
    studio = records.office_kept(session, actor, studio_id)
    person = found_or_opened(session, actor, studio, data["name"], data["unit"], data["person_id"])
    present = studio.leader
    if present is not None:
        if present.person_id == person.id:
            raise Conflict(N_("这个人现在就是领衔人。"))
        if not data["reason"]:
            raise Invalid({"reason": [N_("请写明更换领衔人的理由。")]})
        _end_leader(present, data["since"], data["reason"], "since")
        session.flush()
    begun = StudioLeader(studio_id=studio.id, person=person, from_unit=person.organisation_id, since=data["since"])
    studio.leaders.append(begun)
    session.flush()
    records.told(session, actor, "lead", studio, {"person": person.id, "since": data["since"]}, data["reason"] or None)
    succession.resume_with(session, actor, studio, "已确定新的领衔人。")
    return begun


def vacate(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> Studio:
    """Say that whoever leads a studio no longer does and nobody follows yet, from ``VacancySchema.load``."""
    studio = records.office_kept(session, actor, studio_id)
    if studio.leader is None:
        raise Conflict(N_("这个工作室现在没有领衔人。"))
    _end_leader(studio.leader, data["until"], data["reason"], "until")
    session.flush()
    records.told(session, actor, "vacate", studio, {"until": data["until"]}, data["reason"])
    return studio


def join(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioMember:
    """Take a person in, or note another role or skill level, from what ``MemberSchema.load`` returned.

    What was noted of the person before ends on that day, so that who was what can be told for any day. The file of the
    person follows where the actor keeps it: a leader does not say himself which skill he has.
    """
    studio = records.kept(session, actor, studio_id)
    person = found_or_opened(session, actor, studio, data["name"], data["unit"], data["person_id"])
    present = next((it for it in studio.members if it.person_id == person.id and it.until is None), None)
    skill = data["skill_level"] or person.skill_level
    if present is not None:
        is_same = data["crew"] in ("", present.crew) and data["on_first_line"] in (None, present.on_first_line)
        if (present.role, present.skill_level) == (data["role"], skill) and is_same:
            raise Conflict(N_("这个人已经是成员，角色和技能等级也没有变。"))
        if data["since"] < present.since:
            raise Invalid({"since": [N_("不能早于原来的开始日期。")]})
        present.until = data["since"]
        session.flush()
    crew, on_first_line = data["crew"] or None, data["on_first_line"]
    if present is not None:
        crew, on_first_line = crew or present.crew, present.on_first_line if on_first_line is None else on_first_line
    if data["skill_level"] and can_in_unit(actor, Permission.HONOUR_RECORD, person.organisation):
        person.skill_level = data["skill_level"]
    joined = StudioMember(
        studio_id=studio.id, person=person, role=data["role"], crew=crew, on_first_line=on_first_line,
        skill_level=skill, since=data["since"],
    )  # fmt: skip
    studio.members.append(joined)
    session.flush()
    payload = {"person": person.id, "role": joined.role, "skill_level": skill, "since": joined.since}
    records.told(session, actor, "join", studio, payload)
    return joined


def leave(session: Session, actor: Actor, studio_id: int, member_id: int, data: Mapping[str, Any]) -> StudioMember:
    """Note that a member left, from what ``EndSchema.load`` returned."""
    studio = records.kept(session, actor, studio_id)
    member = next((it for it in studio.members if it.id == member_id and it.until is None), None)
    if member is None:
        raise NotFound("studio_part", member_id)
    if data["ended_on"] < member.since:
        raise Invalid({"ended_on": [N_("不能早于开始的日期。")]})
    member.until = data["ended_on"]
    session.flush()
    records.told(session, actor, "leave", studio, {"person": member.person_id, "until": member.until})
    return member


def pair(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> Apprenticeship:
    """Note a mentor and an apprentice with their plan, from what ``PairSchema.load`` returned.

    A mentor has at most so many at a time as the rule says, in whichever studios (rule 51).
    """
    studio = records.kept(session, actor, studio_id)
    mentor = found_or_opened(session, actor, studio, data["mentor"], data["mentor_unit"], None, "mentor")
    apprentice = found_or_opened(
        session, actor, studio, data["apprentice"], data["apprentice_unit"], None, "apprentice"
    )
    if mentor.id == apprentice.id:
        raise Invalid({"apprentice": [N_("师傅和徒弟不能是同一个人。")]})
    running = list(session.scalars(sa.select(Apprenticeship).filter_by(mentor_id=mentor.id, ended_on=None)))
    if any(it.apprentice_id == apprentice.id for it in running):
        raise Conflict(N_("这一对师徒已经登记，还没有结束。"))
    most = rules.value(session, "apprentices_of_mentor", today())
    if len(running) >= most:
        raise Conflict(N_("这位师傅现在已带 %(most)s 个徒弟，按规定不能再增加。"), most=most)
    begun = Apprenticeship(
        studio_id=studio.id, mentor=mentor, apprentice=apprentice, began_on=data["began_on"], plan=data["plan"]
    )
    studio.apprenticeships.append(begun)
    session.flush()
    payload = {"mentor": mentor.id, "apprentice": apprentice.id, "began_on": begun.began_on, "plan": begun.plan}
    records.told(session, actor, "pair", studio, payload)
    return begun


def end_pair(session: Session, actor: Actor, studio_id: int, pair_id: int, data: Mapping[str, Any]) -> Apprenticeship:
    """Note with what result an apprenticeship ended, from what ``EndSchema.load`` returned."""
    studio = records.kept(session, actor, studio_id)
    found = next((it for it in studio.apprenticeships if it.id == pair_id and it.ended_on is None), None)
    if found is None:
        raise NotFound("studio_part", pair_id)
    if not data["result"]:
        raise Invalid({"result": [N_("请写明带徒的结果。")]})
    if data["ended_on"] < found.began_on:
        raise Invalid({"ended_on": [N_("不能早于开始的日期。")]})
    found.ended_on, found.result = data["ended_on"], data["result"]
    session.flush()
    records.told(session, actor, "end_pair", studio, {"pair": found.id, **data})
    return found


def found_or_opened(
    session: Session,
    actor: Actor,
    studio: Studio,
    name: str,
    unit_name: str,
    person_id: int | None,
    field: str = "name",
) -> Person:
    """Return a person by file or by name and unit, opening a file where there is none.

    Of namesakes it is the one who works in the studio. Raises NotAllowed for a unit whose files are not the actor's to
    open, and Invalid, of ``field``, where it stays open who is meant.
    """
    if person_id is not None:
        try:
            return persons.get(session, actor, person_id)
        except NotFound as error:
            raise Invalid({"person_id": [N_("没有这个编号的记录，或者您看不到它。")]}) from error
    unit = organisations.named(session, [unit_name])[unit_name] if unit_name else studio.organisation
    is_own = unit.id == studio.organisation_id
    if not is_own and not can_in_unit(actor, Permission.HONOUR_RECORD, unit):
        raise NotAllowed("record", "person")
    alike = list(session.scalars(sa.select(Person).filter_by(name=name, organisation_id=unit.id)))
    here = {it.person_id for it in studio.members if it.until is None}
    here |= {studio.leader.person_id} if studio.leader is not None else set()
    meant = alike if len(alike) < 2 else [it for it in alike if it.id in here]
    if alike and len(meant) != 1:
        by_number = N_("这个单位有几个人同名，请改填档案编号。")
        as_member = N_("这个单位有几个人同名，请先按档案编号把他列为成员。")
        raise Invalid({field: [by_number if field == "name" else as_member]})
    return meant[0] if meant else persons.opened(session, actor, unit, {"name": name, **_UNKNOWN})


def _end_leader(leader: StudioLeader, day: Any, reason: str, field: str) -> None:
    if day < leader.since:
        raise Invalid({field: [N_("不能早于现任领衔人开始的日期。")]})
    leader.until, leader.ended_because = day, reason
