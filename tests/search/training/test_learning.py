"""Learning moves what belongs together together, and its gradients are those of the loss it states."""

from __future__ import annotations

import numpy as np
import pytest

from search.training.learning import Learner, same
from search.training.pairs import Pair

TEXTS = [np.array([one], np.int32) for one in range(1, 7)]
BATCH = [Pair((0,), (1,), (5,)), Pair((2,), (3,)), Pair((4,), (5,))]


def learner(dimensions: int = 8) -> Learner:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(7, dimensions)).astype(np.float32)
    rows[0] = 0
    return Learner(rows, TEXTS, chance, scale=5.0, dropped=0.0)


def test_pairs_come_nearer_and_the_loss_falls() -> None:
    one = learner()
    before = np.einsum("ij,ij->i", one.units([it.question for it in BATCH]), one.units([it.answer for it in BATCH]))
    losses = [one.step(BATCH, 0.02) for _ in range(150)]
    after = np.einsum("ij,ij->i", one.units([it.question for it in BATCH]), one.units([it.answer for it in BATCH]))
    assert losses[-1] < losses[0] / 2
    assert (after > before).all()


def test_the_slope_is_that_of_the_loss() -> None:
    one = learner()
    units = one.units([it.question for it in BATCH] + [it.answer for it in BATCH] + [(5,)]).astype(np.float64)
    alike = same(BATCH)
    _loss, slopes = one._loss(units.copy(), alike)
    step = 1e-5
    for row, column in ((0, 0), (1, 3), (4, 7), (6, 2)):
        ahead, behind = units.copy(), units.copy()
        ahead[row, column] += step
        behind[row, column] -= step
        measured = (one._loss(ahead, alike)[0] - one._loss(behind, alike)[0]) / (2 * step)
        assert slopes[row, column] == pytest.approx(measured, rel=1e-3, abs=1e-5)


def test_the_unknown_token_never_gets_a_direction() -> None:
    one = learner()
    one.texts = [np.array([0, one_], np.int32) for one_ in range(1, 7)]
    one.step(BATCH, 0.1)
    assert not one.rows[0].any()


def test_answers_that_are_the_same_are_not_held_against_each_other() -> None:
    batch = [Pair((0,), (1,)), Pair((2,), (1,)), Pair((0,), (3,))]
    assert same(batch).tolist() == [[False, True, True], [True, False, False], [True, False, False]]
