"""Every change reaches the index, once or more often, and the index can be proved equal to the database."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace import outbox
from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.indexing import matching, sync
from marketplace.models import Achievement, Demand, Match, OutboxEntry
from marketplace.runtime import Runtime
from search.document import SearchDocument, SearchRequest
from search.engine import Vector
from tests import factories
from tests.factories import AchievementFactory, DemandFactory


class BrokenEngine:
    """An index on a disk that is full: it takes documents and cannot commit them."""

    def write(self, documents: list[SearchDocument], vectors: Vector) -> None:
        """Take them."""

    def delete(self, kind: str, revisions: dict[str, int]) -> None:
        """Take them."""

    def commit(self) -> None:
        raise OSError("no space left on device")


@pytest.fixture
def held(app_on_each: Flask) -> Runtime:
    runtime: Runtime = app_on_each.extensions["marketplace"]
    return runtime


def quiet(_count: int) -> None:
    """Show no progress."""


def drain(held: Runtime, batch: int = 100) -> sync.Changes:
    with held.catalogue.writer() as engine:
        return sync.drain(held.sessions, engine, held.catalogue.embedder, batch=batch, progress=quiet)


def make(sessions: SessionFactory, factory: type, count: int = 1, **fields: object) -> list[int]:
    with unit_of_work(sessions) as session:
        factories.use(session)
        return [factory(**fields).id for _ in range(count)]


def found(held: Runtime, text: str) -> set[int]:
    page = held.catalogue.search(SearchRequest(kind="achievement", text=text, limit=100))
    return {int(hit.document.id) for hit in page.hits}


def test_a_new_record_is_found_after_the_next_sync(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
    drain(held)
    assert found(held, "主轴箱漏油") == {identity}


def test_a_changed_title_is_found_and_the_old_one_is_not(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理", summary="密封改进。")
    drain(held)
    with unit_of_work(held.sessions) as session:
        session.get_one(Achievement, identity).title = "道口栏杆防撞装置"
    drain(held)
    assert found(held, "道口栏杆") == {identity}
    with held.sessions() as session:
        assert list(sync.differences(session, held.catalogue.reader())) == []


def test_a_revoked_achievement_leaves_the_index(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
    drain(held)
    with unit_of_work(held.sessions) as session:
        record = session.get_one(Achievement, identity)
        record.state, record.published_state = "revoked", "revoked"
    assert drain(held).deleted["achievement"] == {identity}
    assert found(held, "主轴箱漏油") == set()


def test_a_deleted_record_leaves_the_index(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
    drain(held)
    with unit_of_work(held.sessions) as session:
        session.delete(session.get_one(Achievement, identity))
    drain(held)
    assert found(held, "主轴箱漏油") == set()


def test_many_changes_of_one_record_are_folded_to_one_document(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory)
    for number in range(5):
        with unit_of_work(held.sessions) as session:
            session.get_one(Achievement, identity).title = f"第{number}次改名"
    changes = drain(held)
    assert (changes.entries, changes.written["achievement"]) == (6, {identity})


def test_a_backlog_larger_than_a_batch_is_drained_whole(held: Runtime) -> None:
    make(held.sessions, AchievementFactory, 25)
    assert drain(held, batch=10).entries == 25
    with held.sessions() as session:
        assert outbox.backlog(session) == 0


def test_what_the_index_could_not_commit_is_done_again(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
    with pytest.raises(OSError, match="no space"):
        sync.drain(held.sessions, BrokenEngine(), held.catalogue.embedder, batch=10, progress=quiet)  # type: ignore[arg-type]
    with held.sessions() as session:
        assert outbox.backlog(session) == 1
    drain(held)
    assert found(held, "主轴箱漏油") == {identity}


def test_doing_an_entry_twice_changes_nothing(held: Runtime) -> None:
    make(held.sessions, AchievementFactory, 3)
    drain(held)
    with unit_of_work(held.sessions) as session:
        session.execute(sa.update(OutboxEntry).values(processed_at=None))
    drain(held)
    with held.sessions() as session:
        assert list(sync.differences(session, held.catalogue.reader())) == []


def test_a_difference_is_named_and_its_kind_said(held: Runtime) -> None:
    kept, stale, gone = make(held.sessions, AchievementFactory, 3)
    drain(held)
    with unit_of_work(held.sessions) as session:
        session.get_one(Achievement, stale).title = "悄悄改名"
        session.delete(session.get_one(Achievement, gone))
        session.execute(sa.update(OutboxEntry).values(processed_at=now()))
    (added,) = make(held.sessions, AchievementFactory)
    with held.sessions() as session:
        differences = {(one.id, one.problem) for one in sync.differences(session, held.catalogue.reader())}
    assert differences == {(stale, "stale"), (gone, "surplus"), (added, "missing")}
    assert kept not in {identity for identity, _ in differences}


def test_a_document_of_the_right_revision_that_says_something_else_is_found_and_mended(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
    drain(held)
    with held.catalogue.writer() as engine:
        (document,) = engine.fetch("achievement", [str(identity)])
        engine.write([replace(document, title="道口栏杆")], engine.read("achievement", [str(identity)])[1])
        engine.commit()
    with held.sessions() as session:
        assert [one.problem for one in sync.differences(session, held.catalogue.reader())] == ["stale"]
    with unit_of_work(held.sessions) as session:
        outbox.enqueue(session, "achievement", [identity])
    drain(held)
    with held.sessions() as session:
        assert list(sync.differences(session, held.catalogue.reader())) == []


def match_after(held: Runtime, changes: sync.Changes) -> int:
    with held.catalogue.writer() as engine:
        return matching.match_changes(held.sessions, engine, held.catalogue.embedder, changes, 10, quiet)


def pairs(held: Runtime) -> set[tuple[int, int]]:
    with held.sessions() as session:
        return {(match.demand_id, match.achievement_id) for match in session.scalars(sa.select(Match))}


def test_publishing_a_demand_matches_it_within_the_same_worker(held: Runtime) -> None:
    (achievement,) = make(held.sessions, AchievementFactory)
    (demand,) = make(held.sessions, DemandFactory)
    assert match_after(held, drain(held)) == 1
    assert pairs(held) == {(demand, achievement)}


def test_publishing_an_achievement_matches_the_demands_near_it(held: Runtime) -> None:
    (demand,) = make(held.sessions, DemandFactory)
    make(held.sessions, DemandFactory, 4, title="食堂排队太久", text="午餐高峰排队时间长，想要分流的办法。")
    match_after(held, drain(held))
    (achievement,) = make(held.sessions, AchievementFactory)
    match_after(held, drain(held))
    assert (demand, achievement) in pairs(held)


def test_a_revoked_achievement_is_suggested_no_more(held: Runtime) -> None:
    (achievement,) = make(held.sessions, AchievementFactory)
    make(held.sessions, DemandFactory, 3)
    match_after(held, drain(held))
    assert pairs(held)
    with unit_of_work(held.sessions) as session:
        record = session.get_one(Achievement, achievement)
        record.state, record.published_state = "revoked", "revoked"
    match_after(held, drain(held))
    assert pairs(held) == set()


def test_a_closed_demand_is_not_matched(held: Runtime) -> None:
    make(held.sessions, AchievementFactory)
    (demand,) = make(held.sessions, DemandFactory)
    with unit_of_work(held.sessions) as session:
        session.get_one(Demand, demand).state = "closed_unsolved"
    assert match_after(held, drain(held)) == 0


def test_every_quotation_kept_stands_at_its_place_in_the_record(held: Runtime) -> None:
    make(held.sessions, AchievementFactory, 3, indicators=[])
    make(held.sessions, DemandFactory)
    match_after(held, drain(held))
    with held.sessions() as session:
        matches = list(session.scalars(sa.select(Match)))
        quoted = [(match, reason) for match in matches for reason in match.reasons if reason["quote"]]
        assert quoted
        for match, reason in quoted:
            field = getattr(match.achievement, reason["field"])
            assert field[reason["start"] : reason["end"]] == reason["quote"]
            asked = getattr(match.demand, reason["clause_field"])
            assert asked[reason["clause_start"] : reason["clause_end"]] == reason["clause"]
