"""Draw a document as PDF: one template a document, the words and figures of a record in it, a Chinese font inside.

A template is a Typst file of this folder, https://typst.app/docs. What it is told arrives as ``told`` and is text to
it, whatever stands in it. The font is Noto Serif SC under the SIL Open Font License 1.1, which allows embedding; it
comes with the package pylopdf-fonts-zh-cn, so that a bare machine draws the same as any other.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

_FOLDER = Path(__file__).parent
# An archive can still read it in thirty years, and a screen reader reads it today.
_STANDARDS = ["a-2a"]


def drawn(template: str, told: Mapping[str, Any], at: dt.datetime) -> bytes:
    """Return a PDF (PDF/A-2a) of the template named, told texts, numbers, lists and mappings of these.

    ``at`` is when it was made, as the file itself states it: equal input gives equal bytes. Pictures are given as
    texts of SVG. Raises typst.TypstError for a template that is wrong, which no input makes it.
    """
    # Here, because it is large, and most processes never draw.
    import typst

    compiler = typst.Compiler(
        _FOLDER / f"{template}.typ", root=_FOLDER, font_paths=_fonts(),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )  # fmt: skip
    document = compiler.compile(format="pdf", pdf_standards=_STANDARDS, timestamp=int(at.timestamp()))
    assert isinstance(document, bytes)
    return document


@cache
def _fonts() -> typst.Fonts:
    import typst

    folder = files("pylopdf_fonts_zh_cn")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(str(folder))])
