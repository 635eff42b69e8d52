"""Find marks of secrecy in a text, and leave the words of trade alone that only look like one."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Marks are often set wide, 机　密; a mark does not run on into the next line.
_BLANKS = re.compile(r"[^\S\r\n]+")


def words(text: str, marks: Sequence[str], harmless: Sequence[str]) -> list[str]:
    """Return which of the marks stand in a text, each once; what ``harmless`` names holds none."""
    text = _BLANKS.sub("", text)
    if not any(mark in text for mark in marks):
        return []
    for word in harmless:
        # A sign in its place, so that what stood around it does not become a mark by meeting.
        text = text.replace(word, "\0")
    return [mark for mark in marks if mark in text]
