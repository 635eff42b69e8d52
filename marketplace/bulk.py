"""Many rows into a table at once, as fast as the database takes them.

PostgreSQL copies, SQLite executes one statement many times. What follows every flush does not see these rows: use it
for what nobody listens to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def insert(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have the same columns; raise IntegrityError where the database refuses one."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(table), rows)
        return
    import psycopg

    names = list(rows[0])
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
    with connection.connection.cursor() as cursor:
        try:
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row([row[name] for name in names])
        except psycopg.IntegrityError as error:
            raise IntegrityError(statement, None, error) from error


def take_ids(session: Session, table: sa.Table, count: int) -> list[int]:
    """Return numbers for rows to be inserted, that no other row has or will have.

    SQLite has one writer at a time: the caller is that one already, see ``counting.hold``.
    """
    if not count:
        return []
    if session.get_bind().dialect.name == "sqlite":
        used = session.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}) or 0
        return list(range(used + 1, used + count + 1))
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    query = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))
    return sorted(session.scalars(query))
