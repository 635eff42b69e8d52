"""Settled changes do not pile up, and no index misses a change because they are gone."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from marketplace import outbox
from marketplace.cli import chores
from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.indexing import marks
from marketplace.models import OutboxEntry

LONG_AGO = now() - dt.timedelta(days=40)


def change(sessions: SessionFactory, *ids: int, **fields: Any) -> None:
    """Note changes of achievements, in this order."""
    with unit_of_work(sessions) as session:
        session.add_all(OutboxEntry(kind="achievement", object_id=one, **fields) for one in ids)


def settled(moment: dt.datetime) -> dict[str, dt.datetime]:
    return {"created_at": moment, "processed_at": moment, "matched_at": moment}


def left(sessions: SessionFactory) -> list[tuple[int, int]]:
    """The entries there are, as (id, record)."""
    with sessions() as session:
        rows = session.execute(sa.select(OutboxEntry.id, OutboxEntry.object_id).order_by(OutboxEntry.id))
        return [(identity, record) for identity, record in rows]


@pytest.fixture
def sessions(app_on_each: Flask) -> SessionFactory:
    held: SessionFactory = app_on_each.extensions["marketplace"].sessions
    return held


def test_of_what_was_settled_long_ago_the_last_change_of_each_record_stays(sessions: SessionFactory) -> None:
    change(sessions, 1, 2, 1, 3, 1, 2, **settled(LONG_AGO))
    assert outbox.prune(sessions, days=30) == 3
    assert left(sessions) == [(4, 3), (5, 1), (6, 2)]
    assert outbox.prune(sessions, days=30) == 0


def test_a_record_of_another_kind_with_the_same_number_is_another_record(sessions: SessionFactory) -> None:
    change(sessions, 1, **settled(LONG_AGO))
    with unit_of_work(sessions) as session:
        outbox.enqueue(session, "demand", [1])
    assert outbox.prune(sessions, days=30) == 0


@pytest.mark.parametrize(
    "unsettled",
    [
        {},
        {"processed_at": LONG_AGO},
        {"parked_at": LONG_AGO, "reason": "KeyError"},
        settled(now() - dt.timedelta(days=29)),
    ],
    ids=["waits", "is not matched", "is parked", "is recent"],
)
def test_what_is_not_settled_or_recent_stays(sessions: SessionFactory, unsettled: dict[str, Any]) -> None:
    change(sessions, 1, **{"created_at": LONG_AGO, **unsettled})
    change(sessions, 1)
    assert outbox.prune(sessions, days=30) == 0


def test_an_index_is_told_of_every_record_that_changed_after_its_mark_whatever_was_deleted(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_LOOKED_FOR", 4)
    monkeypatch.setattr(outbox, "_AT_ONCE", 3)
    change(sessions, *(number % 7 for number in range(20)), *range(5), **settled(LONG_AGO))
    with unit_of_work(sessions) as session:
        last = marks.hold(session)
        before = [marks.changed(session, after=mark) for mark in range(last + 1)]
    assert outbox.prune(sessions, days=30) == 18
    with unit_of_work(sessions) as session:
        assert marks.hold(session) == last
        assert [marks.changed(session, after=mark) for mark in range(last + 1)] == before
    change(sessions, 1)
    assert left(sessions)[-1] == (last + 1, 1)


def test_the_command_says_how_many_are_gone(app_on_each: Flask, sessions: SessionFactory) -> None:
    change(sessions, 1, 1, **settled(LONG_AGO))
    done = app_on_each.test_cli_runner().invoke(args=["index", "prune"])
    assert "删除了 1 条 30 天以前" in done.output


def test_a_chore_is_done_again_after_the_database_could_not_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    done, enough = [0], threading.Event()

    def chore() -> None:
        done[0] += 1
        if done[0] == 1:
            raise OperationalError("SELECT 1", {}, Exception("database is locked"))
        enough.set()

    chores.keep_doing(chore, "pruning", every=0.01)
    assert enough.wait(10)
