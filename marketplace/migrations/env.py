"""Run the migrations over the engine the command opened; there is no other way to run them."""

from alembic import context

from marketplace import models  # noqa: F401  The models fill the metadata that is compared.
from marketplace.db import Base, UTCDateTime


def render_item(kind, item, _context):
    """Write our moments as the plain type they are stored in, so that a migration does not depend on our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection):
    context.configure(
        connection,
        target_metadata=Base.metadata,
        # SQLite cannot alter a column in place; Alembic then copies the table.
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_sqlite(connection):
    """Let a table be copied without what refers to it: that would go with the old one, or keep it from going."""
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    try:
        migrate(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(f"A migration left {broken[0]} {broken[1]} without the {broken[2]} it refers to.")
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


with context.config.attributes["engine"].connect() as connection:
    if connection.dialect.name == "sqlite":
        migrate_sqlite(connection)
    else:
        migrate(connection)
        connection.commit()
