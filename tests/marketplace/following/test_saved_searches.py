"""A kept question is answered with what is new: once a record, with the reason, to whoever may read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.db import now, unit_of_work
from marketplace.errors import Conflict, NotFound
from marketplace.models import Account, ChangedRecord, Mail, Notice, SavedSearch, SavedSearchHit
from marketplace.permissions import Actor
from marketplace.services.mail.following_texts import asked_of
from marketplace.services.mail.texts import message
from marketplace.services.saved_search import keeping, telling
from tests import factories
from tests.factories import AccountFactory, AchievementFactory, DemandFactory, DraftFactory

MONDAY = dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC)
ASKED = {"name": "薄壁件", "kind": "achievement", "text": "薄壁件车削变形", "filters": {}, "frequency": "at_once"}


def acting(account: Account) -> Actor:
    return Actor(f"account:{account.id}", account_id=account.id)


def saved_by(session: Session, account: Account, **changed: Any) -> SavedSearch:
    return keeping.save(session, acting(account), ASKED | changed)


def test_a_mail_says_what_is_looked_for_with_the_filters_by_name() -> None:
    filters = {"kind": ["small_improvement"], "region": ["5106"], "market": ["available"], "trl_band": ["7-9"]}
    assert asked_of("zh_Hans", "achievement", "薄壁件", filters) == "薄壁件；小革新、德阳市、可以转让或许可、TRL 7-9"
    assert asked_of("en", "studio", "", {"tier": ["city"], "region": ["5106"]}).endswith(", Deyang")


def hit(session: Session, saved: SavedSearch, object_id: int, text_hash: str = "a") -> None:
    query = sa.select(SavedSearchHit).filter_by(saved_search_id=saved.id, object_id=object_id)
    found = session.scalar(query) or SavedSearchHit(saved_search_id=saved.id, object_id=object_id)
    found.text_hash, found.found_at, found.words, found.similarity = text_hash, MONDAY, ["薄壁件"], 0.6
    session.add(found)
    session.flush()


def mails(session: Session) -> list[Mail]:
    return list(session.scalars(sa.select(Mail).filter_by(kind="search_found").order_by(Mail.id)))


def test_news_say_what_was_found_why_and_how_to_stop_them(session: Session) -> None:
    person, record = AccountFactory(), AchievementFactory(title="液性塑料夹具")
    hit(session, saved_by(session, person), record.id)
    assert telling.tell_due(session, MONDAY) == 1
    (mail,) = mails(session)
    letter = message(mail.recipient, "zh_Hans", mail.kind, mail.values, "https://market.example.cn")
    assert letter.subject == "“薄壁件”有 1 条新结果"
    for said in (
        "薄壁件车削变形",
        "液性塑料夹具",
        "命中词：薄壁件；语义相近",
        f"https://market.example.cn/achievements/{record.id}\n",
    ):
        assert said in letter.text
    saved = session.scalars(sa.select(SavedSearch)).one()
    address = f"https://market.example.cn/unsubscribe/{saved.unsubscribe_key}"
    assert letter.headers == {
        "List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }  # fmt: skip
    # Neither the records nor the key of a mail stay with the notice.
    assert set(session.scalars(sa.select(Notice)).one().values) == {"search", "name", "count", "asked"}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(st.just("tell"), st.tuples(st.integers(0, 2), st.sampled_from("ab"))), max_size=14))
def test_no_record_is_told_of_twice_unless_it_reads_otherwise(sqlite_session: Session, steps: list[Any]) -> None:
    session = sqlite_session
    factories.use(session)
    saved = saved_by(session, AccountFactory())
    records = [AchievementFactory() for _ in range(3)]
    heard: dict[int, str] = {}
    waits: dict[int, str] = {}
    for step in (*steps, "tell"):
        if step == "tell":
            expected = {it: read for it, read in waits.items() if heard.get(it) != read}
            assert telling.tell(session, saved) == len(expected)
            heard |= expected
            waits = {}
        else:
            number, read = step
            hit(session, saved, records[number].id, read)
            waits[number] = read
    assert telling.tell(session, saved) == 0


def test_what_the_owner_may_not_read_any_more_is_not_told(session: Session) -> None:
    person = AccountFactory()
    drafted = DraftFactory()
    saved = saved_by(session, person)
    hit(session, saved, drafted.id)
    hit(session, saved_by(session, AccountFactory(is_active=False)), AchievementFactory().id)
    telling.tell_due(session, MONDAY)
    assert mails(session) == []
    assert telling.found_for(session, acting(person), saved, limit=9) == []


@pytest.mark.parametrize(
    ("frequency", "later", "number"),
    [("at_once", 0, 1), ("daily", 0, 0), ("daily", 23, 1), ("weekly", 23, 0), ("weekly", 24 * 7 - 1, 1)],
)
def test_news_come_as_often_as_the_search_says(
    sqlite_session: Session, frequency: str, later: int, number: int
) -> None:
    hit(sqlite_session, saved_by(sqlite_session, AccountFactory(), frequency=frequency), AchievementFactory().id)
    assert telling.tell_due(sqlite_session, MONDAY + dt.timedelta(hours=later)) == number


def test_a_mail_is_stopped_with_its_link_and_the_search_is_its_owners(session: Session) -> None:
    person, other = AccountFactory(), AccountFactory()
    saved = saved_by(session, person)
    hit(session, saved, AchievementFactory().id)
    with pytest.raises(NotFound):
        keeping.unsubscribe(session, saved.feed_key)
    keeping.unsubscribe(session, saved.unsubscribe_key)
    assert saved.paused_at is not None and telling.tell_due(session, MONDAY) == 0
    for act in (keeping.get, keeping.pause, keeping.resume, keeping.delete, keeping.renew_feed):
        with pytest.raises(NotFound):
            act(session, acting(other), saved.id)
    keeping.delete(session, acting(person), saved.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(SavedSearchHit)) == 0


def test_nobody_keeps_more_than_the_rule_allows(sqlite_session: Session) -> None:
    person = AccountFactory()
    for _ in range(50):
        saved_by(sqlite_session, person)
    with pytest.raises(Conflict):
        saved_by(sqlite_session, person)


def test_the_worker_asks_about_what_changed_since(app_on_each: Flask) -> None:
    held = app_on_each.extensions["marketplace"]
    sync: Callable[[], Any] = lambda: app_on_each.test_cli_runner().invoke(args=["index", "sync"])  # noqa: E731
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        AchievementFactory(title="早有的薄壁件车削变形夹具")
        person = AccountFactory()
    assert sync().exit_code == 0
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        first = saved_by(session, person).id
        saved_by(session, person, text="电解槽阳极效应")
        saved_by(session, person, name="行业", text="", filters={"industry": ["34"]})
        saved_by(session, person, name="需求", kind="demand", text="薄壁件")
        paused = saved_by(session, person)
        keeping.pause(session, acting(person), paused.id)
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        made = AchievementFactory(title="薄壁件车削变形的控制", industry="34").id
        hidden = DraftFactory(title="薄壁件车削变形").id
        asked = DemandFactory(title="薄壁件车削变形怎么办", text="薄壁件松夹后变形").id
    assert sync().exit_code == 0
    with held.sessions() as session:
        found = {(it.saved_search_id - first, it.object_id) for it in session.scalars(sa.select(SavedSearchHit))}
        assert found == {(0, made), (2, made), (3, asked)}
        assert hidden not in {object_id for _search, object_id in found}
        reasons = {it.saved_search_id - first: it for it in session.scalars(sa.select(SavedSearchHit))}
        assert "薄壁" in reasons[0].words and reasons[0].similarity is not None
        assert (reasons[2].words, reasons[2].similarity) == ([], None)
        assert session.scalar(sa.select(sa.func.count()).select_from(ChangedRecord)) == 0
    # Indexed again as it was, it is no news; worded otherwise, it is.
    with unit_of_work(held.sessions) as session:
        assert telling.tell_due(session, now()) == 3
    app_on_each.test_cli_runner().invoke(args=["index", "rebuild", "--yes"])
    for title, number in (("薄壁件车削变形的控制", 0), ("薄壁件车削变形的控制，第二版", 2)):
        with unit_of_work(held.sessions) as session:
            record = session.get_one(factories.models.Achievement, made)
            record.title, record.maturity = title, None if number else "pilot"
        assert sync().exit_code == 0
        with unit_of_work(held.sessions) as session:
            assert telling.tell_due(session, now()) == number
