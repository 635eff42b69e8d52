"""What the province puts on the front page: for a time, in its place, and never what the public may not see."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Achievement, Collection, Story, Studio
from marketplace.permissions import VISITOR, Actor, Grant
from marketplace.schemas.showcase import CollectionSchema, ShownSchema, SlotSchema, StorySchema, address_of
from marketplace.services.showcase import collections, front, items, slots, stories
from tests.factories import AchievementFactory, OrganisationFactory

CURATOR = Actor("account:1", (Grant("province_curator"),), account_id=1)
HOUR = dt.timedelta(hours=1)


def on_page(session: Session, moment: dt.datetime | None = None) -> dict[str, Any]:
    """Return the titles of what the public sees, by place."""
    page = front.front_page(session, moment)
    one = {name: getattr(page, name) and getattr(page, name).card.title for name in ("top", "month")}
    return {**one, "row": [it.card.title for it in page.row]}


def put_up(session: Session, record: Achievement | Collection | Story | Studio, place: str = "top", **told: Any) -> int:
    address = address_of(record.__tablename__, record.id)
    return slots.put_up(session, CURATOR, SlotSchema().load({"place": place, "address": address, **told})).id


def written(session: Session, **told: Any) -> Story:
    data = {"title": "一个垫片的故事", "text": "第一段。\n第二段。", "consent": "nobody", **told}
    return stories.add(session, CURATOR, StorySchema().load(data))


def collected(session: Session, *records: Achievement | Story, **told: Any) -> Collection:
    listed = [{"address": address_of(it.__tablename__, it.id)} for it in records]
    return collections.add(session, CURATOR, CollectionSchema().load({"title": "止漏", "items": listed, **told}))


def published(session: Session, record: Story | Collection, **bounds: str) -> Story | Collection:
    publish = stories.publish if isinstance(record, Story) else collections.publish
    return publish(session, CURATOR, record.id, ShownSchema().load(bounds))


def test_nothing_curated_is_nothing_at_all(session: Session) -> None:
    assert not front.front_page(session)


def test_what_begins_later_takes_the_place_and_leaves_it_again(session: Session) -> None:
    first, second = AchievementFactory(title="先放的"), AchievementFactory(title="后放的")
    put_up(session, first)
    begin = now() + HOUR
    put_up(session, second, valid_from=begin.isoformat(), valid_until=(begin + HOUR).isoformat())
    assert on_page(session)["top"] == "先放的"
    assert on_page(session, begin)["top"] == "后放的"
    assert on_page(session, begin + HOUR)["top"] == "先放的"
    assert front.preview(session, CURATOR, begin).top.card.title == "后放的"
    with pytest.raises(NotAllowed):
        front.preview(session, VISITOR, begin)


def test_a_revoked_achievement_is_gone_at_once_and_the_desk_is_told_why(session: Session) -> None:
    before, revoked = AchievementFactory(title="一直公布的"), AchievementFactory(title="后来撤销的")
    put_up(session, before)
    number = put_up(session, revoked)
    assert on_page(session)["top"] == "后来撤销的"
    revoked.state = revoked.published_state = "revoked"
    session.flush()
    assert on_page(session)["top"] == "一直公布的"
    (placed,) = (it for it in front.at_desk(session, CURATOR) if it.slot.id == number)
    assert (placed.is_on_page, placed.seen.title, placed.seen.hidden) == (
        False, "后来撤销的", "这项成果已经撤销",
    )  # fmt: skip


def test_a_month_has_one_showcase_and_shows_it_for_that_month_in_sichuan(session: Session) -> None:
    number = put_up(session, AchievementFactory(title="三月的"), "month", month="2027-03")
    assert on_page(session, dt.datetime(2027, 2, 28, 15, 59, tzinfo=dt.UTC))["month"] is None
    assert on_page(session, dt.datetime(2027, 2, 28, 16, tzinfo=dt.UTC))["month"] == "三月的"
    assert on_page(session, dt.datetime(2027, 3, 31, 16, tzinfo=dt.UTC))["month"] is None
    with pytest.raises(Conflict):
        put_up(session, AchievementFactory(), "month", month="2027-03")
    slots.take_down(session, CURATOR, number)
    put_up(session, AchievementFactory(title="另一项"), "month", month="2027-03")
    (taken_down, put) = slots.history(session, CURATOR, number)
    assert (taken_down.event.verb, put.event.verb) == ("take_down", "put_up")
    with pytest.raises(Conflict):
        slots.bring_back(session, CURATOR, number, put.version.id)


def test_the_row_keeps_its_order_and_its_length(session: Session) -> None:
    for position in (7, 3, 5, 1, 4, 2, 6):
        put_up(session, AchievementFactory(title=f"第{position}项"), "row", position=position)
    assert on_page(session)["row"] == [f"第{place}项" for place in range(1, 7)]


def test_a_collection_shows_what_is_public_and_an_empty_one_leaves_the_page(session: Session) -> None:
    open_one, draft = AchievementFactory(title="公布的"), written(session, title="还没公布的故事")
    theme = collected(session, open_one, draft)
    published(session, theme)
    put_up(session, theme, "row")
    assert [it.card.title for it in collections.members(session, theme)] == ["公布的"]
    assert collections.members_at_desk(session, theme)["story", draft.id] == items.Seen(
        "还没公布的故事", "还是草稿，没有公布"
    )
    published(session, draft)
    assert [it.card.title for it in collections.members(session, theme)] == ["公布的", "还没公布的故事"]
    stories.withdraw(session, CURATOR, draft.id)
    open_one.state = open_one.published_state = "revoked"
    session.flush()
    assert on_page(session)["row"] == []
    assert collections.listed(session, limit=9) == ([], None)
    assert collections.get(session, VISITOR, theme.id).title == "止漏"


def test_a_studio_stands_on_the_page_until_it_is_closed(session: Session) -> None:
    unit = OrganisationFactory()
    studio = Studio(
        name="示例工作室", name_key="示例工作室", kind="craftsman", tier="unit", organisation=unit, story="磨刀十年。"
    )
    session.add(studio)
    session.flush()
    put_up(session, studio)
    card = front.front_page(session).top.card
    assert (card.title, card.lead, card.facts) == ("示例工作室", "磨刀十年。", (unit.name,))
    studio.state, studio.closed_on, studio.closed_because = "closed", today(), "设备停用"
    session.flush()
    assert on_page(session)["top"] is None
    assert front.at_desk(session, CURATOR)[0].seen.hidden == "这个工作室已经撤销"


def test_a_story_waits_for_its_moment_without_anybody_doing_anything(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = written(session)
    begin = now() + HOUR
    published(session, story, shown_from=begin.isoformat(), shown_until=(begin + HOUR).isoformat())
    put_up(session, story)
    with pytest.raises(NotFound):
        stories.get(session, VISITOR, story.id)
    assert stories.get(session, CURATOR, story.id).state_at(now()) == "scheduled"
    assert on_page(session)["top"] is None
    assert on_page(session, begin)["top"] == "一个垫片的故事"
    monkeypatch.setattr(stories, "now", lambda: begin)
    assert stories.get(session, VISITOR, story.id) is story
    assert stories.listed(session, limit=9) == [story]
    monkeypatch.setattr(stories, "now", lambda: begin + HOUR)
    with pytest.raises(NotFound):
        stories.get(session, VISITOR, story.id)


def test_nobody_is_shown_who_did_not_agree_and_no_number_of_a_person(session: Session) -> None:
    story = written(session, consent="open")
    with pytest.raises(Invalid) as refused:
        published(session, story)
    assert set(refused.value.fields) == {"consent"}
    agreed = {"title": "故事", "text": "正文。", "consent": "given", "appearing": "王示例", "agreed_on": "2026-03-01"}
    stories.revise(session, CURATOR, story.id, story.revision, StorySchema().load(agreed))
    published(session, story)
    with pytest.raises(Invalid) as refused:
        stories.revise(session, CURATOR, story.id, story.revision, StorySchema().load({**agreed, "consent": "open"}))
    assert set(refused.value.fields) == {"consent"}
    for text in ("电话 13900000001。", "机密★10年"):
        with pytest.raises(Invalid) as refused:
            written(session, text=text)
        assert set(refused.value.fields) == {"text"}


def test_a_story_gets_back_what_it_was_and_stays_published(session: Session) -> None:
    story = written(session)
    published(session, story)
    stale = story.revision
    stories.revise(
        session, CURATOR, story.id, stale, StorySchema().load({"title": "改坏了", "text": "空。", "consent": "nobody"})
    )
    with pytest.raises(StaleRevision):
        stories.revise(session, CURATOR, story.id, stale, StorySchema().load({"title": "晚到的"}))
    (revised, _published, drafted) = stories.history(session, CURATOR, story.id)
    assert ("title", "一个垫片的故事", "改坏了") in revised.changes
    assert drafted.event.actor == "account:1"
    stories.bring_back(session, CURATOR, story.id, drafted.version.id)
    assert (story.title, story.state_at(now())) == ("一个垫片的故事", "published")
    with pytest.raises(Conflict):
        stories.bring_back(session, CURATOR, story.id, drafted.version.id)
    assert next(step.event.verb for step in stories.history(session, CURATOR, story.id)) == "bring_back"
    assert list(audit.faults(session, "story", story.id)) == []


def test_a_collection_gets_its_items_back_and_its_revision_rises_with_them(session: Session) -> None:
    first, second = AchievementFactory(title="甲"), AchievementFactory(title="乙")
    theme = collected(session, first, second)
    before = theme.revision
    only = {"title": "止漏", "items": [{"address": f"https://example.cn/achievements/{second.id}?lang=en"}]}
    collections.revise(session, CURATOR, theme.id, before, CollectionSchema().load(only))
    assert theme.revision > before
    drafted = collections.history(session, CURATOR, theme.id)[-1]
    collections.bring_back(session, CURATOR, theme.id, drafted.version.id)
    assert [it.object_id for it in theme.items] == [first.id, second.id]
    with pytest.raises(Invalid):
        collected(session, title="指向没有的记录", items=[{"address": "/achievements/99999"}])
    with pytest.raises(NotFound):
        collections.get(session, VISITOR, theme.id)


@pytest.mark.parametrize("role", ["city", "county", "industry_union", "unit_union", "auditor", "worker", "judge"])
def test_the_showcase_is_the_provinces_alone(session: Session, role: str) -> None:
    story, theme = written(session), collected(session, AchievementFactory())
    slot = put_up(session, story)
    other = Actor("account:2", (Grant(role, "51/5106"),), account_id=2)
    for attempt in (
        lambda: stories.add(session, other, StorySchema().load({"title": "越权"})),
        lambda: stories.at_desk(session, other, limit=9),
        lambda: stories.history(session, other, story.id),
        lambda: stories.publish(session, other, story.id, ShownSchema().load({})),
        lambda: collections.withdraw(session, other, theme.id),
        lambda: slots.take_down(session, other, slot),
        lambda: front.at_desk(session, other),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    with pytest.raises(NotFound):
        stories.get(session, other, story.id)
