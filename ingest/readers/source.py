"""What every reader gives and what every reader refuses.

A file becomes tables, a table becomes rows; a reader knows nothing of fields. The limits stand here in one place
because a file comes from strangers: a few kilobytes may unpack to terabytes, a sheet may claim a billion cells.
"""

from __future__ import annotations

import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LONGEST_CELL = 100_000
MOST_COLUMNS = 500
MOST_BYTES = 2 * 1024**3
# Text compresses tenfold; a thousandfold is made on purpose. Small files are left alone, whatever their ratio.
MOST_RATIO = 200
RATIO_MATTERS_FROM = 32 * 1024**2


class Refused(Exception):
    """A file cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file.

    ``number`` counts from 1 as a spreadsheet shows it. ``headings`` is given where the row brings its own (JSON
    lines). ``damage`` says why the row cannot be used; ``remarks`` says it of single cells, by their place.
    """

    number: int
    cells: Sequence[Any]
    headings: tuple[str, ...] | None = None
    damage: str = ""
    remarks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook, or a whole text file with an empty name.

    ``total`` is about how many rows will come. ``skipped`` says why the whole sheet is left out; ``refused`` tells
    that it was left out against the wish of whoever sent it.
    """

    name: str
    rows: Iterator[Row]
    total: int
    skipped: str = ""
    refused: bool = False


class Bounded(io.RawIOBase):
    """A stream of expanded bytes that refuses to grow out of proportion to the ``packed`` bytes it came from."""

    def __init__(self, stream: io.BufferedIOBase, packed: int) -> None:
        self._stream = stream
        self._packed = max(packed, 1)
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._stream.read(len(buffer))
        except (EOFError, OSError, zlib.error) as error:
            raise Refused(f"压缩文件已损坏（{error}），请重新导出或重新下载") from error
        self._given += len(data)
        check_expansion(self._given, self._packed)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def check_expansion(expanded: int, packed: int) -> None:
    """Raise Refused when what was packed expands beyond the limits of size or ratio."""
    if expanded > MOST_BYTES:
        raise Refused(f"解压后超过 {MOST_BYTES // 1024**3} GB，拒绝读取；请拆成几个文件")
    if expanded > RATIO_MATTERS_FROM and expanded > packed * MOST_RATIO:
        raise Refused(f"压缩比超过 {MOST_RATIO} 倍，疑似压缩炸弹，拒绝读取；如确为正常数据，请解压后再导入")


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, through gzip where its name ends so, within the limits."""
    packed = path.stat().st_size
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(Bounded(gzip.GzipFile(path), packed), 1 << 18)
    return path.open("rb")


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give a path at which the file lies uncompressed, for formats that are read by jumping about."""
    if path.suffix.lower() != ".gz":
        yield path
        return
    with open_bytes(path) as packed, tempfile.NamedTemporaryFile(suffix=path.stem) as plain:
        shutil.copyfileobj(packed, plain, 1 << 20)
        plain.flush()
        yield Path(plain.name)
