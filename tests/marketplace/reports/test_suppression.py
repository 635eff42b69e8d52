"""No number that is not shown can be worked out from those that are, along any rows and columns taken together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from marketplace.services.reports.suppression import ALL, Place, hidden


def margins(cells: dict[Place, int]) -> dict[Place, int]:
    """Return a table with what its rows, its columns and all of it come to."""
    table: dict[Place, int] = {}
    for (row, column), number in cells.items():
        for place in ((row, column), (row, ALL), (ALL, column), (ALL, ALL)):
            table[place] = table.get(place, 0) + number
    return table


def worked_out(places: list[Place], rows: list[str], columns: list[str]) -> list[Place]:
    """Return which of some unknown numbers the sums of rows and columns fix, whatever the known ones are.

    A number is fixed where it is a combination of the equations: adding it to them raises no rank.
    """
    if not places:
        return []
    sums = [[(1 if of[1] != ALL else -1) if of[0] == row else 0 for of in places] for row in (*rows, ALL)]
    sums += [[(1 if of[0] != ALL else -1) if of[1] == column else 0 for of in places] for column in (*columns, ALL)]
    rank, units = np.linalg.matrix_rank(np.array(sums)), np.eye(len(places), dtype=int)
    return [
        place
        for place, unit in zip(places, units, strict=True)
        if np.linalg.matrix_rank(np.vstack([sums, unit])) == rank
    ]


@given(st.data(), st.integers(1, 6), st.integers(1, 5), st.integers(3, 6))
def test_no_hidden_number_can_be_worked_out(data: st.DataObject, height: int, width: int, least: int) -> None:
    rows, columns = [f"r{it}" for it in range(height)], [f"c{it}" for it in range(width)]
    sizes = st.one_of(st.just(0), st.integers(1, least - 1), st.integers(least, 60))
    table = margins({(row, column): data.draw(sizes) for row in rows for column in columns})
    found = hidden(table, rows, columns, least)
    assert {it for it, number in table.items() if 0 < number < least} <= found
    assert worked_out(sorted(found), rows, columns) == []


def test_the_sums_alone_would_give_a_lone_hidden_cell_away() -> None:
    assert worked_out([("r0", "c0")], ["r0", "r1"], ["c0", "c1"]) == [("r0", "c0")]


def test_nothing_is_hidden_of_a_table_of_many_and_of_nobody() -> None:
    table = margins({("r0", "c0"): 0, ("r0", "c1"): 50, ("r1", "c0"): 70, ("r1", "c1"): 5})
    assert hidden(table, ["r0", "r1"], ["c0", "c1"], 5) == frozenset()


def test_the_cheapest_rectangle_of_enough_people_is_hidden_with_a_small_cell() -> None:
    table = margins({
        ("r0", "c0"): 2, ("r0", "c1"): 20, ("r0", "c2"): 900,
        ("r1", "c0"): 30, ("r1", "c1"): 40, ("r1", "c2"): 900,
        ("r2", "c0"): 0, ("r2", "c1"): 0, ("r2", "c2"): 900,
    })  # fmt: skip
    expected = {("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1")}
    assert hidden(table, ["r0", "r1", "r2"], ["c0", "c1", "c2"], 5) == expected
