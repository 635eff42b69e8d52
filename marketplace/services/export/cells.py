"""What a spreadsheet program would take for a formula, and how text is kept from being one.

In a workbook the cell is marked as text (``quotePrefix``) and holds what was written, unchanged but for its line
breaks, of which a workbook knows one kind. A CSV file has no such mark: there an apostrophe goes before the text, and
before a text that itself begins with one, so that ``restored`` takes exactly that apostrophe away again, as the import
does. The characters are those of https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

_MARK = "'"
# The full-width forms are taken for the others by some programs in Chinese and Japanese.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_dangerous(text: str) -> bool:
    """Say whether a spreadsheet program might run a text as a formula."""
    return text.startswith(_BEGINNINGS)


def harmless(text: str) -> str:
    """Return a text as a CSV file may hold it."""
    return _MARK + text if text.startswith((_MARK, *_BEGINNINGS)) else text


def restored(text: str) -> str:
    """Return the text that ``harmless`` was given; any other text as it is."""
    return text[1:] if text[:1] == _MARK and text[1:].startswith((_MARK, *_BEGINNINGS)) else text
