"""What staff add, change and retire takes effect, and what nobody changed still comes from the files."""

from __future__ import annotations

from dataclasses import replace

from search.asking.question import teach, understand
from search.embedding import Embedder
from search.thesaurus import Change, Concept, Fault, Flaw, Kind, Thesaurus, bundled, expand, overlaid
from tests.search.thesaurus.test_concepts import HARDENING, QUENCHING, THESAURUS


def expanded(thesaurus: Thesaurus, text: str) -> list[str]:
    return [expansion.words for expansion in expand(thesaurus.find(text))]


def test_nothing_changed_is_the_same_thesaurus() -> None:
    found = overlaid(THESAURUS, [])
    assert found.thesaurus.concepts == THESAURUS.concepts
    assert found.refused == {}


def test_an_added_name_is_found_and_leads_to_what_the_concept_implies() -> None:
    found = overlaid(THESAURUS, [Change("1", {"alternatives": ("淬不硬", "软蛋")})])
    assert expanded(found.thesaurus, "又是软蛋") == ["淬火软点", "淬不硬", "淬火槽强制搅拌"]


def test_a_retired_name_is_found_no_longer() -> None:
    found = overlaid(THESAURUS, [Change("1", {"alternatives": ()})])
    assert found.thesaurus.find("淬不硬") == []
    assert expanded(found.thesaurus, "淬火软点") == ["淬火槽强制搅拌"]


def test_a_hidden_name_is_understood_and_never_added() -> None:
    found = overlaid(THESAURUS, [Change("1", {"hidden": ("粹不硬",)})])
    assert expanded(found.thesaurus, "粹不硬") == ["淬火软点", "淬不硬", "硬度不均", "淬火槽强制搅拌"]
    assert "粹不硬" not in expanded(found.thesaurus, "淬不硬")


def test_a_new_concept_comes_whole() -> None:
    fields = {"kind": Kind.PROBLEM, "preferred": "皮带打滑", "solved_by": ("包胶滚筒",)}
    found = overlaid(THESAURUS, [Change("new", fields)])
    assert found.thesaurus.concepts["new"] == Concept("new", Kind.PROBLEM, "皮带打滑", solved_by=("包胶滚筒",))


def test_what_is_retired_no_longer_expands_and_nothing_leads_to_it() -> None:
    bath = Concept("6", Kind.TECHNIQUE, "淬火槽强制搅拌", ("强制搅拌",))
    shipped = Thesaurus([*THESAURUS.concepts.values(), bath])
    found = overlaid(shipped, [Change("6", {}, is_retired=True)])
    assert found.thesaurus.find("强制搅拌") == []
    assert found.thesaurus.concepts["1"].solved_by == ()
    assert shipped.concepts["1"] is HARDENING


def test_a_name_that_another_concept_has_too_is_still_referred_to() -> None:
    referring = replace(QUENCHING, related=("烧瓦",))
    shipped = overlaid(THESAURUS, [Change("2", {"related": ("烧瓦",)})]).thesaurus
    found = overlaid(shipped, [Change("4", {}, is_retired=True)])
    assert found.thesaurus.concepts["2"] == referring


def test_a_field_nobody_changed_follows_a_later_edition_of_the_files() -> None:
    later = Thesaurus([replace(HARDENING, gloss="工件表面局部硬度不足")])
    found = overlaid(later, [Change("1", {"alternatives": ("软蛋",)})])
    assert found.thesaurus.concepts["1"] == replace(HARDENING, alternatives=("软蛋",), gloss="工件表面局部硬度不足")


def test_what_a_later_edition_contradicts_is_left_out_and_told() -> None:
    found = overlaid(
        THESAURUS,
        [
            Change("new", {"kind": Kind.PROCESS, "preferred": "淬火"}),
            Change("vanished", {"alternatives": ("软蛋",)}),
            Change("3", {"preferred": "淬火软点"}),
        ],
    )
    assert found.thesaurus.concepts == THESAURUS.concepts
    assert found.refused == {
        "new": (Flaw("preferred", Fault.TAKEN, "淬火"),),
        "vanished": (Flaw("id", Fault.GONE, "vanished"),),
        "3": (Flaw("preferred", Fault.TAKEN, "淬火软点"),),
    }


def test_the_name_of_a_retired_concept_is_free_again() -> None:
    retired = Change("2", {}, is_retired=True)
    found = overlaid(THESAURUS, [retired, Change("new", {"kind": Kind.PROCESS, "preferred": "淬火"})])
    assert [concept.id for concept in found.thesaurus.named("淬火")] == ["new"]


def test_a_question_is_understood_by_what_was_taught_last(embedder: Embedder) -> None:
    slang = overlaid(bundled(), [Change("new", {"kind": Kind.PROBLEM, "preferred": "滚筒跑空", "solved_by": ("甲",)})])
    try:
        teach(embedder, slang.thesaurus)
        assert ("滚筒跑空", "甲") in [way.path for way in understand("滚筒跑空", embedder).ways]
    finally:
        teach(embedder, bundled())
    assert ("滚筒跑空", "甲") not in [way.path for way in understand("滚筒跑空", embedder).ways]
