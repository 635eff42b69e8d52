"""The photos on the public page of a studio: pictures among its files, with words, in an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import Evidence, Studio, StudioPhoto
from marketplace.permissions import Actor
from marketplace.services.files import holding, pictures
from marketplace.services.files.holding import Files
from marketplace.services.showcase.versions import require_publishable
from marketplace.services.studio import records

MOST = 12
# The longest side of what is shown, in pixels, and the most bytes of a picture that was not reduced to it.
_LONGEST_SIDE, _HEAVIEST = 1600, 4_000_000
_WORDS = ("picture_text", "caption")


def shown(studio: Studio) -> list[StudioPhoto]:
    """Return the photos everybody sees: nothing is wrong with their files."""
    return [it for it in studio.photos if _is_sound(it.evidence)]


def give(
    session: Session, actor: Actor, files: Files, studio_id: int, name: str, content: bytes, data: Mapping[str, Any]
) -> StudioPhoto:
    """Keep a photo as every file is kept, no larger than a page needs, and show it.

    ``data`` is what ``NewPhotoSchema.load`` returned. Raises FileRefused, and what ``show`` raises.
    """
    studio = _roomy(session, actor, studio_id)
    require_publishable(session, {it: data[it] for it in _WORDS})
    _kind, reduced = pictures.cleaned(name, content, _LONGEST_SIDE)
    held = holding.attach(session, actor, files, "studio", studio.id, name, reduced, "photo")
    assert isinstance(held, Evidence)
    return _put(session, actor, studio, held, data)


def show(session: Session, actor: Actor, studio_id: int, data: Mapping[str, Any]) -> StudioPhoto:
    """Show a picture that is among the files of the studio, from what ``PhotoSchema.load`` returned.

    Raises Invalid for another file or words that may not be published, Conflict where it is shown already or there are
    as many as a page takes.
    """
    studio = _roomy(session, actor, studio_id)
    require_publishable(session, {it: data[it] for it in _WORDS})
    held = session.get(Evidence, data["file_id"])
    if held is None or (held.noun, held.object_id) != ("studio", studio.id):
        raise Invalid({"file_id": [N_("请填写这个工作室的一个文件的编号。")]})
    if not held.media_type.startswith("image/") or held.size > _HEAVIEST:
        raise Invalid({"file_id": [N_("请选一张图片，不超过 4 MB。")]})
    if any(it.evidence_id == held.id for it in studio.photos):
        raise Conflict(N_("这张照片已经在公开页面上。"))
    return _put(session, actor, studio, held, data)


def describe(session: Session, actor: Actor, studio_id: int, photo_id: int, data: Mapping[str, Any]) -> StudioPhoto:
    """Change what is said of a photo, from what ``PhotoWordsSchema.load`` returned."""
    studio = records.kept(session, actor, studio_id)
    require_publishable(session, {it: data[it] for it in _WORDS})
    photo = get(studio, photo_id)
    for name in _WORDS:
        setattr(photo, name, data[name])
    session.flush()
    records.told(session, actor, "describe_photo", studio, {"photo": photo.id, **{it: data[it] for it in _WORDS}})
    return photo


def bring_forward(session: Session, actor: Actor, studio_id: int, photo_id: int) -> StudioPhoto:
    """Let a photo change places with the one before it; the first stays."""
    studio = records.kept(session, actor, studio_id)
    photo = get(studio, photo_id)
    place = studio.photos.index(photo)
    if place:
        before = studio.photos[place - 1]
        before.position, photo.position = photo.position, before.position
        session.flush()
        session.expire(studio, ["photos"])
        records.told(session, actor, "arrange_photos", studio, {"photos": [it.id for it in studio.photos]})
    return photo


def take_away(session: Session, actor: Actor, studio_id: int, photo_id: int) -> Studio:
    """Show a photo no more; the file stays with the studio."""
    studio = records.kept(session, actor, studio_id)
    studio.photos.remove(get(studio, photo_id))
    session.flush()
    records.told(session, actor, "hide_photo", studio, {"photo": photo_id})
    return studio


def get(studio: Studio, photo_id: int) -> StudioPhoto:
    """Return a photo of a studio; raise NotFound."""
    found = next((it for it in studio.photos if it.id == photo_id), None)
    if found is None:
        raise NotFound("file", photo_id)
    return found


def _put(session: Session, actor: Actor, studio: Studio, held: Evidence, data: Mapping[str, Any]) -> StudioPhoto:
    last = max((it.position for it in studio.photos), default=0)
    words = {it: data[it] for it in _WORDS}
    photo = StudioPhoto(studio_id=studio.id, evidence=held, position=last + 1, **words)
    studio.photos.append(photo)
    session.flush()
    records.told(session, actor, "show_photo", studio, {"photo": photo.id, "sha256": held.sha256, **words})
    return photo


def _roomy(session: Session, actor: Actor, studio_id: int) -> Studio:
    studio = records.kept(session, actor, studio_id)
    if len(studio.photos) >= MOST:
        raise Conflict(N_("公开页面上最多 12 张照片，请先撤下一张。"))
    return studio


def _is_sound(held: Evidence) -> bool:
    return held.stored.scan in ("clean", "unscanned") and held.stored.text != "marked"
