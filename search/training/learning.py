"""Move the vectors of tokens until pairs lie together and everything else apart.

A text is the sum of its tokens' vectors. The loss is InfoNCE over a batch in both directions (van den Oord, Li and
Vinyals, 2018; its use for embeddings: Henderson et al., 2017): every other answer of the batch, and every answer known
to mislead, is a wrong one. It is taken over the whole vector and over its first dimensions as well, so that a shortened
vector still works (Matryoshka representations, Kusupati et al., NeurIPS 2022). The gradients are few enough to be
written out; Adam (Kingma and Ba, ICLR 2015) moves only the rows a batch touches, which numpy and scipy do faster on two
cores than a framework that updates the whole table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.training.pairs import Pair
from search.training.texts import Ids

Matrix = NDArray[np.float32]

# Tokens of a text that are looked at in one batch, drawn anew each time: a text is more than its first words.
_MOST_TOKENS = 160
# The part of the dimensions that must work alone, and what its loss weighs.
_PREFIX, _PREFIX_WEIGHT = 4, 0.3
_FIRST, _SECOND = 0.9, 0.99
_EPSILON = 1e-8


@dataclass(slots=True)
class Learner:
    """``rows`` has one vector a token, row 0 for unknown ones; ``scale`` is the inverse temperature of the softmax."""

    rows: Matrix
    texts: Sequence[Ids]
    chance: np.random.Generator
    scale: float = 20.0
    dropped: float = 0.1
    _mean: Matrix = field(init=False)
    _square: Matrix = field(init=False)
    _steps: int = 0

    def __post_init__(self) -> None:
        self._mean = np.zeros_like(self.rows)
        self._square = np.zeros_like(self.rows)

    def step(self, batch: Sequence[Pair], rate: float) -> float:
        """Learn from one batch with a learning rate; return the loss."""
        wrong = [pair.wrong for pair in batch if pair.wrong]
        sides = [pair.question for pair in batch] + [pair.answer for pair in batch] + wrong
        tokens, bags = self._bags(sides)
        sums = bags @ self.rows[tokens]
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.float32(1e-6))
        units = sums / lengths
        loss, slopes = self._loss(units, same(batch))
        prefix = self.rows.shape[1] // _PREFIX
        short = units[:, :prefix]
        reach = np.maximum(np.linalg.norm(short, axis=1, keepdims=True), np.float32(1e-6))
        _short_loss, bent = self._loss(short / reach, same(batch))
        slopes[:, :prefix] += np.float32(_PREFIX_WEIGHT) * _through_length(bent, short / reach, reach)
        self._move(tokens, np.asarray(bags.T @ _through_length(slopes, units, lengths)), rate)
        return loss

    def units(self, sides: Sequence[tuple[int, ...]]) -> Matrix:
        """Return the unit vectors of texts as they now lie, shape (sides, dimensions)."""
        sums = np.stack([self.rows[np.concatenate([self.texts[it] for it in side])].sum(axis=0) for side in sides])
        units: Matrix = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.float32(1e-6))
        return units

    def _bags(self, sides: Sequence[tuple[int, ...]]) -> tuple[NDArray[np.int32], Any]:
        """Return the tokens of a batch, and how often each stands in each side, shape (sides, tokens)."""
        from scipy.sparse import csr_matrix

        drawn = [self._drawn(side) for side in sides]
        flat = np.concatenate(drawn)
        tokens, places = np.unique(flat, return_inverse=True)
        owners = np.repeat(np.arange(len(sides)), [len(one) for one in drawn])
        counts = np.ones(len(flat), np.float32)
        counts[tokens[places] == 0] = 0
        return tokens, csr_matrix((counts, (owners, places)), shape=(len(sides), len(tokens)))

    def _drawn(self, side: tuple[int, ...]) -> Ids:
        ids = self.texts[side[0]] if len(side) == 1 else np.concatenate([self.texts[number] for number in side])
        if len(ids) > _MOST_TOKENS:
            ids = self.chance.choice(ids, _MOST_TOKENS)
        kept = ids[self.chance.random(len(ids), np.float32) >= self.dropped]
        return kept if len(kept) else np.zeros(1, np.int32)

    def _loss(self, units: Matrix, alike: NDArray[np.bool_]) -> tuple[float, Matrix]:
        """Return the loss of a batch and its slope at every unit vector."""
        count = len(alike)
        questions, answers = units[:count], units[count:]
        likeness = questions @ answers.T
        logits = np.float32(self.scale) * likeness
        logits[:, :count][alike] = -1e4
        own = np.arange(count)
        forward, backward = _softmax(logits, axis=1), _softmax(logits[:, :count], axis=0)
        loss = -float(np.log(forward[own, own] + 1e-9).mean() + np.log(backward[own, own] + 1e-9).mean())
        slope = forward
        slope[:, :count] += backward
        slope[own, own] -= 2
        slope *= np.float32(self.scale / count)
        return loss, np.concatenate([slope @ answers, slope.T @ questions])

    def _move(self, tokens: NDArray[np.int32], slopes: Matrix, rate: float) -> None:
        self._steps += 1
        mean = self._mean[tokens]
        mean += np.float32(1 - _FIRST) * (slopes - mean)
        square = self._square[tokens]
        square += np.float32(1 - _SECOND) * (slopes * slopes - square)
        self._mean[tokens], self._square[tokens] = mean, square
        pace = rate * (1 - _SECOND**self._steps) ** 0.5 / (1 - _FIRST**self._steps)
        np.sqrt(square, out=square)
        square += np.float32(_EPSILON)
        mean /= square
        mean *= np.float32(pace)
        self.rows[tokens] -= mean
        self.rows[0] = 0


def same(batch: Sequence[Pair]) -> NDArray[np.bool_]:
    """Return which questions and answers of a batch belong together although they are not of one pair."""
    questions, answers = _numbered([pair.question for pair in batch]), _numbered([pair.answer for pair in batch])
    alike: NDArray[np.bool_] = (questions[:, None] == questions) | (answers[:, None] == answers)
    np.fill_diagonal(alike, False)
    return alike


def _numbered(sides: Sequence[tuple[int, ...]]) -> NDArray[np.int64]:
    numbers: dict[tuple[int, ...], int] = {}
    return np.array([numbers.setdefault(side, len(numbers)) for side in sides])


def _through_length(slopes: Matrix, units: Matrix, lengths: Matrix) -> Matrix:
    """Return the slopes before vectors were brought to unit length."""
    along = (slopes * units).sum(axis=1, keepdims=True)
    bent: Matrix = (slopes - along * units) / lengths
    return bent


def _softmax(logits: Matrix, axis: int) -> Matrix:
    powers: Matrix = np.exp(logits - logits.max(axis=axis, keepdims=True))
    powers /= powers.sum(axis=axis, keepdims=True)
    return powers
