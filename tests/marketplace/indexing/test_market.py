"""What the market says of an achievement is in its document, and the database alone finds the same."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import outbox, vocabulary
from marketplace.indexing import market
from marketplace.indexing.bringing import revisions
from marketplace.indexing.documents import document_for, revision_of
from marketplace.indexing.plain_search import plain_search
from marketplace.models import Achievement, Listing
from marketplace.permissions import VISITOR
from search.document import SearchDocument, SearchRequest
from tests.factories import AchievementFactory, ListingFactory

WAN = 10_000_00
VALUES: Mapping[str, tuple[str, ...]] = {
    "market": market.STANDINGS,
    "transfer_mode": ("service", "assignment", "ordinary_licence", "sole_licence"),
    "licence_kind": tuple(vocabulary.licence_kinds),
    "price_form": tuple(vocabulary.price_forms),
    "price_band": tuple(market.PRICE_BANDS),
}
SAID = {"transfer_mode": ("service",), "licence_kind": ("open",), "price_form": ("agreed",)}


def document(session: Session, achievement: Achievement) -> SearchDocument:
    session.expire(achievement)
    found = document_for(achievement)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("listings", "expected", "price"),
    [
        ([], SAID, None),
        ([("expired", "ordinary_licence", WAN), ("withdrawn", "sole_licence", WAN)], SAID, None),
        (
            [("listed", "ordinary_licence", 10 * WAN - 1), ("unlisted", "assignment", 80 * WAN)],
            {
                "market": ("available",), "transfer_mode": ("service", "ordinary_licence"),
                "licence_kind": ("open", "ordinary"), "price_form": ("agreed", "listed"), "price_band": ("0-10",),
            },
            10 * WAN - 1,
        ),
        (
            [("licensed_ordinary", "ordinary_licence", 10 * WAN), ("in_negotiation", "assignment", 100 * WAN)],
            {
                "market": ("in_negotiation",), "transfer_mode": ("service", "ordinary_licence", "assignment"),
                "licence_kind": ("open", "ordinary"), "price_form": ("agreed", "listed"),
                "price_band": ("10-50", "100-"),
            },
            10 * WAN,
        ),
        ([("withdrawn", "ordinary_licence", WAN), ("licensed_exclusive", "sole_licence", WAN)],
         {"market": ("closed",)}, None),
    ],
)  # fmt: skip
def test_how_an_achievement_can_be_had_is_found_and_of_what_is_taken_only_that(
    session: Session,
    listings: list[tuple[str, str, int]],
    expected: dict[str, tuple[str, ...]],
    price: int | None,
) -> None:
    achievement = AchievementFactory(transfer_modes=["service"], price_form="agreed", licence_kind="open")
    for state, mode, amount in listings:
        ListingFactory(achievement=achievement, state=state, mode=mode, price=amount)
    told = document(session, achievement)
    assert {name: told.facets[name] for name in VALUES if name in told.facets} == expected
    assert told.numbers.get("price") == price
    for facet, values in VALUES.items():
        for value in values:
            found = plain_search(session, VISITOR, SearchRequest("achievement", filters={facet: (value,)}))
            assert found.total == (value in expected.get(facet, ())), (facet, value)


def test_a_change_of_a_listing_brings_its_achievement_to_the_index_as_a_newer_document(session: Session) -> None:
    achievement: Achievement = AchievementFactory()
    seen = [document(session, achievement).revision]
    listing: Listing = ListingFactory(achievement=achievement)
    seen.append(document(session, achievement).revision)
    before = outbox.backlog(session)
    listing.price = WAN
    session.flush()
    assert outbox.backlog(session) == before + 1
    assert {(entry.kind, entry.object_id) for entry in outbox.claim(session, 9)} == {("achievement", achievement.id)}
    seen.append(document(session, achievement).revision)
    achievement.title = "新的名称"
    session.flush()
    seen.append(document(session, achievement).revision)
    assert seen == sorted(set(seen))
    assert session.scalar(sa.select(revisions(Achievement))) == revision_of(achievement) == seen[-1]
