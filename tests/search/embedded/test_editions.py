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
from search.errors import IndexLocked
from tests.search.indexes import document, found_by_words, made, write

ROOT = Path(__file__).parents[3]


@pytest.fixture
def editions(tmp_path: Path) -> EmbeddedEditions:
    return EmbeddedEditions(tmp_path / "index")


def folders(editions: EmbeddedEditions) -> list[str]:
    return sorted(folder.name for folder in editions.folder.glob("edition-*"))


def found(editions: EmbeddedEditions, edition: Edition | None) -> list[str]:
    assert edition is not None
    return found_by_words(editions.open(edition), "激光")


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


def test_an_edition_has_one_writer_and_others_may_be_filled_meanwhile(editions: EmbeddedEditions) -> None:
    with editions.changing():
        editions.arrange(Arrangement(live=made(editions, "1")))
        with closing(editions.writer()) as writer:
            with pytest.raises(IndexLocked, match="写入"):
                editions.writer()
            made(editions, "2")
            write(writer, document("3"))
    assert found(editions, editions.arrangement().live) == ["1", "3"]
