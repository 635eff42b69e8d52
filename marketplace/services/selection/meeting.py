"""The meeting on a batch: what lies before it, what it decides, and its minutes.

The list follows from the scores; the meeting decides between equals and may decide otherwise, each time with a reason,
and never beyond the quota, the cap of a city or the line. Until the list is announced it may meet again. Once it is,
only an objection takes anybody off it, and a further meeting may propose whoever is next (rules 42, 46 and 60).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, StaleRevision
from marketplace.models import NamingBatch, NamingMeeting, StudioApplication
from marketplace.permissions import Actor
from marketplace.services.naming import applications, batches
from marketplace.services.selection import ranking
from marketplace.services.selection.selecting import PROPOSED, TIED, Edge, Selection, fits, spread

HELD_IN = ("scored", "meeting", "publicity")
ANNOUNCED = ("publicity", "objected", "named")
# Why one was not chosen, as its history and its score sheet say it.
REASONS = {
    "below_line": N_("得分低于入选的最低分"),
    "city_full": N_("所在市（州）的名额已满"),
    "quota_full": N_("名次在名额以外"),
    "tie": N_("与他人同分，由会议决定"),
    "meeting": N_("由会议决定"),
}


@dataclass(frozen=True, slots=True)
class Ranking:
    """What lies before a meeting: the applications by id, the list that follows from the scores, who stands on it."""

    applications: Mapping[int, StudioApplication]
    selection: Selection
    standing: frozenset[int]
    edges: Sequence[Edge]


def before(session: Session, batch: NamingBatch) -> Ranking:
    """Return what lies before a meeting held today; after the announcement no equals are left to decide between."""
    applications = {it.id: it for it in ranking.scored(session, batch)}
    found = ranking.selection(batch, list(applications.values()))
    if batch.state == "publicity":
        kept = (*ANNOUNCED, "proposed")
        return Ranking(applications, found, frozenset(it.id for it in applications.values() if it.state in kept), ())
    return Ranking(applications, found, frozenset(it.id for it in found.standing(PROPOSED)), found.edges)


def next_in_rank(batch: NamingBatch, ranked: Ranking) -> list[StudioApplication]:
    """Return whoever may be proposed in place of one that was struck: the best first, as far as places are free.

    Whom the meeting left out itself is not among them.
    """
    found: list[StudioApplication] = []
    listed = [it.candidate for it in ranked.selection.places]
    taken = spread([it for it in listed if it.id in ranked.standing], "city")
    for it in listed:
        application = ranked.applications[it.id]
        is_free = application.state == "not_selected" and application.not_chosen_for != "meeting"
        has_room = batch.city_cap is None or taken[it.city] < batch.city_cap
        if is_free and has_room and it.score >= batch.line and len(ranked.standing) + len(found) < batch.quota:
            taken[it.city] += 1
            found.append(application)
    return found


def hold(session: Session, actor: Actor, batch_id: int, revision: int, data: Mapping[str, Any]) -> NamingMeeting:
    """Write the minutes of a meeting and do what it decided, from what ``MeetingSchema.load`` returned.

    Raises MustStayAway for whoever is of a unit that is decided about, Conflict out of turn, StaleRevision where the
    batch changed since it was read, and Invalid where the equals were not given exactly the places they share, a reason
    is missing, or the list would go beyond a bound.
    """
    batch = batches.held(session, actor, batch_id)
    if batch.state not in HELD_IN:
        raise Conflict(N_("评分汇总以后、本批结束以前才能开会审定。"))
    if batch.revision != revision:
        raise StaleRevision("naming_batch", batch_id, revision, batch.revision)
    ranked = before(session, batch)
    ties = list(_ties(ranked.edges, data["chosen"], data["tie_reason"]))
    drawn = ranked.standing | {it for tie in ties for it in tie["chosen"]}
    changes = {it["application"]: it for it in data["changes"]}
    final = _changed(batch, ranked, drawn, changes)
    # What follows from the scores alone decides about nobody.
    for identity in {*changes, *(it for tie in ties for it in tie["applications"])}:
        applications.require_impartial(actor, ranked.applications[identity])
    held = NamingMeeting(
        batch=batch, ties=ties, changes=[_noted(it, drawn) for it in changes.values()], written_by=actor.name,
        **{name: data[name] for name in ("held_on", "place", "chair", "present", "minutes")},
    )  # fmt: skip
    session.add(held)
    session.flush()
    _decide(session, actor, held, ranked, final, changes, data["tie_reason"])
    batch.updated_at = now()
    state = batch.state if batch.state == "publicity" else "meeting"
    batches.to_state(session, actor, batch, state, "meet", meeting=held.id, ties=ties, changes=held.changes)
    return held


def _ties(edges: Sequence[Edge], chosen: Collection[int], reason: str) -> Iterator[dict[str, Any]]:
    if set(chosen) - {it.id for edge in edges for it in edge.equals}:
        raise Invalid({"chosen": [N_("只能在并列的工作室里选。")]})
    for edge in edges:
        if not fits(edge, chosen):
            raise Invalid({"chosen": [N_("并列的工作室只能分配他们共有的名额，也不能超过一个市（州）的名额。")]})
        if not reason.strip():
            raise Invalid({"tie_reason": [N_("并列由会议决定，请写明理由。")]})
        equals = [it.id for it in edge.equals]
        yield {"applications": equals, "chosen": [it for it in equals if it in chosen], "reason": reason.strip()}


def _changed(
    batch: NamingBatch, ranked: Ranking, drawn: frozenset[int], changes: Mapping[int, Mapping[str, Any]]
) -> frozenset[int]:
    """Return the list with the changes of the meeting; raise Invalid where one may not be made."""
    listed = {it.candidate.id: it.candidate for it in ranked.selection.places}
    if set(changes) - set(listed):
        raise Invalid({"changes": [N_("变动里有不在本批排名里的申报编号。")]})
    added = {it for it, change in changes.items() if change["to"] == "proposed"}
    dropped = set(changes) - added
    if added & drawn or dropped - drawn:
        raise Invalid({"changes": [N_("只写与排名结果不同的变动。")]})
    if batch.state == "publicity" and dropped:
        raise Invalid({"changes": [N_("名单公示以后，只有异议成立才能撤下。")]})
    final = (drawn | added) - dropped
    crowded = spread([listed[it] for it in final if it in listed], "city")
    if len(final) > batch.quota:
        raise Invalid({"changes": [N_("名单超过本批的名额。")]})
    if batch.city_cap is not None and any(count > batch.city_cap for count in crowded.values()):
        raise Invalid({"changes": [N_("名单超过一个市（州）的名额。")]})
    if any(listed[it].score < batch.line for it in added):
        raise Invalid({"changes": [N_("得分低于入选最低分的不能列入名单，宁缺毋滥。")]})
    return frozenset(final)


def _noted(change: Mapping[str, Any], drawn: Collection[int]) -> dict[str, Any]:
    before = "proposed" if change["application"] in drawn else "not_selected"
    return {"application": change["application"], "from": before, "to": change["to"], "reason": change["reason"]}


def _decide(
    session: Session, actor: Actor, held: NamingMeeting, ranked: Ranking, final: frozenset[int],
    changes: Mapping[int, Mapping[str, Any]], tie_reason: str,
) -> None:  # fmt: skip
    is_first_list = held.batch.state != "publicity"
    for place in ranked.selection.places:
        application = ranked.applications[place.candidate.id]
        change = changes.get(application.id)
        application.rank = place.rank if is_first_list else application.rank
        told = {"meeting": held.id, "rank": application.rank}
        if application.id in final and application.state in ("recommended", "not_selected"):
            application.not_chosen_for, application.decision = None, change["reason"] if change else ""
            workflow.apply(session, actor, application, "propose", payload=told, process="naming")
        elif application.id not in final and is_first_list:
            why = "meeting" if change else "tie" if place.standing == TIED else place.standing
            application.not_chosen_for = why
            application.decision = change["reason"] if change else tie_reason.strip() if why == "tie" else REASONS[why]
            if application.state != "not_selected":
                workflow.apply(session, actor, application, "pass_over", application.decision, told, process="naming")
    session.flush()
