"""The database: one declarative base, one way to open it, one way to commit.

SQLite serves a union of any size up to a city without a server; PostgreSQL serves a province. The same typed models,
migrations and tests run on both. Nothing above this file knows which one answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

SessionFactory = sessionmaker[Session]

# Explicit names let a migration drop a constraint on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite gives the number of a deleted row to the next one unless told not to, and then the events of two records
# would run into one chain and the index could take the new record for an old state of the other.
NEVER_REUSED = {"sqlite_autoincrement": True}


def now() -> dt.datetime:
    """Return the present moment in UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the day it is in Sichuan."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day a moment belongs to in Sichuan."""
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).date()


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC. A moment without a time zone is refused: nobody could say later when it was."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        # SQLite keeps no zone; what was written is UTC by the line above.
        return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        dt.datetime: UTCDateTime(),
        dict[str, Any]: sa.JSON(),
        dict[str, str]: sa.JSON(),
        dict[str, int]: sa.JSON(),
        list[int]: sa.JSON(),
        list[str]: sa.JSON(),
        list[dict[str, Any]]: sa.JSON(),
    }


class Aggregate:
    """What every aggregate root has: an identity, a revision that refuses stale writes, and two moments."""

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(nullable=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=now, onupdate=now)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision}


def make_engine(url: str) -> Engine:
    """Open a database by URL; SQLite gets foreign keys, write-ahead logging and a wait instead of "locked"."""
    if make_url(url).get_backend_name() != "sqlite":
        # Whatever the server's own default: a record is read as it is when its changes were claimed, and not before.
        # A statement is planned for what it asks: made once for all it may look through millions for a few.
        planned_each_time = {"prepare_threshold": None}
        return sa.create_engine(
            url, pool_pre_ping=True, isolation_level="READ COMMITTED", connect_args=planned_each_time
        )
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


# How long SQLite waits for whoever is writing, in milliseconds, and what does not matter enough to wait for.
_PATIENCE, _HURRY = 10_000, 200


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_PATIENCE}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def make_session_factory(engine: Engine) -> SessionFactory:
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def unit_of_work(factory: SessionFactory) -> Iterator[Session]:
    """Give a session that commits when the block ends well and rolls back when it does not.

    This is the only place that commits: one web request, one command or one batch of an import is one unit.
    """
    with factory.begin() as session:
        yield session


@contextmanager
def impatient(session: Session) -> Iterator[None]:
    """Let a session fail after a fifth of a second where others are writing: for what is better left undone."""
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(f"PRAGMA busy_timeout={_HURRY}" if is_sqlite else f"SET LOCAL lock_timeout = {_HURRY}")
    try:
        yield
    finally:
        if is_sqlite:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")
