"""No cell of a list that is taken away is one that a program would run, and what was masked stays recognisable."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ingest.readers.delimited import comma_tables
from marketplace.services.export import masking
from marketplace.services.export.cells import harmless, restored
from marketplace.services.export.sheets import LONGEST, write

DANGEROUS = ("=1+1", "+86", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠a")


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_stays_text_in_a_workbook_and_is_not_changed(text: str) -> None:
    with write("xlsx", [["heading"], [text]]) as file:
        cell = load_workbook(file).active["A2"]
    # A workbook knows one kind of line break.
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text.replace("\r", "\n"), "s", True)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_is_held_by_an_apostrophe_in_a_csv_file(text: str) -> None:
    with write("csv", [[text, -5, None]]) as file:
        content = file.read()
    assert content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    # A number is no text, and stays one.
    assert row == [f"'{text}", "-5", ""]


@given(st.text(max_size=20) | st.text("='+-@\t\r＝a", max_size=6))
def test_whatever_was_exported_is_restored_without_loss(text: str) -> None:
    assert restored(harmless(text)) == text


@given(st.lists(st.text("='+-@\"、,a1张", max_size=8), min_size=2, max_size=4))
def test_the_import_reads_an_exported_csv_file_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, row: list[str]
) -> None:
    file = tmp_path_factory.mktemp("export") / "list.csv"
    heading = ["甲", "乙", "丙", "丁"][: len(row)]
    with write("csv", [heading, row]) as written:
        file.write_bytes(written.read())
    (table,) = comma_tables(file, 1000)
    assert [list(it.cells) for it in table.rows][1] == row


def test_a_text_too_long_for_a_cell_says_that_it_goes_on_and_what_no_workbook_holds_is_left_out() -> None:
    with write("xlsx", [["heading"], ["字" * (LONGEST + 5), "a\x01b"]]) as file:
        long, short = next(load_workbook(file).active.iter_rows(min_row=2, values_only=True))
    assert len(long) == LONGEST
    assert long.endswith("全文见平台）")
    assert short == "ab"


@pytest.mark.parametrize(
    ("shown", "mask", "text"),
    [
        ("张**", masking.name, "张三丰"), ("*", masking.name, "张"), ("", masking.name, ""),
        ("139******78", masking.phone, "13912345678"), ("028-*****21", masking.phone, "028-8765421"),
        ("*****", masking.phone, "12345"), ("028-******* *12", masking.phone, "028-8765432 转12"),
    ],
)  # fmt: skip
def test_a_mask_leaves_what_those_who_know_them_recognise(shown: str, mask: Callable[[str], str], text: str) -> None:
    assert mask(text) == shown
