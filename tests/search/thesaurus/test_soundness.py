"""What staff write into the thesaurus is refused where it would mislead, field by field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.thesaurus import Concept, Fault, Flaw, Kind, Thesaurus, bundled, flaws
from tests.search.thesaurus.test_concepts import HARDENING, QUENCHING, THESAURUS

FAMILY = Thesaurus(
    [
        Concept("t", Kind.PROBLEM, "密封失效"),
        Concept("m", Kind.PROBLEM, "泄漏", ("漏",), broader="密封失效"),
        Concept("b", Kind.PROBLEM, "盘根漏", broader="漏"),
    ]
)


def test_a_sound_concept_has_no_flaw() -> None:
    slipping = Concept("new", Kind.PROBLEM, "皮带打滑", ("打滑",), broader="淬火软点", solved_by=("诱导轮",))
    assert list(flaws(slipping, THESAURUS)) == []


def test_a_concept_may_stay_as_it_is() -> None:
    for concept in bundled().concepts.values():
        assert list(flaws(concept, bundled())) == []


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"preferred": "淬火"}, Flaw("preferred", Fault.TAKEN, "淬火")),
        ({"preferred": "ＱＵＥＮＣＨ", "broader": "无此物"}, Flaw("broader", Fault.UNKNOWN, "无此物")),
        ({"related": ("无此物",)}, Flaw("related", Fault.UNKNOWN, "无此物")),
        ({"solved_by": ("无此物",)}, Flaw("solved_by", Fault.UNKNOWN, "无此物")),
        ({"related": ("硬度不均",)}, Flaw("related", Fault.ITSELF, "硬度不均")),
        ({"alternatives": ("淬不硬", "淬不硬")}, Flaw("alternatives", Fault.TWICE, "淬不硬")),
        ({"hidden": ("淬不硬",)}, Flaw("hidden", Fault.TWICE, "淬不硬")),
        ({"kind": Kind.PROCESS}, Flaw("solved_by", Fault.NO_PROBLEM, "淬火槽强制搅拌")),
    ],
)
def test_each_rule_names_the_field_and_the_word(changes: dict[str, object], flaw: Flaw) -> None:
    assert list(flaws(replace(HARDENING, **changes), THESAURUS)) == [flaw]  # type: ignore[arg-type]


def test_a_name_the_trades_share_may_be_an_alternative_of_both() -> None:
    assert list(flaws(replace(QUENCHING, alternatives=("烧瓦",)), THESAURUS)) == []


def test_the_way_up_may_not_lead_back_by_whichever_name() -> None:
    top = replace(FAMILY.concepts["t"], broader="盘根漏")
    assert list(flaws(top, FAMILY)) == [Flaw("broader", Fault.CYCLE, "盘根漏")]
    assert list(flaws(FAMILY.concepts["b"], FAMILY)) == []
