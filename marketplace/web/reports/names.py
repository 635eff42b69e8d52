"""What kinds, rows and measures of reports are called on a page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.services.reports import kinds
from marketplace.services.reports.groups import Label
from marketplace.web import language

KINDS = {code: _(called) for code, called in kinds.NAMES.items()}
ROWS = {code: _(called) for code, called in kinds.ROW_NAMES.items()}
MEASURES = {code: _(called) for code, called in kinds.MEASURES.items()}
CHOICES = {code: _(called) for code, called in kinds.CHOICES.items()}


def in_words(label: Label) -> str:
    """Return what is known in both languages in that of the page."""
    return label[0] if language.current() == "zh_Hans" else label[1]
