"""Whoever operates the server finds every command in the documentation, and every task in ``make help``."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask

from ingest.cli import ingest

ROOT = Path(__file__).parents[1]
OURS = (
    "account",
    "audit",
    "db",
    "export",
    "files",
    "index",
    "mail",
    "match",
    "participation",
    "review",
    "rules",
    "search",
    "showcase",
    "thesaurus",
)


def commands(app: Flask) -> Iterator[str]:
    """Yield every command of our groups as it is typed."""
    groups = {name: app.cli.commands[name] for name in OURS} | {"ingest": ingest}
    for name, group in groups.items():
        assert isinstance(group, click.Group)
        yield from (f"flask {name} {below}" for below in group.list_commands(click.Context(group)))


def test_every_command_stands_in_the_pages_for_operators(app: Flask) -> None:
    page = (ROOT / "docs" / "operators.md").read_text("utf-8")
    assert [command for command in commands(app) if f"`{command}" not in page] == []


def test_no_group_of_ours_is_left_out(app: Flask) -> None:
    from_libraries = {"limiter", "openapi", "routes", "run", "shell"}
    assert set(app.cli.commands) - from_libraries == set(OURS)


def test_every_command_says_in_both_languages_what_it_does(app: Flask) -> None:
    groups = [*(app.cli.commands[name] for name in OURS), ingest]
    for group in groups:
        assert isinstance(group, click.Group)
        assert group.list_commands(click.Context(group))
        for command in (group, *group.commands.values()):
            help_text = command.help or ""
            assert re.search(r"[\u4e00-\u9fff]", help_text), command.name
            assert re.search(r"/ [a-z]", help_text), command.name


def test_every_mapping_stands_in_the_page_on_importing() -> None:
    page = (ROOT / "docs" / "ingest.md").read_text("utf-8")
    names = [file.stem for file in (ROOT / "ingest" / "mappings").glob("*.toml")]
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_make_help_lists_every_task_and_is_what_make_alone_prints() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    told = {line.split()[1]: line for line in make("help").splitlines()}
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(told) == set(phony[1].split())
    assert all(len(line.split()) > 3 for line in told.values())
    assert make() == make("help")
    assert {"install", "demo", "serve", "worker", "test", "lint", "bench", "clean"} <= set(told)


def test_make_says_what_is_missing_where_python_is() -> None:
    done = subprocess.run(
        ["make", "--always-make", "PYTHON=python3.99", "VENV=/nonexistent/venv", "/nonexistent/venv/bin/python"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "缺少 python3.99" in done.stdout
    assert "apt install python3.11 python3.11-venv" in done.stdout


def make(*arguments: str) -> str:
    # The tests may themselves have been started by make, which would tell of its folders.
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
