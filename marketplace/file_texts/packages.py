"""The paragraphs of OOXML and OpenDocument texts and slides, out of every part that holds some.

A mark of secrecy stands in a header, a text box or the master of the slides more often than in the text. Libraries for
these formats give the text by its structure and leave such places out, so the paragraphs are taken as the XML has them.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

from marketplace.file_texts.passages import Passage

_OPEN_PARAGRAPHS = {"p", "h"}
_PARAGRAPHS = {*_OPEN_PARAGRAPHS, "text"}
_TEXTS = {"t", "delText"}
_BREAKS = {"tab", "br", "cr", "s", "line-break"}
_MAIN = {"word/document.xml", "content.xml"}
_SLIDE = re.compile(r"ppt/slides/[^/]+\.xml")
_OF_SHEETS = re.compile(r"xl/(comments|threadedComments|drawings|charts)[^_]*\.xml|styles\.xml")
_CELLS = {"table-cell", "covered-table-cell"}
_SHEET = re.compile(r"xl/(worksheets|chartsheets)/[^/]+\.xml")
_HEADER = re.compile(rb"<(?:\w+:)?headerFooter\b.*?</(?:\w+:)?headerFooter>", re.S)
_TAG = re.compile(r"<[^>]*>")
_IDENTITY = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def paragraphs(content: bytes) -> Iterator[Passage]:
    """Yield the paragraphs of a text, and each slide as one passage; of other parts by the name of the part."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        slides = _slides(package) if "ppt/presentation.xml" in names else []
        for number, name in enumerate(slides, start=1):
            yield Passage("slide", str(number), "\n".join(_paragraphs(package, name)))
        for name in names:
            if name.endswith(".xml") and name not in slides:
                yield from _of_part(package, name)


def _of_part(package: zipfile.ZipFile, name: str) -> Iterator[Passage]:
    try:
        for number, text in enumerate(_paragraphs(package, name), start=1):
            if text.strip():
                yield Passage("paragraph", str(number), text) if name in _MAIN else Passage("part", name, text)
    except ET.ParseError:
        # One part that is broken hides none of the others.
        yield Passage("part", name, "")


def around_cells(content: bytes) -> Iterator[Passage]:
    """Yield what stands in a workbook beside its cells: comments, text boxes, and headers when it is printed."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name == "content.xml":
                yield from _outside_of_cells(package)
                continue
            if _OF_SHEETS.fullmatch(name):
                texts = list(_paragraphs(package, name))
            elif _SHEET.fullmatch(name):
                texts = [html.unescape(_TAG.sub(" ", it.decode())) for it in _HEADER.findall(package.read(name))]
            else:
                continue
            yield from (Passage("part", name, text) for text in texts if text.strip())


def _outside_of_cells(package: zipfile.ZipFile) -> Iterator[Passage]:
    """Yield the paragraphs of an OpenDocument workbook that are not the text of a cell, by what they stand in."""
    around: list[str] = []
    with package.open("content.xml") as stream:
        for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 -- As below.
            if event == "start":
                around.append(_local(element))
            elif around.pop() in _OPEN_PARAGRAPHS:
                text = "".join(element.itertext())
                if around[-1] not in _CELLS and text.strip():
                    yield Passage("part", around[-1], text)
                element.clear()


def _paragraphs(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    is_open_document = name in ("content.xml", "styles.xml")
    # A format of numbers has texts of its own there, which nobody wrote.
    wanted = _OPEN_PARAGRAPHS if is_open_document else _PARAGRAPHS
    with package.open(name) as stream:
        # The process this runs in bounds what such a file may take.
        for _event, element in ET.iterparse(stream):  # noqa: S314
            if isinstance(element.tag, str) and _local(element) in wanted:
                yield "".join(element.itertext()) if is_open_document else "".join(_runs(element))
                element.clear()


def _runs(paragraph: ET.Element) -> Iterator[str]:
    for element in paragraph.iter():
        name = _local(element)
        if name in _TEXTS or (name == "text" and not len(element)):
            yield element.text or ""
        elif name in _BREAKS:
            yield " "


def _slides(package: zipfile.ZipFile) -> list[str]:
    """Return the parts of the slides in the order they are shown."""
    links = ET.fromstring(package.read("ppt/_rels/presentation.xml.rels"))  # noqa: S314 -- As above.
    targets = {link.get("Id"): posixpath.normpath(posixpath.join("ppt", link.get("Target", ""))) for link in links}
    shown = ET.fromstring(package.read("ppt/presentation.xml"))  # noqa: S314 -- As above.
    wanted = [targets.get(it.get(_IDENTITY), "") for it in shown.iterfind("{*}sldIdLst/{*}sldId")]
    return [name for name in wanted if _SLIDE.fullmatch(name) and name in package.namelist()]


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
