"""Read office files: packed ones (OOXML, OpenDocument) are written anew without their makers, old ones only looked at.

What a text itself tells stays: comments, tracked changes, and what pictures inside it know of their place.
"""

from __future__ import annotations

import io
import zipfile
import zlib

import olefile

from marketplace.errors import N_
from marketplace.services.files import unwanted
from marketplace.services.files.refusal import FileRefused

# A package is a ZIP file, of which a few bytes can unfold to any size.
MOST_PARTS = 4_000
MOST_UNPACKED = 128 << 20
_PACKED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS = {
    f"{_OOXML}{kind}.main+xml".encode(): _OOXML + kind
    for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
}
_ODF = tuple(f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation"))
_ABOUT = "http://schemas.openxmlformats.org/"
# What tells of the makers, and what stands in its place.
_BLANK = {
    "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_ABOUT}package/2006/metadata/core-properties"/>',
    "docProps/app.xml": f'<Properties xmlns="{_ABOUT}officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{_ABOUT}officeDocument/2006/custom-properties"/>',
    "meta.xml": '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' office:version="1.3"/>',
}
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MACRO_PARTS = ("vbaproject.bin", "basic/", "scripts/")
_OLD = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_OLD_MACROS = {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros"}

_DAMAGED = N_("“%(name)s”已损坏，或者不是办公文件；请用办公软件打开后另存，再上传。")
_LOCKED = N_("“%(name)s”设有打开密码；请去掉密码后再上传。")
_MACROS = N_("“%(name)s”带有宏；请另存为不带宏的文件后再上传。")
_UNFOLDS = N_("“%(name)s”解开后太大，不予接收；请删减其中的图片或工作表，或另存为 PDF 后再上传。")


def packed(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the media type and the content of an OOXML or OpenDocument file written anew. Raises FileRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise FileRefused(_UNFOLDS, name=name)
            if any(part.flag_bits & 1 for part in parts):
                raise FileRefused(_LOCKED, name=name)
            # No office program packs in another way, and each has errors of its own.
            if any(part.compress_type not in _PACKED_AS for part in parts):
                raise FileRefused(_DAMAGED, name=name)
            names = [part.filename for part in parts]
            if len(set(names)) != len(names) or any(_leads_out(it) for it in names):
                raise FileRefused(_DAMAGED, name=name)
            if (said := unwanted.sentence_of_package(names)) is not None:
                raise FileRefused(said, name=name)
            media_type = _media_type(name, package, names)
            return media_type, _rewritten(package, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise FileRefused(_DAMAGED, name=name) from error


def compound(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the media type and the content, as it came, of a file of Office before 2007. Raises FileRefused."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as package:
            parts = {part for path in package.listdir(storages=True) for part in path}
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise FileRefused(_DAMAGED, name=name) from error
    if "EncryptedPackage" in parts:
        raise FileRefused(_LOCKED, name=name)
    if parts & _OLD_MACROS:
        raise FileRefused(_MACROS, name=name)
    media_type = next((media_type for part, media_type in _OLD.items() if part in parts), None)
    if media_type is None:
        raise FileRefused(_DAMAGED, name=name)
    return media_type, content


def _media_type(name: str, package: zipfile.ZipFile, names: list[str]) -> str:
    if any(part.lower().endswith(_MACRO_PARTS[0]) or part.lower().startswith(_MACRO_PARTS[1:]) for part in names):
        raise FileRefused(_MACROS, name=name)
    if "[Content_Types].xml" in names:
        types = package.read("[Content_Types].xml")
        if b"macroEnabled" in types:
            raise FileRefused(_MACROS, name=name)
        found = next((media_type for part, media_type in _MAIN_PARTS.items() if part in types), None)
    elif "mimetype" in names and "META-INF/manifest.xml" in names:
        said = package.read("mimetype").decode("ascii", "replace").strip()
        found = said if said in _ODF else None
    else:
        found = None
    if found is None:
        raise FileRefused(_DAMAGED, name=name)
    return found


def _rewritten(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for part in parts:
            blank = _BLANK.get(part.filename)
            content = package.read(part) if blank is None else (_DECLARATION + blank).encode()
            described = zipfile.ZipInfo(part.filename, part.date_time)
            # OpenDocument wants its first part, which says what it is, stored as it is.
            described.compress_type = part.compress_type
            archive.writestr(described, content)
    return written.getvalue()


def _leads_out(part: str) -> bool:
    return part.startswith("/") or "\\" in part or ".." in part.split("/")
