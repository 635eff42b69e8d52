"""Whoever operates the server takes a list away as an account may see it, and it is on record."""

from __future__ import annotations

import csv
import errno
import shutil
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from openpyxl import load_workbook

from marketplace.db import unit_of_work
from marketplace.models import Export
from tests import factories
from tests.accounts import opened_account
from tests.factories import DemandFactory

CITY = "city@example.cn"


@pytest.fixture(autouse=True)
def stock(app: Flask) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        DemandFactory(title="等待核实的需求", state="submitted", region="510603", contact_phone="13912345678")
    opened_account(app, CITY, "city", region="5106")


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["export", *map(str, words)])


def test_a_command_takes_a_list_away_as_an_account_may_see_it(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "需求.csv"
    assert run(app, "waiting-demands", file, "--as", CITY).exit_code == 0
    with file.open(encoding="utf-8-sig", newline="") as text:
        assert [line["联系电话"] for line in csv.DictReader(text)] == ["139******78"]
    named = run(app, "waiting-demands", tmp_path / "b.xlsx", "--as", CITY, "--names", "--purpose", "逐条电话核实需求")
    assert named.exit_code == 0, named.output
    rows = list(load_workbook(tmp_path / "b.xlsx").active.iter_rows(values_only=True))
    assert "13912345678" in rows[1]
    told = app.test_cli_runner().invoke(args=["audit", "exports"]).output
    assert "command=flask export" in told
    assert "逐条电话核实需求" in told
    filed = run(
        app, "filing", tmp_path / "c.xlsx", "--as", CITY, "--body", "德阳市总工会", "--contact", "示例甲", "--phone",
        "0838-1234567", "--since", "2026-01-01", "--until", "2026-12-31",
    )  # fmt: skip
    assert filed.exit_code == 0, filed.output
    assert load_workbook(tmp_path / "c.xlsx").active["A1"].value == "职工创新成果报送汇总表"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("queue", "a.csv", "--as", "nobody@example.cn"), "nobody@example.cn"),
        (("queue", "a.pdf", "--as", CITY), ".csv 或 .xlsx"),
        (("queue", "a.csv", "--as", CITY, "--filter", "town=5106"), "没有这个筛选条件"),
        (("queue", "a.csv", "--as", CITY, "--filter", "state"), "名称=值"),
        (("queue", "a.csv", "--as", CITY, "--names"), "请写明用途"),
        (("objections", "there.csv", "--as", CITY), "已存在"),
        (("objections", "no/folder.csv", "--as", CITY), "写不进去"),
        (("questions", "a.csv", "--as", CITY), "权限"),
        (("filing", "a.csv", "--as", CITY, "--body", "b", "--contact", "c", "--phone", "1", "--since", "2026-01-01",
          "--until", "2026-01-01"), ".xlsx"),
    ],
)  # fmt: skip
def test_a_command_that_cannot_be_done_says_why_and_leaves_nothing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "there.csv").write_text("x")
    monkeypatch.chdir(tmp_path)
    done = run(app, *words)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert [it.name for it in tmp_path.glob("*.*") if it.suffix in (".csv", ".xlsx", ".pdf")] == ["there.csv"]
    with app.extensions["marketplace"].sessions() as session:
        assert session.scalars(sa.select(Export)).all() == []


def test_a_command_that_fails_at_its_end_leaves_neither_a_file_nor_a_record(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_made: object, target: IO[bytes]) -> None:
        target.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    done = run(app, "waiting-demands", tmp_path / "a.csv", "--as", CITY)
    assert "写不进去：No space left" in done.output
    assert list(tmp_path.glob("a.csv")) == []
    with app.extensions["marketplace"].sessions() as session:
        assert session.scalars(sa.select(Export)).all() == []
