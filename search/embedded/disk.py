"""What an index keeps on disk beside its rows: what it was made with, and the lock of whoever writes."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from search.errors import IndexBlocked, IndexDamaged, IndexLocked, IndexMismatch, IndexMissing

# Raise it whenever what is on disk changes its form, or a document tells more: one that is there would not say it.
FORMAT = 4


def exists(folder: Path) -> bool:
    """Say whether a folder holds an index, of whatever model."""
    return (folder / "index.json").exists()


def describe(folder: Path, fingerprint: str, dimensions: int) -> None:
    """Note what the index in a folder is made with, which makes it one."""
    write_whole(
        folder / "index.json", json.dumps({"fingerprint": fingerprint, "dimensions": dimensions, "format": FORMAT})
    )


def check(folder: Path, fingerprint: str) -> None:
    """Raise IndexMissing where there is no index, IndexMismatch where it is of another model or another form."""
    try:
        made_with = json.loads((folder / "index.json").read_text("utf-8"))
    except FileNotFoundError:
        raise IndexMissing(f"{folder} 中没有索引，请运行 flask index rebuild。") from None
    if (made_with["fingerprint"], made_with["format"]) != (fingerprint, FORMAT):
        raise IndexMismatch(
            f"{folder} 中的索引由另一个语义模型或另一种格式生成"
            f"（{made_with['fingerprint']}，现为 {fingerprint}），请运行 flask index rebuild。"
        )


def lock(file: Path, refusal: str) -> IO[str]:
    """Take a lock, which ends with the process at the latest; raise IndexLocked with a sentence where it is taken."""
    file.parent.mkdir(parents=True, exist_ok=True)
    stream = file.open("w")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        stream.close()
        raise IndexLocked(refusal) from error
    return stream


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Raise IndexDamaged where the files of an index are not as a writer left them."""
    try:
        yield
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise IndexDamaged(f"{folder} 中的索引已损坏，无法读取（{error}），请运行 flask index rebuild。") from error


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Raise IndexBlocked where the disk takes nothing more, because it is full, read-only or failing."""
    try:
        yield
    except OSError as error:
        raise _blocked(folder, error.strerror or str(error)) from error
    except ValueError as error:
        # As such tantivy tells of a disk, in one of two forms.
        if not any(words in str(error) for words in ("error occurred", "IoError")):
            raise
        raise _blocked(folder, str(error)) from error


def _blocked(folder: Path, reason: str) -> IndexBlocked:
    return IndexBlocked(f"无法写入 {folder} 中的索引（{reason}）：请检查磁盘的剩余空间和写入权限。没有丢失变更。")


def write_whole(file: Path, text: str) -> None:
    """Replace a file in one step: a reader sees the old text or the new one, never half of one."""
    draft = file.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
