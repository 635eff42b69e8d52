"""The child that reads one file: what to look for and the content come in, what was found goes out, a line each."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from marketplace import personal_data, secret_marks
from marketplace.file_texts import NONE, PARTLY, READ
from marketplace.file_texts.passages import Passage, passages

# The parent stops it before that, where it can.
_SECONDS = 70
_MEMORY = 1 << 30
# A list of addresses is one when two hundred were found.
MOST_FOUND = 200
MOST_CHARACTERS = 20_000_000


def looked(found: Iterator[Passage], marks: list[str], harmless: list[str]) -> Iterator[dict[str, Any]]:
    """Yield what the passages of a file hold, as lines for ``file_texts.look``."""
    count = characters = unread = 0
    for passage in found:
        if not passage.text.strip():
            unread += 1
            continue
        # A sheet has a name whatever is on it.
        if not characters and passage.kind != "sheet":
            yield {"begun": True}
        characters += len(passage.text) * (passage.kind != "sheet")
        at = (passage.kind, passage.name)
        told = [{"at": at, "mark": mark} for mark in secret_marks.words(passage.text, marks, harmless)]
        told += [{"at": at, "kind": it.kind, "masked": it.masked} for it in personal_data.find(passage.text)]
        yield from told
        count += len(told)
        if count >= MOST_FOUND or characters > MOST_CHARACTERS:
            yield {"state": PARTLY}
            return
    yield {"state": NONE if not characters else PARTLY if unread else READ}


def main() -> None:
    for limit, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_FSIZE, 0)):
        # Some systems do not know each of them; the time the parent waits bounds the child there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    asked = json.loads(sys.stdin.buffer.readline())
    media_type = asked.pop("media_type")
    for line in looked(passages(sys.stdin.buffer.read(), media_type), **asked):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
