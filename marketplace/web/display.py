"""How values are written on a page: labels of codes, money, days, marked passages. Templates know these as filters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from flask import Flask
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from markupsafe import Markup, escape

from marketplace import vocabulary
from marketplace.web import language
from marketplace.web.quotations import answered, tally
from search.document import Hit, Span

_CHINESE = re.compile("[\u4e00-\u9fff]")


def init_app(app: Flask) -> None:
    for show in (
        answered, completion, day, label, labels, marked, measured, number, original, place, shared_words, snippet,
        tally, yuan,
    ):  # fmt: skip
        app.add_template_filter(show)
    app.add_template_global(budget)


def label(code: str, name: str) -> str:
    """Return what people call a code of the vocabulary ``name``, in the language of the page."""
    codes: vocabulary.CodeList = getattr(vocabulary, name)
    return codes.label(code, language.current()) if code in codes else code


def labels(codes: Iterable[str], name: str) -> str:
    """Return the labels of several codes as one text."""
    return _("、").join(label(code, name) for code in codes)


def place(code: str, name: str) -> str:
    """Return a code with those above it, most general first; the province itself goes without saying."""
    codes: vocabulary.CodeList = getattr(vocabulary, name)
    if code not in codes:
        return code
    path = codes.path(code).split("/")
    shown = path[1:] if name == "regions" and len(path) > 1 else path
    return " · ".join(label(part, name) for part in shown)


def original(text: object) -> Markup:
    """Return what stands in a record; where it is Chinese and the page is not, it says so, to be read aloud rightly."""
    if language.current() == "zh_Hans" or not _CHINESE.search(str(text)):
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(language.language_tag("zh_Hans"), text)


def number(value: int) -> str:
    return str(format_decimal(value))


def measured(value: Decimal) -> str:
    """Return a measured value without zeros at its end."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def yuan(fen: int) -> str:
    """Return an amount of money as people say it: in 万元 where that is short, otherwise in yuan."""
    amount = Decimal(fen) / 100
    if language.current() == "zh_Hans" and amount >= 10_000 and amount % 100 == 0:
        return f"{format_decimal(amount / 10_000)} 万元"
    return _("%(amount)s 元", amount=format_decimal(amount))


def day(value: str | dt.date) -> str:
    """Return a day, given as such or in ISO 8601, the way the language writes it."""
    return str(format_date(dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value, "long"))


def completion(value: str | dt.date) -> str:
    """Return when something was completed: many registers know the year only, which is kept as its first day."""
    on = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    is_year_alone = (on.month, on.day) == (1, 1)
    return str(format_date(on, _("y年"))) if is_year_alone else day(on)


def marked(text: str, spans: Iterable[Span], anchor: str | None = None) -> Markup:
    """Return a text with some of its passages marked; ``anchor`` names the first, so that a link can lead there.

    Spans lie inside the text; where two overlap they are marked as one.
    """
    parts, end = [], 0
    for start, stop in _merged(spans):
        identity = Markup(' id="{}"').format(anchor) if anchor and not parts else ""
        parts.append(escape(text[end:start]) + Markup("<mark{}>{}</mark>").format(identity, text[start:stop]))
        end = stop
    return Markup("").join(parts) + escape(text[end:])


def shared_words(hit: Hit, question: str) -> tuple[str, ...]:
    """Return the words a hit and a question share that are worth showing.

    Where the meaning is close and no word is shared, mere characters of a longer question say nothing.
    """
    is_told_by_characters = all(len(word) == 1 for word in hit.reason.words) and len(question) > 2
    return () if is_told_by_characters and hit.reason.similarity is not None else tuple(hit.reason.words)


def snippet(hit: Hit, question: str) -> Markup:
    """Return the passage of a hit that is shown, its words marked, with dots where the text goes on."""
    body, start, end = hit.document.body, hit.snippet.start, hit.snippet.end
    marks = hit.body_highlights if shared_words(hit, question) else ()
    inside = [span for span in marks if start <= span.start and span.end <= end]
    text = marked(body[start:end], [Span(span.start - start, span.end - start) for span in inside])
    return ("… " if start else "") + text + (" …" if end < len(body) else "")


def budget(least: int | None, most: int | None) -> str:
    """Return a range of money as far as it is known."""
    if least is not None and most is not None and least != most:
        return _("%(least)s至 %(most)s", least=yuan(least), most=yuan(most))
    known = most if most is not None else least
    return "" if known is None else yuan(known)


def _merged(spans: Iterable[Span]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and span.start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], span.end))
        elif span.end > span.start:
            merged.append((span.start, span.end))
    return merged
