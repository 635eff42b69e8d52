"""What becomes of contents by themselves: scanned when the scanner is there again, removed when nobody has them."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import Conflict, Unavailable
from marketplace.models import Achievement, StoredFile
from marketplace.permissions import Actor
from marketplace.services.files import holding, scanning, upkeep
from marketplace.services.files.holding import Files
from tests.factories import AchievementFactory
from tests.files import pdf_saying
from tests.marketplace.files.conftest import bring


def test_equal_contents_are_kept_once_and_go_a_day_after_the_last_record_left_them(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    other = AchievementFactory(
        state="draft", published_state="unpublished", published_at=None, account_id=author.account_id
    )
    first, second = bring(session, author, files, achievement), bring(session, author, files, other)
    assert first.sha256 == second.sha256
    path = files.store.path(first.sha256)
    assert [it.name for it in files.store.folder.glob("*/*")] == [first.sha256]
    holding.remove(session, author, "achievement", achievement.id, first.id)
    _a_day_passes(session, path)
    assert purge(session, files) == 0
    holding.remove(session, author, "achievement", other.id, second.id)
    assert purge(session, files) == 1
    assert not path.exists()
    assert not session.scalars(sa.select(StoredFile)).all()


def purge(session: Session, files: Files) -> int:
    upkeep.forget_unwanted(session)
    return upkeep.remove_unknown(session, files)


def _a_day_passes(session: Session, path: Path) -> None:
    session.execute(sa.update(StoredFile).values(touched_at=upkeep.long_ago()))
    session.expire_all()
    os.utime(path, (0, 0))


def test_a_content_wanted_again_is_not_purged(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, files, achievement)
    holding.remove(session, author, "achievement", achievement.id, brought.id)
    _a_day_passes(session, files.store.path(brought.sha256))
    again = bring(session, author, files, achievement)
    assert purge(session, files) == 0
    assert files.store.holds(again.sha256)


def _command(code: str) -> scanning.Command:
    return scanning.Command((sys.executable, "-c", f"import sys; data = sys.stdin.buffer.read(); {code}"))


def test_a_file_is_held_back_until_the_scanner_is_there_again(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    away = replace(files, scanner=scanning.Clamd("/nonexistent/clamd.ctl"))
    brought = bring(session, author, away, achievement)
    with pytest.raises(Conflict, match="等待病毒扫描"):
        holding.given_out(session, author, away, "achievement", achievement.id, brought.id)
    assert upkeep.scan(session, away) == upkeep.Scanned(clean=0, infected=0, waiting=1)
    back = replace(files, scanner=_command("sys.exit(0 if data[:4] == b'%PDF' else 2)"))
    assert upkeep.scan(session, back) == upkeep.Scanned(clean=1, infected=0, waiting=0)
    assert holding.given_out(session, author, back, "achievement", achievement.id, brought.id)


def test_a_file_found_infected_later_is_deleted_and_its_record_says_so(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, replace(files, scanner=_command("sys.exit(2)")), achievement)
    finder = replace(files, scanner=_command("print('Bad.Thing'); sys.exit(1)"))
    assert upkeep.scan(session, finder) == upkeep.Scanned(clean=0, infected=1, waiting=0)
    assert not files.store.path(brought.sha256).exists()
    assert [it.verb for it in audit.history(session, "achievement", achievement.id)] == ["add_file", "file_infected"]
    (shown,) = holding.files_of(session, author, "achievement", achievement.id).files
    assert not shown.is_given_out
    with pytest.raises(Conflict, match="已经删除"):
        holding.given_out(session, author, finder, "achievement", achievement.id, brought.id)


def test_a_damaged_or_missing_content_is_found_and_never_given_out_as_whole(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, files, achievement)
    path = files.store.path(brought.sha256)
    assert list(upkeep.faults(session, files)) == []
    path.write_bytes(b"%PDF-else")
    assert list(upkeep.faults(session, files)) == [brought.sha256]
    path.unlink()
    assert list(upkeep.faults(session, files)) == [brought.sha256]
    with pytest.raises(Unavailable, match="flask files check"):
        holding.given_out(session, author, files, "achievement", achievement.id, brought.id)


def test_what_a_crash_left_unfinished_goes_too(files: Files, session: Session) -> None:
    files.store.put(b"whole")
    left = next(files.store.folder.glob("??")) / "0123.abcd.unfinished"
    left.write_bytes(b"ha")
    os.utime(left, (0, 0))
    assert purge(session, files) == 1
    assert [it.read_bytes() for it in files.store.folder.glob("??/*")] == [b"whole"]


def test_the_commands_check_scan_and_purge(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    store = app.extensions["marketplace"].files.store
    assert "内容完好" in run(args=["files", "check"]).output
    assert "VIRUS_SCANNER" in run(args=["files", "scan"]).output
    sha256 = store.put(b"%PDF-")
    os.utime(store.path(sha256), (0, 0))
    assert "删除了 1 个" in run(args=["files", "purge"]).output
    with app.extensions["marketplace"].sessions.begin() as session:
        session.add(StoredFile(sha256=sha256, size=5, media_type="application/pdf", scan="unscanned"))
    missing = run(args=["files", "check"])
    assert missing.exit_code == 1
    assert sha256 in missing.output


def test_files_that_came_before_are_read_by_the_worker_and_held_back_where_they_bear_a_mark(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, files, achievement, pdf_saying("旧文件", "联系13812345678"))
    other = bring(session, author, files, achievement, pdf_saying("更旧的文件"), "旧.pdf")
    content = pdf_saying("机密★")
    files.store.path(other.sha256).write_bytes(content)
    for it in (brought, other):
        it.stored.text, it.stored.personal = "waiting", []
    session.flush()
    assert [upkeep.read_text(session, files) for _ in range(3)] == [True, True, False]
    assert (brought.stored.text, len(brought.stored.personal), other.stored.text) == ("read", 1, "marked")
    with pytest.raises(Conflict, match="涉密标志"):
        holding.given_out(session, author, files, "achievement", achievement.id, other.id)
    assert "file_marked" in [it.verb for it in audit.history(session, "achievement", achievement.id)]
