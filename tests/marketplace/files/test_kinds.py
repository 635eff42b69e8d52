"""What may be brought is told by the content, and what is kept tells nothing of its maker."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base
from pypdf import PdfReader

from marketplace.services.files import office, pictures
from marketplace.services.files.kinds import cleaned, safe_name
from marketplace.services.files.refusal import FileRefused
from tests.files import HEIC, PROGRAM, docx, odt, package, pdf, photo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_neither_place_nor_owner_and_stands_upright(kind: str) -> None:
    kept = cleaned("现场.jpg", photo((80, 40), kind=kind))
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.format == kind
        assert picture.size == (40, 80)
        exif = picture.getexif()
        assert not exif.get(Base.Artist)
        assert not exif.get_ifd(IFD.GPSInfo)
    assert "张三".encode() not in kept.content


def test_a_photo_of_a_phone_that_no_browser_shows_becomes_a_jpeg() -> None:
    assert b"zhang" in HEIC
    kept = cleaned("IMG_0001.HEIC", HEIC)
    assert (kept.file_name, kept.media_type) == ("IMG_0001.jpg", "image/jpeg")
    assert b"zhang" not in kept.content


def test_a_pdf_loses_its_author_and_what_acts_by_itself() -> None:
    kept = cleaned("图纸.pdf", pdf(script="app.alert('x')"))
    reader = PdfReader(io.BytesIO(kept.content))
    assert len(reader.pages) == 1
    assert not (reader.metadata or {}).get("/Author")
    assert b"app.alert" not in kept.content
    assert b"\xfe\xff" + "张三".encode("utf-16-be") not in kept.content


def test_a_pdf_that_was_signed_electronically_stays_as_it_is() -> None:
    signed = pdf() + b"\n% /ByteRange [0 1 2 3]\n"
    assert cleaned("授权书.pdf", signed).content == signed


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("说明.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("说明.odt", odt(), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_an_office_file_loses_its_author(name: str, content: bytes, media_type: str) -> None:
    kept = cleaned(name, content)
    assert kept.media_type == media_type
    with zipfile.ZipFile(io.BytesIO(kept.content)) as archive:
        assert not [part for part in archive.namelist() if "张三".encode() in archive.read(part)]


def test_a_name_that_belies_the_content_gets_the_right_ending() -> None:
    assert cleaned("图纸.exe", pdf()).file_name == "图纸.exe.pdf"
    assert cleaned("照片.png", photo()).file_name == "照片.jpg"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\图纸\\夹具.pdf", "夹具.pdf"),
        ("夹具\u202efdp.exe\r\nX: 1.pdf", "夹具fdp.exeX 1.pdf"),
        ("..", "file"),
        ("长" * 400 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_a_name_is_only_the_last_part_of_a_path(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def _bomb(parts: dict[str, bytes | str]) -> bytes:
    return package({"[Content_Types].xml": "x", **parts})


def _packed_otherwise() -> bytes:
    """A package that is packed with LZMA and cannot be unpacked: its stream does not begin with a 0."""
    packed = package({"[Content_Types].xml": "x" * 100}, zipfile.ZIP_LZMA)
    begins = packed.index(b".xml") + len(b".xml") + 9
    return packed[:begins] + b"\xff" + packed[begins + 1 :]


BAD = {
    "a program called pdf": PROGRAM,
    "nothing at all": b"",
    "a page with a script": b"<html><script>alert(1)</script></html>",
    "a picture that is a text": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a program behind an empty package": PROGRAM + docx(),
    "a PDF cut short": pdf()[:60],
    "a PDF behind other bytes": b"MZ\x90\x00" + pdf(),
    "a locked PDF": pdf(password="secret"),
    "a JPEG that is only a beginning": photo()[:40],
    "a PNG of random bytes": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
    "a package of anything": package({"a.txt": "x"}),
    "a text of Word with macros": docx(word__vbaProject__bin="x", **{"word__vbaProject.bin": "x"}),
    "a text of Word that says it has macros": docx("application/vnd.ms-word.document.macroEnabled.main+xml"),
    "a package with two parts of one name": docx()[:-1],
    "a package packed as no office program does": _packed_otherwise(),
    "a package that leads out of its folder": docx(**{"..__..__x": "x"}),
    "a package of very many parts": _bomb({f"{n}.xml": "" for n in range(office.MOST_PARTS + 1)}),
    "a package that unfolds without end": _bomb({"a.xml": bytes(office.MOST_UNPACKED + 1)}),
    "an old office file cut short": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
}  # fmt: skip


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_not_what_it_should_be_is_refused_with_its_name_and_a_reason(content: bytes) -> None:
    with pytest.raises(FileRefused, match="资料"):
        cleaned("资料.pdf", content)


def test_a_package_that_lies_about_the_size_of_a_part_is_refused() -> None:
    honest = docx(word__big=b"0" * 100_000)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("word/big").file_size.to_bytes(4, "little")
    with pytest.raises(FileRefused):
        cleaned("说明.docx", honest.replace(size, (10).to_bytes(4, "little")))


def test_a_picture_that_says_it_is_immense_is_never_drawn() -> None:
    side = 30_000
    written = io.BytesIO()
    Image.new("1", (side, side)).save(written, "PNG")
    assert len(written.getvalue()) < 200_000
    assert side * side > pictures.MOST_PIXELS
    with pytest.raises(FileRefused, match="30000 × 30000"):
        cleaned("全景.png", written.getvalue())


def test_what_hides_behind_a_picture_is_gone() -> None:
    hidden = photo() + docx()
    kept = cleaned("照片.jpg", hidden).content
    assert b"PK\x03\x04" not in kept


def test_what_hides_behind_a_pdf_is_gone() -> None:
    assert b"PK\x03\x04" not in cleaned("图纸.pdf", pdf() + docx()).content


def test_equal_files_stay_equal_when_they_are_cleaned() -> None:
    for name, content in (("a.jpg", photo()), ("b.docx", docx()), ("c.pdf", pdf())):
        assert cleaned(name, content) == cleaned(name, content)


@pytest.mark.parametrize(
    ("content", "told"),
    [(package({"图.pdf": b"x"}), "解开"), (package({"OFD.xml": b"<x/>"}), "OFD"), (b"Rar!\x1a\x07\x00", "解开"),
     (b"\x00\x00\x00\x18ftypisom" + bytes(20), "截成图片"), (b"AC1032" + bytes(9), "导出为 PDF"),
     (b"ISO-10303-21;", "导出为 PDF"), (PROGRAM, "是程序"), (b"GIF89a" + bytes(9), "JPEG 或 PNG"),
     ("名称,数量\r\n夹具,3".encode("gb18030"), "xlsx"), (b"<html>", "另存为 PDF"), (b"\x01\x02\x03", "可以上传 PDF")],
)  # fmt: skip
def test_what_is_not_taken_is_called_by_what_it_is_with_what_to_bring_instead(content: bytes, told: str) -> None:
    with pytest.raises(FileRefused) as refused:
        cleaned("现场.bin", content)
    (sentence,) = refused.value.sentences(str)
    assert sentence.startswith("“现场.bin”的内容不是可以上传的类型") and told in sentence
