"""Editions of an embedded index: exchanged in one step, tidied after a crash, and none with two writers."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from search.editions import Arrangement, Edition
from search.embedded import EmbeddedEditions
from search.errors import IndexLocked, IndexMissing, IndexReplaced
from tests.search.indexes import DIMENSIONS, FINGERPRINT, document, found_by_words, write

ROOT = Path(__file__).parents[2]


@pytest.fixture
def editions(tmp_path: Path) -> EmbeddedEditions:
    return EmbeddedEditions(tmp_path / "index")


def made(editions: EmbeddedEditions, *names: str) -> Edition:
    """Return a new edition that holds documents of these names; call it while editions are being changed."""
    edition = editions.create("", FINGERPRINT, DIMENSIONS, mark=7)
    with closing(editions.fill(edition)) as engine:
        write(engine, *(document(name) for name in names))
    return edition


def folders(editions: EmbeddedEditions) -> list[str]:
    return sorted(folder.name for folder in editions.folder.glob("edition-*"))


def found(editions: EmbeddedEditions, edition: Edition | None) -> list[str]:
    assert edition is not None
    return found_by_words(editions.open(edition), "激光")


def test_before_the_first_edition_none_is_kept_and_none_can_be_written(editions: EmbeddedEditions) -> None:
    assert editions.arrangement() == Arrangement()
    with pytest.raises(IndexMissing, match="flask index sync"):
        editions.writer()


def test_another_edition_comes_into_use_for_every_process_at_once(editions: EmbeddedEditions) -> None:
    elsewhere = EmbeddedEditions(editions.folder)
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
        second = made(editions, "2")
        assert found(elsewhere, elsewhere.arrangement().live) == ["1"]
        editions.arrange(Arrangement(live=second, previous=first))
    assert elsewhere.arrangement() == Arrangement(live=second, previous=first)
    assert found(elsewhere, elsewhere.arrangement().live) == ["2"]
    assert found(elsewhere, elsewhere.arrangement().previous) == ["1"]


def test_what_an_edition_was_made_with_and_how_far_it_follows_is_remembered(editions: EmbeddedEditions) -> None:
    with editions.changing():
        edition = editions.create("模型/小", FINGERPRINT, DIMENSIONS, mark=41)
        editions.arrange(Arrangement(live=edition))
    kept = EmbeddedEditions(editions.folder).arrangement().live
    assert kept == edition
    assert (kept.model, kept.fingerprint, kept.dimensions, kept.mark) == ("模型/小", FINGERPRINT, DIMENSIONS, 41)


def test_an_edition_that_is_kept_for_nothing_is_removed(editions: EmbeddedEditions) -> None:
    with editions.changing():
        one, two, three = (made(editions, name) for name in "123")
        editions.arrange(Arrangement(live=three, previous=two))
    assert folders(editions) == [two.name, three.name]
    with pytest.raises(IndexMissing):
        editions.open(one)


def test_what_a_failure_leaves_is_removed_and_the_edition_in_use_is_not(editions: EmbeddedEditions) -> None:
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
    with pytest.raises(KeyboardInterrupt), editions.changing():
        made(editions, "2")
        raise KeyboardInterrupt
    assert folders(editions) == [first.name]
    assert found(editions, editions.arrangement().live) == ["1"]


@pytest.mark.faults
def test_what_a_killed_process_left_is_removed_by_the_next_change(editions: EmbeddedEditions) -> None:
    script = f"""
import os, signal
from {__name__} import *
editions = EmbeddedEditions(Path({str(editions.folder)!r}))
with editions.changing():
    editions.arrange(Arrangement(live=made(editions, "1")))
    made(editions, "2")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert folders(editions) == ["edition-1", "edition-2"]
    with editions.changing():
        assert folders(editions) == ["edition-1"]
    assert found(editions, editions.arrangement().live) == ["1"]


def test_only_one_process_changes_the_editions(editions: EmbeddedEditions) -> None:
    with editions.changing(), pytest.raises(IndexLocked, match="重建"), EmbeddedEditions(editions.folder).changing():
        pass


def test_an_edition_has_one_writer_and_others_may_be_filled_meanwhile(editions: EmbeddedEditions) -> None:
    with editions.changing():
        editions.arrange(Arrangement(live=made(editions, "1")))
        with closing(editions.writer()) as writer:
            with pytest.raises(IndexLocked, match="写入"):
                editions.writer()
            made(editions, "2")
            write(writer, document("3"))
    assert found(editions, editions.arrangement().live) == ["1", "3"]


def test_whoever_writes_to_a_replaced_edition_is_told_so(editions: EmbeddedEditions) -> None:
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
        with closing(editions.writer()) as writer:
            editions.arrange(Arrangement(live=made(editions, "2"), previous=first))
            with pytest.raises(IndexReplaced):
                write(writer, document("3"))
    assert found(editions, first) == ["1"]
    with closing(editions.writer()) as writer:
        write(writer, document("3"))
    assert found(editions, editions.arrangement().live) == ["2", "3"]


def test_an_open_reader_of_a_removed_edition_is_told_that_it_is_gone(editions: EmbeddedEditions) -> None:
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
        reader = editions.open(first)
        editions.arrange(Arrangement(live=made(editions, "2")))
    with pytest.raises(IndexMissing):
        found_by_words(reader, "激光")
