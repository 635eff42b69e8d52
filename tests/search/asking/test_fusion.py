"""Rankings on different scales become one by rank alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.asking.fusion import reciprocal_rank_fusion

RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4)


def test_ranks_count_from_one() -> None:
    assert reciprocal_rank_fusion([["a"]]) == [("a", 1 / 61)]


def test_a_document_both_rankings_hold_comes_before_one_that_leads_a_single_ranking() -> None:
    fused = reciprocal_rank_fusion([["a", "b"], ["c", "b"]])
    assert [identity for identity, _score in fused] == ["b", "a", "c"]


def test_a_ranking_that_does_not_hold_a_document_adds_nothing_to_it() -> None:
    assert dict(reciprocal_rank_fusion([["a", "b"], ["b"]]))["a"] == 1 / 61


def test_weights_tell_which_ranking_counts_for_more() -> None:
    assert reciprocal_rank_fusion([["a"], ["b"]], weights=[1, 2])[0] == ("b", 2 / 61)


def test_every_ranking_needs_its_weight() -> None:
    with pytest.raises(ValueError, match="zip"):
        reciprocal_rank_fusion([["a"], ["b"]], weights=[1])


def test_a_smaller_constant_lets_the_first_rank_count_for_more() -> None:
    assert dict(reciprocal_rank_fusion([["a"]], k=0)) == {"a": 1.0}


@given(RANKINGS)
def test_every_document_is_there_once_best_first_ties_by_id(rankings: list[list[str]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
    assert {identity for identity, _score in fused} == {identity for ranking in rankings for identity in ranking}
    assert len(fused) == len(dict(fused))


@given(RANKINGS)
def test_the_order_in_which_rankings_come_does_not_matter(rankings: list[list[str]]) -> None:
    forward, backward = reciprocal_rank_fusion(rankings), reciprocal_rank_fusion(rankings[::-1])
    assert dict(forward) == pytest.approx(dict(backward))
