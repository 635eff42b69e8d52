"""Where the cities of the province stand on its map: a tile each, as they lie to one another, whatever their size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SIZE = 64
# Column and row of the tile of each city, counted from the north-west.
PLACES: Mapping[str, tuple[int, int]] = {
    "5132": (1, 0), "5107": (3, 0), "5108": (4, 0), "5119": (5, 0), "5117": (6, 0),
    "5133": (0, 1), "5101": (2, 1), "5106": (3, 1), "5109": (4, 1), "5113": (5, 1), "5116": (6, 1),
    "5118": (1, 2), "5114": (2, 2), "5120": (3, 2), "5110": (4, 2),
    "5134": (1, 3), "5111": (2, 3), "5103": (3, 3), "5105": (4, 3),
    "5104": (1, 4), "5115": (3, 4),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """The tile of a city; ``shade`` is from 0 to 4, a quarter of the greatest count each."""

    code: str
    x: int
    y: int
    count: int
    shade: int


def of(by_city: Mapping[str, int]) -> list[Tile]:
    """Return a tile for each city with what is counted there, from north to south."""
    most = max(by_city.values(), default=0)
    return [
        Tile(code, column * SIZE, row * SIZE, count := by_city[code], -(-count * 4 // most) if most else 0)
        for code, (column, row) in PLACES.items()
    ]
