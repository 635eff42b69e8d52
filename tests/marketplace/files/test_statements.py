"""What is printed to be signed says what the record says, in a Chinese font that lies in the file."""

from __future__ import annotations

import datetime as dt
import io

from pypdf import PdfReader

from marketplace import documents

MOMENT = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)
TOLD = {
    "number": "000012", "title": "薄壁件夹具 #panic() $x$ \\", "units": ["示例机械厂"], "rights_holder": "", "duty": "",
    "contributors": [{"order": 1, "name": "张三", "share": "100 %", "part": "设计"}], "code": "0A1B-2C3D", "years": 3,
}  # fmt: skip


def text_of(document: bytes) -> str:
    """Return what a document says, without the places where its lines break."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages).split())


def test_a_document_holds_its_font_and_takes_every_word_as_a_word() -> None:
    document = documents.drawn("integrity_statement", TOLD, MOMENT)
    assert "薄壁件夹具#panic()$x$\\" in text_of(document)
    (page,) = PdfReader(io.BytesIO(document)).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert descriptors and all("/FontFile3" in it or "/FontFile2" in it for it in descriptors)


def test_equal_words_make_equal_documents() -> None:
    assert documents.drawn("integrity_statement", TOLD, MOMENT) == documents.drawn("integrity_statement", TOLD, MOMENT)
