"""Amounts people write in yuan or in 万元, and the domain keeps in fen."""

from __future__ import annotations

from decimal import Decimal

import wtforms
from wtforms import widgets

# More fen than any schema takes. A number as 1e999999 is a few letters to write, and endless work to write out.
_MOST = 10**18


class Yuan(wtforms.Field):
    """Yuan with two decimals at most; what is none, or has a part of a fen, is left for the schema to refuse."""

    widget = widgets.NumberInput(step="0.01", min=0)
    fen = 100

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{(Decimal(self.data) / self.fen).normalize():f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        try:
            amount = Decimal(text) * self.fen if text else None
            is_whole = amount is not None and abs(amount) < _MOST and amount == int(amount)
            self.data = int(amount) if amount is not None and is_whole else text or None
        except (ArithmeticError, ValueError):
            self.data = text


class WanYuan(Yuan):
    """Ten thousands of yuan, as budgets and prices are written."""

    widget = widgets.NumberInput(step="any", min=0)
    fen = 1_000_000
