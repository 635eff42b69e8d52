"""Ranks with ties, who goes on, which prizes follow: arithmetic that holds whatever the scores are."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from marketplace.services.contest import ranking
from marketplace.services.judging.scoring import ranked

KEYS = st.dictionaries(
    st.integers(1, 40), st.tuples(st.integers(0, 12).map(Decimal), st.integers(0, 3).map(Decimal)), max_size=30
)
PRIZES = st.lists(st.integers(1, 5), max_size=4).map(
    lambda counts: [{"grade": f"{at}等奖", "count": it} for at, it in enumerate(counts, start=1)]
)


@given(KEYS)
def test_a_rank_is_one_more_than_those_who_are_better(keys: dict[int, tuple[Decimal, ...]]) -> None:
    ranks = ranked(keys)
    assert ranks == {it: 1 + sum(other > key for other in keys.values()) for it, key in keys.items()}


@given(KEYS, st.integers(1, 12))
def test_so_many_go_on_and_nobody_stays_behind_his_equal(keys: dict[int, tuple[Decimal, ...]], places: int) -> None:
    on = ranking.going_on(ranked(keys), places)
    assert len(on) >= min(places, len(keys))
    assert all(keys[one] > keys[other] for one in on for other in keys.keys() - on)
    # Without the equals at the edge it is no more than the places.
    assert sum(keys[it] > min(keys[one] for one in on) for it in on) < places if on else not keys


@given(KEYS, PRIZES)
def test_no_prize_goes_beyond_its_places_and_equals_get_the_same(
    keys: dict[int, tuple[Decimal, ...]], prizes: list[dict[str, object]]
) -> None:
    given_out = ranking.prizes(ranked(keys), prizes)
    taken, places = Counter(given_out.values()), 0
    order = [str(it["grade"]) for it in prizes]
    for at, it in enumerate(prizes):
        places += int(str(it["count"]))
        assert sum(taken[grade] for grade in order[: at + 1]) <= places
    for one, key in keys.items():
        for other, its in keys.items():
            if key == its:
                assert given_out.get(one) == given_out.get(other)
            elif key > its and other in given_out:
                assert one in given_out and order.index(given_out[one]) <= order.index(given_out[other])


def test_equals_are_told_apart_by_the_criteria_in_their_order() -> None:
    sheets = [{"实操": 50, "理论": 30}, {"实操": 51, "理论": 30}]
    assert ranking.parts_of(sheets, ["实操"]) == {"实操": "50.50"}
    keys = {
        1: ranking.key_of(Decimal(80), {"实操": "50.50"}, ["实操"]),
        2: ranking.key_of(Decimal(80), {"实操": "49.00"}, ["实操"]),
        3: ranking.key_of(Decimal(80), {"实操": "49.00"}, ["实操"]),
        4: ranking.key_of(Decimal(79), {"实操": "60.00"}, ["实操"]),
    }
    assert ranked(keys) == {1: 1, 2: 2, 3: 2, 4: 4}
