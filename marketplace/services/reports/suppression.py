"""Which cells of a public table are not shown, so that nobody is recognised and no hidden number can be worked out.

A cell that stands for few people is hidden. Since rows and columns add up, it could be had by subtraction; so other
cells are hidden with it: three that make a rectangle with it. Every hidden number is then a corner of a rectangle of
hidden numbers, around which any amount may be moved without any row or any column showing it. The corners next to it
stand for enough people, where there are such, so that what a row leaves over is never known to be few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

# The key of a margin: all rows together, or all columns together.
ALL = "*"

Place = tuple[str, str]
_Corners = tuple[Place, Place, Place]


def hidden(people: Mapping[Place, int], rows: Sequence[str], columns: Sequence[str], least: int) -> frozenset[Place]:
    """Return the places not to be shown of a table by (row, column), whose margins are under ``ALL``.

    ``people`` says for how many people each number stands; what is missing stands for nobody. Whoever stands for at
    least one and for fewer than ``least`` is hidden. The margins are cells like all others.
    """
    every = [(row, column) for row in (*rows, ALL) for column in (*columns, ALL)]
    few = [it for it in every if 0 < people.get(it, 0) < least]
    found: set[Place] = set(few)
    for place in few:
        cheapest = min(_rectangles(place, rows, columns), key=lambda corners: _cost(people, corners, found, least))
        found.update(cheapest)
    return frozenset(found)


def _rectangles(place: Place, rows: Sequence[str], columns: Sequence[str]) -> Iterator[_Corners]:
    """Yield the other corners of each rectangle a place is a corner of: beside it, under it, and across."""
    row, column = place
    for other_column in (it for it in (*columns, ALL) if it != column):
        for other_row in (it for it in (*rows, ALL) if it != row):
            yield (row, other_column), (other_row, column), (other_row, other_column)


def _cost(people: Mapping[Place, int], corners: _Corners, found: set[Place], least: int) -> tuple[int, int, int]:
    """Return what a rectangle takes away: first what gives a hidden number away, then how many people it hides.

    A nothing is known to be one, and a neighbour that is few leaves few over.
    """
    nothing = sum(people.get(it, 0) == 0 for it in corners)
    too_few = sum(people.get(it, 0) < least for it in corners[:2])
    return nothing, too_few, sum(people.get(it, 0) for it in corners if it not in found)
