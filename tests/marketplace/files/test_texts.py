"""What is written in a file is looked at: a mark of secrecy refuses it, personal data is noted with its place.

word97.doc is a document that Word saved, from the tests of olefile (BSD licence).
"""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy.orm import Session

from marketplace import file_texts, secret_marks
from marketplace.db import unit_of_work
from marketplace.models import Achievement, StoredFile
from marketplace.permissions import VISITOR, Actor
from marketplace.rules import RULES
from marketplace.services.files import holding, texts, upkeep
from marketplace.services.files.holding import Files
from marketplace.services.files.texts import SecretInFile
from tests.files import docx_saying, ods_saying, pdf_saying, photo, pptx_saying, xlsx_saying
from tests.marketplace.files.conftest import bring

WORD97 = Path(__file__).with_name("word97.doc").read_bytes()
PHONE = "13812345678"


@pytest.fixture
def session(sqlite_session: Session) -> Session:
    """What a file says does not depend on the database."""
    return sqlite_session


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.pdf", pdf_saying("说明", "", f"联系{PHONE}"), "第 3 页"),
        ("a.docx", docx_saying("说明", f"联系{PHONE}"), "第 2 段"),
        ("a.docx", docx_saying("说明", header=f"联系{PHONE}"), "页眉或页脚"),
        ("a.pptx", pptx_saying("封面", f"联系{PHONE}"), "第 2 张幻灯片"),
        ("a.pptx", pptx_saying("封面", notes=f"联系{PHONE}"), "脚注或备注"),
        ("a.xlsx", xlsx_saying({"B7": int(PHONE)}), "工作表“名单”B7 格"),
        ("a.xlsx", xlsx_saying({"A1": "说明"}, comment=f"联系{PHONE}"), "批注"),
        ("a.ods", ods_saying(f"联系{PHONE}"), "工作表“名单”A1 格"),
        ("a.ods", ods_saying("说明", comment=f"联系{PHONE}"), "批注"),
        ("a.doc", WORD97.replace(b"Test OLE file, saved as Word", b"Call 13812345678 when needed"), "第 1 段"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_phone_in_a_file_is_noted_with_its_place_and_without_its_digits(
    session: Session,
    files: Files,
    author: Actor,
    achievement: Achievement,
    name: str,
    content: bytes,
    place: str,
) -> None:
    brought = bring(session, author, files, achievement, content, name)
    (note, *_) = [it for it in texts.notes(brought.stored, str) if "个人信息：" in it]
    assert f"{place} 手机号 138…78" in note
    assert PHONE not in str(brought.stored.personal)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("a.pdf", pdf_saying("说明", "机 密★一年"), "第 2 页“机密”"),
        ("a.docx", docx_saying("说明", header="绝密"), "页眉或页脚“绝密”"),
        ("a.pptx", pptx_saying("封面", "秘密"), "第 2 张幻灯片“秘密”"),
        ("a.xlsx", xlsx_saying({"C2": "机密★"}), "工作表“名单”C2 格“机密”"),
        ("a.xlsx", xlsx_saying({"C2": "x"}, header="绝密"), "页眉或页脚“绝密”"),
        ("a.ods", ods_saying("说明", header="绝密"), "页眉或页脚“绝密”"),
        ("a.xlsx", xlsx_saying({"C2": "x"}, sheet="机密"), "工作表“机密”的名称“机密”"),
    ],
)
def test_a_file_with_a_mark_of_secrecy_is_refused_by_name_place_and_word_and_leaves_nothing(
    session: Session,
    files: Files,
    author: Actor,
    achievement: Achievement,
    name: str,
    content: bytes,
    where: str,
) -> None:
    with pytest.raises(SecretInFile, match=re.escape(f"“{name}”里有涉密标志：{where}")) as refused:
        bring(session, author, files, achievement, content, name)
    assert "没有保存" in str(refused.value)
    assert not list(files.store.folder.glob("*/*"))
    assert not session.query(StoredFile).count()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("机密★启用前", ["机密"]), ("绝 　密", ["绝密"]), ("属于技术秘密", []), ("更换电机密封件", []),
        ("司机密切配合", []), ("隔绝密闭空间", []), ("整机\n密度", []), ("本机密级为秘密", ["秘密", "机密"]),
    ],
)  # fmt: skip
def test_a_mark_is_told_from_words_that_only_look_like_one(text: str, found: list[str]) -> None:
    marks, harmless = RULES["secret_marks"].default, RULES["harmless_marks"].default
    assert sorted(secret_marks.words(text, marks, harmless)) == sorted(found)


@pytest.mark.parametrize(
    ("name", "content", "state"),
    [
        ("a.pdf", pdf_saying(""), "none"),
        ("a.jpg", photo(), "none"),
        ("a.pdf", pdf_saying("说明", ""), "partly"),
        ("a.pdf", pdf_saying("说明"), "read"),
        ("a.ods", ods_saying("说明"), "read"),
    ],
)
def test_what_could_not_be_read_is_said_to_whoever_works_on_the_record_and_never_taken_for_clean(
    session: Session,
    files: Files,
    author: Actor,
    achievement: Achievement,
    name: str,
    content: bytes,
    state: str,
) -> None:
    brought = bring(session, author, files, achievement, content, name)
    assert brought.stored.text == state
    assert any("人工查看" in it for it in texts.notes(brought.stored, str)) is (state != "read")
    assert holding.files_of(session, author, "achievement", achievement.id).works_on


def test_the_public_is_not_told_what_was_found_in_a_file(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, files, achievement, pdf_saying(PHONE))
    brought.disclosure, achievement.protection = 0, "filed"  # type: ignore[union-attr]
    achievement.state = achievement.published_state = "published"
    achievement.published_at = achievement.created_at
    session.flush()
    shown = holding.files_of(session, VISITOR, "achievement", achievement.id)
    assert (len(shown.files), shown.works_on) == (1, False)


def test_a_file_made_to_exhaust_its_reader_is_put_down_as_unread_in_bounded_time() -> None:
    book, written = Workbook(), io.BytesIO()
    # Two cells that claim seventeen thousand million between them.
    book.active["A1"], book.active["XFD1048576"] = "x", "y"
    book.save(written)
    begun = time.monotonic()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert file_texts.look(written.getvalue(), kind, [], []).state == "none"
    assert file_texts.look(pdf_saying("说明"), "application/pdf", [], [], patience=0.01).state == "none"
    assert time.monotonic() - begun < file_texts.PATIENCE
    assert file_texts.look(b"%PDF-1.7 broken", "application/pdf", [], []).state == "none"


def test_a_long_text_is_left_to_the_worker_and_whoever_brought_it_is_told(
    session: Session, files: Files, author: Actor, achievement: Achievement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "AT_ONCE", 0.01)
    brought = bring(session, author, files, achievement, pdf_saying(f"联系{PHONE}"))
    assert list(texts.notes(brought.stored, str)) == ["文字还没有检查，几分钟后再看。"]
    assert upkeep.read_text(session, files)
    assert (brought.stored.text, len(brought.stored.personal)) == ("read", 1)


def test_a_command_reads_what_waits(app: Flask) -> None:
    held = app.extensions["marketplace"]
    with unit_of_work(held.sessions) as session:
        sha256 = held.files.store.put(pdf_saying(PHONE))
        session.add(StoredFile(sha256=sha256, size=9, media_type="application/pdf", scan="unscanned"))
    assert "检查了 1 个附件" in app.test_cli_runner().invoke(args=["files", "read"]).output
    with held.sessions() as session:
        assert session.get_one(StoredFile, sha256).text == "read"
