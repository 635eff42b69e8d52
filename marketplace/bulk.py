"""Many rows into a table at once, as fast as the database takes them.

PostgreSQL copies, SQLite executes one statement many times. What follows every flush does not see these rows: use it
for what nobody listens to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def insert(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns, the others by their defaults; raise IntegrityError where one is refused."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(table), rows)
        return
    import psycopg

    given = {column.name: _Given(column, connection.dialect) for column in table.c if _is_given(column, rows[0])}
    statement = f"COPY {table.name} ({', '.join(given)}) FROM STDIN"
    with connection.connection.cursor() as cursor:
        try:
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row([value.of(row) for value in given.values()])
        except psycopg.IntegrityError as error:
            raise IntegrityError(statement, None, error) from error


def _is_given(column: sa.Column[Any], row: Mapping[str, Any]) -> bool:
    return column.name in row or column.default is not None


class _Given:
    """What a row says of a column, or its default, as the database takes it."""

    def __init__(self, column: sa.Column[Any], dialect: Dialect) -> None:
        self._name, self._default = column.name, column.default
        self._bound = column.type.dialect_impl(dialect).bind_processor(dialect)

    def of(self, row: Mapping[str, Any]) -> Any:
        if self._name in row:
            value = row[self._name]
        else:
            default: Any = self._default
            value = default.arg(None) if default.is_callable else default.arg
        return value if self._bound is None or value is None else self._bound(value)


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
