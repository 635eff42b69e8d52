"""Each feature of a pair says one thing a person can follow, and stays within the bounds it promises."""

from __future__ import annotations

import pytest

from search.document import SearchDocument
from search.embedding import Embedder
from search.matching.features import WEIGHTS, score
from search.matching.pairing import match
from tests.search.matching.pairs import achievement, demand, found

DAY = 739_000
YEAR = 365
# What may be below nought.
SIGNED = {"cosine", "coverage", "indicators"}


def features(embedder: Embedder, asked: SearchDocument, offered: SearchDocument) -> dict[str, float]:
    (only,) = match(asked, [found(offered)], embedder)
    return dict(only.features)


def feature(embedder: Embedder, name: str, asked: dict[str, object], offered: dict[str, object]) -> float:
    return features(embedder, demand(**asked), achievement(**offered))[name]


def test_every_feature_has_a_weight_and_the_score_is_their_sum(embedder: Embedder) -> None:
    (only,) = match(demand(), [found(achievement())], embedder)
    assert only.features.keys() == WEIGHTS.keys()
    assert only.score == pytest.approx(sum(WEIGHTS[name] * value for name, value in only.features.items()))
    assert score(dict.fromkeys(WEIGHTS, 0.0)) == 0.0


@pytest.mark.parametrize("body", ["", "松夹后圆度0.5mm，合格率50%。", "与此无关的饲料配方。", "要求" * 300])
def test_every_feature_keeps_its_bounds(embedder: Embedder, body: str) -> None:
    for name, value in features(embedder, demand(), achievement(body=body)).items():
        assert (-1.0001 if name in SIGNED else 0) <= value <= 1.0001, name


@pytest.mark.parametrize(
    ("price", "budget", "expected"),
    [(20, 30, 1.0), (30, 30, 1.0), (45, 30, 0.5), (60, 30, 0.0), (90, 30, 0.0), (None, 30, 0.5), (20, None, 0.5)],
)
def test_a_price_within_the_budget_is_best_and_twice_the_budget_is_worst(
    embedder: Embedder, price: int | None, budget: int | None, expected: float
) -> None:
    asked = {"numbers": {"budget": budget * 1_000_000} if budget else {}}
    offered = {"numbers": {"price": price * 1_000_000} if price else {}}
    assert feature(embedder, "budget", asked, offered) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        (("510000", "510600", "510603"), 1.0),
        (("510000", "510600", "510682"), 2 / 3),
        (("510000", "510100", "510104"), 1 / 3),
        ((), 0.0),
    ],
)
def test_nearer_regions_share_more_of_the_way_down(
    embedder: Embedder, region: tuple[str, ...], expected: float
) -> None:
    asked = {"facets": {"region": ("510000", "510600", "510603")}}
    offered = {"facets": {"region": region} if region else {}}
    assert feature(embedder, "region", asked, offered) == pytest.approx(expected)


@pytest.mark.parametrize(("industry", "expected"), [(("C", "34"), 1.0), (("C", "36"), 0.5), (("A", "03"), 0.0)])
def test_the_same_division_counts_more_than_the_same_section(
    embedder: Embedder, industry: tuple[str, ...], expected: float
) -> None:
    asked = {"facets": {"industry": ("C", "34")}}
    assert feature(embedder, "industry", asked, {"facets": {"industry": industry}}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [(("service",), ("service", "assignment"), 1.0), (("service",), ("assignment",), 0.0), ((), ("service",), 0.5)],
)
def test_a_shared_way_of_working_together_counts_and_an_unstated_one_is_left_open(
    embedder: Embedder, wanted: tuple[str, ...], offered: tuple[str, ...], expected: float
) -> None:
    asked = {"facets": {"transfer_mode": wanted} if wanted else {}}
    assert feature(embedder, "modes", asked, {"facets": {"transfer_mode": offered}}) == expected


def test_a_result_loses_half_its_recency_in_ten_years(embedder: Embedder) -> None:
    asked = {"numbers": {"date": DAY}}
    new, old = ({"numbers": {"date": DAY - years * YEAR}} for years in (0, 10))
    assert feature(embedder, "recency", asked, new) == pytest.approx(1.0)
    assert feature(embedder, "recency", asked, old) == pytest.approx(0.5, abs=0.01)
    assert feature(embedder, "recency", asked, {}) == 0.5


def test_indicators_speak_for_a_pair_that_meets_them_and_against_one_that_does_not(embedder: Embedder) -> None:
    asked: dict[str, object] = {}
    met = feature(embedder, "indicators", asked, {"body": "松夹后圆度0.01mm。合格率99%。"})
    half = feature(embedder, "indicators", asked, {"body": "松夹后圆度0.01mm。合格率90%。"})
    missed = feature(embedder, "indicators", asked, {"body": "松夹后圆度0.09mm。合格率90%。"})
    assert (met, half, missed) == (1.0, 0.0, -1.0)
    assert feature(embedder, "indicators", asked, {"body": "设计液性塑料夹具。"}) == 0.0


def test_an_achievement_that_shares_the_words_has_more_of_them_than_one_that_does_not(embedder: Embedder) -> None:
    pairs = [found(achievement("near"), 1), found(achievement("far", title="饲料配方", body="仔猪断奶后腹泻。"), 2)]
    words = {it.document.id: it.features["words"] for it in match(demand(), pairs, embedder)}
    assert words["near"] > words["far"]
