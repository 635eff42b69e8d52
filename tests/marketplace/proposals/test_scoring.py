"""The arithmetic of a panel, for whatever the judges give."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.services.judging.scoring import allocate, counted, fits, ranked, score_of, spread_of

totals = st.lists(st.integers(0, 100), min_size=3, max_size=15)
scores = st.dictionaries(st.integers(1, 60), st.sampled_from([Decimal(it) for it in range(50, 75)]), max_size=25)
quotas = st.lists(st.integers(0, 4), min_size=1, max_size=4).map(
    lambda counts: [{"grade": f"g{place}", "count": count} for place, count in enumerate(counts)]
)
LINE = Decimal(60)


@pytest.mark.parametrize(
    ("given_totals", "score"),
    [
        ([80, 80, 80, 80, 80], "80.00"),
        ([100, 90, 80, 70, 0], "80.00"),
        ([90, 90, 85, 84, 60], "86.33"),
        ([70, 71, 72, 73, 74, 75], "72.50"),
        # 3 of 8 is 0.375 and 1 of 8 is 0.125: halves go up.
        ([0, 70, 70, 70, 70, 70, 71, 71, 71, 100], "70.38"),
        ([0, 70, 70, 70, 70, 70, 70, 70, 71, 100], "70.13"),
    ],
)
def test_a_score_is_the_mean_without_the_highest_and_the_lowest(given_totals: list[int], score: str) -> None:
    assert score_of(given_totals) == Decimal(score)


@given(totals)
def test_a_score_lies_within_half_a_hundredth_of_the_exact_mean(given_totals: list[int]) -> None:
    kept = sorted(given_totals)[1:-1]
    score, exact = score_of(given_totals), Fraction(sum(kept), len(kept))
    assert score.as_tuple().exponent == -2
    assert Fraction(-1, 200) < Fraction(score) - exact <= Fraction(1, 200)


@given(totals, st.randoms())
def test_the_order_of_the_sheets_does_not_matter(given_totals: list[int], chance: object) -> None:
    mixed = list(given_totals)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert (score_of(mixed), spread_of(mixed)) == (score_of(given_totals), spread_of(given_totals))


@given(totals, st.integers(0, 100), st.integers(0, 100))
def test_one_judge_alone_moves_a_score_no_further_than_the_others_gave(
    others: list[int], one: int, another: int
) -> None:
    for score in (score_of([*others, one]), score_of([*others, another])):
        assert min(others) <= score <= max(others)


@given(st.lists(st.integers(0, 100), max_size=2))
def test_two_sheets_make_no_score(given_totals: list[int]) -> None:
    with pytest.raises(ValueError, match="three"):
        counted(given_totals)


def test_equals_share_a_rank_and_the_next_is_as_many_further() -> None:
    assert ranked({1: Decimal(90), 2: Decimal(85), 3: Decimal(85), 4: Decimal(80)}) == {1: 1, 2: 2, 3: 2, 4: 4}


@given(scores)
def test_a_rank_counts_those_with_a_higher_score(given_scores: dict[int, Decimal]) -> None:
    for identity, rank in ranked(given_scores).items():
        assert rank == 1 + len([it for it in given_scores.values() if it > given_scores[identity]])


@given(scores, quotas)
def test_places_go_to_the_best_above_the_line_and_never_beyond_a_quota(
    given_scores: dict[int, Decimal], given_quotas: list[dict[str, object]]
) -> None:
    found = allocate(given_scores, given_quotas, LINE)
    handed_out = [it for it in found.grades.values() if it] + [it for edge in found.edges for it in edge.places if it]
    for quota in given_quotas:
        assert handed_out.count(quota["grade"]) <= quota["count"]
    told = set(found.grades) | {it for edge in found.edges for it in edge.equals}
    assert told == set(given_scores)
    for identity, grade in found.grades.items():
        assert grade is None or given_scores[identity] >= LINE
    for edge in found.edges:
        assert edge.score >= LINE
        assert len(edge.equals) == len(edge.places) > 1
    # A place stays free only where nobody above the line is left.
    places = sum(int(str(quota["count"])) for quota in given_quotas)
    assert len(handed_out) == min(places, sum(score >= LINE for score in given_scores.values()))


@given(scores, quotas)
def test_equal_scores_are_never_graded_differently_without_a_meeting(
    given_scores: dict[int, Decimal], given_quotas: list[dict[str, object]]
) -> None:
    grades = allocate(given_scores, given_quotas, LINE).grades
    for score in set(given_scores.values()):
        assert len({grades[it] for it in grades if given_scores[it] == score}) <= 1


def test_equals_across_an_edge_share_their_places_for_the_meeting_to_hand_out() -> None:
    given_scores = {1: Decimal(90), 2: Decimal(85), 3: Decimal(85), 4: Decimal(85), 5: Decimal(59)}
    found = allocate(given_scores, [{"grade": "first", "count": 2}, {"grade": "second", "count": 1}], LINE)
    assert found.grades == {1: "first", 5: None}
    (edge,) = found.edges
    assert (edge.equals, edge.places) == ((2, 3, 4), ("first", "second", None))
    assert fits(edge, [None, "first", "second"])
    assert not fits(edge, ["first", "first", None])
    assert not fits(edge, [None, None, None])
