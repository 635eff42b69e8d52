"""Files as people bring them, good and bad, made by the libraries of their formats."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile

from openpyxl import Workbook
from openpyxl.comments import Comment
from PIL import Image
from PIL.ExifTags import IFD, Base
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject
from sqlalchemy.orm import Session

from marketplace.models import Achievement, Attachment, StoredFile
from marketplace.models.records.file import STATEMENTS

MAIN_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# Sixteen by sixteen red points with the name of an owner, as pillow-heif writes them; nothing here writes the format.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAA"
    "AAAERAAAIAAQAAAAAB4QABAAAAAAAAACYAAgAAAAACBwABAAAAAAAAADYAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVp"
    "bmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGE"
    "ABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAA"
    "ABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAAAAIAAAAQcG"
    "l4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAGmlyZWYAAAAAAAAADmNkc2MAAgABAAEAAABkbWRhdAAAACIoAa8FEhNM4Pq6"
    "Ujuf41h8fAbeXs+VrO8W/KCVWhCR8VtAAAAABkV4aWYAAE1NACoAAAAIAAIBEgADAAAAAQABAAABOwACAAAABgAAACYAAAAAemhhbmcA"
)
PROGRAM = b"MZ\x90\x00" + b"This program cannot be run in DOS mode." * 4


def photo(size: tuple[int, int] = (80, 40), *, kind: str = "JPEG", colour: str = "red") -> bytes:
    """A photo as a phone writes it: turned, with the place and the owner in its metadata."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Artist] = "张三"
    exif.get_ifd(IFD.GPSInfo)[2] = (30.0, 39.0, 12.0)
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind, exif=exif)
    return written.getvalue()


def pdf(*, author: str = "张三", password: str = "", script: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": author, "/Title": "夹具图纸"})
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if password:
        writer.encrypt(password, algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def pdf_saying(*pages: str) -> bytes:
    """A PDF whose pages say something in Chinese; an empty one is a page of a scan."""
    writer = PdfWriter()
    font = {
        "/Type": NameObject("/Font"), "/Subtype": NameObject("/Type0"), "/BaseFont": NameObject("/STSong-Light"),
        "/Encoding": NameObject("/UniGB-UCS2-H"),
        "/DescendantFonts": ArrayObject([DictionaryObject({
            NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/CIDFontType0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
        })]),
    }  # fmt: skip
    held = DictionaryObject({NameObject(name): value for name, value in font.items()})
    for text in pages:
        page = writer.add_blank_page(200, 200)
        drawing = DecodedStreamObject()
        drawing.set_data(f"BT /F 12 Tf 20 100 Td <{text.encode('utf-16-be').hex()}> Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = writer._add_object(drawing)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F"): held})}
        )
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def docx_saying(*paragraphs: str, header: str = "") -> bytes:
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    said = ["".join(f"<w:p><w:r><w:t>{it}</w:t></w:r></w:p>" for it in several) for several in (paragraphs, [header])]
    return docx(
        **{
            "word__document.xml": f"<w:document {namespace}><w:body>{said[0]}</w:body></w:document>",
            "word__header1.xml": f"<w:hdr {namespace}>{said[1]}</w:hdr>",
        }
    )


def pptx_saying(*slides: str, notes: str = "") -> bytes:
    """Slides in the order they are shown, which is not that of their parts."""
    main = f"{MAIN_DOCX.partition('wordprocessingml')[0]}presentationml.presentation.main+xml"
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    numbers = range(len(slides), 0, -1)
    text = "<p:sld xmlns:p='p' {}><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>"
    return package(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/ppt/presentation.xml" ContentType="{main}"/></Types>',
            "ppt/presentation.xml": f"<p:presentation xmlns:p='p' xmlns:r='{links}'><p:sldIdLst>"
            + "".join(f'<p:sldId r:id="r{number}"/>' for number in numbers) + "</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": "<Relationships>"
            + "".join(f'<Relationship Id="r{it}" Target="slides/slide{it}.xml"/>' for it in numbers)
            + "</Relationships>",
            **{f"ppt/slides/slide{it}.xml": text.format(drawing, said)
               for it, said in zip(numbers, slides, strict=True)},
            "ppt/notesSlides/notesSlide1.xml": text.format(drawing, notes),
        }
    )  # fmt: skip


def xlsx_saying(cells: dict[str, object], *, sheet: str = "名单", comment: str = "", header: str = "") -> bytes:
    book = Workbook()
    book.active.title = sheet
    for place, value in cells.items():
        book.active[place] = value
    if comment:
        book.active["A1"].comment = Comment(comment, "张三")
    book.active.oddHeader.center.text = header or None
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def package(parts: dict[str, bytes | str], packed_as: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", packed_as) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def docx(main: str = MAIN_DOCX, **parts: bytes | str) -> bytes:
    """The least that is a text of Word, with its author; other parts by name, slashes written as two underlines."""
    return package(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "word/document.xml": "<w:document/>",
            "docProps/core.xml": "<cp:coreProperties><dc:creator>张三</dc:creator></cp:coreProperties>",
            **{name.replace("__", "/"): content for name, content in parts.items()},
        }
    )


def odt() -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    about = "<office:document-meta><dc:creator>张三</dc:creator></office:document-meta>"
    return package({"mimetype": kind, "content.xml": "<x/>", "META-INF/manifest.xml": "<m/>", "meta.xml": about})


_OF_ODS = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {"office": "office", "style": "style", "table": "table", "text": "text"}.items()
)


def ods_saying(cell: str, comment: str = "", header: str = "") -> bytes:
    """A workbook of OpenDocument with one cell, a comment on it and a header for when it is printed."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return package(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": "<m/>",
            "content.xml": f"<office:document-content {_OF_ODS}><office:body><office:spreadsheet>"
            '<table:table table:name="名单"><table:table-row><table:table-cell office:value-type="string">'
            f"<office:annotation><text:p>{comment}</text:p></office:annotation><text:p>{cell}</text:p>"
            "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {_OF_ODS}><style:header><text:p>{header}</text:p></style:header>"
            "</office:document-styles>",
        }
    )


def sign_statements(session: Session, achievement: Achievement) -> None:
    """Give a record the signed statements without which nothing is endorsed."""
    for purpose in STATEMENTS:
        sha256 = hashlib.sha256(f"{purpose} {achievement.id}".encode()).hexdigest()
        session.add(StoredFile(sha256=sha256, size=9, media_type="application/pdf", scan="unscanned"))
        session.flush()
        achievement.attachments.append(
            Attachment(
                file_name=f"{purpose}.pdf", media_type="application/pdf", size=9, sha256=sha256, purpose=purpose,
                disclosure=3,
            )
        )  # fmt: skip
    session.flush()
