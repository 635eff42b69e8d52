"""Turn the score of a match into a probability, once enough answers say how such matches fared.

A score only orders one list. Fitted to answers, a sigmoid of two parameters says how often a match of that score found
interest (J. Platt, Probabilistic outputs for support vector machines, 1999; with the targets and the Newton steps of
H.-T. Lin, C.-J. Lin and R. Weng, A note on Platt's probabilistic outputs, 2007). The interval comes from fitting the
same to samples drawn from the answers: few answers, or answers that contradict each other, make it wide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 100
_SAMPLES = 400
_BINS = 10
_FOLDS = 10
# Two-sided 95 %.
_Z = 1.959964
_ENDS = (0.025, 0.975)
# Below this a difference is rounding.
_SMALL = 1e-10


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability with its 95 % interval and the number of answers it rests on."""

    p: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Matches of neighbouring probability: the mean that was said, the part that came true and its 95 % interval."""

    said: float
    found: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A fitted sigmoid ``1 / (1 + exp(-(slope * score + intercept)))``.

    ``samples`` are its parameters on resampled answers, shape (samples, 2). ``brier`` is the mean squared error of
    probabilities for answers left out of the fit, ``base_brier`` that of always saying how many were interested.
    """

    slope: float
    intercept: float
    n: int
    samples: Floats
    bins: tuple[Bin, ...]
    brier: float
    base_brier: float

    def chance(self, score: float) -> Chance:
        spread = _sigmoid(self.samples @ np.array([score, 1.0]))
        low, high = np.quantile(spread, _ENDS)
        return Chance(float(_sigmoid(np.array(self.slope * score + self.intercept))), float(low), float(high), self.n)


def calibrate(scores: Sequence[float], outcomes: Sequence[bool], seed: int = 0) -> Calibration:
    """Fit the chance of interest to the scores of answered matches; the same answers give the same calibration.

    Raises ValueError where all answers are the same or all scores are: there is nothing to tell apart.
    """
    x, y = np.asarray(scores, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    if len(set(outcomes)) < 2 or len(set(scores)) < 2:
        raise ValueError("answers of both kinds and different scores are needed")
    slope, intercept = _fitted(x[None, :], y[None, :])[0]
    drawn = np.random.default_rng(seed).integers(0, len(x), size=(_SAMPLES, len(x)))
    said = _left_out(x, y, seed)
    return Calibration(
        slope=float(slope),
        intercept=float(intercept),
        n=len(x),
        samples=_fitted(x[drawn], y[drawn]),
        bins=tuple(reliability(said, y)),
        brier=brier(said, y),
        base_brier=brier(np.full(len(y), y.mean()), y),
    )


def brier(said: Floats, outcomes: Floats) -> float:
    """Return the mean squared difference between probabilities and what happened; 0 is perfect."""
    return float(np.mean((said - outcomes) ** 2))


def reliability(said: Floats, outcomes: Floats) -> list[Bin]:
    """Return bins of about equal size, lowest probability first."""
    order = np.argsort(said, kind="stable")
    bins = []
    for places in np.array_split(order, min(_BINS, len(order))):
        true, n = int(outcomes[places].sum()), len(places)
        bins.append(Bin(float(said[places].mean()), true / n, *wilson(true, n), n))
    return bins


def wilson(true: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (E. B. Wilson, 1927), which stays sensible for few and for none."""
    share, spread = true / n, _Z**2 / n
    middle = share + spread / 2
    width = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, (middle - width) / (1 + spread)), min(1.0, (middle + width) / (1 + spread))


def _left_out(x: Floats, y: Floats, seed: int) -> Floats:
    """Return for each answer the probability said by a fit to the other folds."""
    fold = np.random.default_rng(seed).permutation(len(x)) % min(_FOLDS, len(x))
    said = np.empty(len(x))
    for number in np.unique(fold):
        out = fold == number
        said[out] = _sigmoid(_fitted(x[~out][None, :], y[~out][None, :])[0] @ np.stack([x[out], np.ones(out.sum())]))
    return said


def _fitted(x: Floats, y: Floats) -> Floats:
    """Return slope and intercept of each row by Newton's method with halved steps, shape (rows, 2).

    The targets are moved off 0 and 1 by what few answers can say, so that the fit exists even where a score separates
    the answers perfectly.
    """
    positive = y.sum(axis=1, keepdims=True)
    negative = y.shape[1] - positive
    targets = np.where(y > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))
    center, scale = x.mean(axis=1, keepdims=True), np.maximum(x.std(axis=1, keepdims=True), _SMALL)
    z = (x - center) / scale
    found = np.concatenate([np.zeros_like(positive), np.log((positive + 1) / (negative + 1))], axis=1)
    loss = _loss(z, targets, found)
    for _ in range(_STEPS):
        step = _newton_step(z, targets, found)
        better = found - step
        # Where a full step overshoots, what is left of the way is halved until the loss no longer rises.
        while (worse := _loss(z, targets, better) > loss + _SMALL).any():
            step = np.where(worse[:, None], step / 2, step)
            better = found - step
        found, before, loss = better, loss, _loss(z, targets, better)
        if (before - loss).max() < _SMALL:
            break
    slope = found[:, :1] / scale
    return np.concatenate([slope, found[:, 1:] - slope * center], axis=1)


def _newton_step(z: Floats, targets: Floats, found: Floats) -> Floats:
    said = _sigmoid(found[:, :1] * z + found[:, 1:])
    error, weight = said - targets, said * (1 - said)
    by_slope, by_intercept = (error * z).sum(axis=1), error.sum(axis=1)
    slopes, both, intercepts = (weight * z * z).sum(axis=1) + _SMALL, (weight * z).sum(axis=1), weight.sum(axis=1)
    determinant = np.maximum(slopes * intercepts - both * both, _SMALL**2)
    return np.stack(
        [
            (intercepts * by_slope - both * by_intercept) / determinant,
            (slopes * by_intercept - both * by_slope) / determinant,
        ],
        axis=1,
    )


def _loss(z: Floats, targets: Floats, found: Floats) -> Floats:
    logits = found[:, :1] * z + found[:, 1:]
    loss: Floats = (np.logaddexp(0, logits) - targets * logits).sum(axis=1)
    return loss


def _sigmoid(logits: Floats) -> Floats:
    probabilities: Floats = 0.5 * (1 + np.tanh(0.5 * logits))
    return probabilities
