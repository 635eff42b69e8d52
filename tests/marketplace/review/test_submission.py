"""The text of an achievement is kept as it was submitted, and its author takes away a proof that holds by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.db import now, unit_of_work
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.models import Attachment, AuditEntry, Contributor, StoredFile
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.services import achievement as achievements
from marketplace.services import history, submission
from tests import factories
from tests.factories import AccountFactory, AchievementFactory, DraftFactory, OrganisationFactory
from tests.files import sign_statements

FILE = "f" * 64


@pytest.fixture
def author(session: Session) -> Actor:
    account = AccountFactory()
    return Actor(f"account:{account.id}", (Grant("worker"),), account_id=account.id)


@pytest.fixture
def achievement_id(session: Session, author: Actor) -> int:
    """The draft of an author, with a contributor, a unit and a file."""
    session.add(StoredFile(sha256=FILE, size=9, media_type="application/pdf", scan="unscanned"))
    session.flush()
    return DraftFactory(
        title="薄壁件夹具",
        account_id=author.account_id,
        contributors=[Contributor(name="张三", share=100, part="提出方案", confirmed_at=now())],
        attachments=[Attachment(file_name="图纸.pdf", media_type="application/pdf", size=9, sha256=FILE)],
        units=[OrganisationFactory(name="示例机械厂")],
    ).id


def unpacked(proof: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(proof)) as archive:
        archive.extractall(folder)
    return folder


def checked(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the script of a proof as its holder does, without the product; return its status and what it says."""
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), *arguments],
        cwd=folder.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def folder(session: Session, author: Actor, achievement_id: int, tmp_path: Path) -> Path:
    """The unpacked proof of an achievement that was returned, changed and submitted again."""
    achievement = achievements.act(session, author, achievement_id, "submit")
    achievements.act(session, SYSTEM, achievement_id, "return", "请写明指标")
    achievement.summary = "松夹后圆度0.015mm。"
    achievements.act(session, author, achievement_id, "submit")
    sign_statements(session, achievement)
    achievements.act(session, SYSTEM, achievement_id, "endorse")
    return unpacked(submission.proof(session, author, "achievement", achievement_id), tmp_path / "proof")


def test_each_submission_is_proved_with_the_text_as_it_was_then(folder: Path) -> None:
    first, second = (json.loads((folder / f"submission-{number}.json").read_text("utf-8")) for number in (1, 3))
    assert first["title"] == second["title"] == "薄壁件夹具"
    assert (first["summary"][:4], second["summary"]) == ("针对薄壁", "松夹后圆度0.015mm。")
    assert second["completing_units"] == ["示例机械厂"]
    assert second["contributors"][0]["name"] == "张三"
    assert second["attachments"][0]["sha256"] == FILE
    assert not {"state", "revision", "published_at"} & set(second)


def test_a_proof_holds_the_events_up_to_the_last_submission_and_says_what_it_does_not_prove(folder: Path) -> None:
    events = json.loads((folder / "events.json").read_text("utf-8"))
    assert [event["verb"] for event in events] == ["submit", "return", "submit"]
    told = (folder / "README.txt").read_text("utf-8")
    assert "不证明权属" in told
    assert "not ownership" in told
    assert events[-1]["at"] in told


def test_the_script_of_a_proof_confirms_it_without_the_product(folder: Path, tmp_path: Path) -> None:
    status, said = checked(folder)
    assert status == 0
    assert "submission-1.json" in said
    assert "submission-3.json" in said
    packed = tmp_path / "证明.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert checked(folder, str(packed)) == (0, said)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("submission-1.json", "薄壁件夹具", "薄壁件夹县", "submission-1.json: 文本与提交时的哈希不符"),
        ("events.json", "请写明指标", "请写明", "事件 2 / event 2: 内容与哈希不符"),
        ("events.json", '"sequence": 3', '"sequence": 4', "事件 4 / event 4: 之前缺少事件"),
        ("events.json", "[", "{", "不是事件的列表"),
        ("events.json", '"sequence": 1', '"sequence": "1"', "不是事件的列表"),
    ],
)
def test_the_script_names_what_was_tampered_with(folder: Path, file: str, old: str, new: str, said: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    status, answer = checked(folder)
    assert status == 1
    assert said in answer


def test_the_script_says_what_is_missing(folder: Path, tmp_path: Path) -> None:
    (folder / "submission-1.json").rename(folder / "submission-2.json")
    assert "submission-2.json: 没有这次提交的事件" in checked(folder)[1]
    (folder / "submission-2.json").unlink()
    (folder / "submission-3.json").unlink()
    assert "没有提交的文本" in checked(folder)[1]
    (folder / "events.json").unlink()
    assert "这不是提交证明" in checked(folder)[1]
    (tmp_path / "broken.zip").write_bytes(b"PK")
    assert "不是完好的 ZIP 文件" in checked(folder, str(tmp_path / "broken.zip"))[1]
    assert checked(folder, str(tmp_path / "nothing.zip"))[0] == 1


def test_the_event_of_a_submission_keeps_only_the_hash_of_its_text(
    session: Session, author: Actor, achievement_id: int
) -> None:
    achievement = achievements.act(session, author, achievement_id, "submit")
    (event,) = audit.history(session, "achievement", achievement_id)
    assert event.payload_hash == chain.sha256(chain.canonical(submission.content(achievement)))
    assert not any("张三" in str(getattr(event, column.key)) for column in AuditEntry.__table__.columns)


def test_a_proof_is_for_the_author_and_for_who_reviews(session: Session, author: Actor, achievement_id: int) -> None:
    achievement = achievements.act(session, author, achievement_id, "submit")
    assert submission.proof(session, SYSTEM, "achievement", achievement_id)
    with pytest.raises(NotFound):
        submission.proof(session, VISITOR, "achievement", achievement_id)
    with pytest.raises(NotFound):
        submission.proof(session, author, "achievement", 4711)
    achievement.state, achievement.published_state, achievement.published_at = "published", "published", now()
    auditor = Actor("account:90", (Grant("auditor"),), account_id=90)
    for other in (VISITOR, auditor, Actor("account:91", (Grant("worker"),), account_id=91)):
        with pytest.raises(NotAllowed):
            submission.proof(session, other, "achievement", achievement_id)


def test_what_was_never_submitted_here_has_no_proof(session: Session, author: Actor, achievement_id: int) -> None:
    with pytest.raises(Conflict, match="没有提交证明"):
        submission.proof(session, author, "achievement", achievement_id)


def test_the_history_is_for_who_owns_the_record_and_for_the_offices_it_lies_in(
    session: Session, author: Actor, achievement_id: int
) -> None:
    achievement = achievements.act(session, author, achievement_id, "submit")
    achievement.region = "510603"
    achievement.state, achievement.published_state, achievement.published_at = "published", "published", now()
    here, elsewhere = (Actor("city", (Grant("city", region_path=f"51/{code}"),)) for code in ("5106", "5107"))
    for reader in (author, SYSTEM, here):
        assert [event.verb for event in history.read(session, reader, achievement)] == ["submit"]
    for reader in (VISITOR, elsewhere, Actor("account:91", (Grant("worker"),), account_id=91)):
        with pytest.raises(NotAllowed):
            history.read(session, reader, achievement)


def test_the_command_writes_the_proof_of_an_achievement(app: Flask, tmp_path: Path) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        drafted = DraftFactory().id
        imported = AchievementFactory().id
        achievements.act(session, SYSTEM, drafted, "submit")
    run = app.test_cli_runner().invoke
    file = tmp_path / "proof.zip"
    assert run(args=["audit", "proof", "achievement", str(drafted), str(file)]).exit_code == 0
    assert checked(unpacked(file.read_bytes(), tmp_path / "proof"))[0] == 0
    refused = run(args=["audit", "proof", "achievement", str(imported), str(tmp_path / "none.zip")])
    assert (refused.exit_code, "没有提交证明" in refused.output) == (1, True)
    assert not (tmp_path / "none.zip").exists()
    assert "没有找到" in run(args=["audit", "proof", "achievement", "4711", str(file)]).output
