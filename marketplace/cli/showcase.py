"""``flask showcase``: bring a prepared front page in, with its stories and collections."""

from __future__ import annotations

import json
from pathlib import Path

import click
import marshmallow as ma

from marketplace.cli.groups import showcase
from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.permissions import SYSTEM
from marketplace.runtime import runtime
from marketplace.services.showcase import loading


@showcase.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def load(file: Path) -> None:
    """把文件里的故事、专题和首页内容放上；已有的不动 / bring a prepared front page in, leave what is there."""
    try:
        content = json.loads(file.read_text("utf-8"))
        with unit_of_work(runtime().sessions) as session:
            done = loading.load(session, SYSTEM, content)
    except (ValueError, ma.ValidationError, Invalid) as error:
        wrong = error.fields if isinstance(error, Invalid) else error
        raise click.ClickException(f"{file}：{wrong}") from error
    click.echo(f"新放上故事 {done.stories} 篇、专题 {done.collections} 个、首页内容 {done.slots} 项。")
