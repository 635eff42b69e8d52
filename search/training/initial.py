"""Where every token begins: near the tokens it stands beside, which pairs alone would take long to teach.

Latent semantic analysis (Deerwester et al., 1990) of all training texts gives the directions; the length is the
inverse document frequency, so that what is everywhere says little from the start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.training.texts import Ids

_SHORTEST = 4
_NOISE = 0.3


def initial_rows(texts: Sequence[Ids], size: int, dimensions: int, seed: int) -> NDArray[np.float32]:
    """Return one vector for each of ``size`` tokens, shape (size, dimensions); that of token 0 is zero."""
    from scipy.sparse import csr_matrix, diags
    from sklearn.utils.extmath import randomized_svd

    rarity = _rarity(texts, size)
    told = [ids for ids in texts if len(ids) >= _SHORTEST]
    owners, flat = np.repeat(np.arange(len(told)), [len(ids) for ids in told]), np.concatenate(told)
    counts = csr_matrix((np.ones(len(flat), np.float32), (owners, flat)), shape=(len(told), size))
    counts.data = 1 + np.log(counts.data)
    weighed = (counts @ diags(rarity)).tocsr()
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed = (diags((1 / np.maximum(lengths, 1e-6)).astype(np.float32)) @ weighed).tocsr()
    _left, strengths, right = randomized_svd(weighed, dimensions, n_iter=2, random_state=seed)
    rows = right.T * np.sqrt(strengths)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    rows /= np.sqrt(dimensions)
    # A token that stands in no longer text has no direction yet; noise gives it one.
    rows += np.random.default_rng(seed).normal(size=rows.shape) * _NOISE / dimensions
    rows *= rarity[:, None]
    rows[0] = 0
    found: NDArray[np.float32] = rows.astype(np.float32)
    return found


def _rarity(texts: Sequence[Ids], size: int) -> NDArray[np.float32]:
    holders = np.zeros(size)
    for ids in texts:
        holders[np.unique(ids)] += 1
    rarity: NDArray[np.float32] = np.maximum(np.log(len(texts) / (1 + holders)), 0.1).astype(np.float32)
    return rarity
