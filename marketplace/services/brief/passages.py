"""What a text says in sentences: how things stand, what is there already, what may not change, when it is solved.

Each field quotes the text; every line of it is found in the text as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.services.brief.phrases import Part, Phrase, limit, quotation, tells_trouble

_FIELDS = (Part.STATE, Part.CONDITION, Part.LIMIT, Part.ACCEPTANCE)
SHORTEST_TITLE, LONGEST_TITLE = 4, 40


def passages(text: str, phrases: Sequence[Phrase]) -> dict[str, str]:
    """Return the fields that quote sentences, empty ones where nothing is said."""
    told = [limit(it) if it.part is Part.LIMIT else it for it in phrases]
    return {part.value: quotation(text, [it for it in told if it.part is part]) for part in _FIELDS}


def title(text: str, phrases: Sequence[Phrase]) -> str:
    """Return the first line where it stands alone as a heading does, else the first phrase that names a trouble."""
    heading, _, rest = text.strip().partition("\n")
    if rest.strip() and len(heading) <= LONGEST_TITLE:
        return heading.strip()
    told = [it for it in phrases if tells_trouble(it)]
    told += [it for part in (Part.STATE, Part.GOAL) for it in phrases if it.part is part]
    said = [it.text for it in (*told, *phrases)]
    # A word and a colon before the text name nothing.
    return next((it for it in said if len(it) >= SHORTEST_TITLE), text.strip())[:LONGEST_TITLE]
