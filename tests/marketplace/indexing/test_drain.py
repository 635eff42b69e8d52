"""One record that cannot be indexed holds up no other, and an engine that cannot be used loses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace import outbox
from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.errors import NotFound
from marketplace.indexing import bringing, matching, sync, worker
from marketplace.indexing.worker import Worker
from marketplace.models import Achievement, Match, OutboxEntry
from marketplace.outbox import RETRIES
from marketplace.runtime import Runtime
from search.document import SearchDocument
from search.engine import Engine, Vector
from search.errors import DocumentsRefused, IndexBusy, IndexLocked, IndexUnavailable
from tests import factories
from tests.factories import AchievementFactory, DemandFactory


class PickyEngine:
    """The real engine, save that it refuses documents whose title says 拒."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None:
        taken = [place for place, document in enumerate(documents) if "拒" not in document.title]
        self.engine.write([documents[place] for place in taken], vectors[taken])
        refused = {(document.kind, document.id): "字段太长" for document in documents if "拒" in document.title}
        if refused:
            raise DocumentsRefused(refused)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


class BusyEngine:
    """The real engine, save that it takes no more than some documents at once, and not even those the first times."""

    def __init__(self, engine: Engine, most: int, times: int = 0) -> None:
        self.engine, self.most, self.times = engine, most, times
        self.sizes: list[int] = []

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None:
        if len(documents) > self.most or self.times:
            self.times = max(0, self.times - 1)
            raise IndexBusy("429")
        self.sizes.append(len(documents))
        self.engine.write(documents, vectors)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


class LostEngine:
    """An engine nobody answers for."""

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None:
        raise IndexUnavailable("连接不上检索引擎")

    def delete(self, kind: str, revisions: Mapping[str, int]) -> None:
        raise IndexUnavailable("连接不上检索引擎")


class FrailEmbedder:
    """The real model, save that it fails at texts that say 坏."""

    def __init__(self, embedder: Any) -> None:
        self.embedder = embedder

    def passages(self, texts: Sequence[str]) -> Vector:
        if any("坏" in text for text in texts):
            raise ValueError("cannot be embedded")
        vectors: Vector = self.embedder.passages(texts)
        return vectors

    def __getattr__(self, name: str) -> Any:
        return getattr(self.embedder, name)


@pytest.fixture
def held(app_on_each: Flask) -> Runtime:
    runtime: Runtime = app_on_each.extensions["marketplace"]
    return runtime


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What a drain or a worker would have slept, in seconds."""
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


def quiet(_count: int) -> None:
    """Show no progress."""


def make(sessions: SessionFactory, *titles: str) -> list[int]:
    with unit_of_work(sessions) as session:
        factories.use(session)
        return [AchievementFactory(title=title).id for title in titles]


def rename(sessions: SessionFactory, identity: int, title: str) -> None:
    with unit_of_work(sessions) as session:
        session.get_one(Achievement, identity).title = title


def drain(held: Runtime, around: Any = lambda engine: engine, batch: int = 100) -> sync.Changes:
    with held.catalogue.writer() as engine:
        return sync.drain(held.sessions, around(engine), held.catalogue.embedder, batch=batch, progress=quiet)


def later(sessions: SessionFactory) -> None:
    """Let the time of every retry have come."""
    with unit_of_work(sessions) as session:
        session.execute(
            sa.update(OutboxEntry).where(OutboxEntry.retry_at.is_not(None)).values(retry_at=now() - dt.timedelta(1))
        )


def refuse_for_good(held: Runtime) -> None:
    for _ in range(len(RETRIES) + 1):
        drain(held, PickyEngine)
        later(held.sessions)


def indexed(held: Runtime) -> set[int]:
    return {int(identity) for identity, _revision in held.catalogue.reader().revisions("achievement")}


def entries(held: Runtime) -> list[OutboxEntry]:
    with held.sessions() as session:
        return list(session.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id)))


def test_a_record_the_index_refuses_holds_up_no_other(held: Runtime) -> None:
    _refused, first, second = make(held.sessions, "拒收", "夹具", "量具")
    assert drain(held, PickyEngine).written["achievement"] == {first, second}
    assert indexed(held) == {first, second}
    assert [entry.processed_at is None for entry in entries(held)] == [True, False, False]


def test_a_refused_record_is_tried_again_after_a_pause_that_grows(held: Runtime) -> None:
    make(held.sessions, "拒收")
    for attempt, pause in enumerate(RETRIES, start=1):
        before = now()
        drain(held, PickyEngine)
        assert drain(held, PickyEngine).entries == 0
        (entry,) = entries(held)
        assert (entry.attempts, entry.reason, entry.parked_at) == (attempt, "字段太长", None)
        assert entry.retry_at is not None
        assert before + pause <= entry.retry_at <= now() + pause
        later(held.sessions)


def test_a_record_refused_every_time_is_parked_with_the_reason_and_waits_for_a_person(held: Runtime) -> None:
    (identity,) = make(held.sessions, "拒收")
    refuse_for_good(held)
    with held.sessions() as session:
        (parked,) = outbox.parked(session)
        assert (parked.kind, parked.object_id, parked.reason) == ("achievement", identity, "字段太长")
        assert outbox.backlog(session) == 0
    assert drain(held).entries == 0


def test_a_parked_record_that_staff_retry_is_indexed(held: Runtime) -> None:
    (identity,) = make(held.sessions, "拒收")
    refuse_for_good(held)
    with unit_of_work(held.sessions) as session:
        assert outbox.retry(session) == 1
    drain(held)
    assert indexed(held) == {identity}


def test_only_what_is_parked_can_be_retried(held: Runtime) -> None:
    make(held.sessions, "夹具")
    with unit_of_work(held.sessions) as session, pytest.raises(NotFound, match="1"):
        outbox.retry(session, [1])


def test_a_parked_record_that_is_mended_is_parked_no_more(held: Runtime) -> None:
    (identity,) = make(held.sessions, "拒收")
    refuse_for_good(held)
    rename(held.sessions, identity, "收下")
    drain(held, PickyEngine)
    assert indexed(held) == {identity}
    assert all(entry.processed_at and entry.parked_at is None for entry in entries(held))


def test_a_record_whose_document_cannot_be_made_holds_up_no_other(
    held: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = make(held.sessions, "夹具", "量具")
    real = bringing.document_for
    monkeypatch.setattr(bringing, "document_for", lambda record: {}["?"] if record.id == broken else real(record))
    drain(held)
    assert indexed(held) == {sound}
    assert entries(held)[0].reason == "KeyError: '?'"


def test_a_text_the_model_fails_at_holds_up_no_other(held: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    _broken, *sound = make(held.sessions, "坏", "夹具", "量具", "刀具", "模具")
    monkeypatch.setitem(held.catalogue.embedders, "", FrailEmbedder(held.catalogue.embedder))
    drain(held)
    assert indexed(held) == set(sound)
    assert entries(held)[0].reason == "ValueError: cannot be embedded"


def test_an_engine_that_is_busy_is_given_less_after_a_pause_and_then_more_again(
    held: Runtime, pauses: list[float]
) -> None:
    make(held.sessions, *(f"夹具{number}" for number in range(40)))
    with held.catalogue.writer() as engine:
        busy = BusyEngine(engine, most=10)
        sync.drain(held.sessions, busy, held.catalogue.embedder, batch=32, progress=quiet)  # type: ignore[arg-type]
    assert sum(busy.sizes) == 40
    assert max(busy.sizes) <= 10
    assert pauses[:2] == [0.5, 1.0]


def test_an_engine_that_stays_busy_ends_the_drain_and_parks_nothing(held: Runtime, pauses: list[float]) -> None:
    make(held.sessions, "夹具")
    with pytest.raises(IndexBusy):
        drain(held, lambda engine: BusyEngine(engine, most=1, times=99))
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]
    assert [(entry.attempts, entry.parked_at, entry.processed_at) for entry in entries(held)] == [(0, None, None)]


def test_an_engine_that_is_not_reached_leaves_every_change_as_it_was(held: Runtime) -> None:
    make(held.sessions, "夹具", "量具")
    with pytest.raises(IndexUnavailable):
        sync.drain(held.sessions, LostEngine(), held.catalogue.embedder, batch=1, progress=quiet)  # type: ignore[arg-type]
    assert {(entry.attempts, entry.retry_at, entry.processed_at) for entry in entries(held)} == {(0, None, None)}


def worker_of(held: Runtime) -> Worker:
    return Worker(held.sessions, held.catalogue, 100, 10, lambda _name, _total: nullcontext(quiet))


class Enough(Exception):
    """Ends a worker that follows for ever."""


def test_a_worker_outlasts_an_engine_that_is_away_and_then_brings_everything(
    held: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    identities = make(held.sessions, "夹具", "量具")
    real, slept, told = held.catalogue.writer, [], []

    @contextmanager
    def away() -> Iterator[Engine]:
        if len(slept) < 9:
            raise IndexUnavailable("连接不上检索引擎")
        with real() as engine:
            yield engine

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if told:
            raise Enough

    monkeypatch.setattr(held.catalogue, "writer", away)
    monkeypatch.setattr("time.sleep", sleep)
    with pytest.raises(Enough):
        worker_of(held).follow(1.0, told.append)
    assert slept == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0, 1.0]
    assert told[0].changes.written["achievement"] == set(identities)


def test_matching_that_was_interrupted_is_done_by_the_next_pass(held: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    make(held.sessions, "薄壁件车削夹具")
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        DemandFactory()
    with monkeypatch.context() as broken:
        broken.setattr(matching, "match_changes", lambda *_given: {}["killed"])
        with pytest.raises(KeyError):
            worker_of(held).once()
    done = worker_of(held).once()
    assert done is not None
    assert (done.changes.entries, done.matched) == (0, 1)
    assert worker_of(held).once() is None
    with held.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Match)) == 1


def test_a_second_worker_on_sqlite_is_told_to_wait(app: Flask) -> None:
    held: Runtime = app.extensions["marketplace"]
    make(held.sessions, "夹具")
    with worker._alone(held.sessions), pytest.raises(IndexLocked, match="另一个进程"):
        worker_of(held).once()
    assert worker_of(held).once() is not None


def run(app: Flask, *arguments: object, status: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result.output


def test_staff_see_what_is_parked_and_why_and_have_it_tried_again(app: Flask) -> None:
    held: Runtime = app.extensions["marketplace"]
    assert "没有搁置的变更" in run(app, "index", "parked")
    (identity,) = make(held.sessions, "拒收")
    drain(held, PickyEngine)
    assert "还有 1 条变更稍后再试" in run(app, "index", "sync")
    later(held.sessions)
    refuse_for_good(held)
    assert "有 1 条变更多次被索引拒绝" in run(app, "index", "sync")
    (entry,) = entries(held)
    told = run(app, "index", "parked")
    assert f"{entry.id}  achievement {identity}" in told
    assert "字段太长" in told
    assert "没有找到编号为 99 的变更" in run(app, "index", "parked", "--retry", 99, status=1)
    assert "1 条变更重新等待同步" in run(app, "index", "parked", "--retry", entry.id)
    assert "写入 1 条" in run(app, "index", "sync")
    assert "没有搁置的变更" in run(app, "index", "parked")
