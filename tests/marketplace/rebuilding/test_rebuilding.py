"""An index is built while people go on working, and exchanged without a question or a change being lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from marketplace.db import now, unit_of_work
from marketplace.indexing import bringing, marks, sync
from marketplace.indexing.rebuilding import NoSuchEdition
from marketplace.models import Achievement, Demand, OutboxEntry
from marketplace.runtime import Runtime
from search.document import SearchRequest
from search.errors import IndexLocked, IndexMissing, IndexReplaced, IndexUnsound
from tests.factories import AchievementFactory, DemandFactory
from tests.marketplace.rebuilding.working import delete, differences, drain, found, make, names, rename, revoke, work

PARKED = {"parked_at": now(), "reason": "KeyError"}


def test_a_rebuilt_index_holds_exactly_what_may_be_found(held: Runtime) -> None:
    make(held.sessions, AchievementFactory, 12)
    make(held.sessions, AchievementFactory, 2, state="draft", published_state="unpublished", published_at=None)
    make(held.sessions, DemandFactory, 3)
    work(held).rebuild(beside=False)
    assert differences(held) == []
    assert held.catalogue.search(SearchRequest(kind="achievement")).total == 12


def test_what_is_written_and_deleted_during_a_rebuild_is_found_as_it_is_afterwards(held: Runtime) -> None:
    first, renamed, revoked, deleted, *_ = make(held.sessions, AchievementFactory, 12)
    drain(held)
    added: list[int] = []

    def meanwhile() -> None:
        rename(held, renamed, "道口栏杆防撞装置")
        revoke(held, revoked)
        delete(held, deleted)
        added.extend(make(held.sessions, AchievementFactory, title="主轴箱漏油治理"))
        # The worker brings the changes to the index in use, and readers find them there before the rebuild is done.
        drain(held)
        assert found(held, "主轴箱漏油") == set(added)
        # One more that no worker has seen.
        rename(held, first, "皮带纵向撕裂保护")

    work(held, meanwhile=meanwhile).rebuild(beside=False)
    assert found(held, "道口栏杆") == {renamed}
    assert found(held, "主轴箱漏油") == set(added)
    assert found(held, "皮带纵向撕裂") == {first}
    assert {revoked, deleted} & found(held, "薄壁件车削夹具改进") == set()
    assert differences(held) == []
    drain(held)
    assert differences(held) == []


def test_a_reader_who_is_open_moves_over_to_the_new_index(held: Runtime) -> None:
    (identity,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
    drain(held)
    assert found(held, "主轴箱漏油") == {identity}
    before = held.catalogue.reader()
    work(held).rebuild(beside=False)
    assert found(held, "主轴箱漏油") == {identity}
    assert held.catalogue.reader() is not before


def test_a_worker_in_the_middle_of_a_round_does_it_again_in_the_new_index(held: Runtime) -> None:
    make(held.sessions, AchievementFactory, 3)
    drain(held)
    with held.catalogue.writer() as old:
        work(held).rebuild(beside=False)
        (late,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
        with pytest.raises(IndexReplaced):
            sync.drain(held.sessions, old, held.catalogue.embedder, batch=10, progress=lambda _count: None)
    drain(held)
    assert found(held, "主轴箱漏油") == {late}


def test_a_failure_during_a_rebuild_leaves_the_index_in_use_and_nothing_else(held: Runtime) -> None:
    make(held.sessions, AchievementFactory, 3)
    drain(held)
    before = names(held)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(held, meanwhile=interrupt).rebuild(beside=False)
    assert names(held) == before
    assert differences(held) == []
    work(held).rebuild(beside=False)


def test_only_one_rebuild_at_a_time(held: Runtime) -> None:
    make(held.sessions, AchievementFactory)

    def another() -> None:
        with pytest.raises(IndexLocked, match="重建"):
            work(held).rebuild(beside=False)

    work(held, meanwhile=another).rebuild(beside=False)


def test_after_a_rollback_the_old_index_has_every_change_since(held: Runtime) -> None:
    kept, renamed, revoked, deleted = make(held.sessions, AchievementFactory, 4)
    drain(held)
    (waiting,) = make(held.sessions, AchievementFactory, title="焊缝气孔治理")
    old = names(held)[0]
    work(held).rebuild(beside=False)
    rename(held, renamed, "道口栏杆防撞装置")
    revoke(held, revoked)
    drain(held)
    delete(held, deleted)
    assert work(held).roll_back().name == old
    assert found(held, "道口栏杆") == {renamed}
    assert found(held, "焊缝气孔") == {waiting}
    assert found(held, "薄壁件车削夹具改进") == {kept}
    assert differences(held) == []


def test_a_rollback_can_be_taken_back(held: Runtime) -> None:
    make(held.sessions, AchievementFactory, 2)
    drain(held)
    work(held).rebuild(beside=False)
    live, previous, _ = names(held)
    work(held).roll_back()
    assert names(held) == (previous, live, None)
    (late,) = make(held.sessions, AchievementFactory, title="主轴箱漏油治理")
    drain(held)
    work(held).roll_back()
    assert names(held) == (live, previous, None)
    assert found(held, "主轴箱漏油") == {late}
    assert differences(held) == []


def test_an_index_that_stands_beside_gets_every_change_when_it_comes_into_use(held: Runtime) -> None:
    first, second = make(held.sessions, AchievementFactory, 2)
    drain(held)
    work(held).rebuild(beside=True)
    live, _, beside = names(held)
    rename(held, first, "道口栏杆防撞装置")
    drain(held)
    delete(held, second)
    assert found(held, "道口栏杆") == {first}
    assert work(held).swap().name == beside
    assert names(held) == (beside, live, None)
    assert found(held, "道口栏杆") == {first}
    assert differences(held) == []


def test_an_index_beside_can_be_discarded(held: Runtime) -> None:
    make(held.sessions, AchievementFactory)
    drain(held)
    before = names(held)
    beside = work(held).rebuild(beside=True)
    work(held).discard()
    assert names(held) == before
    with pytest.raises(IndexMissing):
        held.catalogue.editions.open(beside)


def test_a_rebuild_keeps_the_index_beside(held: Runtime) -> None:
    make(held.sessions, AchievementFactory)
    work(held).rebuild(beside=False)
    beside = work(held).rebuild(beside=True)
    work(held).rebuild(beside=False)
    assert names(held)[2] == beside.name


def test_what_is_not_there_cannot_come_into_use(held: Runtime) -> None:
    make(held.sessions, AchievementFactory)
    drain(held)
    with pytest.raises(NoSuchEdition, match="flask index rebuild"):
        work(held).swap()
    with pytest.raises(NoSuchEdition, match="回退"):
        work(held).roll_back()
    with pytest.raises(NoSuchEdition):
        work(held).discard()


def test_an_index_that_differs_from_the_database_does_not_come_into_use(held: Runtime) -> None:
    """As after a database was restored that knows nothing of the changes the index has seen."""
    identity, gone, _same = make(held.sessions, AchievementFactory, 3)
    drain(held)
    work(held).rebuild(beside=False)
    before = names(held)
    with unit_of_work(held.sessions) as session:
        session.execute(sa.update(Achievement).where(Achievement.id == identity).values(revision=9))
        session.execute(sa.delete(Achievement).where(Achievement.id == gone))
    with pytest.raises(IndexUnsound, match=f"achievement {identity} 不是现在的版本；achievement {gone} 不是现在的版本"):
        work(held).roll_back()
    assert names(held) == before
    work(held).rebuild(beside=False)
    assert differences(held) == []


def test_a_record_that_cannot_be_indexed_stops_a_rebuild_until_staff_know_of_it(
    held: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = make(held.sessions, AchievementFactory, 2)
    real = bringing.document_for
    monkeypatch.setattr(bringing, "document_for", lambda record: {}["?"] if record.id == broken else real(record))
    with pytest.raises(IndexUnsound, match=f"achievement {broken} 无法写入（KeyError"):
        work(held).rebuild(beside=False)
    assert names(held) == (None, None, None)
    with unit_of_work(held.sessions) as session:
        session.execute(sa.update(OutboxEntry).where(OutboxEntry.object_id == broken).values(PARKED))
    work(held).rebuild(beside=False)
    assert found(held, "薄壁件车削夹具改进") == {sound}


def test_a_mark_waits_for_nobody_where_nobody_writes_and_numbers_the_last_change(held: Runtime) -> None:
    with unit_of_work(held.sessions) as session:
        assert marks.hold(session) == 0
    (achievement,) = make(held.sessions, AchievementFactory)
    (demand,) = make(held.sessions, DemandFactory)
    with unit_of_work(held.sessions) as session:
        last = marks.hold(session)
        assert marks.reached(session) == 0
        assert marks.changed(session, after=0) == {"achievement": {achievement}, "demand": {demand}}
        assert marks.changed(session, after=last) == {}
    drain(held)
    with unit_of_work(held.sessions) as session:
        assert marks.hold(session) == marks.reached(session) == last
        assert session.scalar(sa.select(sa.func.max(OutboxEntry.id))) == last


def test_an_open_demand_is_rebuilt_like_an_achievement(held: Runtime) -> None:
    (demand,) = make(held.sessions, DemandFactory, title="道口栏杆老被撞")
    drain(held)

    def meanwhile() -> None:
        with unit_of_work(held.sessions) as session:
            session.get_one(Demand, demand).state = "closed_unsolved"

    work(held, meanwhile=meanwhile).rebuild(beside=False)
    assert differences(held) == []
    assert held.catalogue.search(SearchRequest(kind="demand", text="道口栏杆")).total == 0
