"""What of a record is searched, and the way back from a place in the search text to the field it came from."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.indexing.documents import body_of, document_for, place_in_field, sections_of, trl_band
from marketplace.models import Indicator
from search.document import Span
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory


def test_a_published_achievement_becomes_a_document_with_its_facets(sqlite_session: Session) -> None:
    unit = OrganisationFactory()
    achievement = AchievementFactory(
        region="510603",
        industry="34",
        trl=8,
        completed_on=dt.date(2019, 5, 1),
        transfer_modes=["service"],
        units=[unit],
    )
    document = document_for(achievement)
    assert document is not None
    assert document.facets == {
        "region": ("51", "5106", "510603"),
        "industry": ("C", "34"),
        "trl_band": ("7-9",),
        "year": ("2019",),
        "transfer_mode": ("service",),
        "owner": (str(unit.id),),
    }
    assert document.numbers["trl"] == 8


@pytest.mark.parametrize("state", ["unpublished", "revoked"])
def test_what_the_public_may_not_see_has_no_document(sqlite_session: Session, state: str) -> None:
    published_at = None if state == "unpublished" else dt.datetime.now(dt.UTC)
    assert document_for(AchievementFactory(published_state=state, published_at=published_at)) is None


def test_a_field_that_is_not_open_to_anyone_is_not_searched(sqlite_session: Session) -> None:
    achievement = AchievementFactory(principle="保密的关键参数", summary="公开的简介")
    assert sections_of(achievement) == (("summary", "公开的简介"),)
    achievement.disclosure = {"principle": 0, "summary": 1}
    assert sections_of(achievement) == (("principle", "保密的关键参数"),)


def test_indicators_are_searched_as_they_are_shown(sqlite_session: Session) -> None:
    achievement = AchievementFactory(indicators=[Indicator(name="合格率", value="98", unit="%")])
    assert sections_of(achievement)[-1] == ("indicators", "合格率 98%")


def test_a_demand_excludes_the_achievements_of_whoever_posted_it(sqlite_session: Session) -> None:
    unit = OrganisationFactory()
    document = document_for(DemandFactory(organisation=unit))
    assert document is not None
    assert document.facets["excluded_owner"] == (str(unit.id),)


@pytest.mark.parametrize("state", ["draft", "closed_unsolved", "expired"])
def test_a_demand_that_looks_for_nothing_has_no_document(sqlite_session: Session, state: str) -> None:
    assert document_for(DemandFactory(state=state)) is None


@pytest.mark.parametrize(
    ("trl", "band"), [(None, None), (1, "1-3"), (3, "1-3"), (4, "4-6"), (6, "4-6"), (7, "7-9"), (9, "7-9")]
)
def test_readiness_levels_fall_into_three_bands(trl: int | None, band: str | None) -> None:
    assert trl_band(trl) == band


texts = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5)


@given(texts, st.data())
def test_a_place_in_the_body_leads_back_to_the_same_characters_of_a_field(
    values: list[str], data: st.DataObject
) -> None:
    sections = tuple((f"field{number}", text) for number, text in enumerate(values))
    number = data.draw(st.integers(0, len(values) - 1))
    start = data.draw(st.integers(0, len(values[number]) - 1))
    end = data.draw(st.integers(start + 1, len(values[number])))
    offset = len(body_of(sections[:number])) + (1 if number else 0)
    field, field_start, field_end = place_in_field(sections, Span(offset + start, offset + end))
    assert dict(sections)[field][field_start:field_end] == body_of(sections)[offset + start : offset + end]


def test_a_place_across_two_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="one field"):
        place_in_field((("a", "甲乙"), ("b", "丙丁")), Span(1, 4))
