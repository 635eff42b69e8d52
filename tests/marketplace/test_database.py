"""The database keeps its promises on both kinds: the tables are the models, and a number is given once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.util import CommandError
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from marketplace import outbox
from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.db import NEVER_REUSED, Base, make_engine, make_session_factory, unit_of_work
from marketplace.migrations import configuration, is_current
from marketplace.models import Achievement, Contributor, Demand, OutboxEntry
from tests.factories import AchievementFactory
from tests.services import Postgres


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    command.check(configuration(engine))


def test_a_database_is_current_only_after_the_last_migration(engine: Engine, tmp_path: Path) -> None:
    assert is_current(engine)
    empty = make_engine(f"sqlite:///{tmp_path}/empty.db")
    assert not is_current(empty)
    empty.dispose()


def test_a_migrated_database_can_be_migrated_again(engine: Engine) -> None:
    command.upgrade(configuration(engine), "head")
    assert is_current(engine)


def test_every_migration_can_be_taken_back_and_made_again(engine: Engine) -> None:
    steps = configuration(engine)
    command.downgrade(steps, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    command.upgrade(steps, "head")
    command.check(steps)


def test_records_keep_their_parts_when_accounts_come_and_go(engine: Engine) -> None:
    """A step that copies a table, as SQLite does, must not take along what hangs on it."""
    steps, before, after = configuration(engine), "3b1f6a0c92de", "f0c3b5a35894"
    factory = make_session_factory(engine)
    with unit_of_work(factory) as session:
        achievement = Achievement(title="夹具", state="draft", contributors=[Contributor(name="张三")])
        session.add_all([achievement, Demand(title="变形", text="变形", state="submitted", access_key="k")])
    for goal, step in ((command.downgrade, before), (command.upgrade, after)):
        goal(steps, step)
        with engine.connect() as connection:
            for table in ("achievement", "contributor", "demand"):
                assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 1
    with engine.connect() as connection:
        waiting = connection.scalar(sa.text("SELECT count(*) FROM outbox_entry WHERE kind = 'demand'"))
    assert waiting == 1


def test_an_unknown_step_is_refused(engine: Engine) -> None:
    with pytest.raises(CommandError):
        command.upgrade(configuration(engine), "nosuchstep")


def test_the_number_of_a_deleted_record_is_never_given_again(session: Session) -> None:
    last = AchievementFactory()
    number = last.id
    session.delete(last)
    session.flush()
    assert AchievementFactory().id > number


def test_every_numbered_record_that_people_refer_to_keeps_its_number_for_itself() -> None:
    told = {name for name, table in Base.metadata.tables.items() if table.dialect_options["sqlite"]["autoincrement"]}
    assert told == {
        "account", "achievement", "amendment", "auction", "auction_bid", "award_round", "benefit", "campaign",
        "collection", "competition_registration", "competition_showcase", "contest", "contestant", "crew",
        "crew_honour", "deal", "deal_payment", "demand", "deputation", "disclosure_view", "first_refusal",
        "headcount", "honour", "listing", "listing_offer", "match", "naming_batch", "nda", "nomination", "open_bid",
        "open_call", "objection",
        "organisation", "outreach", "outreach_attendance", "participation_entry", "person", "price_notice",
        "proposal", "publicity", "review_year", "slot", "story", "studio", "studio_application", "studio_review",
        "saved_search", "webhook",
    }  # fmt: skip
    assert NEVER_REUSED == {"sqlite_autoincrement": True}


@pytest.mark.postgres
def test_each_statement_on_postgresql_sees_what_others_have_committed(postgres: Postgres) -> None:
    with postgres.database() as url:
        engine = make_engine(url)
        with engine.connect() as connection:
            connection.execute(sa.text("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
            connection.commit()
            assert connection.scalar(sa.text("SHOW transaction_isolation")) == "read committed"
        engine.dispose()


def test_sqlite_refuses_a_reference_to_nothing_and_lets_readers_read_while_one_writes(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    engine.dispose()


def test_a_moment_comes_back_as_it_was_whatever_its_time_zone(session: Session) -> None:
    moment = dt.datetime(2026, 3, 1, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    record = AchievementFactory(published_at=moment)
    session.expire(record)
    assert record.published_at == moment
    assert record.published_at.utcoffset() == dt.timedelta(0)


def test_a_moment_without_a_time_zone_is_refused(session: Session) -> None:
    with pytest.raises(sa.exc.StatementError, match="needs a time zone"):
        AchievementFactory(published_at=dt.datetime(2026, 3, 1))  # noqa: DTZ001 - what is refused here.


def test_a_unit_of_work_is_kept_whole_or_not_at_all(engine: Engine) -> None:
    factory = make_session_factory(engine)
    outbox.listen(factory)
    with pytest.raises(RuntimeError), unit_of_work(factory) as session:
        session.add(Achievement(title="半截", state="draft"))
        session.flush()
        raise RuntimeError("the power fails here")
    with factory() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Achievement)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry)) == 0


def test_the_first_start_of_an_installation_makes_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "installation"
    settings = {"MARKETPLACE_ENV": "production", "SECRET_KEY": "k" * 32, "INSTANCE_PATH": str(folder)}
    app = create_app(Settings.from_environment(settings))
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    assert (folder / "marketplace.db").is_file()
    app.extensions["marketplace"].engine.dispose()
