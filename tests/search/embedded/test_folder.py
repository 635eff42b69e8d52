"""An index in a folder: one process writes, any number read, and nothing half done is ever seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from search.embedded import EmbeddedEngine
from search.errors import IndexLocked, IndexMismatch, IndexMissing
from tests.search.indexes import (
    DIMENSIONS,
    KIND,
    document,
    found_by_words,
    open_index,
    vector_of,
    write,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> Iterator[EmbeddedEngine]:
    with closing(open_index(folder, writable=True, create=True)) as opened:
        yield opened


def test_a_question_to_no_index_says_how_to_make_one(folder: Path) -> None:
    with pytest.raises(IndexMissing, match="flask index rebuild"):
        open_index(folder)
    with pytest.raises(IndexMissing):
        open_index(folder, writable=True)


def test_an_index_of_another_model_says_how_to_rebuild_it(engine: EmbeddedEngine, folder: Path) -> None:
    with pytest.raises(IndexMismatch, match="flask index rebuild"):
        EmbeddedEngine.open(folder, "another-8", DIMENSIONS)


def test_a_second_writer_is_turned_away_until_the_first_is_done(engine: EmbeddedEngine, folder: Path) -> None:
    with pytest.raises(IndexLocked):
        open_index(folder, writable=True)
    engine.close()
    open_index(folder, writable=True).close()


def test_what_was_not_committed_is_not_seen_and_is_lost(engine: EmbeddedEngine, folder: Path) -> None:
    write(engine, document("1"))
    engine.write([document("2")], vector_of("2")[None])
    engine.delete(KIND, {"1": 9})
    assert found_by_words(open_index(folder), "激光") == ["1"]
    engine.close()
    with closing(open_index(folder, writable=True)) as again:
        write(again, document("3"))
        assert found_by_words(again, "激光") == ["1", "3"]
        assert np.allclose(again.read(KIND, ["3"])[1], vector_of("3"))
