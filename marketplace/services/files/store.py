"""Contents on disk, each once, under the name its SHA-256 gives it.

A content never changes, so a copy of the folder taken after a copy of the database holds whatever that refers to.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_UNFINISHED = ".unfinished"


class Store:
    """A folder of contents, in 256 folders by the first two digits of their hashes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep a content and return its SHA-256; whoever looks sees it whole or not at all. Raises OSError."""
        sha256 = hashlib.sha256(content).hexdigest()
        place = self.path(sha256)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked(fcntl.LOCK_SH):
            if place.exists():
                # It is wanted again: whoever removes what was long unwanted leaves it.
                os.utime(place)
                return sha256
            unfinished = place.with_name(f"{sha256}.{secrets.token_hex(4)}{_UNFINISHED}")
            try:
                with unfinished.open("xb") as stream:
                    os.fchmod(stream.fileno(), 0o600)
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                unfinished.replace(place)
            finally:
                unfinished.unlink(missing_ok=True)
        return sha256

    def path(self, sha256: str) -> Path:
        """Return where a content lies, or would lie."""
        return self.folder / sha256[:2] / sha256

    def holds(self, sha256: str) -> bool:
        """Say whether a content is there and is still what its name says."""
        place = self.path(sha256)
        if not place.is_file():
            return False
        with place.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def remove_unwanted(self, seconds: float, is_wanted: Callable[[str], bool]) -> int:
        """Remove what nobody has put there for so long and nobody wants, and what a crash left unfinished.

        Returns how many files that were.
        """
        removed = 0
        for file in self.folder.glob("??/*"):
            with self._locked(fcntl.LOCK_EX):
                if file.stat().st_mtime < time.time() - seconds and not is_wanted(file.name):
                    file.unlink()
                    removed += 1
        return removed

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Hold the lock of the folder: many put, one removes, and never both at the same moment."""
        with (self.folder / "lock").open("w") as stream:
            fcntl.flock(stream, how)
            yield
