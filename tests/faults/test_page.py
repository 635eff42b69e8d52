"""The page on reliability holds what was measured, and nothing typed by hand in its place."""

from __future__ import annotations

import re

import pytest
from rich.table import Table

from benchmarks.faults.__main__ import FAULTS, PAGE, main, written


def test_every_fault_was_tried_and_says_when_on_what_and_with_which_command() -> None:
    page = PAGE.read_text("utf-8")
    for name in FAULTS:
        (part,) = re.findall(rf"<!-- measured: {name} -->\n(.*?)<!-- end -->", page, re.DOTALL)
        assert f"`python -m benchmarks.faults {name}`" in part
        assert " 核，" in part
        assert "| ---: |" in part


def test_measuring_one_fault_leaves_the_others_and_the_text_as_they_were() -> None:
    table = Table("what", "measured")
    table.add_row("lost", "0")
    page = "前\n<!-- measured: a -->\n旧\n<!-- end -->\n<!-- measured: b -->\n留\n<!-- end -->\n后\n"
    again = written(page, "a", table)
    assert again.startswith("前\n<!-- measured: a -->\n")
    assert "| lost | 0 |\n<!-- end -->\n<!-- measured: b -->\n留\n<!-- end -->\n后\n" in again
    assert "旧" not in again
    with pytest.raises(LookupError):
        written(page, "c", table)


def test_an_unknown_fault_is_refused_and_the_known_ones_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["earthquake"])
    assert "there are killed_worker" in capsys.readouterr().err
