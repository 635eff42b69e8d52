"""From the counted sheets to the list: the meeting, its minutes, the publicity, and what would be under other terms."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import Base
from marketplace.errors import Conflict, Invalid, MustStayAway, NotAllowed, StaleRevision
from marketplace.models import Mail, NamingBatch, Publicity, StudioApplication
from marketplace.permissions import Actor
from marketplace.schemas.naming_decision import MeetingSchema
from marketplace.schemas.objection import ObjectionSchema
from marketplace.services import objection as objections
from marketplace.services.naming import batches
from marketplace.services.selection import announcing, meeting, outcomes, revoking, what_if
from tests.marketplace.naming.decided import INDICATORS, a_batch, a_scored, announced, end_publicity, meet
from tests.marketplace.officers import acting


@pytest.fixture
def office(session: Session) -> Actor:
    return acting("province_curator")


@pytest.fixture
def batch(session: Session) -> NamingBatch:
    return a_batch(session)


def states(batch: NamingBatch) -> list[str]:
    return [it.state for it in sorted(batch.applications, key=lambda it: it.id)]


def object_to(session: Session, listed: Publicity, application: StudioApplication) -> int:
    data = {"noun": "studio_application", "object_id": application.id, "text": "成果是外购的", "evidence": "采购合同"}
    visitor = acting("worker")
    return objections.object_to(session, visitor, listed.id, ObjectionSchema().load(data)).id


def test_the_list_follows_from_the_scores_and_each_of_the_others_is_told_why(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    batch.city_cap = 1
    for score, city in ((90, "5106"), (85, "5106"), (80, "5107"), (75, "5132"), (50, "5101")):
        a_scored(session, batch, score, city=city)
    held = meet(session, office, batch)
    assert states(batch) == ["proposed", "not_selected", "proposed", "not_selected", "not_selected"]
    found = sorted(batch.applications, key=lambda it: it.id)
    assert [it.not_chosen_for for it in found] == [None, "city_full", None, "quota_full", "below_line"]
    assert [it.rank for it in found] == [1, 2, 3, 4, 5]
    assert (held.chair, held.changes, held.ties) == ("张主席", [], [])
    assert batch.state == "meeting"
    assert audit.history(session, "naming_batch", batch.id)[-1].verb == "meet"


def test_equals_across_the_quota_are_chosen_between_in_writing(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first, one, other = (a_scored(session, batch, score) for score in (90, 80, 80))
    for wrong in (
        {},
        {"chosen": [one.id]},
        {"chosen": [first.id, one.id], "tie_reason": "都好"},
        {"chosen": [one.id, other.id], "tie_reason": "都好"},
    ):
        with pytest.raises(Invalid):
            meet(session, office, batch, **wrong)
    held = meet(session, office, batch, chosen=[other.id], tie_reason="其成果已在三家推广")
    assert states(batch) == ["proposed", "not_selected", "proposed"]
    assert (one.not_chosen_for, one.decision) == ("tie", "其成果已在三家推广")
    told = {"applications": [one.id, other.id], "chosen": [other.id], "reason": "其成果已在三家推广"}
    assert held.ties == [told]


def test_equals_are_told_apart_by_what_their_dossiers_froze(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    batch.quota = 1
    for first_line, transfers in (("1/2", 9), ("2/3", 0), ("2/3", 1)):
        a_scored(session, batch, 80, first_line=first_line, transfers=transfers)
    meet(session, office, batch)
    assert states(batch) == ["not_selected", "not_selected", "proposed"]


def test_the_meeting_may_decide_otherwise_with_a_reason_and_within_every_bound(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first, second, third, low = (a_scored(session, batch, score) for score in (90, 80, 70, 50))
    drop = {"application": first.id, "to": "not_selected", "reason": "发生安全事故"}
    add = {"application": third.id, "to": "proposed", "reason": "递补"}
    for wrong in (
        [add],
        [drop, {"application": low.id, "to": "proposed", "reason": "递补"}],
        [{"application": second.id, "to": "proposed", "reason": "已在名单上"}],
        [{"application": 99_999, "to": "proposed", "reason": "不存在"}],
    ):
        with pytest.raises(Invalid):
            meet(session, office, batch, changes=wrong)
    held = meet(session, office, batch, changes=[drop, add])
    assert states(batch) == ["not_selected", "proposed", "proposed", "not_selected"]
    assert (first.not_chosen_for, first.decision) == ("meeting", "发生安全事故")
    assert held.changes == [drop | {"from": "proposed"}, add | {"from": "not_selected"}]
    # It may meet again until the list is shown, and both minutes stay.
    meet(session, office, batch)
    assert states(batch) == ["proposed", "proposed", "not_selected", "not_selected"]
    assert (len(batch.meetings), first.not_chosen_for, third.not_chosen_for) == (2, None, "quota_full")


def test_a_meeting_is_held_in_its_time_on_the_batch_as_it_is(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    a_scored(session, batch, 90)
    read = batch.revision
    data = MeetingSchema().load({"held_on": "2026-01-02", "chair": "张", "present": ["张"], "minutes": "通过"})
    with pytest.raises(NotAllowed):
        meeting.hold(session, acting("city", region_path="51/5106"), batch.id, read, data)
    with pytest.raises(Conflict):
        announcing.announce(session, office, batch.id, "")
    meeting.hold(session, office, batch.id, read, data)
    with pytest.raises(StaleRevision):
        meeting.hold(session, office, batch.id, read, data)
    batch.state = "scoring"
    session.flush()
    with pytest.raises(Conflict):
        meet(session, office, batch)


def test_an_objection_holds_up_its_entry_alone_and_upheld_lets_the_next_in_by_a_new_list(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first, second, third = (a_scored(session, batch, score) for score in (90, 80, 70))
    listed = announced(session, office, batch)
    assert states(batch) == ["publicity", "publicity", "not_selected"]
    assert listed.entries[0].text["title"] == first.studio.name
    raised = object_to(session, listed, first)
    assert states(batch) == ["objected", "publicity", "not_selected"]
    stranger = acting("city", region_path="51/5106")
    assert objections.to_decide(session, stranger) == []
    objections.decide(session, office, raised, upheld=True, finding="合同属实")
    again = announcing.lists_of(session, batch)[0]
    assert (listed.replaced_by_id, [it.object_id for it in again.entries]) == (again.id, [second.id])
    assert meeting.next_in_rank(batch, meeting.before(session, batch)) == [third]
    with pytest.raises(Invalid):
        meet(session, office, batch, changes=[{"application": second.id, "to": "not_selected", "reason": "不合适"}])
    meet(session, office, batch, changes=[{"application": third.id, "to": "proposed", "reason": "依次递补"}])
    # Before the new list is public, its unit learns nothing of it, from its score sheet neither.
    assert (third.state, outcomes.told_of(third).state, outcomes.result_of(third)) == (
        "proposed", "not_selected", "未入选",
    )  # fmt: skip
    newest = announcing.announce(session, office, batch.id, "平台首页")
    assert states(batch) == ["struck", "publicity", "publicity"]
    assert [it.object_id for it in newest.entries] == [second.id, third.id]
    assert newest.snapshot_hash not in (listed.snapshot_hash, again.snapshot_hash)
    assert third.rank == 3
    kinds = [it.kind for it in session.query(Mail).order_by(Mail.id) if it.values["application"] == str(first.id)]
    assert kinds == ["application_announced", "application_objected", "application_struck"]


def test_a_batch_called_off_after_its_meeting_lets_everybody_go_and_tells_nothing_of_it(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    batch.quota = 1
    first, second = (a_scored(session, batch, score) for score in (90, 80))
    meet(session, office, batch)
    assert [outcomes.told_of(it).state for it in (first, second)] == ["recommended", "recommended"]
    batches.cancel(session, office, batch.id, "今年不再命名")
    assert states(batch) == ["not_selected", "not_selected"]
    assert [outcomes.told_of(it).state for it in (first, second)] == ["not_selected", "not_selected"]
    assert outcomes.told_of(second).decision == ""


def test_one_that_can_no_longer_be_named_leaves_the_list_and_the_others_begin_anew(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first, second = (a_scored(session, batch, score) for score in (90, 80))
    listed = announced(session, office, batch)
    with pytest.raises(Invalid):
        announcing.strike(session, office, first.id, " ")
    announcing.strike(session, office, first.id, "工作室已撤销")
    assert (first.state, first.decision) == ("struck", "工作室已撤销")
    assert [it.object_id for it in announcing.lists_of(session, batch)[0].entries] == [second.id]
    assert listed.replaced_by_id is not None
    with pytest.raises(Conflict):
        announcing.strike(session, office, first.id, "再次")


def test_one_dismissed_lets_the_entry_go_on(session: Session, office: Actor, batch: NamingBatch) -> None:
    first = a_scored(session, batch, 90)
    raised = object_to(session, announced(session, office, batch), first)
    end_publicity(session, batch)
    objections.decide(session, office, raised, upheld=False, finding="合同与此无关")
    assert first.state == "publicity"


def rows(session: Session) -> dict[str, str]:
    """Return every row there is, a text a table."""
    session.flush()
    tables = Base.metadata.sorted_tables
    return {it.name: json.dumps([list(map(str, row)) for row in session.execute(sa.select(it))]) for it in tables}


def test_trying_other_terms_tells_who_moves_and_changes_no_row(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    # Points are given out from "quality" on: only the best have any in "training".
    best, good, fair = (a_scored(session, batch, score) for score in (90, 80, 70))
    meet(session, office, batch)
    before = rows(session)
    one = what_if.compare(session, office, batch.id, {"quota": 1})
    assert [(it.application, it.way, it.by) for it in one.moved] == [(best, "", 0), (good, "out", 0), (fair, "", 0)]
    more = what_if.compare(session, office, batch.id, {"quota": 3, "line": 75})
    assert [it.way for it in more.moved] == ["", "", ""]
    low = what_if.compare(session, office, batch.id, {"quota": 3})
    assert [it.way for it in low.moved] == ["", "", "in"]
    weights = dict.fromkeys(INDICATORS, 0) | {"quality": 100}
    same = what_if.compare(session, office, batch.id, {"weights": weights})
    assert [it.after.rank for it in same.moved] == [1, 1, 1]
    assert what_if.compare(session, office, batch.id, {"weights": INDICATORS}).after == one.before
    assert rows(session) == before
    with pytest.raises(Invalid):
        what_if.compare(session, office, batch.id, {"weights": {"quality": 100}})
    with pytest.raises(NotAllowed):
        what_if.compare(session, acting("judge"), batch.id, {})


def test_whoever_is_of_a_unit_decides_nothing_about_its_studio(
    session: Session, office: Actor, batch: NamingBatch
) -> None:
    first, one, other = (a_scored(session, batch, score) for score in (90, 80, 80))
    of_unit = Actor(office.name, office.grants, office.account_id, unit_ids=frozenset({one.organisation_id}))
    tie = {"chosen": [other.id], "tie_reason": "推广面更广"}
    with pytest.raises(MustStayAway):
        meet(session, of_unit, batch, **tie)
    meet(session, office, batch, **tie)
    announcing.announce(session, office, batch.id, "平台首页")
    of_first = Actor(office.name, office.grants, office.account_id, unit_ids=frozenset({first.organisation_id}))
    with pytest.raises(MustStayAway):
        announcing.strike(session, of_first, first.id, "停产")
    assert states(batch) == ["publicity", "not_selected", "publicity"]


def test_whoever_is_of_a_unit_neither_sets_its_studio_aside_nor_revokes_it(session: Session, office: Actor) -> None:
    batch = a_batch(session, state="scoring")
    application = a_scored(session, batch, 90)
    of_unit = Actor(office.name, office.grants, office.account_id, unit_ids=frozenset({application.organisation_id}))
    for act in (batches.set_aside, revoking.revoke):
        with pytest.raises(MustStayAway):
            act(session, of_unit, application.id, "停产")
