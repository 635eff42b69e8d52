"""The reasons of a match as a reader sees them: a clause of the demand beside the achievement's own words.

A stored quotation is shown only while the record still says it, in that place and to the public: a record that was
changed or closed since it was matched is never misquoted, nor quoted from behind its back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from marketplace.indexing.documents import sections_of
from marketplace.models import Achievement
from search.document import Span

Verdict = Literal["met", "unmet", "related", "silent"]
_PLACE = re.compile(r"([a-z_]{1,40}):([0-9]{1,6})-([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A clause and the passage that speaks to it; ``place`` leads to the passage on the achievement's page.

    ``path`` leads, by names of the thesaurus, from the trouble to the technique the passage tells of.
    """

    clause: str
    quote: str
    place: str
    verdict: Verdict
    indicators: tuple[Mapping[str, Any], ...] = ()
    path: tuple[str, ...] = ()


def passages(achievement: Achievement) -> dict[str, str]:
    """Return the public texts of an achievement that can be quoted, by field."""
    return {"title": achievement.title, **dict(sections_of(achievement))}


def quotations(reasons: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> list[Quotation]:
    """Return stored reasons for reading; ``texts`` are the passages of the achievement as it is now."""
    return [_quotation(reason, texts) for reason in reasons]


def tally(shown: Iterable[Quotation]) -> dict[Verdict, int]:
    """Return how many clauses have each verdict, the best first, leaving out those that none has."""
    verdicts = [quotation.verdict for quotation in shown]
    order: tuple[Verdict, ...] = ("met", "unmet", "related", "silent")
    return {verdict: verdicts.count(verdict) for verdict in order if verdict in verdicts}


def answered(shown: Iterable[Quotation]) -> list[list[Quotation]]:
    """Return the clauses something is said to; those that the same passage speaks to stand together."""
    by_passage: dict[tuple[str, Verdict], list[Quotation]] = {}
    for quotation in shown:
        if quotation.quote:
            by_passage.setdefault((quotation.place, quotation.verdict), []).append(quotation)
    return list(by_passage.values())


def quoted(place: str, texts: Mapping[str, str]) -> dict[str, list[Span]]:
    """Return what an address asks to have marked, by field; nothing where the place does not exist."""
    asked = _PLACE.fullmatch(place)
    if asked is None:
        return {}
    field, start, end = asked[1], int(asked[2]), int(asked[3])
    is_inside = start < end <= len(texts.get(field, ""))
    return {field: [Span(start, end)]} if is_inside else {}


def _quotation(reason: Mapping[str, Any], texts: Mapping[str, str]) -> Quotation:
    field, start, end, quote = reason["field"], reason["start"], reason["end"], reason["quote"]
    if not quote or texts.get(field, "")[start:end] != quote:
        return Quotation(reason["clause"], "", "", "silent")
    verdict: Verdict = "related" if reason["met"] is None else "met" if reason["met"] else "unmet"
    compared, path = tuple(reason.get("indicators", ())), tuple(reason.get("path", ()))
    return Quotation(reason["clause"], quote, f"{field}:{start}-{end}", verdict, compared, path)
