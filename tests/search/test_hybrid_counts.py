"""What a page counts is what a reader finds: by paging, and by clicking any value of any facet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import hybrid
from search.document import FACETS, Hit, Leg, SearchDocument, SearchRequest, Sort
from search.elastic import ThrowAwayEngine, connect
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, passage_text
from search.engine import Engine
from tests.search.conftest import EACH
from tests.search.indexes import KIND, PUBLIC, document

WORDS = [
    "激光",
    "切割",
    "焊接",
    "薄壁",
    "变形",
    "夹具",
    "轴承",
    "漏油",
    "密封",
    "输送带",
    "撕裂",
    "数据",
    "oee",
    "plc",
    "0.02mm",
    "钢",
]
VALUES = {
    "region": ["51", "5101", "5106", "50"],
    "kind": ["甲", "乙", "丙"],
    "year": ["2024", "2025"],
    "source": ["一"],
}
READERS = [frozenset({"public"}), frozenset({"org:1"}), frozenset({"org:1", "org:2"}), frozenset()]
TOKENS = [PUBLIC, frozenset({"public", "org:1"}), frozenset({"org:2"}), frozenset()]

QUESTIONS = st.builds(
    SearchRequest,
    kind=st.just(KIND),
    text=st.lists(st.sampled_from(WORDS), max_size=5).map("".join),
    tokens=st.sampled_from(TOKENS),
    filters=st.dictionaries(
        st.sampled_from(list(VALUES)),
        st.lists(st.sampled_from(["5101", "50", "甲", "乙", "2025", "一", "没有"]), max_size=2),
    ).map(lambda chosen: {facet: tuple(values) for facet, values in chosen.items()}),
    sort=st.sampled_from(Sort),
    leg=st.sampled_from(Leg),
)
# One index serves all examples and is only read.
on_one_index = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def made_up(count: int) -> Iterator[SearchDocument]:
    chance = random.Random(11)
    for number in range(count):
        yield document(
            f"{number:03}",
            "".join(chance.choices(WORDS, k=3)),
            "，".join(chance.choices(WORDS, k=12)) + "。",
            facets={
                facet: tuple(chance.sample(values, chance.randint(0, min(2, len(values)))))
                for facet, values in VALUES.items()
            },
            numbers={"date": chance.randint(1, 30)} if chance.random() < 0.8 else {},
            readers=chance.choice(READERS),
        )


@pytest.fixture(scope="module", params=EACH)
def engine(
    request: pytest.FixtureRequest, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The made-up documents in each engine in turn."""
    with closing(empty(request, embedder, tmp_path_factory.mktemp("counts"))) as opened:
        documents = list(made_up(320))
        opened.write(documents, embedder.passages([passage_text(one) for one in documents]))
        opened.commit()
        yield opened


def empty(request: pytest.FixtureRequest, embedder: Embedder, folder: Path) -> Engine:
    if request.param == "elasticsearch":
        connection = connect([request.getfixturevalue("elasticsearch")], prefix="tests", timeout=30)
        return ThrowAwayEngine(connection, embedder.fingerprint, embedder.dimensions)
    return EmbeddedEngine.open(folder, embedder.fingerprint, embedder.dimensions, writable=True, create=True)


def all_hits(engine: Engine, embedder: Embedder, request: SearchRequest, size: int) -> list[Hit]:
    """Return what a reader meets who turns pages of a size until one is empty."""
    hits: list[Hit] = []
    while page := hybrid.search(engine, embedder, replace(request, offset=len(hits), limit=size)).hits:
        hits += page
    return hits


@on_one_index
@given(request=QUESTIONS, size=st.integers(15, 90))
def test_the_total_is_what_paging_finds_and_nothing_comes_twice(
    engine: Engine, embedder: Embedder, request: SearchRequest, size: int
) -> None:
    page = hybrid.search(engine, embedder, request)
    hits = all_hits(engine, embedder, request, size)
    assert len(hits) == page.total == len({hit.document.id for hit in hits})
    assert [hit.rank for hit in hits] == list(range(1, page.total + 1))
    assert [hit.document.id for hit in hits[: len(page.hits)]] == [hit.document.id for hit in page.hits]


@on_one_index
@given(request=QUESTIONS)
def test_the_count_beside_a_value_is_the_total_after_choosing_it(
    engine: Engine, embedder: Embedder, request: SearchRequest
) -> None:
    page = hybrid.search(engine, embedder, request)
    assert set(page.facets) == set(FACETS)
    for facet, counts in page.facets.items():
        for one in counts:
            chosen = replace(request, filters={**request.filters, facet: (one.value,)})
            assert hybrid.search(engine, embedder, chosen).total == one.count
        missing = set(VALUES.get(facet, ())) - {one.value for one in counts}
        for value in missing:
            chosen = replace(request, filters={**request.filters, facet: (value,)})
            assert hybrid.search(engine, embedder, chosen).total == 0


@on_one_index
@given(request=QUESTIONS)
def test_every_hit_is_the_readers_to_see_and_meets_every_filter(
    engine: Engine, embedder: Embedder, request: SearchRequest
) -> None:
    for hit in all_hits(engine, embedder, request, 100):
        assert hit.document.readers & request.tokens
        for facet, values in request.filters.items():
            assert not values or set(values) & set(hit.document.facets[facet])


@on_one_index
@given(request=QUESTIONS)
def test_another_order_shows_the_same_records(engine: Engine, embedder: Embedder, request: SearchRequest) -> None:
    by_sort = [
        {hit.document.id for hit in all_hits(engine, embedder, replace(request, sort=sort), 100)} for sort in Sort
    ]
    assert by_sort[0] == by_sort[1] == by_sort[2]
