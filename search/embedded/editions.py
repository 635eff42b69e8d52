"""The editions of an embedded index: folders beside each other, and a file that says what each is kept for."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.editions import Arrangement, Edition
from search.embedded import disk
from search.embedded.engine import EmbeddedEngine
from search.errors import IndexDamaged, IndexMissing


class EmbeddedEditions:
    """The editions in a folder; see ``Editions``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "editions.json"
        # When the file was replaced, and what it then said.
        self._read: tuple[tuple[int, int], Arrangement] | None = None

    def arrangement(self) -> Arrangement:
        """Return the present arrangement, reading the file only when it was replaced."""
        try:
            state = os.stat(self._file)  # noqa: PTH116 - asked at every question
        except FileNotFoundError:
            return Arrangement()
        replaced = state.st_ino, state.st_mtime_ns
        held = self._read
        if held is None or held[0] != replaced:
            held = self._read = replaced, self._arranged()
        return held[1]

    def open(self, edition: Edition) -> EmbeddedEngine:
        """Open an edition for reading; see ``Editions``."""
        return EmbeddedEngine.open(self.folder / edition.name, edition.fingerprint, edition.dimensions)

    def fill(self, edition: Edition) -> EmbeddedEngine:
        """Open an edition for writing; see ``Editions``."""
        return EmbeddedEngine.open(self.folder / edition.name, edition.fingerprint, edition.dimensions, writable=True)

    def writer(self) -> EmbeddedEngine:
        """Open the edition in use for writing; see ``Editions``."""
        live = self.arrangement().live
        if live is None:
            raise IndexMissing(f"{self.folder} 中没有索引，请先运行 flask index sync。")

        def is_live() -> bool:
            now = self.arrangement().live
            return now is not None and now.name == live.name

        return EmbeddedEngine.open(
            self.folder / live.name, live.fingerprint, live.dimensions, writable=True, is_wanted=is_live
        )

    def create(self, model: str, fingerprint: str, dimensions: int, *, mark: int) -> Edition:
        """Make an empty edition of no role; see ``Editions``."""
        name = f"edition-{max(map(_number, self._folders()), default=0) + 1}"
        EmbeddedEngine.open(self.folder / name, fingerprint, dimensions, writable=True, create=True).close()
        made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        return Edition(name, model, fingerprint, dimensions, mark, made_at)

    def arrange(self, arrangement: Arrangement) -> None:
        """Make an arrangement the present one; see ``Editions``."""
        disk.write_whole(self._file, json.dumps(arrangement.plain(), ensure_ascii=False))
        self._tidy()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the right to change which editions there are; see ``Editions``."""
        with disk.lock(
            self.folder / "CHANGING", f"另一个进程正在重建或替换 {self.folder} 中的索引，请等它结束后再试。"
        ):
            self._tidy()
            try:
                yield
            finally:
                self._tidy()

    def _arranged(self) -> Arrangement:
        try:
            return Arrangement.read(json.loads(self._file.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamaged(
                f"{self._file} 已损坏，无法读取（{error}）：请删除这个文件，再运行 flask index sync 重新建立索引。"
            ) from error

    def _folders(self) -> list[Path]:
        return list(self.folder.glob("edition-*"))

    def _tidy(self) -> None:
        """Remove every edition that is kept for nothing."""
        kept = {edition.name for edition in self.arrangement()}
        for folder in self._folders():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix("edition-"))
