"""Show where a question's words stand in a record: places in the original text, and the stretch worth reading."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from search import analysis
from search.analysis import Token
from search.document import SearchDocument, Span

# How many characters of the body a hit shows, and in how many from its beginning they are looked for.
SNIPPET = 120
_LOOKED_AT = 4000
_BREAKS = "。！？!?；;\n"
_PAUSES = "，,、：: "
# Up to the last of them.
_TO_BREAK = re.compile(f"(?s:.*)[{_BREAKS}]")
_TO_PAUSE = re.compile(f"(?s:.*)[{_PAUSES}]")
_TO_EITHER = re.compile(f"(?s:.*)[{_BREAKS}{_PAUSES}]")


@dataclass(frozen=True, slots=True)
class Highlights:
    """Places in the title and the body, the stretch of the body to show, and the terms found anywhere."""

    title: tuple[Span, ...]
    body: tuple[Span, ...]
    snippet: Span
    terms: tuple[str, ...]


def highlight(documents: Sequence[SearchDocument], terms: Collection[str]) -> list[Highlights]:
    """Return where the terms of a question stand in each document and the stretch of the body that holds most of them.

    Words count before single characters: those are looked for only where no word is there.
    """
    whole = [document.text for document in documents]
    texts = [text[:_LOOKED_AT] for text in whole]
    found = analysis.occurrences(texts, [term for term in terms if len(term) > 1])
    wordless = [number for number, places in enumerate(found) if not places]
    characters = analysis.occurrences([texts[number] for number in wordless], terms)
    for number, places in zip(wordless, characters, strict=True):
        found[number] = places
    return [
        _shown(document, len(text) - len(document.body), places)
        for document, text, places in zip(documents, whole, found, strict=True)
    ]


def _shown(document: SearchDocument, body: int, found: Sequence[Token]) -> Highlights:
    """Return what is shown of a document, whose text is its title, its keywords and, from ``body`` on, its body."""
    title = len(document.title)
    in_body = [(term, start - body, end - body) for term, start, end in found if start >= body]
    return Highlights(
        title=tuple([Span(start, end) for _term, start, end in found if end <= title]),
        body=tuple([Span(start, end) for _term, start, end in in_body]),
        snippet=_snippet(document.body, in_body),
        terms=tuple(dict.fromkeys([term for term, _start, _end in found])),
    )


def _snippet(body: str, found: Sequence[tuple[str, int, int]]) -> Span:
    """Return the window with the most different terms, begun and ended at a pause where one is near."""
    if len(body) <= SNIPPET:
        return Span(0, len(body))
    start = _begin(body, _richest(found))
    return Span(start, _end(body, min(len(body), start + SNIPPET)))


def _richest(found: Sequence[tuple[str, int, int]]) -> int:
    """Return where the first window begins whose different terms are the longest together."""
    best, at, said, reached = 0, 0, 0, 0
    inside: dict[str, int] = {}
    for leaving, start, _end_of_it in found:
        while reached < len(found) and found[reached][2] <= start + SNIPPET:
            term = found[reached][0]
            inside[term] = inside.get(term, 0) + 1
            said += len(term) if inside[term] == 1 else 0
            reached += 1
        if said > best:
            best, at = said, start
        inside[leaving] -= 1
        said -= len(leaving) if not inside[leaving] else 0
    return at


def _begin(body: str, at: int) -> int:
    """Return the start of the sentence or clause a place lies in, at most half a snippet before it."""
    for to_mark, reach in ((_TO_BREAK, SNIPPET // 2), (_TO_PAUSE, SNIPPET // 4)):
        earliest = max(0, at - reach)
        found = to_mark.match(body, earliest, at)
        if found or earliest == 0:
            return found.end() if found else 0
    return at


def _end(body: str, at: int) -> int:
    """Return the end of the last sentence or clause before a place, unless that would cost a third of the snippet."""
    found = _TO_EITHER.match(body, at - SNIPPET // 3, at) if at < len(body) else None
    return found.end() if found else at
