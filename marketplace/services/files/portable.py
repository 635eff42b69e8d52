"""Write a PDF anew, without what tells of its maker and what acts by itself."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from marketplace.errors import N_
from marketplace.services.files.refusal import FileRefused

_MEDIA_TYPE = "application/pdf"
_ACTING = ("/OpenAction", "/AA", "/AF")
_ACTING_NAMES = ("/JavaScript", "/EmbeddedFiles")


def cleaned(name: str, content: bytes) -> tuple[str, bytes]:
    """Return the media type and the content of a PDF written anew. Raises FileRefused.

    One that was signed electronically is kept as it came: any change would break the signature.
    """
    try:
        reader = PdfReader(io.BytesIO(content))
        # Many scanners write a PDF that anybody may open and that is encrypted all the same.
        is_locked = reader.is_encrypted and not reader.decrypt("")
        if not is_locked:
            pages = len(reader.pages)
            kept = content if b"/ByteRange" in content else _rewritten(reader)
    except Exception as error:
        # A damaged file makes the reader fail in any way whatever, and none of them is ours.
        raise FileRefused(N_("PDF“%(name)s”已损坏，打不开；请重新生成后再上传。"), name=name) from error
    if is_locked:
        raise FileRefused(N_("“%(name)s”设有打开密码；请去掉密码后再上传。"), name=name)
    if not pages:
        raise FileRefused(N_("PDF“%(name)s”一页也没有。"), name=name)
    return _MEDIA_TYPE, kept


def _rewritten(reader: PdfReader) -> bytes:
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    writer.xmp_metadata = None
    root = writer.root_object
    for key in _ACTING:
        root.pop(key, None)
    names = root.get("/Names")
    names = names.get_object() if names is not None else None
    if isinstance(names, DictionaryObject):
        for key in _ACTING_NAMES:
            names.pop(key, None)
    # What nothing refers to any more is left out with it.
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()
