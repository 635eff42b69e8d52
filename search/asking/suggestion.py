"""Say what to ask instead when a question finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from search import analysis
from search.analysis import Token

_MOST = 3
# How many questions are tried at most.
_TRIES = 12


def suggest(
    text: str, keywords: Iterable[str], frequency: Callable[[str], int], finds: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return up to three questions near ``text`` that find something.

    They are parts of the question first, then ``keywords`` of the records nearest to it. ``frequency`` tells in how
    many records a word stands, ``finds`` whether a question finds any the asker may read.
    """
    found: list[str] = []
    for part in islice(chain(_parts(text, frequency), keywords), _TRIES):
        if part and part not in found and finds(part):
            found.append(part)
        if len(found) == _MOST:
            break
    return tuple(found)


def _parts(text: str, frequency: Callable[[str], int]) -> Iterator[str]:
    """Yield the question itself, it without its unknown words, without its rarest word, and its words one by one."""
    yield text
    held = {token: frequency(token.text) for token in analysis.words(text)}
    known = sorted((token for token in held if held[token]), key=lambda token: (held[token], token.start))
    yield _joined(text, known)
    yield _joined(text, known[1:])
    yield from (text[token.start : token.end] for token in known)


def _joined(text: str, kept: Sequence[Token]) -> str:
    """Return what the tokens cover of a text, with a blank where something between them is left out."""
    covered = {at for token in kept for at in range(token.start, token.end)}
    return " ".join("".join(text[at] if at in covered else " " for at in range(len(text))).split())
