"""What is often brought and not taken, told by its content: what it is, and what to bring instead of it."""

from __future__ import annotations

import re

from marketplace.errors import N_

PACKED = N_(
    "“%(name)s”的内容不是可以上传的类型：是压缩包，看不到里面是什么。请解开，把里面的 PDF、图片和办公文件逐个上传。"
)
_FILMED = N_(
    "“%(name)s”的内容不是可以上传的类型：是视频或录音。请把关键画面截成图片上传，要紧的话写进说明；整段的请当面给对方看。"
)
_DRAWN = N_("“%(name)s”的内容不是可以上传的类型：是制图软件的图纸或模型。请在制图软件里导出为 PDF 或图片再上传。")
_RUN = N_("“%(name)s”的内容不是可以上传的类型：是程序。请改传说明文档（PDF、docx）或者截图。")
_PICTURE = N_("“%(name)s”的内容不是可以上传的类型：是别的格式的图片。请用看图软件另存为 JPEG 或 PNG 再上传。")
_FIXED_LAYOUT = N_("“%(name)s”的内容不是可以上传的类型：是 OFD 版式文件。请用 OFD 阅读器转换或打印为 PDF 再上传。")
_PLAIN = N_("“%(name)s”的内容不是可以上传的类型：是纯文本或网页。请另存为 PDF 或 docx，表格另存为 xlsx，再上传。")
_OTHER = N_(
    "“%(name)s”的内容不是可以上传的类型（看的是内容，不是文件名）。可以上传 PDF、图片（JPEG、PNG、WebP、"
    "HEIC）和办公文件（docx、xlsx、pptx、odt、ods、odp、doc、xls、ppt）。"
)
_KNOWN = (
    (re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b|BZh|\xfd7zXZ\x00|.{257}ustar", re.S), PACKED),
    (re.compile(rb".{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}(AVI |WAVE)|\x00\x00\x01\xba|ID3|OggS|FLV\x01|0&\xb2u", re.S),
     _FILMED),
    (re.compile(rb"AC10\d\d|ISO-10303-21|\s*0\r?\nSECTION|AutoCAD Binary DXF|solid [^\n]*\n\s*facet"), _DRAWN),
    (re.compile(rb"MZ|\x7fELF|#!|\xca\xfe\xba\xbe"), _RUN),
    (re.compile(rb"GIF8|BM.{4}\x00{4}|II\*\x00|MM\x00\*|8BPS|\xd7\xcd\xc6\x9a", re.S), _PICTURE),
)  # fmt: skip
# Neither a text nor a web page has these.
_UNPRINTED = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sentence(content: bytes) -> str:
    """Return the sentence about a content that no library of ours reads."""
    known = next((said for start, said in _KNOWN if start.match(content)), None)
    return known or (_PLAIN if _is_text(content) else _OTHER)


def sentence_of_package(parts: list[str]) -> str | None:
    """Return the sentence about a ZIP file by its parts; None for what may be meant as an office file."""
    if "OFD.xml" in parts:
        return _FIXED_LAYOUT
    is_office = "[Content_Types].xml" in parts or "mimetype" in parts
    return None if is_office else PACKED


def _is_text(content: bytes) -> bool:
    if _UNPRINTED.search(content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
