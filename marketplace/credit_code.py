"""The unified social credit code of organisations, GB 32100-2015.

Its last character is computed from the other seventeen, so that a code mistyped in one place, or with two unequal
neighbours swapped, is refused before it splits one unit into two.
"""

from __future__ import annotations

import re

# The standard leaves out I, O, S, V and Z: they are too easily read as digits. 31 is prime.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# Registering body, kind of organisation, six digits of region, nine of the organisation code, check character.
_SHAPE = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def check_digit(body: str) -> str:
    """Return the 18th character for the first 17, by GB 32100-2015 section 4.6; raise ValueError for another shape."""
    if not _SHAPE.fullmatch(body + "0"):
        raise ValueError(f"{body!r} is not the first 17 characters of a unified social credit code")
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Say whether a text is a credit code: 18 capital letters and digits whose last one fits."""
    return _SHAPE.fullmatch(code) is not None and check_digit(code[:-1]) == code[-1]
