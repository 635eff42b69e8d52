"""A question is widened by what its concepts imply, and each addition can be followed back to the words said."""

from __future__ import annotations

from search.asking.question import understand
from search.embedding import Embedder
from search.thesaurus import Expansion, Thesaurus, bundled, expand
from search.thesaurus.expansion import NAME_WEIGHT, SOLUTION_WEIGHT
from tests.search.thesaurus.test_concepts import THESAURUS


def expand_in(thesaurus: Thesaurus, text: str) -> list[Expansion]:
    return expand(thesaurus.find(text))


def test_other_names_and_known_solutions_are_added_with_their_path() -> None:
    assert expand_in(THESAURUS, "齿轮淬不硬") == [
        Expansion("淬火软点", NAME_WEIGHT, ("淬不硬", "淬火软点")),
        Expansion("硬度不均", NAME_WEIGHT, ("淬不硬", "淬火软点", "硬度不均")),
        Expansion("淬火槽强制搅拌", SOLUTION_WEIGHT, ("淬不硬", "淬火软点", "淬火槽强制搅拌")),
    ]


def test_what_was_said_is_not_added_again() -> None:
    added = [expansion.words for expansion in expand_in(THESAURUS, "淬不硬，硬度不均")]
    assert "淬不硬" not in added
    assert "硬度不均" not in added


def test_a_text_that_names_nothing_stays_as_it_is() -> None:
    assert expand_in(THESAURUS, "会议室预订") == []
    assert expand_in(THESAURUS, "") == []


def test_added_words_weigh_less_than_those_said(embedder: Embedder) -> None:
    question = understand("淬不硬", embedder)
    implied = {term: weight for term, weight in question.terms.items() if term not in question.own}
    assert implied
    assert max(implied.values()) < min(question.own.values())
    assert all(question.terms[term] == weight for term, weight in question.own.items())


def test_the_bundled_concepts_know_the_example_of_the_documentation() -> None:
    paths = [expansion.path for expansion in expand_in(bundled(), "淬不硬")]
    assert ("淬不硬", "淬火软点", "淬火槽强制搅拌") in paths
