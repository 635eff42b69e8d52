"""Show where a question's words stand in a record: places in the original text, and the stretch worth reading."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from search import analysis
from search.document import SearchDocument, Span

# How many characters of the body a hit shows, and in how many from its beginning they are looked for.
SNIPPET = 120
_LOOKED_AT = 4000
_BREAKS = "。！？!?；;\n"
_PAUSES = "，,、：: "


@dataclass(frozen=True, slots=True)
class Highlights:
    """Places in the title and the body, the stretch of the body to show, and the terms found anywhere."""

    title: tuple[Span, ...]
    body: tuple[Span, ...]
    snippet: Span
    terms: tuple[str, ...]


def highlight(document: SearchDocument, terms: Collection[str]) -> Highlights:
    """Return where the terms of a question stand and the stretch of the body that holds most of them.

    Words count before single characters: those are looked for only where no word is there.
    """
    text = document.text
    found = analysis.occurrences(text[:_LOOKED_AT], [term for term in terms if len(term) > 1])
    found = found or analysis.occurrences(text[:_LOOKED_AT], terms)
    # The text is the title, the keywords and the body.
    title, body = len(document.title), len(text) - len(document.body)
    in_body = [(Span(start - body, end - body), term) for term, start, end in found if start >= body]
    return Highlights(
        title=tuple([Span(start, end) for _term, start, end in found if end <= title]),
        body=tuple([span for span, _term in in_body]),
        snippet=_snippet(document.body, in_body),
        terms=tuple(dict.fromkeys([term for term, _start, _end in found])),
    )


def _snippet(body: str, found: Sequence[tuple[Span, str]]) -> Span:
    """Return the window with the most different terms, begun and ended at a pause where one is near."""
    if len(body) <= SNIPPET:
        return Span(0, len(body))
    best, start = 0, 0
    for index, (first, _term) in enumerate(found):
        inside = {term for span, term in found[index : index + SNIPPET] if span.end <= first.start + SNIPPET}
        said = sum(map(len, inside))
        if said > best:
            best, start = said, first.start
    start = _begin(body, start)
    return Span(start, _end(body, min(len(body), start + SNIPPET)))


def _begin(body: str, at: int) -> int:
    """Return the start of the sentence or clause a place lies in, at most half a snippet before it."""
    for marks, reach in ((_BREAKS, SNIPPET // 2), (_PAUSES, SNIPPET // 4)):
        earliest = max(0, at - reach)
        found = max(body.rfind(mark, earliest, at) for mark in marks)
        if found >= 0 or earliest == 0:
            return found + 1
    return at


def _end(body: str, at: int) -> int:
    """Return the end of the last sentence or clause before a place, unless that would cost a third of the snippet."""
    if at == len(body):
        return at
    found = max(body.rfind(mark, at - SNIPPET // 3, at) for mark in _BREAKS + _PAUSES)
    return found + 1 if found >= 0 else at
