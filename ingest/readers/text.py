"""Which encoding a text file is in, found by trying.

Trial decoding of the whole file is deterministic and right: valid UTF-8 of any length is never GB18030 by chance,
while a statistical guess from a sample takes a GB18030 file whose first page is English for ASCII.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ingest.readers.source import Refused, open_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20


def detect(path: Path) -> tuple[str, int]:
    """Return the encoding of a file and how many lines it has; raise Refused for what is not text."""
    with open_bytes(path) as stream:
        start = stream.read(4096)
    if not start:
        raise Refused("文件是空的")
    candidates = [_by_mark(start) or _by_zeros(start)] if _by_mark(start) or _by_zeros(start) else ["utf-8", "gb18030"]
    for encoding in candidates:
        with open_bytes(path) as stream:
            lines = _lines(stream, encoding)
        if lines is not None:
            return encoding, lines
    raise Refused("不是文本，或编码不是 UTF-8、GB18030、UTF-16；请另存为 UTF-8 编码的文件")


def _by_mark(start: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "")


def _by_zeros(start: bytes) -> str:
    """Recognise UTF-16 without a mark: separators and line ends leave zero bytes at every other place only."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else ""


def _lines(stream: IO[bytes], encoding: str) -> int | None:
    """Count the lines of a stream, or return None where it is not in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    try:
        for chunk in _chunks(stream):
            lines += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    return lines


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk
