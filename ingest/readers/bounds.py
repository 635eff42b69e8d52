"""How large a workbook claims to be, measured before anything is laid out in memory.

The sheets' XML is read once as a stream: the archive's own sizes are checked against the limits, then the furthest
cell and the formulas saved without a result, which a reader of values cannot tell from blanks.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ingest.readers.source import MOST_COLUMNS, Refused, check_expansion

# About 400 MB in memory: 200,000 rows of sixty columns.
MOST_CELLS = 12_000_000
LONGEST_ROW = 16 * 1024**2
_CHUNK = 1 << 20

_NAME = rb"(?:\w+:)?"
_AT = rb"""r\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']"""
# It starts with a letter, not with an alternative, because that is many times faster. Text that looks like a place
# can only make a sheet seem larger.
_PLACE = re.compile(_AT)
_CELL = re.compile(rb"<" + _NAME + rb"c[\s>/]")
_FORMULA = rb"<" + _NAME + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + _NAME + rb"f>)"
_NO_VALUE = rb"(?:<" + _NAME + rb"v\s*/>|<" + _NAME + rb"v></" + _NAME + rb"v>)?"
_UNCACHED = re.compile(
    rb"<" + _NAME + rb"c\s[^>]*?\b" + _AT + rb"[^>]*>\s*" + _FORMULA + rb"\s*" + _NO_VALUE + rb"\s*</" + _NAME + rb"c>"
)
_MAIN = "{*}sheets/{*}sheet"


@dataclass(slots=True)
class Extent:
    """The furthest row and column of a sheet, from 1, and by row from 0 the columns whose formula has no result."""

    rows: int = 0
    columns: int = 0
    uncached: dict[int, list[int]] = field(default_factory=dict)

    @property
    def refusal(self) -> str:
        """Say why the sheet is too large to read; empty where it is not."""
        if self.columns > MOST_COLUMNS:
            return f"有 {self.columns} 列，超过 {MOST_COLUMNS} 列，拒绝读取；请删去多余的列（包括看似空白的列）"
        if self.rows * self.columns > MOST_CELLS:
            return f"占 {self.rows} 行 × {self.columns} 列，范围过大，拒绝读取；请删去数据之外的单元格"
        return ""


def measure(path: Path) -> dict[str, Extent]:
    """Return the extent of each sheet by name; raise Refused for a bomb or a damaged archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                check_expansion(part.file_size, part.compress_size)
            check_expansion(sum(part.file_size for part in archive.infolist()), path.stat().st_size)
            return {name: _extent(archive, part) for name, part in _sheets(archive)}
    except (zipfile.BadZipFile, KeyError, ET.ParseError, NotImplementedError, RuntimeError) as error:
        raise Refused(f"工作簿已损坏（{error}），请用 Excel 打开并另存后再导入") from error


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and the part of the archive that holds it."""
    book = _small_xml(archive, "xl/workbook.xml")
    links = _small_xml(archive, "xl/_rels/workbook.xml.rels")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in book.iterfind(_MAIN):
        identity = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
        target = targets.get(identity, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            yield sheet.get("name", ""), part


def _small_xml(archive: zipfile.ZipFile, part: str) -> ET.Element:
    """Parse a small part; entities are refused because they can expand without end."""
    data = archive.read(part)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused("工作簿含有不允许的 XML 声明，拒绝读取")
    return ET.fromstring(data)  # noqa: S314 - declarations that could expand were refused above.


def _extent(archive: zipfile.ZipFile, part: str) -> Extent:
    extent = Extent()
    with archive.open(part) as stream:
        for piece in _whole_rows(stream):
            _widen(extent, piece)
    return extent


def _whole_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the stream in pieces that end where a row ends."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        # Rows without cells have no end of their own; any end of an element serves among them.
        end = rest.rfind(b"row>") + 4 if b"row>" in rest else rest.rfind(b"/>") + 2
        if end >= 2:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > LONGEST_ROW:
            raise Refused("有一行超过 16 MB，拒绝读取")
    yield rest


def _widen(extent: Extent, piece: bytes) -> None:
    places = _PLACE.findall(piece)
    if places:
        extent.columns = max(extent.columns, max(map(_column, {letters for letters, _row in places})))
        extent.rows = max(extent.rows, max(map(int, {row for _letters, row in places})))
    if piece.count(b"<c") + piece.count(b":c") > len(places):
        _widen_by_counting(extent, piece)
    if b"f>" in piece:
        for letters, row in _UNCACHED.findall(piece):
            extent.uncached.setdefault(int(row) - 1, []).append(_column(letters) - 1)


def _widen_by_counting(extent: Extent, piece: bytes) -> None:
    """Allow for cells that do not say where they are: each stands after the one before it."""
    rows = piece.split(b"row")
    extent.rows += len(rows)
    extent.columns = max(extent.columns, *(len(_CELL.findall(row)) for row in rows))


def _column(letters: bytes) -> int:
    """Return the number of a column from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
