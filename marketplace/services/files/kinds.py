"""What may be brought, told by the content and never by the name, and what is left of it once it is clean.

The first bytes say which library has to read a file, and only what that library reads whole is taken: a picture is
drawn anew, a PDF and an office file are written anew without what tells of their makers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from marketplace.errors import N_
from marketplace.services.files import office, pictures, portable, unwanted
from marketplace.services.files.refusal import FileRefused

# The ending of each kind's names, the usual one first.
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
    "application/msword": (".doc",),
    "application/vnd.ms-excel": (".xls",),
    "application/vnd.ms-powerpoint": (".ppt",),
}
# A HEIC becomes a JPEG, and a browser that knows it may send one.
ACCEPTED = ",".join((*(ending for endings in ENDINGS.values() for ending in endings), ".heic"))

_LONGEST_NAME = 150
_READERS = (
    (re.compile(rb"%PDF-"), portable.cleaned),
    (re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF.{4}WEBP|.{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.S),
     pictures.cleaned),
    (re.compile(rb"PK\x03\x04"), office.packed),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), office.compound),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file as it is kept."""

    file_name: str
    media_type: str
    content: bytes


def cleaned(name: str, content: bytes) -> Cleaned:
    """Return a file as it may be kept; raise FileRefused with the reason where it may not be."""
    called = safe_name(name)
    if not content:
        raise FileRefused(N_("文件“%(name)s”是空的，请重新选择。"), name=called)
    for start, read in _READERS:
        if start.match(content):
            media_type, kept = read(called, content)
            return Cleaned(_with_ending(called, media_type), media_type, kept)
    raise FileRefused(unwanted.sentence(content), name=called)


def safe_name(name: str) -> str:
    """Return the last part of a path, however it is written, without what cannot be seen or turns the line around."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(it for it in last if unicodedata.category(it)[0] != "C" and it not in '<>:"|?*').strip(" .")
    path = PurePosixPath(seen or "file")
    return path.stem[: _LONGEST_NAME - len(path.suffix[:10])] + path.suffix[:10]


def _with_ending(name: str, media_type: str) -> str:
    path, endings = PurePosixPath(name), ENDINGS[media_type]
    if path.suffix.lower() in endings:
        return name
    is_of_another_kind = path.suffix.lower() in ACCEPTED.split(",")
    return (path.stem if is_of_another_kind else name) + endings[0]
