"""The ways of an achievement and a demand: every step, who may take it, and what it leaves behind."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.models.people.account import ROLES
from marketplace.models.proposals import proposal as proposal_model
from marketplace.models.records import achievement as achievement_model
from marketplace.models.records import demand as demand_model
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant, can
from tests.factories import AchievementFactory, DemandFactory

WAY_TO_PUBLICATION = ("submit", "endorse", "pass_first_review", "pass_final_review", "announce", "publish")

PROCESS = {step.action: step.process for step in workflow.ACHIEVEMENT}
# Those that do not wait at the desk of an office; see test_desks.py for the others.
STEPS = [step for step in (*workflow.ACHIEVEMENT, *workflow.DEMAND) if not step.at_desk]


def standing(state: str) -> dict[str, object]:
    """Return the fields of an achievement that stands at a state, with the facts the state implies."""
    if state in ("published", "archived", "revoked"):
        return {"state": state}
    return {"state": state, "published_state": "unpublished", "published_at": None}


def test_an_achievement_goes_from_draft_to_published_step_by_step(session: Session) -> None:
    achievement = AchievementFactory(**standing("draft"))
    for action in WAY_TO_PUBLICATION:
        workflow.apply(session, SYSTEM, achievement, action, process=PROCESS.get(action, ""))
    session.flush()
    assert (achievement.state, achievement.published_state) == ("published", "published")
    events = audit.history(session, "achievement", achievement.id)
    assert [event.verb for event in events] == list(WAY_TO_PUBLICATION)
    assert [(one.to_state, two.from_state) for one, two in pairwise(events)] == [
        (event.to_state, event.to_state) for event in events[:-1]
    ]


@pytest.mark.parametrize("table", [workflow.ACHIEVEMENT, workflow.DEMAND, workflow.PROPOSAL])
def test_the_table_names_only_states_that_exist(table: tuple[workflow.Transition, ...]) -> None:
    models = {"endorse": achievement_model, "verify": demand_model, "screen": proposal_model}
    states = next(model.STATES for action, model in models.items() if action in {step.action for step in table})
    assert {state for step in table for state in (*step.sources, step.target)} <= set(states)


@pytest.mark.parametrize(
    ("state", "action"), list(product(achievement_model.STATES, [step.action for step in workflow.ACHIEVEMENT]))
)
def test_an_action_works_exactly_where_the_table_says_so(sqlite_session: Session, state: str, action: str) -> None:
    achievement = AchievementFactory(**standing(state))
    expected = [step for step in workflow.ACHIEVEMENT if step.action == action and state in step.sources]
    if expected:
        workflow.apply(sqlite_session, SYSTEM, achievement, action, reason="材料不全", process=expected[0].process)
        assert achievement.state == expected[0].target
    else:
        with pytest.raises(Conflict):
            workflow.apply(sqlite_session, SYSTEM, achievement, action, reason="材料不全")
        assert achievement.state == state


@pytest.mark.parametrize(("role", "step"), list(product([*ROLES, "nobody"], STEPS)))
def test_a_step_needs_the_permission_the_table_names(
    sqlite_session: Session, role: str, step: workflow.Transition
) -> None:
    actor = Actor("somebody", (Grant(role),) if role in ROLES else ())
    factory = AchievementFactory if step in workflow.ACHIEVEMENT else DemandFactory
    facts = standing(step.sources[0]) if factory is AchievementFactory else {"state": step.sources[0]}
    record = factory(**facts)
    if can(actor, step.permission, record):
        workflow.apply(sqlite_session, actor, record, step.action, reason="理由", process=step.process)
        assert record.state == step.target
    else:
        with pytest.raises(NotAllowed):
            workflow.apply(sqlite_session, actor, record, step.action, reason="理由", process=step.process)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_returning_an_achievement_needs_a_reason(session: Session, reason: str | None) -> None:
    achievement = AchievementFactory(**standing("submitted"))
    with pytest.raises(Invalid) as refused:
        workflow.apply(session, SYSTEM, achievement, "return", reason)
    assert "reason" in refused.value.fields
    assert audit.history(session, "achievement", achievement.id) == []


def test_a_refused_action_names_the_state_and_not_its_code(session: Session) -> None:
    with pytest.raises(DomainError, match="征求解法"):
        workflow.apply(session, SYSTEM, DemandFactory(state="open"), "verify")


def test_a_visitor_cannot_open_a_demand(session: Session) -> None:
    demand = DemandFactory(state="submitted")
    with pytest.raises(NotAllowed):
        workflow.apply(session, VISITOR, demand, "verify")


def test_a_step_of_a_publicity_is_not_taken_by_itself(session: Session) -> None:
    achievement = AchievementFactory(**standing("publicity"))
    assert "publish" not in workflow.actions(achievement)
    with pytest.raises(Conflict, match="公示"):
        workflow.apply(session, SYSTEM, achievement, "publish")
