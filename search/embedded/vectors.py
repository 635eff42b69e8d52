"""An exact scan over vectors, most of it in eight bits.

The dot product with every row is taken in eight bits first (simsimd: a quarter of the memory to read, which is what a
scan waits for), then again in float32 for the rows whose place the rounding leaves open. Rounding errors of the single
dimensions are independent, so their sum is normal, and six standard deviations of it are never met in practice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import simsimd

from search.embedded.journal import Vectors, quantised
from search.embedded.rows import Mask, Ordinals
from search.engine import Vector

_DEVIATIONS = 6


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near every row is to one question: cosines in ``rough`` are wrong by less than ``error``."""

    vectors: Vector
    query: Vector
    rough: Vector
    error: float

    @classmethod
    def of(cls, vectors: Vectors, query: Vector) -> Nearness:
        """Compare every row with a unit vector."""
        (steps,), (scale,) = quantised(query.reshape(1, -1))
        dots = np.asarray(simsimd.cdist(steps.reshape(1, -1), vectors.steps, "dot", out_dtype="float32")).ravel()
        # Rounding to a step is uniform, with variance 1/12 of its square, and the other factor is of unit length.
        deviation = np.hypot(vectors.scales.max(initial=0), scale) / np.sqrt(12)
        return cls(vectors.exact, query, dots * (vectors.scales * scale), float(_DEVIATIONS * deviation))

    def reaching(self, floor: float, among: Mask) -> Ordinals:
        """Return the rows of a mask whose cosine is at least the floor."""
        rows = np.flatnonzero(among & (self.rough >= floor - self.error))
        reached = self.rough[rows] >= floor + self.error
        doubtful = np.flatnonzero(~reached)
        reached[doubtful] = self._cosines(rows[doubtful]) >= floor
        return rows[reached]

    def best(self, rows: Ordinals, count: int) -> tuple[Ordinals, Vector]:
        """Return at least ``count`` of the rows, those with the greatest cosines among them, and their cosines."""
        if len(rows) > count > 0:
            rough = self.rough.take(rows)
            last = np.partition(rough, len(rows) - count)[len(rows) - count]
            rows = rows[rough >= last - 2 * self.error]
        return rows, self._cosines(rows)

    def _cosines(self, rows: Ordinals) -> Vector:
        # Taking is several times as fast as indexing.
        cosines: Vector = self.vectors.take(rows, axis=0) @ self.query
        return cosines
