"""The history of the tables. ``flask db upgrade`` brings a database to the newest step.

A step is made with ``flask db revision MESSAGE``, read, and committed with the model it belongs to.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

# Alembic is loaded where it works: the web imports this module, and asks it only whether it is ready.
if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent


def configuration(engine: Engine) -> Config:
    """Return the Alembic configuration for a database that is already open."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = engine
    return config


def is_current(engine: Engine) -> bool:
    """Say whether a database has every step of the history."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    heads = set(ScriptDirectory.from_config(configuration(engine)).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads
