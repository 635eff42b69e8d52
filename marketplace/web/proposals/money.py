"""An amount people write in yuan and the domain keeps in fen."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import wtforms
from wtforms import widgets

_FEN_OF_YUAN = 100


class Yuan(wtforms.Field):
    """Yuan with two decimals at most; what is none, or has a part of a fen, is left for the schema to refuse."""

    widget = widgets.NumberInput(step="0.01", min=0)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{(Decimal(self.data) / _FEN_OF_YUAN).normalize():f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        try:
            fen = Decimal(text) * _FEN_OF_YUAN if text else None
            self.data = text if fen is not None and fen != int(fen) else None if fen is None else int(fen)
        except (InvalidOperation, OverflowError, ValueError):
            self.data = text
