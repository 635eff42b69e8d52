"""Which rows may be near a question, told by a sketch of each: two dimensions in four bits.

Looking through sketches (product quantisation, faiss) takes a sixth of the time of a scan in eight bits. The cosines
they give are too rough to rank by, so they only rule out: what they leave is compared exactly. What a sketch leaves of
a row is a vector of known length in no direction that a question would know of, so the error of a cosine is normal with
this length divided by the root of the dimensions as its deviation, and five of those of the longest are kept clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from search.embedded.rows import Ordinals
from search.engine import Vector

# From so many rows on a scan takes longer than sketches are worth. They are learnt from this many of them.
WORTHWHILE = 30_000
_LEARNT_FROM = 4096
_ROUNDS = 6
_DEVIATIONS = 5


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sketches of the first ``rows``; cosines by them are wrong by less than ``error``."""

    index: Any
    rows: int
    error: float

    @classmethod
    def of(cls, vectors: Vector) -> Sketch | None:
        """Learn to sketch vectors, shape (rows, dimensions), and sketch them; None where that is not worthwhile."""
        rows, dimensions = vectors.shape
        if rows < WORTHWHILE or dimensions % 2:
            return None
        import faiss  # Here, because a small index does without it.

        # A question is asked by one thread, whatever else the machine has.
        faiss.omp_set_num_threads(1)
        # One list: the only form of these sketches that can be asked for all above a threshold.
        index = faiss.IndexIVFPQFastScan(
            faiss.IndexFlatIP(dimensions), dimensions, 1, dimensions // 2, 4, faiss.METRIC_INNER_PRODUCT
        )
        index.by_residual = False
        for clustering in (index.cp, index.pq.cp):
            clustering.niter, clustering.min_points_per_centroid = _ROUNDS, 1
        index.train(_some(vectors))
        return cls(index, 0, 0.0).extended(vectors)

    def extended(self, vectors: Vector) -> Sketch:
        """Return the sketches of these vectors, of which the first rows are sketched already."""
        import faiss

        new = vectors[self.rows :]
        index: Any = faiss.clone_index(self.index)
        index.add(new)
        sample = _some(new)
        left = sample - index.pq.decode(index.pq.compute_codes(sample))
        longest = float(np.linalg.norm(left, axis=1).max(initial=0))
        return Sketch(index, len(vectors), max(self.error, _DEVIATIONS * longest / float(np.sqrt(vectors.shape[1]))))

    def near(self, query: Vector, floor: float) -> Ordinals:
        """Return, in order, all rows whose cosine with a unit vector reaches the floor, and some that come close."""
        _limits, _cosines, rows = self.index.range_search(query.reshape(1, -1), floor - self.error)
        ordered: Ordinals = np.sort(rows)
        return ordered


def _some(vectors: Vector) -> Vector:
    """Return a sample, spread evenly."""
    return np.ascontiguousarray(vectors[:: max(1, len(vectors) // _LEARNT_FROM)])
