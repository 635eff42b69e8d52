"""A photo on the public page of a studio, as it comes in."""

from __future__ import annotations

import marshmallow as ma
from flask_babel import gettext

from marketplace.schemas.fields import DomainSchema, Flag, Line, Whole


def _given(agreed: bool) -> None:
    if not agreed:
        raise ma.ValidationError(gettext("请先确认照片里的人都同意公开，或者没有拍到人。"))


class PhotoWordsSchema(DomainSchema):
    """What is said of a photo: to whoever cannot see it, and below it."""

    picture_text = Line(200, required=True)
    caption = Line(200, load_default="")


class NewPhotoSchema(PhotoWordsSchema):
    """A photo that comes with its file; whoever is on it agreed."""

    agreed = Flag(required=True, validate=_given)


class PhotoSchema(NewPhotoSchema):
    """A photo that is among the files of the studio already."""

    file_id = Whole(1, 2_147_483_647, required=True)
