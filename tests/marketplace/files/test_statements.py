"""What is printed to be signed says what the record says, in a Chinese font that lies in the file."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from marketplace import documents
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.models import Achievement, Contributor
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.services.files import statements
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory
from tests.files import sign_statements

MOMENT = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)
TOLD = {
    "number": "000012", "title": "薄壁件夹具 #panic() $x$ \\", "units": ["示例机械厂"], "rights_holder": "", "duty": "",
    "contributors": [{"order": 1, "name": "张三", "share": "100 %", "part": "设计"}], "code": "0A1B-2C3D", "years": 3,
}  # fmt: skip


def text_of(document: bytes) -> str:
    """Return what a document says, without the places where its lines break."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages).split())


def test_a_document_holds_its_font_and_takes_every_word_as_a_word() -> None:
    document = documents.drawn("integrity_statement", TOLD, MOMENT)
    assert "薄壁件夹具#panic()$x$\\" in text_of(document)
    (page,) = PdfReader(io.BytesIO(document)).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert descriptors and all("/FontFile3" in it or "/FontFile2" in it for it in descriptors)


def test_equal_words_make_equal_documents() -> None:
    assert documents.drawn("integrity_statement", TOLD, MOMENT) == documents.drawn("integrity_statement", TOLD, MOMENT)


@pytest.fixture
def achievement(sqlite_session: Session) -> Achievement:
    return AchievementFactory(
        title="薄壁壳体车削夹具", state="draft", published_state="unpublished", published_at=None,
        account_id=AccountFactory().id, rights_holder="示例机械厂有限公司", is_duty=True,
        units=[OrganisationFactory(name="示例机械厂")],
        contributors=[
            Contributor(position=1, name="张三", share=60, part="提出方案"),
            Contributor(position=2, name="李四", share=40, part="试制"),
        ],
    )  # fmt: skip


def author_of(achievement: Achievement) -> Actor:
    return Actor(f"account:{achievement.account_id}", (Grant("worker"),), account_id=achievement.account_id)


@pytest.mark.parametrize(
    ("purpose", "says"),
    [("authorisation_letter", "本授权不转让任何权利"), ("integrity_statement", "在3年内不再申报")],
)
def test_a_statement_names_the_record_its_people_and_shares(
    sqlite_session: Session, achievement: Achievement, purpose: str, says: str
) -> None:
    text = text_of(statements.drawn(sqlite_session, author_of(achievement), achievement.id, purpose))
    shown = ("薄壁壳体车削夹具", "示例机械厂有限公司", "张三", "60%", "李四", "40%", statements.check_code(achievement))
    for word in (*shown, says):
        assert word in text


def test_the_code_of_a_statement_changes_with_what_was_signed(
    sqlite_session: Session, achievement: Achievement
) -> None:
    code = statements.check_code(achievement)
    achievement.summary = "换了说法"
    assert statements.check_code(achievement) == code
    achievement.contributors[0].share = 55
    assert statements.check_code(achievement) != code


def test_only_those_who_sign_or_review_get_a_statement(sqlite_session: Session, achievement: Achievement) -> None:
    with pytest.raises(NotFound):
        statements.drawn(sqlite_session, VISITOR, achievement.id, "authorisation_letter")
    with pytest.raises(NotFound):
        statements.drawn(sqlite_session, author_of(achievement), achievement.id, "drawing")
    public = AchievementFactory()
    with pytest.raises(NotAllowed):
        statements.drawn(sqlite_session, VISITOR, public.id, "authorisation_letter")


def test_nothing_is_endorsed_before_both_statements_are_signed(
    sqlite_session: Session, achievement: Achievement
) -> None:
    with pytest.raises(Conflict, match="授权书"):
        statements.require_signed(sqlite_session, SYSTEM, achievement)
    sign_statements(sqlite_session, achievement)
    statements.require_signed(sqlite_session, SYSTEM, achievement)
    achievement.attachments = [it for it in achievement.attachments if it.purpose != "integrity_statement"]
    with pytest.raises(Conflict, match="诚信承诺书"):
        statements.require_signed(sqlite_session, SYSTEM, achievement)
