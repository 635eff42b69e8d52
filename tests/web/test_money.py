"""An amount as people write it, kept in fen; what is none is left as it was written, for the schema to refuse."""

from __future__ import annotations

from typing import Any

import pytest
import wtforms
from werkzeug.datastructures import MultiDict

from marketplace.web.money import WanYuan, Yuan


class Amounts(wtforms.Form):
    yuan = Yuan()
    wan = WanYuan()


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("yuan", "12.50", 1250),
        ("yuan", "", None),
        ("yuan", "0.005", "0.005"),
        ("yuan", "半价", "半价"),
        ("yuan", "nan", "nan"),
        ("wan", "1.5", 1_500_000),
        ("wan", "-1", -1_000_000),
        # A few letters that would take minutes to write out as a number.
        ("yuan", "1e999990", "1e999990"),
        ("wan", "1e999990", "1e999990"),
        ("wan", "1e9999999", "1e9999999"),
    ],
)
def test_an_amount_is_kept_in_fen(name: str, written: str, kept: Any) -> None:
    assert Amounts(MultiDict({name: written}))[name].data == kept


@pytest.mark.parametrize(("name", "fen", "shown"), [("yuan", 1250, "12.5"), ("wan", 20_000_000, "20")])
def test_an_amount_is_shown_as_people_write_it(name: str, fen: int, shown: str) -> None:
    assert f'value="{shown}"' in Amounts(data={name: fen})[name]()
