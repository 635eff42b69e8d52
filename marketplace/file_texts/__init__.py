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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# How long a file is read, in seconds. A thousand pages take about ten.
PATIENCE = 60

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
    """What was found: personal data as (place, kind, masked), marks of secrecy as (place, mark).

    ``was_stopped`` says that there was no time to read on.
    """

    state: str
    personal: tuple[tuple[Place, str, str], ...] = ()
    marks: tuple[tuple[Place, str], ...] = ()
    was_stopped: bool = False


def look(
    content: bytes, media_type: str, marks: Sequence[str], harmless: Sequence[str], patience: float = PATIENCE
) -> Looked:
    """Return what the text of a file holds; a file that cannot be read has none."""
    asked = json.dumps({"media_type": media_type, "marks": list(marks), "harmless": list(harmless)})
    said, was_stopped = _said(f"{asked}\n".encode() + content, patience)
    # The last line of a child that was killed may be half a line.
    lines = [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    ended = next((line["state"] for line in lines if "state" in line), None)
    personal = tuple((Place(*line["at"]), line["kind"], line["masked"]) for line in lines if "kind" in line)
    found = tuple((Place(*line["at"]), line["mark"]) for line in lines if "mark" in line)
    return Looked(ended or (PARTLY if any("begun" in line for line in lines) else NONE), personal, found, was_stopped)


def _said(sent: bytes, patience: float) -> tuple[bytes, bool]:
    """Return what the child said as far as it came, and whether it was stopped."""
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath}
    try:
        # Nothing of what is run comes from the file.
        done = subprocess.run(
            [sys.executable, "-P", "-m", "marketplace.file_texts"],
            input=sent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, timeout=patience,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as stopped:
        return stopped.stdout or b"", True
    return done.stdout, False
