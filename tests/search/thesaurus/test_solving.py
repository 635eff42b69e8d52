"""The techniques known for a trouble are found by its names, or by what it is like."""

from __future__ import annotations

import numpy as np
import pytest

from search.embedding import Embedder
from search.thesaurus import Change, Solutions, Thesaurus, bundled, known_solutions, overlaid
from tests.search.thesaurus.test_concepts import THESAURUS


def ways(text: str, embedder: Embedder, thesaurus: Thesaurus = THESAURUS) -> list[tuple[str, ...]]:
    (vector,) = embedder.queries([text])
    return [way.path for way in Solutions(thesaurus, embedder).ways(thesaurus.find(text), vector)]


def test_a_named_trouble_leads_to_what_solves_it(embedder: Embedder) -> None:
    assert ("淬不硬", "淬火软点", "淬火槽强制搅拌") in ways("齿轮淬不硬", embedder)


def test_a_trouble_told_in_other_words_leads_to_the_nearest_one(embedder: Embedder) -> None:
    paths = ways("叶轮被沙子磨穿", embedder, bundled())
    assert any("磨" in path[0] for path in paths)


def test_a_changed_thesaurus_is_embedded_only_where_it_changed(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Solutions(THESAURUS, embedder)
    (vector,) = embedder.queries(["齿轮淬不硬"])
    found = first.ways(THESAURUS.find("齿轮淬不硬"), vector)
    changed = overlaid(THESAURUS, [Change("3", {"gloss": "叶轮被气泡打坏"})]).thesaurus
    told: list[str] = []
    passages = embedder.passages
    monkeypatch.setattr(embedder, "passages", lambda texts: told.extend(texts) or passages(texts))
    again = Solutions(changed, embedder, first).ways(changed.find("齿轮淬不硬"), vector)
    assert [way.path for way in again] == [way.path for way in found]
    assert told == ["离心泵汽蚀 汽蚀\n叶轮被气泡打坏"]


def test_what_is_like_no_trouble_leads_nowhere(embedder: Embedder) -> None:
    assert ways("", embedder) == []
    assert ways("xyzzyxyzzy", embedder) == []


def test_a_record_is_told_the_way_it_is_nearest_to(embedder: Embedder) -> None:
    text = "泵汽蚀，齿轮淬不硬"
    (vector,) = embedder.queries([text])
    found = Solutions(THESAURUS, embedder).ways(THESAURUS.find(text), vector)
    inducer, bath = known_solutions(found, embedder.passages(["加装诱导轮", "淬火槽增设强制搅拌"]))
    assert inducer is not None
    assert bath is not None
    assert inducer.path[-1] == "诱导轮"
    assert bath.path[-1] == "淬火槽强制搅拌"
    assert -1 <= bath.similarity <= 1


def test_without_a_known_way_no_record_has_one() -> None:
    assert known_solutions((), np.zeros((2, 4), np.float32)) == [None, None]


def test_a_slow_model_is_asked_only_about_troubles_that_are_named(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(embedder), "is_swift", False)
    assert ways("叶轮被沙子磨穿", embedder, bundled()) == []
    assert ways("齿轮淬不硬", embedder)
