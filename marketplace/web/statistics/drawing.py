"""The geometry of charts: what is drawn where, as plain numbers a template writes into an SVG.

Drawn on the server, without scripts, fonts or styles of its own, so that our content security policy holds and a
chart prints as it is seen. Every chart has its table beside it; colour never says anything alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from marketplace.web.studios.tiles import PLACES

WIDTH = 480
_TOP, _BOTTOM, _LEFT = 24, 28, 4
_COLUMNS_HEIGHT, _BAR, _LABEL, _NUMBER = 200, 22, 108, 76
_TILE_WIDTH, _TILE_HEIGHT = 68, 56
# How many shades tell more from less.
SHADES = 5


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with the key and the value it stands for; ``shade`` goes from 0, the least, to ``SHADES`` - 1.

    ``aim`` is where its own target lies, along the bar or the height of the column, None without one.
    """

    key: str
    value: Fraction | int | None
    x: float
    y: float
    width: float
    height: float
    shade: int = 0
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Tone:
    """The whole numbers a shade stands for, from the least to the most."""

    shade: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Boxes in a picture of ``WIDTH`` by ``height``, and what their shades stand for."""

    boxes: list[Box]
    height: float
    most: Fraction | int = 0
    legend: Sequence[Tone] = ()


def columns(values: Mapping[str, int], aims: Mapping[str, Fraction | int] | None = None) -> Chart:
    """Draw a column for each value, in order, each with the line of its target."""
    aims = aims or {}
    most = max([*values.values(), *aims.values(), 1])
    room = _COLUMNS_HEIGHT - _TOP - _BOTTOM
    step = (WIDTH - 2 * _LEFT) / max(len(values), 1)
    boxes = []
    for place, (key, value) in enumerate(values.items()):
        height = float(room * value / most)
        x = _LEFT + place * step + step * 0.15
        aim = _r(_TOP + room - float(room * aims[key] / most)) if key in aims else None
        boxes.append(Box(key, value, _r(x), _r(_TOP + room - height), _r(step * 0.7), _r(height), aim=aim))
    return Chart(boxes, _COLUMNS_HEIGHT, most=most)


def bars(values: Mapping[str, int | Fraction | None], aims: Mapping[str, Fraction | int] | None = None) -> Chart:
    """Draw a bar for each value, one under the other, with the line of its target; what has no value has no bar."""
    aims = aims or {}
    most = max([*(it for it in values.values() if it is not None), *aims.values(), 1])
    room = WIDTH - _LABEL - _NUMBER

    def length(value: Fraction | int) -> float:
        return _r(float(room * value / most))

    boxes = [
        Box(
            key, value, _LABEL, place * _BAR + 3, length(value or 0), _BAR - 6,
            aim=_LABEL + length(aims[key]) if key in aims else None,
        )
        for place, (key, value) in enumerate(values.items())
    ]  # fmt: skip
    return Chart(boxes, len(values) * _BAR + 2, most=most)


def tiles(values: Mapping[str, int | None], most: int | None = None) -> Chart:
    """Draw the 21 cities and prefectures as tiles, darker where the value is more; ``most`` is what is darkest."""
    highest = most or max([*(it for it in values.values() if it is not None), 1])
    boxes = [
        Box(
            code, values.get(code), column * _TILE_WIDTH + 2, row * _TILE_HEIGHT + 2, _TILE_WIDTH - 4, _TILE_HEIGHT - 4,
            _shade(values.get(code), highest),
        )
        for code, (column, row) in PLACES.items()
    ]  # fmt: skip
    rows = max(row for _column, row in PLACES.values()) + 1
    legend = [it for it in (_tone(shade, highest) for shade in range(SHADES)) if it.least <= it.most]
    return Chart(boxes, rows * _TILE_HEIGHT, most=highest, legend=legend)


def _tone(shade: int, highest: int) -> Tone:
    """Return which whole numbers a shade stands for; of few numbers some shades stand for none."""
    least, most = (math.ceil(Fraction(highest * step, SHADES)) for step in (shade, shade + 1))
    return Tone(shade, least, most - (shade < SHADES - 1))


def _shade(value: int | None, most: int) -> int:
    return min(value * SHADES // most, SHADES - 1) if value else 0


def _r(value: float) -> float:
    return round(value, 1)
