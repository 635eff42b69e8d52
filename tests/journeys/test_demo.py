"""``make demo`` as a person runs it first: sample records in, indexed, matched, and the reasons quoted."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.journeys.conftest import CHECKOUT, Installation

pytestmark = pytest.mark.journey

DEMANDS = 12
RANKED = re.compile(r"^ {2}(\d)\. .+成果 \d+ · 得分 \d\.\d{3}$", re.MULTILINE)
QUOTED = re.compile(r"“.+” → “.+”")


def demo(folder: Path) -> str:
    """Run the target of the Makefile with this environment in place of one of its own."""
    installation = Installation(folder)
    environment = installation.environment | {"COLUMNS": "1000"}
    made = subprocess.run(
        ["make", "--old-file=.venv/.installed", "demo", f"FLASK={' '.join(installation.flask)}"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def test_the_demo_shows_three_achievements_with_quoted_reasons_for_each_demand_and_again(tmp_path: Path) -> None:
    first = demo(tmp_path)
    shown = re.split(r"^需求 \d+ ", first, flags=re.MULTILINE)[1:]
    assert len(shown) == DEMANDS
    for demand in shown:
        assert RANKED.findall(demand) == ["1", "2", "3"]
        assert QUOTED.search(demand)
    assert "make serve" in first
    assert "http://127.0.0.1:8000" in first

    again = demo(tmp_path)
    assert "没有待同步的变更" in again
    assert re.split(r"^需求 \d+ ", again, flags=re.MULTILINE)[1:] == shown
