"""What every group of commands shares: its commands are imported when needed, and their errors said in one sentence."""

from __future__ import annotations

import importlib
from typing import Any

import click
from flask.cli import AppGroup

from marketplace.errors import DomainError
from search.errors import SearchError


class CommandGroup(AppGroup):
    """A group whose commands end with a sentence and status 1, never a stack trace, when something foreseen fails.

    ``module`` is where its commands are; it is imported when they are first asked for, and adds them to this group.
    The group has the module's name, unless another is given.
    """

    def __init__(self, module: str, name: str | None = None, **settings: Any) -> None:
        super().__init__(name or module.rpartition(".")[2], **settings)
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        importlib.import_module(self._module)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        importlib.import_module(self._module)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (DomainError, SearchError) as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            said = _about_the_database(error)
            if said is None:
                raise
            raise click.ClickException(said) from error


def _about_the_database(error: Exception) -> str | None:
    """Return what to say of a database that cannot be used, None of any other error."""
    # Here, because not every command needs the database.
    from sqlalchemy.exc import OperationalError, ProgrammingError

    if not isinstance(error, OperationalError | ProgrammingError):
        return None
    said = str(error.orig).strip().rstrip("?.")
    if "database is locked" in said:
        return "数据库正由另一个进程写入（例如另一个导入），请等它结束后再运行同一命令。"
    return f"数据库不可用或尚未建表：{said}。请检查 DATABASE_URL，并运行 flask db upgrade。"
