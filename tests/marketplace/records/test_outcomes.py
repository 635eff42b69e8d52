"""Each side answers a match, with its reasons where it refuses; many answers say how likely interest is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, unit_of_work
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.models import Match, Outcome
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.schemas.outcome import OutcomeSchema
from marketplace.services import outcome as outcomes
from marketplace.services.match import found as matches
from search.matching.features import WEIGHTS
from tests import factories
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory

POSTER = Actor("visitor", keys=frozenset({"posted"}))
YES: dict[str, Any] = {"is_interested": True, "codes": [], "note": ""}
NO: dict[str, Any] = {"is_interested": False, "codes": ["price", "too_early"], "note": ""}
MODEL = "some-model"


def suggested(session: Session, cosine: float = 0.5, **demand: Any) -> Match:
    match = Match(
        demand_id=DemandFactory(**demand).id,
        achievement_id=AchievementFactory().id,
        rank=1,
        score=0.5,
        features=dict.fromkeys(WEIGHTS, 0.0) | {"cosine": cosine},
        fingerprint=MODEL,
        demand_revision=1,
        achievement_revision=1,
        matched_at=now(),
    )
    session.add(match)
    session.flush()
    return match


def answered(session: Session, count: int, model: str = MODEL, seed: int = 3) -> None:
    """Let enterprises answer so many matches, the likelier with interest the nearer the meaning."""
    chance = np.random.default_rng(seed)
    for _ in range(count):
        cosine = float(chance.uniform())
        match = suggested(session, cosine)
        match.fingerprint = model
        outcomes.answer(session, SYSTEM, match, "enterprise", YES if chance.uniform() < cosine else NO)


def test_interest_of_both_sides_is_mutual_and_leaves_its_events(session: Session) -> None:
    match = suggested(session)
    outcomes.answer(session, SYSTEM, match, "owner", YES)
    assert match.state == "interest_o"
    outcomes.answer(session, SYSTEM, match, "enterprise", YES)
    assert match.state == "mutual"
    events = [event.verb for event in audit.history(session, "match", match.id)]
    assert events == ["interest_of_owner", "interest_of_enterprise"]


def test_a_refusal_keeps_its_reasons_and_ends_the_match(session: Session) -> None:
    match = suggested(session)
    outcomes.answer(session, SYSTEM, match, "enterprise", NO)
    session.expire_all()
    kept = session.scalars(sa.select(Outcome)).one()
    assert (match.state, kept.codes, kept.is_interested) == ("declined", ["price", "too_early"], False)
    (event,) = audit.history(session, "match", match.id)
    assert event.reason == "price, too_early"


def test_interest_may_turn_into_a_refusal_and_stays_one_answer(session: Session) -> None:
    match = suggested(session)
    outcomes.answer(session, SYSTEM, match, "enterprise", YES)
    outcomes.answer(session, SYSTEM, match, "enterprise", NO)
    assert [kept.is_interested for kept in session.scalars(sa.select(Outcome))] == [False]


def test_what_was_declined_is_not_answered_again(session: Session) -> None:
    match = suggested(session)
    outcomes.answer(session, SYSTEM, match, "enterprise", NO)
    with pytest.raises(Conflict):
        outcomes.answer(session, SYSTEM, match, "owner", YES)


def test_an_answer_keeps_the_features_it_was_given_to(session: Session) -> None:
    match = suggested(session, cosine=0.7)
    outcomes.answer(session, SYSTEM, match, "enterprise", YES)
    match.features = match.features | {"cosine": 0.1}
    session.flush()
    session.expire_all()
    assert session.scalars(sa.select(Outcome)).one().features["cosine"] == 0.7


def test_an_answered_match_outlives_the_next_matching(session: Session) -> None:
    match = suggested(session)
    outcomes.answer(session, SYSTEM, match, "enterprise", NO)
    matches.keep(session, SYSTEM, match.demand, [], MODEL)
    assert session.scalars(sa.select(Outcome)).one().match_id == match.id


@pytest.mark.parametrize(
    ("who", "side", "allowed"),
    [
        ("visitor", "enterprise", False),
        ("visitor", "owner", False),
        ("poster", "enterprise", True),
        ("poster", "owner", False),
        ("owner", "enterprise", False),
        ("owner", "owner", True),
        ("province", "enterprise", True),
        ("province", "owner", True),
    ],
)
def test_who_answers_for_which_side(session: Session, who: str, side: outcomes.Side, allowed: bool) -> None:
    unit = OrganisationFactory()
    match = suggested(session, access_key="posted")
    match.achievement.units.append(unit)
    owner = Actor("one", (Grant("enterprise", organisation_id=unit.id),))
    actor = {"visitor": VISITOR, "poster": POSTER, "owner": owner, "province": SYSTEM}[who]
    if allowed:
        assert outcomes.answer(session, actor, match, side, YES).answered_by == actor.name
    else:
        with pytest.raises(NotAllowed):
            outcomes.answer(session, actor, match, side, YES)


def test_a_match_is_found_only_by_who_may_read_both_sides(session: Session) -> None:
    match = suggested(session, state="submitted", access_key="posted")
    pair = (match.demand_id, match.achievement_id)
    assert matches.between(session, POSTER, *pair).id == match.id
    with pytest.raises(NotFound):
        matches.between(session, VISITOR, *pair)
    with pytest.raises(NotFound):
        matches.between(session, SYSTEM, match.demand_id, match.achievement_id + 1)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"interested": True}, None),
        ({"interested": False, "codes": ["price"]}, None),
        ({"interested": False, "codes": ["价格不合适"]}, None),
        ({"interested": False, "codes": ["other"], "note": "搬迁"}, None),
        ({}, "interested"),
        ({"interested": False}, "codes"),
        ({"interested": True, "codes": ["price"]}, "codes"),
        ({"interested": False, "codes": ["other"]}, "note"),
        ({"interested": False, "codes": ["too_dear"]}, "codes"),
    ],
)
def test_a_refusal_needs_a_reason_and_interest_has_none(app: Flask, given: dict[str, Any], wrong: str | None) -> None:
    with app.app_context():
        assert list(OutcomeSchema().validate(given)) == ([wrong] if wrong else [])


def test_no_probability_is_told_before_there_are_enough_answers(session: Session) -> None:
    answered(session, 29)
    match = suggested(session)
    assert outcomes.calibration(session, MODEL, least=30) is None
    assert outcomes.chances(session, [match], least=30) == {}


def test_enough_answers_make_a_probability_with_its_interval(session: Session) -> None:
    answered(session, 60)
    far, near = suggested(session, 0.1), suggested(session, 0.9)
    found = outcomes.chances(session, [far, near], least=60)
    assert found[far.id].p < found[near.id].p
    assert all(0 <= one.low <= one.p <= one.high <= 1 and one.n == 60 for one in found.values())


def test_answers_to_another_model_tell_nothing_of_this_one(session: Session) -> None:
    answered(session, 40, model="other-model")
    assert outcomes.calibration(session, MODEL, least=30) is None


def test_answers_all_alike_make_no_probability(session: Session) -> None:
    for _ in range(30):
        outcomes.answer(session, SYSTEM, suggested(session), "enterprise", YES)
    assert outcomes.calibration(session, MODEL, least=30) is None


def test_the_answers_of_owners_do_not_count(session: Session) -> None:
    outcomes.answer(session, SYSTEM, suggested(session), "owner", YES)
    assert outcomes.answers(session, MODEL) == ()


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["match", *arguments])


def test_the_command_says_how_many_answers_are_missing(app_on_each: Flask) -> None:
    assert "还差 200 条" in run(app_on_each, "calibration").output


def test_an_answer_is_recorded_from_a_terminal(app_on_each: Flask) -> None:
    with unit_of_work(app_on_each.extensions["marketplace"].sessions) as session:
        factories.use(session)
        match = suggested(session)
        pair = str(match.demand_id), str(match.achievement_id)
    refused = run(app_on_each, "answer", *pair, "--refuse", "price")
    assert (refused.exit_code, "declined" in refused.output) == (0, True)
    assert run(app_on_each, "answer", *pair).exit_code == 1
    wrong = run(app_on_each, "answer", *pair, "--refuse", "too_dear")
    assert (wrong.exit_code, "too_dear" in wrong.output) == (2, True)


def test_the_command_prints_how_well_probabilities_come_true(app_on_each: Flask) -> None:
    held = app_on_each.extensions["marketplace"]
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        answered(session, 200, model=held.catalogue.embedder.fingerprint)
    told = run(app_on_each, "calibration").output
    assert "Brier" in told
    assert "依据 200 条企业答复" in told
    assert sum(int(line.split("│")[-2]) for line in told.splitlines() if line.startswith("│")) == 200
