"""``flask export``: the lists of offices as files, taken away by an account with what that account may see."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy.orm import Session

from marketplace.cli.groups import export
from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.models.export import FORMS
from marketplace.permissions import Actor
from marketplace.runtime import runtime
from marketplace.services.account import signing_in
from marketplace.services.export import exporting, filing, lists
from marketplace.services.export.columns import Telling
from marketplace.services.export.log import Wish

_TELLING = Telling(str, "zh_Hans")
# What is logged with the filters: an account is named by whoever runs the command, not signed in.
_BY_COMMAND = {"command": "flask export"}

Make = Callable[[Session, Actor], IO[bytes]]
_as = click.option("--as", "email", required=True, metavar="EMAIL", help="以哪个账号的权限 / whose permissions")
_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


def _command(name: str, wanted: lists.List) -> click.Command:
    """Return the command that takes one list away."""

    def take(file: Path, email: str, chosen: tuple[str, ...], names_persons: bool, purpose: str) -> None:
        form = file.suffix.removeprefix(".").lower()
        if form not in FORMS:
            raise click.UsageError(f"{file}：文件名应以 .csv 或 .xlsx 结尾。")
        asked = _filters(chosen)
        wish = Wish(form, asked | _BY_COMMAND, names_persons, purpose.strip())

        def make(session: Session, actor: Actor) -> IO[bytes]:
            records, most = lists.read(session, actor, wanted, asked), runtime().settings.export_most_rows
            return exporting.export(session, actor, wanted.kind, records, wish, _TELLING, most)

        _write(file, email, make)

    filters = "、".join(wanted.filters) or "无"
    take.__doc__ = f"导出{wanted.title} / export {name}.\n\nFILE 以 .csv 或 .xlsx 结尾。筛选条件 filters：{filters}。"
    command: Any = click.option("--purpose", default="", help="用途，写出姓名时必填 / what for")(_file(take))
    command = click.option("--names", "names_persons", is_flag=True, help="写出姓名和电话 / name persons")(command)
    command = click.option("--filter", "chosen", multiple=True, metavar="NAME=VALUE", help="筛选 / a filter")(command)
    return export.command(name)(_as(command))


for _name, _list in lists.LISTS.items():
    _command(_name, _list)

_day = click.DateTime(["%Y-%m-%d"])


@export.command("filing")
@_file
@_as
@click.option("--body", required=True, help="报送单位 / the body that files")
@click.option("--contact", required=True, help="联系人 / contact")
@click.option("--phone", required=True, help="联系电话 / phone")
@click.option("--since", type=_day, required=True, help="从哪天通过审核 / from which day")
@click.option("--until", type=_day, required=True, help="到哪天 / to which day")
def file_upwards(file: Path, email: str, since: dt.datetime, until: dt.datetime, **heading: str) -> None:
    """生成向上级报送的汇总表，完成人写全名 / make the form that is filed with the office above."""
    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{file}：汇总表是 .xlsx 文件。")
    given = filing.Filing(**heading, since=since.date(), until=until.date())
    most = runtime().settings.export_most_rows
    _write(file, email, lambda session, actor: filing.form(session, actor, given, _TELLING, most, _BY_COMMAND))


def _filters(chosen: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in chosen]
    if wrong := next((name for name, equals, _value in pairs if not equals), None):
        raise click.UsageError(f"--filter {wrong}：应写成 名称=值，例如 state=adopted。")
    return {name: value for name, _equals, value in pairs}


def _write(file: Path, email: str, make: Make) -> None:
    """Write a list as an account may see it; nothing is left, on disk or on record, where it cannot be written."""
    try:
        with _begun(file) as target, unit_of_work(runtime().sessions) as session:
            with make(session, signing_in.actor_named(session, email)) as made:
                shutil.copyfileobj(made, target)
            target.flush()
    except FileExistsError as error:
        raise click.UsageError(f"{file} 已存在；请换一个文件名，或先删除它。") from error
    except Invalid as error:
        told = "；".join(f"{name}：{sentence}" for name, found in error.fields.items() for sentence in found)
        raise click.UsageError(told) from error
    except OSError as error:
        raise click.ClickException(f"{file} 写不进去：{error.strerror}。") from error
    click.echo(f"已写入 {file}；这次导出已留下记录（flask audit exports）。")


@contextmanager
def _begun(file: Path) -> Iterator[IO[bytes]]:
    """Open a file that is not there yet, and take it away again where the block fails."""
    with file.open("xb") as target:
        try:
            yield target
        except BaseException:
            file.unlink()
            raise
