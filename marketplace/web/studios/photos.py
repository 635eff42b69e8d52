"""The photos of a studio: given out to everybody, put up, described, ordered and taken down by who keeps its record."""

from __future__ import annotations

import marshmallow as ma
from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.errors import NotFound
from marketplace.runtime import runtime
from marketplace.schemas.studio_photo import NewPhotoSchema, PhotoWordsSchema
from marketplace.services.files import holding
from marketplace.services.studio import photos, public
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.demands.forms import sentences
from marketplace.web.doing import done
from marketplace.web.security import inert

blueprint = Blueprint("studio_photos", __name__)

_PLACE = "/studios/records/<int:studio_id>/photos"


@blueprint.get("/studios/<int:studio_id>/photos/<int:photo_id>")
@inert
def picture(studio_id: int, photo_id: int) -> Response:
    """Give out a photo; a browser asks each time whether it is still there."""
    with runtime().sessions() as session:
        shown = {it.id: it for it in public.show(session, studio_id).photos}
        if photo_id not in shown:
            raise NotFound("file", photo_id)
        file_id = shown[photo_id].evidence_id
        held, path = holding.given_out(session, actor(), runtime().files, "studio", studio_id, file_id)
        answer = send_file(path, held.media_type, etag=held.sha256, max_age=0)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.post(_PLACE)
def give(studio_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    sent, address = request.files.get("photo"), _address(studio_id)
    if sent is None or not sent.filename:
        flash(_("请先选择图片。"))
        return redirect(address, 303)
    said = {it: request.form.get(it, "") for it in ("picture_text", "caption")}
    try:
        data = NewPhotoSchema().load(said | {"agreed": request.form.get("agreed") == "yes"})
    except ma.ValidationError as error:
        flash(" ".join(sentences(error.messages)))
        return redirect(address, 303)
    name, content, kept = sent.filename, sent.read(), runtime().files
    return done(
        lambda it: photos.give(it, actor(), kept, studio_id, name, content, data), _("照片已放到公开页面上。"), address
    )


@blueprint.post(f"{_PLACE}/<int:photo_id>/words")
def describe(studio_id: int, photo_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    address = _address(studio_id)
    try:
        data = PhotoWordsSchema().load({it: request.form.get(it, "") for it in ("picture_text", "caption")})
    except ma.ValidationError as error:
        flash(" ".join(sentences(error.messages)))
        return redirect(address, 303)
    return done(lambda it: photos.describe(it, actor(), studio_id, photo_id, data), _("说明已改写。"), address)


@blueprint.post(f"{_PLACE}/<int:photo_id>/forward")
def bring_forward(studio_id: int, photo_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    return done(
        lambda it: photos.bring_forward(it, actor(), studio_id, photo_id), _("次序已调整。"), _address(studio_id)
    )


@blueprint.post(f"{_PLACE}/<int:photo_id>/remove")
def take_away(studio_id: int, photo_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    return done(
        lambda it: photos.take_away(it, actor(), studio_id, photo_id), _("照片已撤下，文件还在附件里。"),
        _address(studio_id),
    )  # fmt: skip


def _address(studio_id: int) -> str:
    return url_for("studio_records.show", studio_id=studio_id, _anchor="photos")
