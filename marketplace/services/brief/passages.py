"""What a text says in sentences: how things stand, what is there already, what may not change, when it is solved.

Each field quotes the text; every line of it is found in the text as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.services.brief.phrases import Part, Phrase, limit, quotation

_FIELDS = (Part.STATE, Part.CONDITION, Part.LIMIT, Part.ACCEPTANCE)
LONGEST_TITLE = 40


def passages(text: str, phrases: Sequence[Phrase]) -> dict[str, str]:
    """Return the fields that quote sentences, empty ones where nothing is said."""
    told = [limit(it) if it.part is Part.LIMIT else it for it in phrases]
    return {part.value: quotation(text, [it for it in told if it.part is part]) for part in _FIELDS}


def title(text: str, phrases: Sequence[Phrase]) -> str:
    """Return the first line where it stands alone as a heading does, else the first phrase that tells of a trouble."""
    heading, _, rest = text.strip().partition("\n")
    if rest.strip() and len(heading) <= LONGEST_TITLE:
        return heading.strip()
    for part in (Part.STATE, Part.GOAL):
        for phrase in phrases:
            if phrase.part is part:
                return phrase.text[:LONGEST_TITLE]
    return phrases[0].text[:LONGEST_TITLE] if phrases else text.strip()[:LONGEST_TITLE]
