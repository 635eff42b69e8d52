"""Every record has one chain of events: nobody changes it, two who write at once do not fork it, a fault is named."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import audit, chain, workflow
from marketplace.audit import Fault
from marketplace.db import make_engine, make_session_factory, unit_of_work
from marketplace.migrations import configuration
from marketplace.models import AuditEntry
from marketplace.permissions import SYSTEM, VISITOR
from tests import factories
from tests.factories import DemandFactory

STEPS = ("verify", "open", "begin_talks")


@pytest.fixture
def demand_id(session: Session) -> int:
    """A demand that went three steps."""
    demand = DemandFactory(state="submitted")
    for action in STEPS:
        workflow.apply(session, SYSTEM, demand, action)
    session.flush()
    return demand.id


def disarm(session: Session) -> None:
    """Take away what refuses changes, as whoever owns the database could."""
    if session.get_bind().dialect.name == "sqlite":
        for verb in ("updated", "deleted"):
            session.execute(sa.text(f"DROP TRIGGER audit_entry_never_{verb}"))
    else:
        session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))


def change(session: Session, sequence: int, **values: object) -> None:
    disarm(session)
    session.execute(sa.update(AuditEntry).where(AuditEntry.sequence == sequence).values(**values))


def test_the_events_of_a_record_are_numbered_and_each_carries_the_hash_of_the_one_before(
    session: Session, demand_id: int
) -> None:
    events = audit.history(session, "demand", demand_id)
    assert [event.sequence for event in events] == [1, 2, 3]
    assert [event.previous_hash for event in events] == [None, *(event.hash for event in events[:-1])]
    assert list(audit.faults(session)) == []


def test_an_event_is_hashed_as_its_description_says() -> None:
    event = {
        "noun": "demand", "object_id": 7, "sequence": 1, "at": "2026-03-01T00:30:00.000000Z", "actor": "account:3",
        "role": "city", "verb": "close", "from_state": "open", "to_state": "closed_unsolved", "reason": "重复\n“提交”",
        "payload_hash": chain.sha256("{}"), "previous_hash": None,
    }  # fmt: skip
    lines = (
        "{",
        '  "actor": "account:3",',
        '  "at": "2026-03-01T00:30:00.000000Z",',
        '  "from_state": "open",',
        '  "noun": "demand",',
        '  "object_id": 7,',
        f'  "payload_hash": "{chain.sha256("{}")}",',
        '  "previous_hash": null,',
        '  "reason": "重复\\n“提交”",',
        '  "role": "city",',
        '  "sequence": 1,',
        '  "to_state": "closed_unsolved",',
        '  "verb": "close"',
        "}",
    )
    assert chain.canonical(event) == "\n".join(lines)
    assert chain.event_hash(event) == chain.sha256("\n".join(lines))
    assert tuple(sorted(event)) == chain.FIELDS


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET reason = '事后补写'", "DELETE FROM audit_entry WHERE sequence = 2"]
)
def test_the_database_refuses_to_change_or_remove_an_event(session: Session, demand_id: int, statement: str) -> None:
    with pytest.raises(IntegrityError, match="events are never changed or removed"):
        session.execute(sa.text(statement))


def test_the_models_cannot_change_an_event_either(session: Session, demand_id: int) -> None:
    audit.history(session, "demand", demand_id)[1].reason = "事后补写"
    with pytest.raises(IntegrityError, match="events are never changed or removed"):
        session.flush()


@pytest.mark.parametrize(
    "values", [{"reason": "事后补写"}, {"actor": "account:1"}, {"to_state": None}, {"payload_hash": "0" * 64}]
)
def test_an_altered_event_is_named(session: Session, demand_id: int, values: dict[str, object]) -> None:
    change(session, 2, **values)
    assert list(audit.faults(session)) == [Fault("demand", demand_id, 2, chain.ALTERED)]


def test_an_event_hashed_anew_does_not_fit_the_one_after_it(session: Session, demand_id: int) -> None:
    event = audit.as_hashed(audit.history(session, "demand", demand_id)[1]) | {"reason": "事后补写"}
    change(session, 2, reason="事后补写", hash=chain.event_hash(event))
    assert list(audit.faults(session)) == [Fault("demand", demand_id, 3, chain.LINK)]


@pytest.mark.parametrize(("removed", "named"), [(1, 2), (2, 3)])
def test_a_removed_event_leaves_a_gap(session: Session, demand_id: int, removed: int, named: int) -> None:
    disarm(session)
    session.execute(sa.delete(AuditEntry).where(AuditEntry.sequence == removed))
    assert list(audit.faults(session)) == [Fault("demand", demand_id, named, chain.GAP)]


def test_the_first_fault_of_each_record_is_named_and_every_event_counted(session: Session, demand_id: int) -> None:
    sound, other = DemandFactory(state="submitted"), DemandFactory(state="submitted")
    for action in STEPS:
        workflow.apply(session, SYSTEM, sound, action)
        workflow.apply(session, SYSTEM, other, action)
    session.flush()
    disarm(session)
    session.execute(sa.update(AuditEntry).where(AuditEntry.object_id != sound.id).values(reason="事后补写"))
    counted: list[int] = []
    found = list(audit.faults(session, progress=counted.append))
    assert [(fault.object_id, fault.sequence) for fault in found] == [(demand_id, 1), (other.id, 1)]
    assert sum(counted) == audit.count(session) == 9
    assert [fault.object_id for fault in audit.faults(session, "demand", other.id)] == [other.id]
    assert audit.count(session, "demand", other.id) == 3
    assert list(audit.faults(session, "achievement")) == []


def test_two_who_write_at_once_wait_for_each_other(database_url: str) -> None:
    engine = make_engine(database_url)
    factory = make_session_factory(engine)
    with unit_of_work(factory) as session:
        factories.use(session)
        demand_id = DemandFactory().id
    start, failures = threading.Barrier(2), []

    def write() -> None:
        start.wait()
        try:
            for _ in range(20):
                with unit_of_work(factory) as session:
                    audit.record(session, VISITOR, "see_contact", "demand", demand_id)
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    with factory() as session:
        assert [event.sequence for event in audit.history(session, "demand", demand_id)] == list(range(1, 41))
        assert list(audit.faults(session)) == []
    engine.dispose()


def test_events_written_before_they_were_chained_so_are_chained_when_the_tables_are_brought_up_to_date(
    database_url: str,
) -> None:
    engine = make_engine(database_url)
    factory, steps = make_session_factory(engine), configuration(engine)
    with unit_of_work(factory) as session:
        factories.use(session)
        for demand in (DemandFactory(state="submitted"), DemandFactory(state="submitted")):
            for action in STEPS:
                workflow.apply(session, SYSTEM, demand, action, reason="核实 “原件”")
    command.downgrade(steps, "c27c98199335")
    command.upgrade(steps, "head")
    with factory() as session:
        assert audit.count(session) == 6
        assert list(audit.faults(session)) == []
    engine.dispose()


def test_the_command_says_that_all_chains_hold_or_names_the_first_fault(app_on_each: Flask) -> None:
    run = app_on_each.test_cli_runner().invoke
    sessions = app_on_each.extensions["marketplace"].sessions
    with unit_of_work(sessions) as session:
        factories.use(session)
        demand = DemandFactory(state="submitted")
        for action in STEPS:
            workflow.apply(session, SYSTEM, demand, action)
    sound = run(args=["audit", "verify"])
    assert (sound.exit_code, "3 个事件" in sound.output) == (0, True), sound.output
    with unit_of_work(sessions) as session:
        change(session, 2, reason="事后补写")
    broken = run(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert f"需求 {demand.id}：第 2 个事件的内容与它的哈希不符" in broken.output
    one = run(args=["audit", "verify", "--kind", "demand", "--id", str(demand.id)])
    assert (one.exit_code, one.output) == (1, broken.output)
    assert run(args=["audit", "verify", "--kind", "achievement"]).exit_code == 0
    assert "--kind" in run(args=["audit", "verify", "--id", "1"]).output
