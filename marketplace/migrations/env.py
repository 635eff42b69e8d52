"""Run the migrations over the engine the command opened; there is no other way to run them."""

from alembic import context

from marketplace import models  # noqa: F401  The models fill the metadata that is compared.
from marketplace.db import Base, UTCDateTime


def render_item(kind, item, _context):
    """Write our moments as the plain type they are stored in, so that a migration does not depend on our code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


with context.config.attributes["engine"].connect() as connection:
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
    connection.commit()
