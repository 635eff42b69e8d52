"""Where meaning begins to count: the cosine under which a hit is more likely chance than sense."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from search.training.learning import Learner
from search.training.pairs import Pair, Source

# One wrong answer in so many may be counted as found.
_WRONG = 400
_LOOKED_AT = 1500


def floor(learner: Learner, found: Sequence[Source], chance: random.Random) -> float:
    """Return the cosine that one in four hundred texts of science reaches for a need of the trades, to two places.

    A text of science answers hardly any such need, and unlike those of the trades it was not learnt against them.
    """
    needs = _some(found, chance, is_of_trades=True)
    others = _some(found, chance, is_of_trades=False)
    cosines = learner.units([it.question for it in needs]) @ learner.units([it.answer for it in others]).T
    return round(float(np.quantile(cosines, 1 - 1 / _WRONG)), 2)


def _some(found: Sequence[Source], chance: random.Random, *, is_of_trades: bool) -> list[Pair]:
    pairs = [pair for source in found if source.is_of_trades is is_of_trades for pair in source.draw(chance)]
    return chance.sample(pairs, min(len(pairs), _LOOKED_AT))
