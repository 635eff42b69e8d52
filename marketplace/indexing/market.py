"""What a document says of the market: whether an achievement can be had, in which ways, for what price.

What the achievement itself says of its transfer and what its listings offer are told together, and nothing of either
once somebody has it to himself (rule 15). Each statement stands here twice, of a record and as an SQL condition, so
that the index and the search of the database alone find the same.

A listing changes without its achievement. The revision of a document therefore counts both: each of the two only ever
grows, so that a later state of either has a greater revision, and an older document never takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from marketplace.models import Achievement, Listing
from marketplace.models.market.listing import HELD, OPEN
from marketplace.services.listing.exclusivity import LICENCES, is_free, standing

STANDINGS = ("available", "in_negotiation", "closed")
_WAN = 10_000_00
# Bands of prices in units of ten thousand yuan: from the first number on, below the second.
PRICE_BANDS: Mapping[str, tuple[int, int]] = {
    "0-10": (0, 10 * _WAN), "10-50": (10 * _WAN, 50 * _WAN), "50-100": (50 * _WAN, 100 * _WAN),
    "100-": (100 * _WAN, 2**62),
}  # fmt: skip
# The listings whose terms are told: those that can be had, or could be had again.
_TOLD = (*OPEN, "in_negotiation")

Condition = sa.ColumnElement[bool]


def revision_of(achievement: Achievement) -> int:
    """Return the revision of the document of an achievement: its own and those of its listings, added up."""
    return achievement.revision + sum(listing.revision for listing in achievement.listings)


def revisions() -> sa.ColumnElement[int]:
    """Return what ``revision_of`` does as an SQL expression on Achievement."""
    listed = sa.select(sa.func.coalesce(sa.func.sum(Listing.revision), 0)).where(
        Listing.achievement_id == Achievement.id
    )
    return Achievement.revision + listed.scalar_subquery()


def facets_of(achievement: Achievement) -> dict[str, list[str | None]]:
    """Return the facets of an achievement that tell of the market."""
    now = standing(listing.state for listing in achievement.listings)
    if now == "closed":
        return {"market": [now]}
    told = [listing for listing in achievement.listings if listing.state in _TOLD]
    return {
        "market": [now],
        "transfer_mode": _each((*achievement.transfer_modes, *(it.mode for it in told))),
        "licence_kind": _each((achievement.licence_kind, *(LICENCES.get(it.mode) for it in told))),
        "price_form": _each((achievement.price_form, *(it.price_form for it in told))),
        "price_band": _each(map(price_band, _prices(achievement))),
    }


def least_price(achievement: Achievement) -> int | None:
    """Return the lowest price asked, in fen; None where none is, or the achievement cannot be had any more."""
    is_closed = standing(listing.state for listing in achievement.listings) == "closed"
    return None if is_closed else min(_prices(achievement), default=None)


def price_band(price: int) -> str:
    """Return the band a price in fen lies in."""
    return next(band for band, (lowest, above) in PRICE_BANDS.items() if lowest <= price < above)


def _prices(achievement: Achievement) -> Iterator[int]:
    offered = (listing.price for listing in achievement.listings if listing.state in _TOLD)
    return (price for price in (achievement.price, *offered) if price is not None)


def _each(values: Iterable[str | None]) -> list[str | None]:
    return list(dict.fromkeys(values))


def _stands(value: str) -> Condition:
    if value == "closed":
        return ~is_free()
    is_held = _listed(Listing.state.in_(HELD))
    if value == "in_negotiation":
        return sa.and_(is_held, is_free())
    return sa.and_(_listed(Listing.state.in_(OPEN)), ~is_held)


def _goes_by(value: str) -> Condition:
    # The modes are a list of codes in JSON, where each stands in quotation marks.
    said = sa.cast(Achievement.transfer_modes, sa.Text).contains(f'"{value}"', autoescape=True)
    return _offered(said, Listing.mode == value)


def _is_licensed(value: str) -> Condition:
    modes = [mode for mode, kind in LICENCES.items() if kind == value]
    return _offered(Achievement.licence_kind == value, Listing.mode.in_(modes))


def _is_priced(value: str) -> Condition:
    return _offered(Achievement.price_form == value, Listing.price_form == value)


def _costs(value: str) -> Condition:
    lowest, above = PRICE_BANDS[value]

    def lies_in(price: Any) -> Condition:
        return sa.and_(price >= lowest, price < above)

    return _offered(lies_in(Achievement.price), lies_in(Listing.price))


def _offered(said: Condition, listed: Condition) -> Condition:
    """Say whether an achievement that can be had says so itself, or one of its listings does."""
    return sa.and_(is_free(), sa.or_(said, _listed(sa.and_(Listing.state.in_(_TOLD), listed))))


def _listed(condition: Condition) -> Condition:
    return sa.exists().where(Listing.achievement_id == Achievement.id, condition)


# Each facet of ``facets_of``, said in SQL.
CONDITIONS: Mapping[str, Callable[[str], Condition]] = {
    "market": _stands,
    "transfer_mode": _goes_by,
    "licence_kind": _is_licensed,
    "price_form": _is_priced,
    "price_band": _costs,
}
