"""Draw a picture anew: upright, without the place, the camera and the owner that its file tells of."""

from __future__ import annotations

import io
from typing import Any

import pi_heif
from PIL import Image, ImageOps

from marketplace.errors import N_
from marketplace.services.files.refusal import FileRefused

# About what the best phones take; a file of a few bytes may say that it is far larger.
MOST_PIXELS = 64_000_000
_FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "HEIF": "JPEG"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90},
}
_MODES = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), "WEBP": ("RGB", "RGBA")}

pi_heif.register_heif_opener()
# Pillow only warns of what is too large; here it is refused, by the size in the header and before anything is drawn.
Image.MAX_IMAGE_PIXELS = None


def cleaned(name: str, content: bytes, longest_side: int | None = None) -> tuple[str, bytes]:
    """Return the media type and the content of a picture drawn anew; the colour profile stays.

    One with a longer side than asked for, in pixels, is reduced to it. Raises FileRefused.
    """
    try:
        with Image.open(io.BytesIO(content), formats=list(_FORMATS)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                message = N_(
                    "图片“%(name)s”太大（%(width)s × %(height)s 像素）；请缩小到 %(most)s 百万像素以内再上传。"
                )
                raise FileRefused(
                    message, name=name, width=picture.width, height=picture.height, most=MOST_PIXELS // 1_000_000
                )
            kind, profile = _FORMATS[str(picture.format)], picture.info.get("icc_profile")
            drawn = ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise FileRefused(N_("图片“%(name)s”已损坏，打不开；请重新拍摄或另存后再上传。"), name=name) from error
    if drawn.mode not in _MODES[kind]:
        drawn = drawn.convert("RGBA" if kind != "JPEG" and "A" in drawn.getbands() else "RGB")
    if longest_side is not None:
        drawn.thumbnail((longest_side, longest_side))
    drawn.info.clear()
    written = io.BytesIO()
    drawn.save(written, kind, icc_profile=profile, **_OPTIONS[kind])
    return f"image/{kind.lower()}", written.getvalue()
