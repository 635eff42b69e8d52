"""What everybody sees of studios: people as far as they agreed, a list to narrow, and how they spread."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import today
from marketplace.indexing.plain_studios import plain_studios
from marketplace.models import AppliedSite, Studio
from marketplace.permissions import SYSTEM, VISITOR
from marketplace.schemas.studio import ResultSchema
from marketplace.services.honour import persons
from marketplace.services.studio import keeping, public, reach, records, spread
from marketplace.web.studios import tiles
from search.document import SearchRequest
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.studios.studios import led, manned, opened

DAY, YESTERDAY = today(), today() - dt.timedelta(1)


def test_everybody_sees_people_as_far_as_they_agreed(session: Session, studio: Studio) -> None:
    led(session, studio)
    manned(session, studio, "李示例", "赵示例")
    shown = public.show(session, studio.id)
    assert (shown.leader, shown.members, shown.member_count) == (None, [], 2)
    assert studio.leader is not None
    for shows_unit in (False, True):
        assert public.show(session, studio.id).leader is None
        for person in (studio.leader.person, studio.members[0].person):
            persons.agree(session, SYSTEM, person.id, {"shows_name": True, "shows_unit": shows_unit})
    shown = public.show(session, studio.id)
    assert shown.leader is studio.leader.person
    assert [it.name for it in shown.members] == ["李示例"]


def test_without_the_index_studios_are_found_in_the_database(session: Session, studio: Studio) -> None:
    other = opened(session, OrganisationFactory(region_path="51/5107"), name="李示例工作室", kind="craftsman")
    closed = opened(session, studio.organisation, name="撤并的工作室")
    records.close(session, SYSTEM, closed.id, {"on": DAY, "reason": "单位撤并"})
    for text, filters, found in (
        ("", {}, [other, studio]), ("", {"region": ("5106",)}, [studio]), ("", {"industry": ("C",)}, [studio]),
        ("", {"kind": ("craftsman", "model_worker")}, [other, studio]), ("李示例", {}, [other]),
        ("", {"tier": ("province",)}, []),
    ):  # fmt: skip
        page = plain_studios(session, VISITOR, SearchRequest("studio", text, filters=filters))
        assert [int(hit.document.id) for hit in page.hits] == [it.id for it in found]
        assert page.total == len(found)


def test_the_spread_counts_each_studio_at_its_city_and_tier(session: Session, studio: Studio) -> None:
    opened(session, OrganisationFactory(region_path="51/5107"), name="李示例工作室", kind="craftsman", tier="province")
    opened(session, OrganisationFactory(), name="没有地区的工作室")
    closed = opened(session, studio.organisation, name="撤并的工作室")
    records.close(session, SYSTEM, closed.id, {"on": DAY, "reason": "单位撤并"})
    found = spread.of_province(session)
    assert (found.all, found.elsewhere, found.by_city["5106"], found.by_city["5107"]) == (3, 1, 1, 1)
    assert len(found.by_city) == 21
    assert {tier: count for tier, count in found.by_tier.items() if count} == {"unit": 2, "province": 1}
    assert spread.of_province(session, kind="craftsman").all == 1
    assert [it.shade for it in tiles.of(found.by_city) if it.count] == [4, 4]
    assert set(tiles.PLACES) == set(vocabulary.regions.children("51"))


def test_a_studio_reaches_the_units_that_use_its_public_results(session: Session, studio: Studio) -> None:
    """A unit counts once however it is written; what is not open, or of a draft, is not told."""
    OrganisationFactory(name="绵阳示例厂(总部)", region_path="51/5107/510704")
    made = {
        "液性塑料夹具": ({}, ["绵阳示例厂（总部）", "外地厂"]),
        "真空夹具": ({}, ["绵阳示例厂（总部）"]),
        "不公开的用户": ({"disclosure": {"sites": 1}}, ["示例重机厂"]),
        "草稿": ({"state": "draft", "published_state": "unpublished", "published_at": None}, ["示例重机厂"]),
    }
    for title, (fields, units) in made.items():
        sites = [AppliedSite(unit=unit) for unit in units]
        record = AchievementFactory(title=title, units=[studio.organisation], sites=sites, **fields)
        row = {"kind": "achievement", "object_id": record.id, "made_on": DAY.isoformat()}
        keeping.bring_about(session, SYSTEM, studio.id, ResultSchema().load(row))
    found = reach.reach_of(session, public.results_of(studio))
    assert [(it.unit, it.city, it.title) for it in found.sites] == [
        ("绵阳示例厂（总部）", "5107", "液性塑料夹具"), ("绵阳示例厂（总部）", "5107", "真空夹具"),
        ("外地厂", None, "液性塑料夹具"),
    ]  # fmt: skip
    assert {city: count for city, count in found.by_city.items() if count} == {"5107": 1}
    assert found.elsewhere == 1
