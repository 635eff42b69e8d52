"""How far an import had got when it was cut off, so that the next run can say so.

This is for people only: whether a row is in the database is known by the database. The file's digest is its name here,
because the same records may lie under another name tomorrow.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path


class Journal:
    """One number on disk for a file under way, removed when the file is done."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.reached = 0
        if path is not None:
            with suppress(FileNotFoundError, ValueError):
                self.reached = int(path.read_text("utf-8"))

    @classmethod
    def of(cls, instance: Path, file: Path, noun: str, *, dry_run: bool) -> Journal:
        """Return the journal of a file; a dry run keeps none."""
        if dry_run:
            return cls(None)
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(instance / "imports" / f"{noun}-{digest}")

    def reach(self, rows: int) -> None:
        """Note how many rows of the file are done with."""
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(str(rows), "utf-8")

    def finish(self) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)
