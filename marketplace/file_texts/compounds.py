"""The text of a document and of slides from before 2007, read as their specifications say.

No library that is kept reads them. The pieces of a document are found as [MS-DOC] 2.4.1 says, the text of slides as
the atoms of [MS-PPT] 2.9.42 and 2.9.43.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from marketplace.file_texts.passages import Passage

_CLX_AT = 0x01A2
_ONE_BYTE, _PLACE = 1 << 30, (1 << 30) - 1
_TEXT_CHARS, _TEXT_BYTES, _ANY_STRING = 0x0FA0, 0x0FA8, 0x0FBA
_CONTAINER = 0xF


def text(content: bytes) -> Iterator[Passage]:
    """Yield the paragraphs of a document, those of its headers, notes and text boxes behind the others."""
    with olefile.OleFileIO(io.BytesIO(content)) as package:
        document = package.openstream("WordDocument").read()
        (flags,) = struct.unpack_from("<H", document, 0x0A)
        table = package.openstream("1Table" if flags & 0x0200 else "0Table").read()
    start, length = struct.unpack_from("<II", document, _CLX_AT)
    whole = "".join(_pieces(document, table[start : start + length]))
    for number, paragraph in enumerate(whole.replace("\x07", "\r").split("\r"), start=1):
        if paragraph.strip():
            yield Passage("paragraph", str(number), paragraph)


def slides(content: bytes) -> Iterator[Passage]:
    """Yield the texts of slides, of their notes and their masters, by the number of the text."""
    with olefile.OleFileIO(io.BytesIO(content)) as package:
        stream = package.openstream("PowerPoint Document").read()
    for number, found in enumerate(_atoms(stream), start=1):
        yield Passage("paragraph", str(number), found.replace("\x0b", "\n"))


def _pieces(document: bytes, clx: bytes) -> Iterator[str]:
    """Yield the text of each piece; before the table of pieces stand lists of formats, which are passed over."""
    at = 0
    while clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    (length,) = struct.unpack_from("<I", clx, at + 1)
    pieces = clx[at + 5 : at + 5 + length]
    count = (len(pieces) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", pieces)
    for number in range(count):
        (place,) = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * number + 2)
        characters = ends[number + 1] - ends[number]
        if place & _ONE_BYTE:
            begin = (place & _PLACE) // 2
            yield document[begin : begin + characters].decode("cp1252", "replace")
        else:
            yield document[place : place + 2 * characters].decode("utf-16-le", "replace")


def _atoms(stream: bytes) -> Iterator[str]:
    at = 0
    while at + 8 <= len(stream):
        version, kind, length = struct.unpack_from("<HHI", stream, at)
        at += 8
        if version & 0xF == _CONTAINER:
            continue
        if kind in (_TEXT_CHARS, _ANY_STRING):
            yield stream[at : at + length].decode("utf-16-le", "replace")
        elif kind == _TEXT_BYTES:
            yield stream[at : at + length].decode("latin-1")
        at += length
