"""The key that signs sessions where none is set: made at the first start and kept in a file."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def kept(file: Path) -> str:
    """Return the key kept in a file, making it where there is none; raise OSError."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_once(file, secrets.token_urlsafe(48))
    return file.read_text("ascii")


def _write_once(file: Path, text: str) -> None:
    """Write a file only its owner may read, unless another process has written it meanwhile."""
    # Linking a finished draft is atomic: of two processes starting together, both read the same whole key.
    descriptor, draft = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        Path(draft).unlink()
