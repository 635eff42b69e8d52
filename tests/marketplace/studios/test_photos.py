"""The photos of a studio: put up by who keeps its record, seen by everybody, nothing but the picture in them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import marshmallow as ma
import pytest
from PIL import Image
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Studio, StudioPhoto
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.schemas.studio_photo import NewPhotoSchema, PhotoSchema
from marketplace.services.files import holding
from marketplace.services.files.holding import Files
from marketplace.services.files.store import Store
from marketplace.services.studio import photos, public, records
from tests.files import pdf, photo

WORDS = {"picture_text": "两名工人在车床前装夹薄壁壳体", "caption": "2025 年的攻关现场", "agreed": True}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(Store(tmp_path / "files"), most=30, most_bytes=10_000_000)


def given(
    session: Session,
    files: Files,
    studio: Studio,
    colour: str = "red",
    actor: Actor = SYSTEM,
    wide: int = 60,
    **said: Any,
) -> StudioPhoto:
    data, content = NewPhotoSchema().load({**WORDS, **said}), photo((wide, wide // 2), colour=colour)
    return photos.give(session, actor, files, studio.id, "现场.jpg", content, data)


def seen(session: Session, studio: Studio) -> list[int]:
    return [it.id for it in public.show(session, studio.id).photos]


def test_a_photo_is_upright_reduced_and_tells_neither_place_nor_owner(
    session: Session, files: Files, studio: Studio
) -> None:
    one = given(session, files, studio, wide=2400)
    _held, path = holding.given_out(session, VISITOR, files, "studio", studio.id, one.evidence_id)
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        assert (picture.size, dict(picture.getexif())) == ((800, 1600), {})


def test_everybody_sees_the_photos_of_a_studio_and_no_other_file_of_it(
    session: Session, files: Files, studio: Studio
) -> None:
    one = given(session, files, studio)
    plan = holding.attach(session, SYSTEM, files, "studio", studio.id, "计划.pdf", pdf(), "other")
    assert [it.file.id for it in holding.files_of(session, VISITOR, "studio", studio.id).files] == [one.evidence_id]
    with pytest.raises(NotFound):
        holding.given_out(session, VISITOR, files, "studio", studio.id, plan.id)
    with pytest.raises(Invalid):
        row = {**WORDS, "file_id": plan.id}
        photos.show(session, SYSTEM, studio.id, PhotoSchema().load(row))
    file_id = one.evidence_id
    photos.take_away(session, SYSTEM, studio.id, one.id)
    assert seen(session, studio) == []
    with pytest.raises(NotFound):
        holding.given_out(session, VISITOR, files, "studio", studio.id, file_id)
    again = photos.show(session, SYSTEM, studio.id, PhotoSchema().load({**WORDS, "file_id": file_id}))
    assert seen(session, studio) == [again.id]
    records.close(session, SYSTEM, studio.id, {"on": today(), "reason": "单位撤并"})
    with pytest.raises(NotFound):
        holding.given_out(session, VISITOR, files, "studio", studio.id, file_id)


def test_photos_stand_in_the_order_their_keeper_gives_them(session: Session, files: Files, studio: Studio) -> None:
    one, two, three = (given(session, files, studio, colour).id for colour in ("red", "green", "blue"))
    photos.bring_forward(session, SYSTEM, studio.id, three)
    photos.bring_forward(session, SYSTEM, studio.id, one)
    assert seen(session, studio) == [one, three, two]
    holding.remove(session, SYSTEM, "studio", studio.id, session.get_one(StudioPhoto, three).evidence_id)
    session.expire_all()
    assert seen(session, studio) == [one, two]


@pytest.mark.parametrize(
    ("grant", "refusal"),
    [
        (Grant("city", region_path="51/5106"), None), (Grant("city", region_path="51/5107"), NotFound),
        (Grant("auditor"), NotAllowed), (Grant("worker", organisation_id=1), NotFound), (None, NotFound),
    ],
    ids=["office", "other office", "auditor", "worker", "visitor"],
)  # fmt: skip
def test_a_photo_is_put_up_by_who_keeps_the_record(
    session: Session, files: Files, studio: Studio, grant: Grant | None, refusal: type[Exception] | None
) -> None:
    actor = Actor("somebody", (grant,)) if grant else VISITOR
    if refusal is None:
        assert given(session, files, studio, actor=actor).id in seen(session, studio)
        return
    with pytest.raises(refusal):
        given(session, files, studio, actor=actor)
    assert seen(session, studio) == []


def test_what_may_not_be_published_is_not_said_of_a_photo(
    session: Session, files: Files, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row in ({**WORDS, "agreed": False}, {**WORDS, "picture_text": " "}):
        with pytest.raises(ma.ValidationError):
            NewPhotoSchema().load(row)
    with pytest.raises(Invalid):
        given(session, files, studio, caption="请联系 13900000009")
    monkeypatch.setattr(photos, "MOST", 1)
    given(session, files, studio)
    with pytest.raises(Conflict):
        given(session, files, studio, "white")
