"""The arithmetic of a stage: what is ranked by, who goes on, which prizes follow. It knows no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_CENT = Decimal("0.01")


def parts_of(sheets: Sequence[Mapping[str, int]], tie_break: Sequence[str]) -> dict[str, str]:
    """Return the mean points of the criteria that tell equals apart, over all sheets, as text with two decimals."""
    means = {name: Decimal(sum(it.get(name, 0) for it in sheets)) / len(sheets) for name in tie_break}
    return {name: str(mean.quantize(_CENT, ROUND_HALF_UP)) for name, mean in means.items()}


def key_of(score: Decimal, parts: Mapping[str, str], tie_break: Sequence[str]) -> tuple[Decimal, ...]:
    """Return what somebody is ranked by: his score, then the criteria that tell equals apart in their order."""
    return (score, *(Decimal(parts[name]) for name in tie_break))


def going_on(ranks: Mapping[int, int], places: int | None) -> set[int]:
    """Return who goes on to the next stage: so many, and with the last of them whoever shares his rank."""
    return set() if places is None else {identity for identity, rank in ranks.items() if rank <= places}


def prizes(ranks: Mapping[int, int], offered: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the prize of each that gets one, ``offered`` from the highest down as ``{"grade", "count"}``.

    Equals get the same: the highest prize within whose places, and those of the prizes above it, all of them fit.
    """
    given: dict[int, str] = {}
    shared: dict[int, list[int]] = {}
    for identity, rank in ranks.items():
        shared.setdefault(rank, []).append(identity)
    for rank, equals in shared.items():
        last, places = rank + len(equals) - 1, 0
        for prize in offered:
            places += prize["count"]
            if last <= places:
                given |= dict.fromkeys(equals, prize["grade"])
                break
    return given
