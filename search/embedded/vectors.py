"""An exact comparison of vectors, most of it rough: sketches rule out, eight bits come close, float32 decides.

Where only rows that reach a floor are wanted, sketches leave few of them (``sketch``); else, and where they leave many,
every row is compared. The dot product is taken in eight bits first (simsimd: a quarter of the memory to read), then
again in float32 for the rows whose place the rounding leaves open. Rounding errors of the single dimensions are
independent, so their sum is normal, and six standard deviations of it are never met in practice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import simsimd

from search.embedded.journal import Steps, Vectors, quantised
from search.embedded.rows import Mask, Ordinals
from search.embedded.sketch import Sketch
from search.engine import Vector

_DEVIATIONS = 6
# Of more rows than this part picking them out costs more than comparing all.
_FEW = 0.25


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near rows are to one question.

    ``steps`` and ``scale`` are the question in eight bits; cosines taken so are wrong by less than ``error``. ``near``
    are the only rows that may reach the floor asked for, None where nothing is known of that; ``rough`` are the
    cosines of all rows, None where few are needed.
    """

    vectors: Vectors
    query: Vector
    steps: Steps
    scale: float
    error: float
    near: Ordinals | None
    rough: Vector | None

    @classmethod
    def of(cls, vectors: Vectors, query: Vector, sketch: Sketch | None = None, floor: float | None = None) -> Nearness:
        """Compare rows with a unit vector: those that may reach the floor where there is a sketch, else all."""
        steps, (scale,) = quantised(query.reshape(1, -1))
        # Rounding to a step is uniform, with variance 1/12 of its square, and the other factor is of unit length.
        deviation = np.hypot(vectors.scales.max(initial=0), scale) / np.sqrt(12)
        near = None if sketch is None or floor is None else sketch.near(query, floor)
        rough = None
        if near is None or len(near) > _FEW * len(vectors.steps):
            near, rough = None, _cosines(steps, scale, vectors.steps, vectors.scales)
        return cls(vectors, query, steps, scale, float(_DEVIATIONS * deviation), near, rough)

    def reaching(self, floor: float, among: Mask) -> Ordinals:
        """Return the rows of a mask whose cosine is at least the floor, which is the one asked for at first."""
        rows = np.flatnonzero(among) if self.near is None else self.near[among[self.near]]
        rough = self._roughly(rows)
        near = rough >= floor - self.error
        rows, reached = rows[near], rough[near] >= floor + self.error
        doubtful = np.flatnonzero(~reached)
        reached[doubtful] = self._exactly(rows[doubtful]) >= floor
        return rows[reached]

    def best(self, rows: Ordinals, count: int) -> tuple[Ordinals, Vector]:
        """Return at least ``count`` of the rows, those with the greatest cosines among them, and their cosines."""
        if len(rows) > count > 0:
            rough = self._roughly(rows)
            last = np.partition(rough, len(rows) - count)[len(rows) - count]
            rows = rows[rough >= last - 2 * self.error]
        return rows, self._exactly(rows)

    def _roughly(self, rows: Ordinals) -> Vector:
        # Taking is several times as fast as indexing.
        if self.rough is not None:
            return self.rough.take(rows)
        return _cosines(self.steps, self.scale, self.vectors.steps.take(rows, axis=0), self.vectors.scales.take(rows))

    def _exactly(self, rows: Ordinals) -> Vector:
        cosines: Vector = self.vectors.exact.take(rows, axis=0) @ self.query
        return cosines


def _cosines(query: Steps, scale: float, steps: Steps, scales: Vector) -> Vector:
    """Return the cosines of a vector in eight bits with others, shape (others,)."""
    if not len(steps):
        return np.zeros(0, np.float32)
    cosines: Vector = np.asarray(simsimd.cdist(query, steps, "dot", out_dtype="float32")).ravel() * (scales * scale)
    return cosines
