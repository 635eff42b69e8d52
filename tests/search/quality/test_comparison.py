"""Two indexes are asked the same questions: how far they agree, and which is better where that is judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from search.document import Leg
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, passage_text
from search.quality.comparison import Asked, Comparison, Side, compare
from tests.search.indexes import KIND, PUBLIC, document

TITLES = {"1": "主轴箱漏油治理", "2": "皮带纵向撕裂保护", "3": "道口栏杆防撞装置"}


@pytest.fixture
def sides(tmp_path: Path, embedder: Embedder) -> Iterator[tuple[Side, Side]]:
    """An index of all three records, and one that lacks the second."""
    with (
        closing(holding(tmp_path / "one", embedder, "123")) as one,
        closing(holding(tmp_path / "other", embedder, "13")) as other,
    ):
        yield (one, embedder), (other, embedder)


def holding(folder: Path, embedder: Embedder, ids: str) -> EmbeddedEngine:
    engine = EmbeddedEngine.open(folder, embedder.fingerprint, embedder.dimensions, writable=True, create=True)
    records = [document(name, TITLES[name]) for name in ids]
    engine.write(records, embedder.passages([passage_text(record) for record in records]))
    engine.commit()
    return engine


def by_leg(sides: tuple[Side, Side], *questions: Asked) -> dict[Leg, Comparison]:
    return {found.leg: found for found in compare(*sides, questions, tokens=PUBLIC)}


def test_an_index_agrees_with_itself(sides: tuple[Side, Side]) -> None:
    one, _other = sides
    for found in by_leg((one, one), Asked(KIND, "主轴箱漏油"), Asked(KIND, "皮带撕裂")).values():
        assert (found.overlap, found.same_first, found.questions) == (1.0, 1.0, 2)


def test_what_only_one_finds_lessens_the_overlap(sides: tuple[Side, Side]) -> None:
    by_meaning = by_leg(sides, Asked(KIND, "皮带撕裂"))[Leg.VECTOR]
    assert by_meaning.overlap == pytest.approx(2 / 3)
    assert by_meaning.same_first == 0.0


def test_two_that_find_nothing_agree(sides: tuple[Side, Side]) -> None:
    assert by_leg(sides, Asked(KIND, "。。。"))[Leg.HYBRID].overlap == 1.0


def test_judged_questions_say_which_is_better_and_others_do_not(sides: tuple[Side, Side]) -> None:
    found = by_leg(sides, Asked(KIND, "皮带撕裂", {"2": 3}), Asked(KIND, "主轴箱漏油", {"1": 1}), Asked(KIND, "道口"))
    assert (found[Leg.HYBRID].questions, found[Leg.HYBRID].judged) == (3, 2)
    assert found[Leg.HYBRID].ndcg == (1.0, 0.5)
    assert by_leg(sides, Asked(KIND, "道口"))[Leg.HYBRID].ndcg is None


def test_without_a_question_there_is_nothing_to_say(sides: tuple[Side, Side]) -> None:
    assert by_leg(sides) == {}
