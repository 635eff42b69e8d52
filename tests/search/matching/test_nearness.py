"""Words of a demand that an achievement lacks are held against the nearest ones it has."""

from __future__ import annotations

import numpy as np

from search.embedding import Embedder
from search.matching import evidence
from search.matching.features import Pair, folded
from search.matching.nearness import Nearness
from tests.search.matching.pairs import achievement, demand, found


def nearness(embedder: Embedder, text: str, *bodies: str) -> list[float]:
    asked = demand(title=text, body=text)
    (needs,) = evidence.read_needs([asked], embedder)
    offers = [achievement(str(number), title="", body=body) for number, body in enumerate(bodies)]
    pairs = [Pair(found(one), asked, one, needs, ()) for one in offers]
    words = frozenset[str]().union(*(pair.words for pair in pairs))
    weights = evidence.rarity(words, [folded(one) for one in offers])
    measured = Nearness(pairs, embedder, weights)
    return [measured.of(pair) for pair in pairs]


def test_the_same_thing_in_other_words_is_nearer_than_a_stranger(embedder: Embedder) -> None:
    same, other = nearness(embedder, "皮带被划穿", "输送带纵向撕裂", "奶牛瘤胃酸中毒")
    assert same > other >= 0


def test_words_that_both_have_are_not_counted_here(embedder: Embedder) -> None:
    assert nearness(embedder, "主轴箱漏油", "主轴箱漏油") == [0.0]


def test_a_model_without_words_finds_nothing_near(embedder: Embedder) -> None:
    class Wordless:
        def __getattr__(self, name: str) -> object:
            return getattr(embedder, name)

        def words(self, terms: list[str]) -> np.ndarray:
            return np.zeros((len(terms), embedder.dimensions), np.float32)

    assert nearness(Wordless(), "皮带被划穿", "输送带纵向撕裂") == [0.0]  # type: ignore[arg-type]
