"""Look for personal data and marks of secrecy in the text of a file, in a process that may fail without harm.

A file may be made to hang or to exhaust whoever reads it. So a child process reads it, with a bound on its memory and
its time and without anything of the server's environment, and tells only what it found and where. What it had found
when it was stopped counts; the rest of the file is then unread, and that is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# How long a file is read, in seconds; a text of a thousand pages takes less.
PATIENCE = 30

# Of a file: all its text was read, only some of it, or there was none to be read, as in a scan.
READ, PARTLY, NONE = "read", "partly", "none"

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: ``kind`` is a page, slide, sheet, cell, paragraph or part, ``name`` says which: 3, 表1!B7."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: personal data as (place, kind, masked), marks of secrecy as (place, mark)."""

    state: str
    personal: tuple[tuple[Place, str, str], ...] = ()
    marks: tuple[tuple[Place, str], ...] = ()


def look(
    content: bytes, media_type: str, marks: Sequence[str], harmless: Sequence[str], patience: float = PATIENCE
) -> Looked:
    """Return what the text of a file holds; a file that cannot be read has none."""
    asked = json.dumps({"media_type": media_type, "marks": list(marks), "harmless": list(harmless)})
    lines = list(_told(f"{asked}\n".encode() + content, patience))
    ended = next((line["state"] for line in lines if "state" in line), None)
    personal = tuple((Place(*line["at"]), line["kind"], line["masked"]) for line in lines if "kind" in line)
    found = tuple((Place(*line["at"]), line["mark"]) for line in lines if "mark" in line)
    return Looked(ended or (PARTLY if any("begun" in line for line in lines) else NONE), personal, found)


def _told(sent: bytes, patience: float) -> Iterator[dict[str, Any]]:
    """Yield what the child tells, line by line, as far as it came."""
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath}
    try:
        # Nothing of what is run comes from the file.
        done = subprocess.run(
            [sys.executable, "-P", "-m", "marketplace.file_texts"],
            input=sent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, timeout=patience,
            check=False,
        )  # fmt: skip
        said = done.stdout
    except subprocess.TimeoutExpired as stopped:
        said = stopped.stdout or b""
    for line in said.splitlines(keepends=True):
        # The last line of a child that was killed may be half a line.
        if line.endswith(b"\n"):
            yield json.loads(line)
