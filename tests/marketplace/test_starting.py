"""A command starts at once, because it imports only what it needs: no web, and no model where nothing is embedded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

WEB = (
    "marketplace.web",
    "apispec",
    "flask_bootstrap",
    "flask_smorest",
    "flask_talisman",
    "flask_wtf",
    "prometheus_client",
    "webargs",
)
MODEL = ("sentence_transformers", "tokenizers", "torch")
VECTORS = ("faiss", "simsimd")
EMBEDDING = (*MODEL, *VECTORS, "opencc", "rjieba", "safetensors", "search.hybrid", "search.matching", "tantivy")
FILES = ("charset_normalizer", "python_calamine")
MIGRATING = ("alembic", "mako")
RECORDS = ("marshmallow", "numpy", "sqlalchemy")

# A program that runs one command and then says which modules it has imported.
PROGRAM = """
import sys
from flask.cli import main
sys.argv = ["flask", *{arguments}]
try:
    main()
except SystemExit as ended:
    assert not ended.code
print("\\nimported", *sys.modules)
"""


def imported_by(arguments: tuple[str, ...], folder: Path, url: str) -> set[str]:
    """Run a command in a process of its own and return the modules it imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(arguments=arguments)],
        cwd=CHECKOUT,
        env={**os.environ, "INSTANCE_PATH": str(folder), "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "\nimported " in done.stdout, done.stderr
    return set(done.stdout.rpartition("\nimported ")[2].split())


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (("--help",), (*WEB, *EMBEDDING, *FILES, *MIGRATING, *RECORDS)),
        (("db", "upgrade"), (*WEB, *EMBEDDING, *FILES, "marshmallow", "numpy")),
        (("account", "list"), (*WEB, *EMBEDDING, *FILES, *MIGRATING, "numpy")),
        (("audit", "verify"), (*WEB, *EMBEDDING, *FILES, *MIGRATING, "numpy")),
        (("mail", "send"), (*WEB, *EMBEDDING, *FILES, *MIGRATING, "numpy", "argon2")),
        (("index", "--help"), (*WEB, *MODEL, "opencc", "rjieba", "search.hybrid", "search.matching", *FILES)),
        (("match", "--help"), (*WEB, *EMBEDDING, *FILES, *MIGRATING, "numpy")),
        (("match", "show"), (*WEB, *EMBEDDING, *FILES, *MIGRATING, "numpy")),
        (("review", "--help"), (*WEB, *EMBEDDING, *FILES, *MIGRATING, "numpy")),
        (("thesaurus", "--help"), (*WEB, *MODEL, "opencc", "rdflib", "rjieba", *FILES, *MIGRATING)),
        (("search", "--help"), (*WEB, *MODEL, "opencc", "rjieba", *FILES, *MIGRATING)),
        (("export", "--help"), (*WEB, *MODEL, *VECTORS, "opencc", "openpyxl", "rjieba", "tantivy", *FILES, *MIGRATING)),
        (("ingest", "--help"), (*WEB, *EMBEDDING, *MIGRATING, "marshmallow", "numpy")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) and len(value) <= 2 else "",
)
def test_a_command_imports_only_what_it_needs(
    tmp_path: Path, sqlite_url: str, arguments: tuple[str, ...], unneeded: tuple[str, ...]
) -> None:
    assert sorted(imported_by(arguments, tmp_path, sqlite_url).intersection(unneeded)) == []


def test_comparing_an_index_with_the_database_imports_nothing_that_asks_it(tmp_path: Path, sqlite_url: str) -> None:
    imported_by(("index", "sync"), tmp_path, sqlite_url)
    unneeded = {*WEB, *MODEL, "opencc", "rjieba", "search.hybrid", "search.matching", *FILES, *MIGRATING}
    for arguments in (("index", "sync"), ("index", "check")):
        assert sorted(imported_by(arguments, tmp_path, sqlite_url) & unneeded) == []


@pytest.mark.parametrize("arguments", [("routes",), ("limiter", "limits")], ids=" ".join)
def test_a_command_that_tells_of_the_web_has_it(tmp_path: Path, sqlite_url: str, arguments: tuple[str, ...]) -> None:
    assert "marketplace.web" in imported_by(arguments, tmp_path, sqlite_url)
