"""The first hits of a question are put in order by all that is known of them; every weight can be looked up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from search import hybrid
from search.asking.question import understand
from search.asking.ranking import FITTED, HEAD, best_first, contributions, features, weighted
from search.document import Leg, SearchDocument, SearchRequest
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, passage_text
from search.matching.features import WEIGHTS
from tests.search.indexes import KIND, document

LEAK = document("leak", "主轴箱轴端迷宫密封改组合密封", "主轴箱轴端漏油，改用组合密封后不再渗漏。")
COWS = document("cows", "奶牛瘤胃酸中毒的预防", "调整日粮结构。")


@contextmanager
def holding(folder: Path, embedder: Embedder, *documents: SearchDocument) -> Iterator[EmbeddedEngine]:
    """Give an index that holds the documents as the model sees them."""
    engine = EmbeddedEngine.open(folder, embedder.fingerprint, embedder.dimensions, writable=True, create=True)
    with closing(engine):
        engine.write(documents, embedder.passages([passage_text(one) for one in documents]))
        engine.commit()
        yield engine


@pytest.fixture
def index(tmp_path: Path, embedder: Embedder) -> Iterator[EmbeddedEngine]:
    others = [document(f"oil{number}", f"液压站漏油治理{number}", "更换密封圈。") for number in range(70)]
    with holding(tmp_path, embedder, LEAK, COWS, *others) as engine:
        yield engine


def test_what_speaks_for_a_hit_is_told_in_numbers(embedder: Embedder) -> None:
    question = understand("主轴箱漏油", embedder)
    vectors = embedder.passages([passage_text(LEAK), passage_text(COWS)])
    leak, cows = features(question, vectors, [8.0, 0.0], [True, False])
    assert leak["cosine"] > cows["cosine"]
    assert (leak["lexical_score"], cows["lexical_score"]) == (1.0, 0.0)
    assert (leak["maturity"], cows["maturity"]) == (1.0, 0.0)
    assert leak.keys() == FITTED["question"].keys()


def test_the_better_stand_first_and_equals_keep_their_place() -> None:
    poor, good = dict.fromkeys(FITTED["question"], 0.1), dict.fromkeys(FITTED["question"], 0.2)
    assert [identity for identity, _score in best_first({"a": poor, "b": good, "c": poor, "d": good})] == list("bdac")


def test_no_weight_is_negative_and_the_score_is_their_sum() -> None:
    for table in FITTED.values():
        assert min(table.values()) >= 0
    assert weighted({"cosine": 2.0, "words": 1.0}, WEIGHTS) == 2 * WEIGHTS["cosine"] + WEIGHTS["words"]


def test_pages_go_on_where_the_one_before_ended(index: EmbeddedEngine, embedder: Embedder) -> None:
    def ids(offset: int, limit: int) -> list[str]:
        page = hybrid.search(index, embedder, SearchRequest(KIND, "漏油", offset=offset, limit=limit))
        return [hit.document.id for hit in page.hits]

    whole = ids(0, 100)
    assert len(whole) == len(set(whole)) == 71
    assert [identity for start in range(0, 80, 20) for identity in ids(start, 20)] == whole


def test_a_hit_says_which_known_solution_it_is_about(tmp_path: Path, embedder: Embedder) -> None:
    stirred = document("stirred", "淬火槽强制搅拌装置", "在淬火槽内加装搅拌桨，消除淬火软点。")
    with holding(tmp_path, embedder, stirred, COWS) as engine:
        hit = hybrid.search(engine, embedder, SearchRequest(KIND, "工件淬不硬")).hits[0]
    assert hit.document.id == "stirred"
    assert hit.reason.solution == ("淬不硬", "淬火软点", "淬火槽强制搅拌")


def test_what_put_a_hit_in_its_place_adds_up_to_its_score(index: EmbeddedEngine, embedder: Embedder) -> None:
    hits = hybrid.search(index, embedder, SearchRequest(KIND, "主轴箱漏油", limit=100)).hits
    for hit in hits[:HEAD]:
        assert sum(contributions(hit.reason.features, FITTED["question"]).values()) == pytest.approx(hit.score)
        assert hit.reason.features.keys() == FITTED["question"].keys()
    assert len(hits) > HEAD
    assert not any(hit.reason.features for hit in hits[HEAD:])
    (alone,) = hybrid.search(index, embedder, SearchRequest(KIND, "迷宫密封", leg=Leg.LEXICAL)).hits
    assert not alone.reason.features


def test_nothing_near_has_nothing_known(embedder: Embedder) -> None:
    question = understand("xyzzyxyzzy", embedder)
    (values,) = features(question, np.zeros((1, embedder.dimensions), np.float32), [0.0], [False])
    assert values == dict.fromkeys(FITTED["question"], 0.0)
