"""The documentation leads nowhere that does not exist and tells nobody to run what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from ingest.cli import ingest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("ingest/sample/*.md")])
LINK = re.compile(r"\]\(([^)]+)\)")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield (file, anchor) for every link of a page that stays in the project."""
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" not in target:
            file, _, anchor = target.partition("#")
            yield (page.parent / file).resolve() if file else page, anchor


def anchors(page: Path) -> set[str]:
    """Return what the headings of a page are called in an address."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words after ``flask`` of every command a page shows."""
    for line in re.findall(r"(?:^|[ `])flask ([a-z]+(?: [a-z_-]+)*)", page.read_text("utf-8"), re.MULTILINE):
        yield line.split()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for file, anchor in links(page):
        assert file.exists(), file
        assert not anchor or anchor in anchors(file), anchor


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_task_of_make_exists(page: Path) -> None:
    tasks = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^|    )make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)) <= tasks


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_exists(page: Path, app: Flask) -> None:
    known: dict[str, click.Command] = {**app.cli.commands, "ingest": ingest, "run": click.Command("run")}
    for group, *words in commands(page):
        assert group in known, group
        below = known[group]
        if isinstance(below, click.Group) and words:
            assert below.get_command(click.Context(below), words[0]), f"{group} {words[0]}"


def test_every_picture_is_shown() -> None:
    shown = {file for page in PAGES for file, _ in links(page) if file.suffix == ".png"}
    assert shown == set((ROOT / "docs" / "images").glob("*.png"))


def test_the_index_of_the_documentation_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    assert {file for file, _ in links(index) if file.suffix == ".md"} == set((ROOT / "docs").glob("**/*.md")) - {index}
