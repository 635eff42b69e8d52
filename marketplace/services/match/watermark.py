"""Draw a watermark across what is given out under an agreement: every page of a PDF, all over a picture."""

from __future__ import annotations

import datetime as dt
import io
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter, Transformation

from marketplace import documents

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_PDF = "application/pdf"
BEARING = frozenset({_PDF, *_FORMATS})

# Dark enough to be read on a copy, light enough to read what lies under it: of 255.
_INK = 70
_ANGLE = 30


def marked(media_type: str, content: bytes, mark: str, at: dt.datetime) -> bytes:
    """Return a file with a mark all over it; ``media_type`` is one of ``BEARING``, ``at`` when it was made."""
    return _pdf(content, mark, at) if media_type == _PDF else _picture(media_type, content, mark)


def _pdf(content: bytes, mark: str, at: dt.datetime) -> bytes:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        # Anybody may open it: one with a password was refused when it came.
        reader.decrypt("")
    writer = PdfWriter(clone_from=reader)
    overlays: dict[tuple[int, int], PdfReader] = {}
    for page in writer.pages:
        page.transfer_rotation_to_content()
        box = page.mediabox
        size = round(float(box.width)), round(float(box.height))
        if size not in overlays:
            told = {"mark": mark, "width": size[0], "height": size[1]}
            overlays[size] = PdfReader(io.BytesIO(documents.drawn("watermark", told, at)))
        moved = Transformation().translate(float(box.left), float(box.bottom))
        page.merge_transformed_page(overlays[size].pages[0], moved)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _picture(media_type: str, content: bytes, mark: str) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        drawn = picture.convert("RGBA")
        profile = picture.info.get("icc_profile")
    drawn.alpha_composite(_layer(drawn.size, mark))
    if media_type == "image/jpeg":
        drawn = drawn.convert("RGB")
    written = io.BytesIO()
    drawn.save(written, _FORMATS[media_type], icc_profile=profile)
    return written.getvalue()


def _layer(size: tuple[int, int], mark: str) -> Image.Image:
    """Return the mark again and again on a layer of a size in pixels, slanting, in a transparent grey."""
    height = max(14, min(size) // 28)
    font = _font(height)
    width = int(font.getlength(mark))
    tile = Image.new("RGBA", (width + 3 * height, 4 * height))
    pen = ImageDraw.Draw(tile)
    # A light edge keeps it readable on dark ground.
    pen.text((height, height), mark, font=font, fill=(0, 0, 0, _INK), stroke_width=1, stroke_fill=(255, 255, 255, _INK))
    slanted = tile.rotate(_ANGLE, expand=True)
    layer = Image.new("RGBA", size)
    for top in range(-slanted.height // 2, size[1], max(1, slanted.height // 2 + height)):
        for left in range(-slanted.width // 3, size[0], slanted.width):
            layer.alpha_composite(*_within(slanted, left, top))
    return layer


def _within(tile: Image.Image, left: int, top: int) -> tuple[Image.Image, tuple[int, int]]:
    """Return the part of a tile that does not lie left of or above a picture, and where it lies."""
    part = tile.crop((max(0, -left), max(0, -top), tile.width, tile.height))
    return part, (max(0, left), max(0, top))


@lru_cache(maxsize=8)
def _font(height: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"), height)
