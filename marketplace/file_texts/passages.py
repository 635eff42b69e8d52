"""The text of a file, passage by passage, each with its place; a place without text has an empty passage."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


class Passage(NamedTuple):
    """A piece of text and its place, see ``file_texts.Place``."""

    kind: str
    name: str
    text: str


def passages(content: bytes, media_type: str) -> Iterator[Passage]:
    """Yield the passages of a file; none for a picture. Raises whatever the library of the format raises."""
    reader = _READERS.get(media_type)
    if reader is not None:
        yield from reader(content)


def _portable(content: bytes) -> Iterator[Passage]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        reader.decrypt("")
    for number, page in enumerate(reader.pages, start=1):
        # What is written on a page by hand, or into a form, stands beside its text.
        notes = [str(it.get_object().get(key, "")) for it in page.annotations or () for key in ("/Contents", "/V")]
        yield Passage("page", str(number), "\n".join((page.extract_text(), *notes)))


def _workbook(content: bytes) -> Iterator[Passage]:
    from marketplace.file_texts.workbooks import cells

    yield from cells(content)


def _packed_workbook(content: bytes) -> Iterator[Passage]:
    from marketplace.file_texts.packages import around_cells

    yield from _workbook(content)
    yield from around_cells(content)


def _packed(content: bytes) -> Iterator[Passage]:
    from marketplace.file_texts.packages import paragraphs

    yield from paragraphs(content)


def _old_text(content: bytes) -> Iterator[Passage]:
    from marketplace.file_texts.compounds import text

    yield from text(content)


def _old_slides(content: bytes) -> Iterator[Passage]:
    from marketplace.file_texts.compounds import slides

    yield from slides(content)


# A library is loaded only for its format: most of the time a child lives is the time it starts.
_READERS: Mapping[str, Callable[[bytes], Iterator[Passage]]] = {
    "application/pdf": _portable,
    f"{_OOXML}wordprocessingml.document": _packed,
    f"{_OOXML}presentationml.presentation": _packed,
    f"{_OOXML}spreadsheetml.sheet": _packed_workbook,
    f"{_ODF}text": _packed,
    f"{_ODF}presentation": _packed,
    f"{_ODF}spreadsheet": _packed_workbook,
    "application/msword": _old_text,
    "application/vnd.ms-excel": _workbook,
    "application/vnd.ms-powerpoint": _old_slides,
}
