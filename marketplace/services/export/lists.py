"""The lists that can be taken away, each read whole as its page reads one page of it, with the filters of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import N_, Invalid
from marketplace.models import AwardRound, Campaign, Honour, NamingBatch
from marketplace.permissions import Actor, Permission, can_follow_naming, can_read_history, require
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from marketplace.services import task as tasks
from marketplace.services import unanswered
from marketplace.services.account import people
from marketplace.services.award import granting, nominating, rounds
from marketplace.services.benefit import steps as benefits
from marketplace.services.crew import records as crews
from marketplace.services.deal import rooms
from marketplace.services.export.exporting import paged
from marketplace.services.export.kinds import state_of
from marketplace.services.honour import persons, terms
from marketplace.services.naming import applications, batches
from marketplace.services.outreach import attendance, events
from marketplace.services.participation import campaigns, deciding
from marketplace.services.proposal import reading as proposals
from marketplace.services.selection.outcomes import told_of
from marketplace.services.studio import records as studios
from marketplace.services.studio_review import reports as reviews

# What is wanted of a list, as the address of its page says it; what it does not name is not asked for.
Asked = Mapping[str, str]
_LONGEST = 300
_WHOLE = 10**9


@dataclass(frozen=True, slots=True)
class List:
    """A list; ``records`` reads all of it that the actor may see, ``filters`` are the names it understands."""

    kind: str
    title: str
    records: Callable[[Session, Actor, Asked], Iterator[Any]]
    filters: tuple[str, ...] = ()
    is_office: bool = True


def read(session: Session, actor: Actor, wanted: List, asked: Asked) -> Iterator[Any]:
    """Return all of a list that the actor may see and asks for.

    Raises NotAllowed for the list of an office where he has none, and Invalid for a filter that the list does not
    have: it would silently hold too much.
    """
    if wanted.is_office:
        require(actor, Permission.CURATION_ENTER)
    unknown = [name for name in asked if name not in wanted.filters]
    if unknown:
        raise Invalid({name: [N_("这个清单没有这个筛选条件。")] for name in unknown})
    return wanted.records(session, actor, asked)


def _demands(session: Session, actor: Actor, _asked: Asked) -> Iterator[Any]:
    return paged(lambda limit, after: demands.listed(session, actor, limit=limit, after=after))


def _waiting_demands(session: Session, actor: Actor, _asked: Asked) -> Iterator[Any]:
    return paged(lambda limit, after: demands.waiting(session, actor, limit=limit, after=after))


def _unpublished(session: Session, actor: Actor, _asked: Asked) -> Iterator[Any]:
    return paged(lambda limit, after: achievements.unpublished(session, actor, limit=limit, after=after))


def _proposals(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    wanted = proposals.Asked(_text(asked, "q"), asked.get("state", ""), asked.get("category", ""))
    return paged(lambda limit, after: proposals.listed(session, actor, wanted, limit=limit, after=after))


def _queue(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    wanted = tasks.Asked(asked.get("noun", ""), asked.get("state", ""), "overdue" in asked, _text(asked, "unit"))
    return paged(
        lambda limit, after: tasks.queue(session, actor, wanted, limit=limit, after=after),
        after=lambda last: (last.task.due_on, last.task.id),
    )


def _benefits(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    found = paged(
        lambda limit, after: benefits.listed(session, actor, limit=limit, after=after),
        after=lambda last: last[0].id,
    )
    wanted = asked.get("state")
    return (
        (benefit, proposal)
        for benefit, proposal in found
        if can_read_history(actor, proposal) and (not wanted or state_of(benefit) == wanted)
    )


def _contracts(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    only = "unregistered" in asked
    return paged(lambda limit, after: rooms.contracts(session, actor, unregistered=only, limit=limit, after=after))


def _awards(session: Session, _actor: Actor, _asked: Asked) -> Iterator[Any]:
    return paged(lambda limit, after: rounds.listed(session, limit=limit, after=after))


def _nominations(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    only = _number(asked, "round")
    known = iter([rounds.get(session, only)]) if only is not None else _awards(session, actor, {})
    for award in known:
        yield from _of_round(session, actor, award)


def _of_round(session: Session, actor: Actor, award: AwardRound) -> Iterator[Any]:
    return paged(
        lambda limit, after: nominating.listed(session, actor, award, limit=limit, after=after),
        after=nominating.place_of,
    )


def _golden_ideas(session: Session, _actor: Actor, asked: Asked) -> Iterator[Any]:
    year, level = _number(asked, "year"), asked.get("level") or None
    return paged(lambda limit, after: granting.golden_ideas(session, limit=limit, after=after, year=year, level=level))


def _publicity(session: Session, _actor: Actor, asked: Asked) -> Iterator[Any]:
    for publicity in publicities.listed(session, over="over" in asked, limit=_WHOLE):
        for entry, state in publicities.standings(session, publicity):
            yield publicity, entry, state


def _objections(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    yield from objections.to_decide(session, actor, state=asked.get("state") or "open", limit=_WHOLE)


def _honours(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    names = ("kind", "level", "management_level", "place")
    wanted = persons.Asked(_text(asked, "q"), *(asked.get(it, "") for it in names))
    for person in paged(lambda limit, after: persons.listed(session, actor, wanted, limit=limit, after=after)):
        yield from ((person, honour) for honour in person.honours or [None])


def _terms(session: Session, actor: Actor, _asked: Asked) -> Iterator[Any]:
    def some(limit: int, after: terms.Place | None) -> list[Honour]:
        return terms.ending(session, actor, Honour, limit=limit, after=after)

    found = paged(some, after=terms.place_of)
    return ((honour.person, honour) for honour in found)


def _crews(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    wanted = crews.Asked(_text(asked, "q"), *(asked.get(it, "") for it in ("kind", "level")))
    for crew in paged(lambda limit, after: crews.listed(session, actor, wanted, limit=limit, after=after)):
        yield from ((crew, honour) for honour in crew.honours or [None])


def _outreach(session: Session, _actor: Actor, asked: Asked) -> Iterator[Any]:
    wanted = events.Asked(_text(asked, "q"), *(asked.get(it, "") for it in ("kind", "state", "region")))
    for event in paged(lambda limit, after: events.listed(session, wanted, limit=limit, after=after)):
        yield event, attendance.figures(session, [event.id])[event.id]


def _attendance(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    only = _number(asked, "event")
    known = [events.get(session, only)] if only is not None else (it for it, _figures in _outreach(session, actor, {}))
    for event in known:
        yield from _who_came(session, actor, event.id)


def _who_came(session: Session, actor: Actor, event_id: int) -> Iterator[Any]:
    return paged(lambda limit, after: attendance.listed(session, actor, event_id, limit=limit, after=after))


def _participation(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    only, wanted = _number(asked, "campaign"), deciding.Asked(state=asked.get("state", ""))
    known = iter([campaigns.get(session, actor, only)]) if only is not None else _campaigns(session, actor)
    for campaign in known:
        yield from _took_part(session, actor, campaign.id, wanted)


def _campaigns(session: Session, actor: Actor) -> Iterator[Campaign]:
    return paged(lambda limit, after: campaigns.listed(session, actor, limit=limit, after=after))


def _took_part(session: Session, actor: Actor, campaign_id: int, wanted: deciding.Asked) -> Iterator[Any]:
    return paged(lambda limit, after: deciding.listed(session, actor, campaign_id, wanted, limit=limit, after=after))


def _studios(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    codes = (asked.get(it, "") for it in ("kind", "tier", "region", "state", "warned"))
    wanted = studios.Asked(_text(asked, "q"), *codes)
    return paged(lambda limit, after: studios.listed(session, actor, wanted, limit=limit, after=after))


def _applications(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    only = _number(asked, "batch")
    known = iter([batches.get(session, only)]) if only is not None else _batches(session)
    for batch in known:
        yield from _of_batch(session, actor, batch, asked.get("state", ""), asked.get("region", ""))


def _batches(session: Session) -> Iterator[NamingBatch]:
    return paged(lambda limit, after: batches.listed(session, limit=limit, after=after))


def _of_batch(session: Session, actor: Actor, batch: NamingBatch, state: str, region: str) -> Iterator[Any]:
    """Yield the applications of a batch, those of a state as far as the actor may know of it."""
    wanted = {"state": state if can_follow_naming(actor, batch) else "", "region": region}
    found = paged(lambda limit, after: applications.listed(session, actor, batch, limit=limit, after=after, **wanted))
    return (it for it in found if not state or wanted["state"] or told_of(it).state == state)


def _studio_reviews(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    state, grade = asked.get("state", ""), asked.get("grade", "")
    wanted = reviews.Asked(_number(asked, "year"), state, grade, _text(asked, "q"))
    return paged(lambda limit, after: reviews.listed(session, actor, wanted, limit=limit, after=after))


def _people(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    text = _text(asked, "q")
    return paged(lambda limit, after: people.listed(session, actor, text=text, limit=limit, after=after))


def _questions(session: Session, actor: Actor, asked: Asked) -> Iterator[Any]:
    yield from unanswered.listed(session, actor, is_settled=asked.get("only") == "settled", limit=_WHOLE)


def _text(asked: Asked, name: str) -> str:
    return asked.get(name, "").strip()[:_LONGEST]


def _number(asked: Asked, name: str) -> int | None:
    given = asked.get(name, "")
    if not given:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 9:
        raise Invalid({name: [N_("请填写整数。")]})
    return int(given)


LISTS: Mapping[str, List] = {
    "accounts": List("account", N_("本范围内的账号"), _people, ("q",)),
    "benefits": List("benefit", N_("效益核验台账"), _benefits, ("state",)),
    "contracts": List("contract", N_("技术合同"), _contracts, ("unregistered",)),
    "crews": List("crew", N_("班组荣誉"), _crews, ("q", "kind", "level")),
    "demands": List("demand", N_("公开征求解法的需求"), _demands, is_office=False),
    "golden-ideas": List("golden_idea", N_("金点子"), _golden_ideas, ("year", "level"), is_office=False),
    "honours": List("honour", N_("荣誉档案"), _honours, ("q", "kind", "level", "management_level", "place")),
    "nominations": List("nomination", N_("金点子评选的提名"), _nominations, ("round",)),
    "objections": List("objection", N_("异议"), _objections, ("state",)),
    "outreach": List("outreach", N_("宣传活动"), _outreach, ("q", "kind", "state", "region"), is_office=False),
    "outreach-attendance": List("attendance", N_("宣传活动的参加情况"), _attendance, ("event",)),
    "participation": List("participation_entry", N_("活动的参与记录"), _participation, ("campaign", "state")),
    "proposals": List("proposal", N_("建议台账"), _proposals, ("q", "state", "category")),
    "publicity": List("entry", N_("公示的名单"), _publicity, ("over",)),
    "questions": List("question", N_("没有找到结果的检索"), _questions, ("only",)),
    "queue": List("task", N_("待办"), _queue, ("noun", "state", "overdue", "unit")),
    "rounds": List("award", N_("金点子评选"), _awards),
    "studio-applications": List(
        "studio_application", N_("工作室的命名申报"), _applications, ("batch", "state", "region")
    ),
    "studio-reviews": List("studio_review", N_("工作室的年度考核"), _studio_reviews, ("year", "state", "grade", "q")),
    "studios": List("studio", N_("创新工作室"), _studios, ("q", "kind", "tier", "region", "state", "warned")),
    "terms": List("honour", N_("将要期满的任期"), _terms),
    "unpublished-achievements": List("achievement", N_("还没有公布的成果"), _unpublished),
    "waiting-demands": List("demand", N_("等待核实和公开的需求"), _waiting_demands),
}
