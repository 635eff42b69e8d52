"""Read concepts from JSON lines and refuse what would mislead: the message names the file, the line and the field."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.errors import BadThesaurus
from search.thesaurus.concepts import Concept, Kind, Thesaurus

SHIPPED = Path(__file__).parent / "concepts"

_LISTS = {"alternatives": "alt", "english": "en", "related": "related", "solved_by": "solved_by"}


@functools.cache
def bundled() -> Thesaurus:
    """Return the thesaurus that comes with the package."""
    return read(SHIPPED)


def read(folder: Path) -> Thesaurus:
    """Read every ``*.jsonl`` of a folder; raise BadThesaurus at the first line that is not a sound concept."""
    places: dict[str, str] = {}
    concepts = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            place = f"{file.name} 第 {number} 行"
            concept = _concept(line, place)
            for taken in (concept.id, concept.preferred):
                if taken in places:
                    raise BadThesaurus(f"{place}：“{taken}” 已在 {places[taken]} 出现，编号和正式名称不能重复。")
                places[taken] = place
            concepts.append(concept)
    if not concepts:
        raise BadThesaurus(f"{folder} 中没有叙词（*.jsonl）。")
    return Thesaurus(concepts)


def _concept(line: str, place: str) -> Concept:
    try:
        row = json.loads(line)
        kind = Kind(row["kind"])
        named = {field: _names(row.get(name, []), name) for field, name in _LISTS.items()}
        concept = Concept(
            id=_text(row, "id"),
            kind=kind,
            preferred=_text(row, "pref"),
            broader=row.get("broader") or "",
            sector=row.get("sector") or "",
            gloss=row.get("gloss") or "",
            **named,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadThesaurus(f"{place} 不是一条完整的叙词：{error}") from error
    for problem in _problems(concept):
        raise BadThesaurus(f"{place}：{problem}")
    return concept


def _problems(concept: Concept) -> Iterator[str]:
    if concept.solved_by and concept.kind is not Kind.PROBLEM:
        yield "只有问题（problem）才能写 solved_by。"
    if concept.broader == concept.preferred:
        yield "broader 不能是它自己。"
    if concept.preferred in concept.related or concept.preferred in concept.solved_by:
        yield "related、solved_by 不能是它自己。"


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} 应为文字")
    return value


def _names(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(it, str) and it.strip() for it in value):
        raise ValueError(f"{name} 应为文字的列表")
    return tuple(dict.fromkeys(value))
