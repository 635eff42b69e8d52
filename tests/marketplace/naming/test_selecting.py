"""The arithmetic of a selection, for whatever scores, quotas and caps there are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.services.selection.selecting import (
    BELOW_LINE,
    CITY_FULL,
    PASSED_OVER,
    PROPOSED,
    QUOTA_FULL,
    TIED,
    Candidate,
    Terms,
    fits,
    select,
    spread,
)

LINE = Decimal(60)
CITIES = ("5101", "5103", "5107", "5132")
_ORDER = {PROPOSED: 2, TIED: 1} | dict.fromkeys(PASSED_OVER, 0)

shares = st.none() | st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)])
candidates = st.lists(
    st.builds(
        Candidate, st.integers(1, 10_000), st.integers(55, 66).map(Decimal), st.sampled_from(CITIES),
        st.sampled_from("CDE"), shares, st.integers(0, 2),
    ),
    max_size=25, unique_by=lambda it: it.id,
)  # fmt: skip
terms = st.builds(Terms, st.integers(0, 12), st.none() | st.integers(0, 4), st.just(LINE))


def listed(*scores: str, city: str = "5101", **more: object) -> list[Candidate]:
    return [Candidate(place, Decimal(it), city, "C", **more) for place, it in enumerate(scores, 1)]  # type: ignore[arg-type]


def standings(found: list[Candidate], terms: Terms) -> list[str]:
    return [it.standing for it in select(found, terms).places]


@given(candidates, terms)
def test_nobody_goes_beyond_the_quota_the_cap_or_the_line(found: list[Candidate], terms: Terms) -> None:
    chosen = select(found, terms)
    proposed = chosen.standing(PROPOSED)
    assert len(proposed) + sum(edge.places for edge in chosen.edges) <= terms.quota
    shared = spread(proposed, "city")
    assert all(it.score >= LINE for it in chosen.standing(PROPOSED, TIED))
    if terms.cap is not None:
        assert all(count <= terms.cap for count in shared.values())
        assert all(shared[city] + most <= terms.cap for edge in chosen.edges for city, most in edge.at_most.items())


@given(candidates, terms)
def test_whoever_scored_more_is_passed_over_for_one_who_scored_less_only_by_the_cap(
    found: list[Candidate], terms: Terms
) -> None:
    places = select(found, terms).places
    for better in places:
        for worse in places:
            if better.candidate.score > worse.candidate.score and _ORDER[better.standing] < _ORDER[worse.standing]:
                crowded = [it for it in places if it.candidate.city == better.candidate.city]
                assert terms.cap is not None and better.standing in (CITY_FULL, TIED)
                assert sum(it.standing in (PROPOSED, TIED) for it in crowded) >= terms.cap


@given(candidates, terms, st.randoms(use_true_random=False))
def test_the_order_of_the_applications_does_not_matter(found: list[Candidate], terms: Terms, chance: Random) -> None:
    mixed = list(found)
    chance.shuffle(mixed)
    assert select(mixed, terms) == select(found, terms)


@given(candidates, terms, st.integers(1, 8), st.data())
def test_a_higher_score_never_hurts(found: list[Candidate], terms: Terms, more: int, data: st.DataObject) -> None:
    if not found:
        return
    one = data.draw(st.sampled_from(found))
    raised = [replace(it, score=it.score + more) if it.id == one.id else it for it in found]
    before, after = (
        next(it for it in select(them, terms).places if it.candidate.id == one.id) for them in (found, raised)
    )
    assert after.rank <= before.rank
    assert _ORDER[after.standing] >= _ORDER[before.standing]


@given(candidates, terms)
def test_every_edge_can_be_decided_and_leaves_no_place_empty_that_somebody_may_have(
    found: list[Candidate], terms: Terms
) -> None:
    chosen = select(found, terms)
    assert {it.id for edge in chosen.edges for it in edge.equals} == {it.id for it in chosen.standing(TIED)}
    for edge in chosen.edges:
        assert 0 < edge.places < len(edge.equals)
        taken: list[Candidate] = []
        for it in edge.equals:
            if len(taken) < edge.places and spread(taken, "city")[it.city] < edge.at_most[it.city]:
                taken.append(it)
        assert fits(edge, {it.id for it in taken})
        assert not fits(edge, {it.id for it in taken[1:]})


@given(candidates, terms)
def test_each_application_stands_once_in_the_list_and_equals_share_a_rank(found: list[Candidate], terms: Terms) -> None:
    places = select(found, terms).places
    assert sorted(it.candidate.id for it in places) == sorted(it.id for it in found)
    for place in places:
        ahead = sum(it.rank < place.rank for it in places)
        assert place.rank == ahead + 1


def test_the_line_goes_before_the_quota_and_the_quota_before_the_cap() -> None:
    found = listed("90", "80", "70", "59.99")
    assert standings(found, Terms(5, None, LINE)) == [PROPOSED, PROPOSED, PROPOSED, BELOW_LINE]
    assert standings(found, Terms(2, None, LINE)) == [PROPOSED, PROPOSED, QUOTA_FULL, BELOW_LINE]
    assert standings(found, Terms(2, 1, LINE)) == [PROPOSED, CITY_FULL, CITY_FULL, BELOW_LINE]


def test_a_place_a_city_may_not_have_goes_to_the_next_of_another_city() -> None:
    found = [*listed("90", "80"), Candidate(9, Decimal(70), "5103", "C")]
    assert select(found, Terms(2, 1, LINE)).standing(PROPOSED) == [found[0], found[2]]


def test_equals_are_told_apart_by_the_first_line_and_then_by_what_was_transferred() -> None:
    more, less = Fraction(3, 4), Fraction(1, 4)
    found = [
        Candidate(1, Decimal(80), "5101", "C", less, 9),
        Candidate(2, Decimal(80), "5101", "C", more, 1),
        Candidate(3, Decimal(80), "5101", "C", more, 2),
    ]
    assert [it.candidate.id for it in select(found, Terms(1, None, LINE)).places] == [3, 2, 1]


@pytest.mark.parametrize("unknown", [1, 2])
def test_a_share_that_nobody_can_tell_decides_nothing(unknown: int) -> None:
    found = listed("80", "80", first_line=Fraction(1, 2))
    found = [replace(it, first_line=None) if it.id == unknown else it for it in found]
    chosen = select(found, Terms(1, None, LINE))
    assert [(it.rank, it.standing) for it in chosen.places] == [(1, TIED), (1, TIED)]
    assert [(edge.places, edge.at_most) for edge in chosen.edges] == [(1, {"5101": 1})]


def test_whoever_was_struck_makes_room_for_the_next() -> None:
    found = listed("90", "80", "70")
    assert [it.id for it in select(found, Terms(2, None, LINE), out={1}).standing(PROPOSED)] == [2, 3]
