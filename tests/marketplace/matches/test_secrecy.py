"""What is not public opens under an agreement of both sides alone, to be read with a watermark and a number."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Attachment, Mail, RoleGrant, RuleValue, StoredFile
from marketplace.permissions import admitted_to
from marketplace.schemas.achievement import disclosed
from marketplace.services import outcome as outcomes
from marketplace.services.deal import opening
from marketplace.services.files.holding import Files
from marketplace.services.files.store import Store
from marketplace.services.match import nda, opened, watermark
from tests import files as given
from tests.marketplace.deals import tables
from tests.marketplace.matches.sides import NO, Sides, introduced, person, proposed, sign, signed

SECRET = "薄壁套在液压下均匀涨开。"
HIDDEN = {"principle": SECRET, "disclosure": {"principle": 2, "difference": 3}, "difference": "只在当面说的"}


def test_the_second_signature_puts_the_agreement_in_force(session: Session) -> None:
    sides = introduced(session)
    sign(session, sides.owner, sides.match, name="赵工")
    held = nda.of(session, sides.match)
    assert held is not None
    assert (sides.match.state, held.in_force_at) == ("introduced", None)
    sign(session, sides.enterprise, sides.match, name="钱总")
    assert (sides.match.state, held.is_in_force) == ("nda", True)
    assert (held.owner_name, held.owner_account_id) == ("赵工", sides.owner.account_id)
    assert (held.enterprise_name, held.enterprise_account_id) == ("钱总", sides.enterprise.account_id)


@pytest.mark.parametrize(
    ("data", "error"),
    [({"name": " "}, Invalid), ({"is_confirmed": False}, Invalid), ({"text_hash": "0" * 64}, Conflict)],
)
def test_a_signature_needs_a_name_a_confirmation_and_the_text_that_was_read(
    sqlite_session: Session, data: dict[str, object], error: type[Exception]
) -> None:
    sides = introduced(sqlite_session)
    with pytest.raises(error):
        sign(sqlite_session, sides.owner, sides.match, **data)
    assert nda.of(sqlite_session, sides.match) is None


def test_only_a_person_of_one_side_signs_once_and_not_before_the_introduction(session: Session) -> None:
    with pytest.raises(Conflict):
        early = proposed(session)
        sign(session, early.owner, early.match)
    sides = introduced(session)
    for actor in (sides.broker, replace(sides.owner, limits=frozenset()), replace(sides.owner, account_id=None)):
        with pytest.raises(NotAllowed):
            sign(session, actor, sides.match)
    maker = person("worker", sides.match.achievement.units[0].id)
    sides.match.achievement.account_id = maker.account_id
    with pytest.raises(Conflict, match="代表单位"):
        sign(session, maker, sides.match)
    with pytest.raises(Conflict, match="还没有能签"):
        nda.ask_to_sign(session, maker, sides.match.id)
    unit_id, account_id = sides.match.achievement.units[0].id, sides.owner.account_id
    session.add(RoleGrant(account_id=account_id, role="unit_union", organisation_id=unit_id, granted_by="tests"))
    session.flush()
    assert [it.id for it in nda.ask_to_sign(session, maker, sides.match.id)] == [account_id]
    with pytest.raises(Conflict, match="今天已经通知"):
        nda.ask_to_sign(session, maker, sides.match.id)
    with pytest.raises(Conflict, match="自己签"):
        nda.ask_to_sign(session, sides.owner, sides.match.id)
    sign(session, sides.owner, sides.match)
    with pytest.raises(Conflict, match="已经签署"):
        nda.ask_to_sign(session, maker, sides.match.id)
    with pytest.raises(Conflict):
        sign(session, sides.owner, sides.match)
    with pytest.raises(NotFound):
        sign(session, sides.stranger, sides.match)


def test_the_first_signature_fixes_the_version_of_the_terms(session: Session) -> None:
    sides = introduced(session)
    sign(session, sides.owner, sides.match)
    later = RuleValue(name="nda_terms", value=["另一条"], valid_from=dt.date(2020, 1, 1), reason="改", set_by="x")
    session.add(later)
    session.flush()
    assert nda.proposed(session, sides.match).version == 1
    other = introduced(session)
    agreement = nda.proposed(session, other.match)
    assert (agreement.version, "第 1 条　另一条" in agreement.text) == (2, True)


def test_the_agreement_is_printed_with_who_signed_it(session: Session) -> None:
    sides = introduced(session)
    sign(session, sides.owner, sides.match, name="赵工")
    printed = PdfReader(io.BytesIO(nda.drawn(session, sides.owner, sides.match.id)))
    text = "".join(page.extract_text() for page in printed.pages)
    assert "赵工" in text
    assert nda.proposed(session, sides.match).text_hash[:20] in text


def test_what_is_agreed_on_opens_to_the_enterprise_alone_and_every_look_is_told_to_the_owner(session: Session) -> None:
    sides = signed(session, **HIDDEN)
    seen = opened.shown(session, sides.enterprise, sides.match.id)
    assert seen.fields == {"principle": SECRET}
    assert sides.match.state == "disclosed"
    opened.shown(session, sides.enterprise, sides.match.id)
    told = [(it.account_id, it.fields) for it in opened.views(session, sides.owner, sides.match)]
    assert told == [(sides.enterprise.account_id, ["principle"])] * 2
    for actor, error in (
        (sides.owner, NotAllowed), (sides.broker, NotAllowed), (sides.stranger, NotFound),
        (replace(sides.enterprise, limits=frozenset()), Conflict),
        (replace(sides.enterprise, account_id=None), Conflict),
    ):  # fmt: skip
        with pytest.raises(error):
            opened.shown(session, actor, sides.match.id)
    # A colleague signed for all of the enterprise; another match of it stays closed.
    colleague = person("enterprise", sides.match.demand.organisation_id)
    assert opened.shown(session, colleague, sides.match.id).view.account_id == colleague.account_id
    assert opened.views(session, sides.broker, sides.match) == ()


def test_nothing_else_in_the_product_is_opened_by_an_agreement(session: Session) -> None:
    sides = signed(session, **HIDDEN)
    made = sides.match.achievement
    layer = admitted_to(sides.enterprise, made)
    assert layer == 1
    assert SECRET not in str(disclosed(made, layer))


@pytest.mark.parametrize("ending", ["owner ends", "enterprise ends", "declined", "expired", "revoked"])
def test_an_end_of_any_kind_closes_what_was_open(session: Session, ending: str) -> None:
    sides = signed(session, **HIDDEN)
    assert opened.admits(session, sides.enterprise, sides.match)
    if ending.endswith("ends"):
        nda.end(session, getattr(sides, ending.split()[0]), sides.match.id, "不再合作")
    elif ending == "declined":
        outcomes.answer(session, sides.enterprise, sides.match, "enterprise", NO)
    elif ending == "expired":
        sides.match.state = "expired"
    else:
        sides.match.achievement.published_state = "revoked"
    session.flush()
    with pytest.raises(Conflict):
        opened.shown(session, sides.enterprise, sides.match.id)


def test_what_goes_to_one_alone_is_shown_to_nobody_else_and_stays_secret(session: Session) -> None:
    buyer, third = (signed(session, **HIDDEN) for _ in range(2))
    third.match.achievement_id, third.match.demand.account_id = buyer.match.achievement_id, third.enterprise.account_id
    session.flush()
    session.refresh(third.match)
    opened.shown(session, third.enterprise, third.match.id)
    deal = opening.open_from_match(session, buyer.enterprise, buyer.match)
    tables.signed(session, tables.Table(deal, buyer.enterprise, buyer.owner), licence_kind="exclusive")
    with pytest.raises(Conflict, match="看过的内容仍须按协议保密"):
        opened.shown(session, third.enterprise, third.match.id)
    held = nda.of(session, third.match)
    assert held is not None
    assert held.is_in_force
    assert len(opened.views(session, buyer.owner, third.match)) == 1
    assert [it.verb for it in audit.history(session, "match", third.match.id)][-1] == "close_disclosure"
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail).where(Mail.kind == "match_gone")) == 1
    assert opened.shown(session, buyer.enterprise, buyer.match.id).fields == {"principle": SECRET}
    with pytest.raises(Conflict, match="不能再签"):
        opening.open_from_match(session, third.enterprise, third.match)


def test_a_file_bears_the_viewer_and_the_number_on_every_page(session: Session, tmp_path: Path) -> None:
    sides, files = signed(session, **HIDDEN), Files(Store(tmp_path), 9, 1 << 30)
    plan = attached(session, sides, files, "图纸.pdf", "application/pdf", given.pdf_saying("第一页", "第二页"))
    _held, content = opened.given_out(session, sides.enterprise, files, sides.match.id, plan.id)
    (view,) = opened.views(session, sides.owner, sides.match)
    assert (view.file_name, view.file_hash) == ("图纸.pdf", plan.sha256)
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 2
    for page in pages:
        assert f"No. {view.id:06}" in page.extract_text()
        assert view.account.name in page.extract_text().replace(" ", "")


def test_a_picture_is_marked_all_over(session: Session, tmp_path: Path) -> None:
    sides, files = signed(session), Files(Store(tmp_path), 9, 1 << 30)
    before = given.photo((800, 600), kind="PNG", colour="white")
    plan = attached(session, sides, files, "照片.png", "image/png", before)
    _held, content = opened.given_out(session, sides.enterprise, files, sides.match.id, plan.id)
    changed = ImageChops.difference(*(Image.open(io.BytesIO(it)).convert("L") for it in (before, content)))
    quarters = [(left, top, left + 400, top + 300) for left in (0, 400) for top in (0, 300)]
    assert all(changed.crop(it).getbbox() for it in quarters)


def test_a_file_of_another_layer_or_kind_is_not_given_out(session: Session, tmp_path: Path) -> None:
    sides, files = signed(session), Files(Store(tmp_path), 9, 1 << 30)
    in_the_room = attached(session, sides, files, "图纸.pdf", "application/pdf", given.pdf(), layer=3)
    with pytest.raises(NotFound):
        opened.given_out(session, sides.enterprise, files, sides.match.id, in_the_room.id)
    table = attached(session, sides, files, "参数.xlsx", "application/vnd.ms-excel", b"x")
    with pytest.raises(Conflict):
        opened.given_out(session, sides.enterprise, files, sides.match.id, table.id)
    assert opened.views(session, sides.owner, sides.match) == []


def test_a_mark_lies_on_a_page_that_was_turned_and_begins_elsewhere() -> None:
    turned = PdfReader(io.BytesIO(given.pdf_saying("横放")))
    writer = PdfWriter(clone_from=turned)
    writer.pages[0].rotate(90)
    written = io.BytesIO()
    writer.write(written)
    marked = PdfReader(io.BytesIO(watermark.marked("application/pdf", written.getvalue(), "甲 · No. 7", now())))
    assert "No. 7" in marked.pages[0].extract_text()


def attached(
    session: Session, sides: Sides, files: Files, name: str, media_type: str, content: bytes, layer: int = 2
) -> Attachment:
    """Keep a file of the achievement in a layer."""
    stored_as = files.store.put(content)
    session.add(StoredFile(sha256=stored_as, size=len(content), media_type=media_type, scan="unscanned", text="none"))
    session.flush()
    held = Attachment(
        file_name=name, media_type=media_type, size=len(content), sha256=stored_as, purpose="drawing",
        disclosure=layer, position=len(sides.match.achievement.attachments) + 1,
    )  # fmt: skip
    sides.match.achievement.attachments.append(held)
    session.flush()
    session.expire_all()
    return held
