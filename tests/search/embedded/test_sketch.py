"""A sketch of each vector rules out what is far, so that less is compared; what is found stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from search.embedded import EmbeddedEngine, sketch
from search.embedded.sketch import Sketch
from search.engine import LegRequest, Vector
from tests.search.indexes import KIND, document

DIMENSIONS = 64
FLOOR = 0.5
COUNT = 3000


@pytest.fixture(autouse=True)
def _worthwhile_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketch, "WORTHWHILE", 1000)


def made_up(count: int, seed: int) -> Vector:
    """Return unit vectors around 40 topics, as those of texts are."""
    chance = np.random.default_rng(seed)
    topics = np.random.default_rng(1).normal(size=(40, DIMENSIONS))
    vectors = topics[chance.integers(40, size=count)] + chance.normal(size=(count, DIMENSIONS))
    unit: Vector = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    with closing(EmbeddedEngine.open(tmp_path, "made-up", DIMENSIONS, writable=True, create=True)) as opened:
        yield opened


def write(engine: EmbeddedEngine, vectors: Vector, first: int = 0, **fields: object) -> None:
    engine.write([document(f"{first + place:05}", **fields) for place in range(len(vectors))], vectors)
    engine.commit()


def near(engine: EmbeddedEngine, query: Vector, window: int = 200) -> tuple[list[str], int]:
    """Return the nearest of what reaches the floor, and how many those are."""
    found = engine.search(LegRequest(KIND, words=("无",), least=1, vector=query, floor=FLOOR, window=window))
    return [identity for identity, _score in found.vector], found.total


def expected(vectors: Vector, query: Vector, window: int = 200) -> tuple[list[str], int]:
    cosines = vectors @ query
    reaching = np.flatnonzero(cosines >= FLOOR)
    best = reaching[np.argsort(-cosines[reaching], kind="stable")]
    return [f"{place:05}" for place in best[:window].tolist()], len(reaching)


def test_what_reaches_the_floor_and_its_order_are_those_of_a_comparison_with_every_row(engine: EmbeddedEngine) -> None:
    vectors = made_up(COUNT, seed=2)
    write(engine, vectors)
    for query in made_up(100, seed=3):
        assert near(engine, query) == expected(vectors, query)


def test_rows_of_later_commits_are_sketched_too(engine: EmbeddedEngine) -> None:
    vectors = made_up(COUNT, seed=2)
    write(engine, vectors[:2000])
    query = vectors[2500]
    assert near(engine, query) == expected(vectors[:2000], query)
    write(engine, vectors[2000:], first=2000)
    assert near(engine, query) == expected(vectors, query)
    assert near(engine, query)[0][0] == "02500"


def test_a_deleted_record_and_one_for_others_are_not_found(engine: EmbeddedEngine) -> None:
    vectors = made_up(COUNT, seed=2)
    write(engine, vectors)
    (first, second, *others), total = near(engine, vectors[7])
    engine.delete(KIND, {first: 1})
    write(engine, vectors[[int(second)]], first=int(second), revision=2, readers=frozenset({"org:1"}))
    assert near(engine, vectors[7]) == (others, total - 2)


def test_a_sketch_leaves_few_rows_to_be_compared() -> None:
    vectors = made_up(COUNT, seed=2)
    made = Sketch.of(vectors)
    assert made is not None
    left = [len(made.near(query, FLOOR)) for query in made_up(50, seed=3)]
    assert np.median(left) < COUNT / 10


def test_a_small_index_has_none() -> None:
    assert Sketch.of(made_up(999, seed=2)) is None
