"""Read concepts from JSON lines and refuse what would mislead: the message names the file, the line and the field."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from search.errors import BadThesaurus
from search.thesaurus.concepts import Concept, Kind, Thesaurus
from search.thesaurus.soundness import Fault, goes_round, own_flaws

SHIPPED = Path(__file__).parent / "concepts"

_LISTS = {"alternatives": "alt", "english": "en", "hidden": "hidden", "related": "related", "solved_by": "solved_by"}

_SAID = {
    Fault.CYCLE: "从上位词“{}”往上又回到它自己。",
    Fault.ITSELF: "“{}”不能是它自己。",
    Fault.NO_PROBLEM: "只有问题（problem）才能写 solved_by。",
    Fault.TWICE: "“{}”写了两次。",
}


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
    thesaurus = Thesaurus(concepts)
    for concept in concepts:
        if goes_round(concept, thesaurus):
            raise BadThesaurus(f"{places[concept.id]}：broader：{_SAID[Fault.CYCLE].format(concept.broader)}")
    return thesaurus


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
    for flaw in own_flaws(concept):
        raise BadThesaurus(f"{place}：{_LISTS.get(flaw.field, flaw.field)}：{_SAID[flaw.fault].format(flaw.name)}")
    return concept


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} 应为文字")
    return value


def _names(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(it, str) and it.strip() for it in value):
        raise ValueError(f"{name} 应为文字的列表")
    return tuple(dict.fromkeys(value))
