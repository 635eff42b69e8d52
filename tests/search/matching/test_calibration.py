"""A score becomes a probability only by what was answered, and says how sure that is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.matching.calibration import brier, calibrate, reliability, wilson


def answers(n: int, slope: float = 6.0, intercept: float = -3.0, seed: int = 1) -> tuple[list[float], list[bool]]:
    """Return scores and answers drawn with the chance that a known sigmoid gives."""
    chance = np.random.default_rng(seed)
    scores = chance.uniform(0, 1, n)
    interested = chance.uniform(size=n) < 1 / (1 + np.exp(-(slope * scores + intercept)))
    return scores.tolist(), interested.tolist()


def test_a_known_sigmoid_is_found_again_from_many_answers() -> None:
    found = calibrate(*answers(4000))
    assert found.slope == pytest.approx(6.0, abs=0.5)
    assert found.intercept == pytest.approx(-3.0, abs=0.25)


def test_two_scores_are_fitted_exactly() -> None:
    # With two scores the sigmoid passes through the mean of the moved targets at each: 30 and 10 of 40 interested.
    scores = [0.2] * 40 + [0.8] * 40
    interested = [True] * 10 + [False] * 30 + [True] * 30 + [False] * 10
    yes, no = 41 / 42, 1 / 42
    found = calibrate(scores, interested)
    for score, share in ((0.2, 0.25), (0.8, 0.75)):
        assert found.chance(score).p == pytest.approx(share * yes + (1 - share) * no, abs=1e-8)


def test_a_score_that_separates_the_answers_gets_a_finite_slope() -> None:
    found = calibrate([i / 100 for i in range(100)], [i >= 50 for i in range(100)])
    assert math.isfinite(found.slope)
    assert found.chance(0.0).p < 0.05
    assert found.chance(1.0).p > 0.95


def test_the_interval_holds_the_true_chance_and_narrows_with_answers() -> None:
    few, many = calibrate(*answers(200)).chance(0.5), calibrate(*answers(5000)).chance(0.5)
    assert few.low <= 0.5 <= few.high
    assert many.high - many.low < few.high - few.low
    assert (few.n, many.n) == (200, 5000)


def test_the_same_answers_give_the_same_calibration() -> None:
    assert calibrate(*answers(300)).chance(0.4) == calibrate(*answers(300)).chance(0.4)


def test_a_score_that_tells_something_beats_saying_the_mean() -> None:
    found = calibrate(*answers(1000))
    assert found.brier < found.base_brier


def test_a_score_that_tells_nothing_does_not() -> None:
    found = calibrate(*answers(1000, slope=0.0, intercept=0.0))
    assert found.brier > found.base_brier - 0.005


def test_the_bins_hold_every_answer_once_and_rise() -> None:
    found = calibrate(*answers(503))
    assert sum(one.n for one in found.bins) == 503
    assert [one.said for one in found.bins] == sorted(one.said for one in found.bins)
    assert all(one.low <= one.found <= one.high for one in found.bins)


def test_answers_all_alike_cannot_be_calibrated() -> None:
    for scores, interested in (([0.1, 0.2, 0.3], [True] * 3), ([0.5] * 4, [True, False] * 2), ([], [])):
        with pytest.raises(ValueError, match="both kinds"):
            calibrate(scores, interested)


def test_known_intervals_of_a_proportion() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_known_brier_score() -> None:
    assert brier(np.array([1.0, 0.0, 0.5, 0.8]), np.array([1.0, 0.0, 1.0, 0.0])) == pytest.approx((0.25 + 0.64) / 4)


def test_a_bin_says_how_many_came_true() -> None:
    (low, high) = reliability(np.array([0.9, 0.1]), np.array([1.0, 0.0]))
    assert (low.said, low.found, low.n, high.said, high.found) == (0.1, 0.0, 1, 0.9, 1.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=2, max_size=40))
def test_whatever_is_answered_a_chance_is_a_probability(given_answers: list[tuple[float, bool]]) -> None:
    scores, interested = [score for score, _ in given_answers], [yes for _, yes in given_answers]
    try:
        found = calibrate(scores, interested)
    except ValueError:
        return
    for score in (-5.0, 0.0, 5.0):
        chance = found.chance(score)
        assert 0 <= chance.low <= chance.high <= 1
        assert 0 <= chance.p <= 1
