"""The folder of an index: which generation of it is in use, what it was made with, and who may write to it.

``CURRENT`` names a folder beside it. A rebuild fills another one and moves the name over, so that questions are
answered throughout and a crash leaves the old index as it was.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import IO

from search.errors import IndexLocked, IndexMismatch, IndexMissing

# Raise it whenever what is on disk changes its form.
FORMAT = 1


def current(folder: Path) -> Path:
    """Return the generation in use; raise IndexMissing where there is none."""
    try:
        return folder / (folder / "CURRENT").read_text("ascii")
    except FileNotFoundError:
        raise _missing(folder) from None


def moved(folder: Path) -> tuple[int, int]:
    """Return what changes whenever another generation comes into use; raise IndexMissing where there is none."""
    try:
        state = os.stat(f"{folder}/CURRENT")  # noqa: PTH116 - asked several times a question
    except FileNotFoundError:
        raise _missing(folder) from None
    return state.st_ino, state.st_mtime_ns


def create(folder: Path, fingerprint: str, dimensions: int) -> Path:
    """Make an empty generation beside those that are there."""
    numbers = [int(other.name.removeprefix("generation-")) for other in folder.glob("generation-*")]
    generation = folder / f"generation-{max(numbers, default=0) + 1}"
    generation.mkdir()
    made_with = {"fingerprint": fingerprint, "dimensions": dimensions, "format": FORMAT}
    _write(generation / "index.json", json.dumps(made_with))
    return generation


def announce(generation: Path) -> None:
    """Make a generation the one in use, keep the one it replaces and remove all others."""
    folder = generation.parent
    pointer = folder / "CURRENT"
    replaced = current(folder) if pointer.exists() else None
    draft = folder / "CURRENT.new"
    _write(draft, generation.name)
    # A reader sees the old name or the new one, never half of one.
    draft.replace(pointer)
    for other in folder.glob("generation-*"):
        if other not in (generation, replaced):
            shutil.rmtree(other, ignore_errors=True)


def check(generation: Path, fingerprint: str) -> None:
    """Raise IndexMismatch where a generation was made by another model or in another form."""
    made_with = json.loads((generation / "index.json").read_text("ascii"))
    if (made_with["fingerprint"], made_with["format"]) != (fingerprint, FORMAT):
        raise IndexMismatch(
            f"{generation.parent} 中的索引由另一个语义模型或另一种格式生成"
            f"（{made_with['fingerprint']}，现为 {fingerprint}），请运行 flask index rebuild。"
        )


def lock(folder: Path) -> IO[str]:
    """Take the right to write, which ends with the process at the latest; raise IndexLocked where another has it."""
    folder.mkdir(parents=True, exist_ok=True)
    stream = (folder / "LOCK").open("w")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        stream.close()
        raise IndexLocked(f"另一个进程正在写入 {folder} 中的索引，请等它结束后再试。") from error
    return stream


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _missing(folder: Path) -> IndexMissing:
    return IndexMissing(f"{folder} 中没有索引，请先运行 flask index sync。")
