"""Many rows into a table at once, as fast as the database takes them.

PostgreSQL copies, SQLite executes one statement many times. What follows every flush does not see these rows: use it
for what nobody listens to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def insert(
    session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]], common: Mapping[str, Any] | None = None
) -> None:
    """Insert rows of the same columns, ``common`` to all, the others by their defaults.

    Raises IntegrityError where one is refused.
    """
    if not rows:
        return
    connection, common = session.connection(), common or {}
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(table), [{**row, **common} for row in rows])
        return
    import psycopg
    from psycopg.adapt import PyFormat, Transformer

    transformer = Transformer(cast("Any", connection.connection).driver_connection)

    def as_text(value: Any) -> str:
        return bytes(transformer.get_dumper(value, PyFormat.TEXT).dump(value) or b"").decode()

    given = {
        column.name: _values(column, connection.dialect, rows, common, as_text)
        for column in table.c
        if column.name in rows[0] or column.name in common or column.default is not None
    }
    statement = f"COPY {table.name} ({', '.join(given)}) FROM STDIN"
    with cast("Any", connection.connection).cursor() as cursor:
        try:
            with cursor.copy(statement) as copy:
                for row in zip(*given.values(), strict=False):
                    copy.write_row(row)
        except psycopg.IntegrityError as error:
            raise IntegrityError(statement, None, error) from error


def _values(
    column: sa.Column[Any],
    dialect: Dialect,
    rows: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any],
    as_text: Callable[[Any], str],
) -> Iterable[Any]:
    """Return what the rows say of a column, or its default without end, as the database takes it.

    What is the same in every row is made text once.
    """
    bound = column.type.dialect_impl(dialect).bind_processor(dialect)
    name = column.name
    if name in rows[0]:
        values = [row[name] for row in rows]
        return values if bound is None else [None if it is None else bound(it) for it in values]
    if name in common:
        value = common[name]
    else:
        default: Any = column.default
        value = default.arg(None) if default.is_callable else default.arg
    if value is None:
        return repeat(None)
    return repeat(as_text(value if bound is None else bound(value)))


class _Array(sa.types.UserDefinedType[Collection[Any]]):
    """Numbers or texts as an array of PostgreSQL, written at once: its driver makes text of each by itself."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, of: str) -> None:
        self.of = of

    def get_col_spec(self, **_options: Any) -> str:
        return f"{self.of}[]"

    def bind_processor(self, _dialect: Dialect) -> Callable[[Collection[Any]], str]:
        return _numbers if self.of == "INTEGER" else _texts


def _numbers(values: Collection[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _texts(values: Collection[str]) -> str:
    return "{" + ",".join(f'"{it}"' for it in (it.replace("\\", "\\\\").replace('"', '\\"') for it in values)) + "}"


def _array_of(column: Any) -> sa.types.TypeEngine[Any]:
    if isinstance(column.type, sa.Integer):
        return _Array("INTEGER")
    return _Array("VARCHAR") if isinstance(column.type, sa.String) else postgresql.ARRAY(column.type)


def among(session: Session, column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Return, as SQL, that a column has one of many numbers or texts, given as one parameter."""
    if session.get_bind().dialect.name == "sqlite":
        given = sa.func.json_each(sa.bindparam(None, list(values), type_=sa.JSON)).table_valued("value")
        found: sa.ColumnElement[bool] = column.in_(sa.select(given.c.value))
        return found
    many = sa.bindparam(None, list(values), type_=_array_of(column))
    return cast("sa.ColumnElement[bool]", column == sa.any_(many))


def among_found(session: Session, column: Any, query: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Return, as SQL, that a column has one of the values a query finds.

    PostgreSQL is told them: where it guesses how many there are it may look through everything for each.
    """
    if session.get_bind().dialect.name == "sqlite":
        found: sa.ColumnElement[bool] = column.in_(query)
        return found
    return among(session, column, session.scalars(query).all())


def rows_of(table: sa.Table, columns: Mapping[str, Sequence[Any]]) -> sa.Select[Any]:
    """Return a query of rows, given column by column, for PostgreSQL: one parameter for each."""
    given = [
        sa.bindparam(f"all_{name}", list(values), type_=_array_of(table.c[name])) for name, values in columns.items()
    ]
    named = sa.func.unnest(*given).table_valued(*columns).render_derived()
    return sa.select(named)


def take_ids(session: Session, table: sa.Table, count: int) -> list[int]:
    """Return numbers for rows to be inserted, that no other row has or will have.

    SQLite has one writer at a time: the caller is that one already, see ``counting.hold``.
    """
    if not count:
        return []
    if session.get_bind().dialect.name == "sqlite":
        used = session.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}) or 0
        return list(range(used + 1, used + count + 1))
    sequence = session.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, "id")))
    query = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count))
    return sorted(session.scalars(query))
