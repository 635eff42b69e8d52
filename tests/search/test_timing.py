"""Whoever listens is told what each leg of a question took, whichever engine answers."""

from __future__ import annotations

from typing import Any

from search.engine import Engine, LegRequest
from search.timing import leg_took
from tests.search.indexes import KIND, document, vector_of, write


def test_a_question_tells_of_each_leg_it_has_and_of_no_other(engine: Engine) -> None:
    write(engine, *(document(identity) for identity in "abc"))
    told: list[tuple[str, float]] = []

    def hear(_sender: Any, leg: str, seconds: float) -> None:
        told.append((leg, seconds))

    with leg_took.connected_to(hear):
        engine.search(LegRequest(KIND, {"激光": 1.0}, words=("激光",), least=1, vector=vector_of("a")))
        both, told = told, []
        engine.search(LegRequest(KIND, vector=vector_of("a")))
    assert sorted(leg for leg, _seconds in both) == ["meaning", "words"]
    assert {leg for leg, _seconds in told} == {"meaning"}
    assert all(0 <= seconds < 60 for _leg, seconds in (*both, *told))
