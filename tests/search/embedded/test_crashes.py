"""A process killed at any moment leaves an index that opens, holds every commit whole, and goes on from there."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from search.embedded import EmbeddedEngine
from search.engine import LegRequest
from search.errors import IndexDamaged
from tests.search.indexes import KIND, document, filled, found_by_words, ids, open_index, vector_of, write

BATCH = 12
ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.faults


def names(number: int, count: int = BATCH) -> list[str]:
    # Two rounds before the first are spoken of, and their names must be words too.
    return [f"r{number + 2}n{place}" for place in range(count)]


def commit_round(engine: EmbeddedEngine, number: int) -> None:
    """Write a round of new documents, change the round before, delete half of the one before that, and commit."""
    for name, revision in [(name, 1) for name in names(number)] + [(name, 2) for name in names(number - 1)]:
        text = f"{name}v{revision}"
        engine.write([document(name, text, revision=revision)], vector_of(text)[None])
    engine.delete(KIND, dict.fromkeys(names(number - 2, BATCH // 2), 3))
    engine.commit()


def keep_writing(folder: Path) -> None:
    """Commit round after round, saying each time that it is done, until killed."""
    with closing(open_index(folder, writable=True, create=True)) as engine:
        done = rounds_in(dict(engine.revisions(KIND)))
        while True:
            commit_round(engine, done)
            done += 1
            print(done, flush=True)  # noqa: T201 -- The other process reads it.


def started_writer(folder: Path) -> subprocess.Popen[str]:
    script = f"from {__name__} import *; keep_writing(Path({str(folder)!r}))"
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def rounds_in(there: Iterable[str]) -> int:
    """Return of how many rounds these are the names."""
    return max((int(name.split("n")[0][1:]) - 1 for name in there), default=0)


def expected_after(rounds: int) -> dict[str, int]:
    """Return what the index holds after a number of rounds: ids and revisions."""
    there: dict[str, int] = {}
    for number in range(rounds):
        there |= dict.fromkeys(names(number), 1) | dict.fromkeys(names(number - 1), 2)
        for name in names(number - 2, BATCH // 2):
            there.pop(name, None)
    return there


def assert_whole(engine: EmbeddedEngine) -> int:
    """Assert that words, vectors and documents tell of the same rounds, each of them whole; return how many."""
    there = dict(engine.revisions(KIND))
    rounds = rounds_in(there)
    assert there == expected_after(rounds)
    assert [one.title for one in engine.fetch(KIND, list(there))] == [f"{name}v{rev}" for name, rev in there.items()]
    for name, revision in list(there.items())[-3 * BATCH :]:
        text = f"{name}v{revision}"
        assert found_by_words(engine, text) == [name]
        assert ids(engine.search(LegRequest(KIND, vector=vector_of(text), window=1)).vector) == [name]
        assert np.allclose(engine.read(KIND, [name])[1], vector_of(text))
    return rounds


def test_a_killed_writer_loses_nothing_it_committed(tmp_path: Path) -> None:
    folder, chance = tmp_path / "index", random.Random(3)
    before = 0
    for _ in range(6):
        with started_writer(folder) as child:
            assert child.stdout is not None
            said = [int(child.stdout.readline()) for _ in range(chance.randint(1, 4))]
            time.sleep(chance.uniform(0, 0.03))
            child.kill()
        with closing(open_index(folder)) as reader:
            rounds = assert_whole(reader)
        # A round may have been committed without the time to say so.
        assert rounds >= said[-1] > before
        before = rounds


def test_what_a_commit_left_before_it_was_true_does_not_stop_the_next(tmp_path: Path) -> None:
    folder, later = tmp_path / "index", tmp_path / "later"
    filled(folder, document("1"), document("2")).close()
    shutil.copytree(folder, later)
    for place in (later, folder):
        with closing(open_index(place, writable=True)) as engine:
            engine.delete(KIND, {"1": 2})
            engine.commit()
        if place is later:
            # All that the commit wrote, save the file that makes it true.
            for file in set((later / KIND).iterdir()) - {later / KIND / "meta.json"}:
                shutil.copy(file, folder / KIND / file.name)
    with closing(open_index(folder)) as reader:
        assert dict(reader.revisions(KIND)) == {"2": 1}


def test_a_reader_never_sees_half_a_commit(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    open_index(folder, writable=True, create=True).close()
    reader, seen = open_index(folder), set()
    with started_writer(folder) as child:
        while len(seen) < 12:
            there = dict(reader.revisions(KIND))
            assert there == expected_after(rounds_in(there))
            seen.add(rounds_in(there))
        child.kill()


def test_what_a_crash_left_over_is_cut_off_and_never_read(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    filled(folder, document("1")).close()
    for file in (folder / KIND).iterdir():
        if file.suffix in (".jsonl", ".f32", ".i8"):
            with file.open("ab") as stream:
                stream.write(b'{"ids": ["ghost"], "torn')
    with closing(open_index(folder)) as reader:
        assert found_by_words(reader, "激光") == ["1"]
        with closing(open_index(folder, writable=True)) as engine:
            write(engine, document("2"))
        assert found_by_words(reader, "激光") == ["1", "2"]
        assert [one.id for one in reader.fetch(KIND, ["1", "2", "ghost"])] == ["1", "2"]
        assert np.allclose(reader.read(KIND, ["1", "2"])[1], np.stack([vector_of("1"), vector_of("2")]))


@pytest.mark.parametrize("file", ["rows.jsonl", "vectors.f32", "documents.jsonl", "meta.json"])
def test_an_index_whose_files_are_spoilt_says_that_it_must_be_built_anew(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "index"
    filled(folder, document("1")).close()
    (folder / KIND / file).write_bytes(b"\x00")
    with closing(open_index(folder)) as reader, pytest.raises(IndexDamaged, match="flask index rebuild"):
        reader.fetch(KIND, ["1"])


def test_a_full_disk_is_told_as_such_and_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    filled(folder, document("1")).close()
    script = f"""
import resource
from search.errors import IndexBlocked
from {__name__} import *
from tests.search.indexes import *
engine = open_index(Path({str(folder)!r}), writable=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    while True:
        write(engine, document("2", "激光", "切割" * 5_000))
except IndexBlocked as error:
    print(error)
engine.close()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert "请检查磁盘的剩余空间" in done.stdout, done.stderr
    with closing(open_index(folder, writable=True)) as engine:
        assert "1" in found_by_words(engine, "激光")
        write(engine, document("3"))
        assert [one.id for one in engine.fetch(KIND, ["1", "3"])] == ["1", "3"]
