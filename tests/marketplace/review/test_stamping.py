"""A submission is stamped by an authority outside, which is checked, may be away, and never holds a submission up."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace import audit, chain, outbox
from marketplace.db import SessionFactory, make_engine, make_session_factory, now, unit_of_work
from marketplace.errors import Unavailable
from marketplace.models.audit import TimeStamp
from marketplace.permissions import SYSTEM
from marketplace.services import achievement as achievements
from marketplace.services import submission
from marketplace.services.proposal import writing
from marketplace.services.stamping import queue
from marketplace.services.stamping.authority import TimeStampingAuthority
from marketplace.services.stamping.queue import Unreachable, Unstamped, Untrue
from search.embedding import Embedder
from tests import factories
from tests.factories import DraftFactory, OrganisationFactory
from tests.marketplace.officers import acting
from tests.opening import build_app
from tests.tsa import Change, Stamper, reachable, stamper


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Stamper:
    return stamper(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def authority(certified: Stamper, tmp_path: Path) -> Iterator[Stamper]:
    """An honest authority that answers; a test makes it lie."""
    folder = tmp_path / "tsa"
    shutil.copytree(certified.folder, folder)
    with reachable(Stamper(folder)) as answering:
        yield answering


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    made = make_session_factory(engine)
    outbox.listen(made)
    yield made
    engine.dispose()


def submitted(factory: SessionFactory) -> int:
    with unit_of_work(factory) as session:
        factories.use(session)
        drafted = DraftFactory().id
        achievements.act(session, SYSTEM, drafted, "submit")
    return int(drafted)


def asked(factory: SessionFactory, authority: Stamper, patience: float = 20.0) -> tuple[int, int]:
    return queue.stamp_waiting(factory, lambda: TimeStampingAuthority(authority.url, authority.roots, patience))


def only(factory: SessionFactory) -> TimeStamp:
    with factory() as session:
        return session.scalars(sa.select(TimeStamp)).one()


def proof(factory: SessionFactory, number: int, folder: Path, roots: Path, noun: str = "achievement") -> Path:
    with (
        factory() as session,
        zipfile.ZipFile(BytesIO(submission.proof(session, SYSTEM, noun, number, roots))) as packed,
    ):
        packed.extractall(folder)
    return folder


def verified(folder: Path, path: str | None = None) -> tuple[int, str]:
    """Run the script of a proof without the product, with the programs of a path; return its status and words."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"],
        cwd=folder,
        env=None if path is None else {"PATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_submission_is_stamped_after_it_is_kept_and_its_proof_is_checked_without_the_product(
    factory: SessionFactory, authority: Stamper, tmp_path: Path
) -> None:
    number = submitted(factory)
    assert asked(factory, authority) == (1, 0)
    stamp = only(factory)
    assert stamp.due_at is None and stamp.stamped_at is not None
    assert abs(stamp.stamped_at - now()) < dt.timedelta(minutes=1)
    folder = proof(factory, number, tmp_path / "proof", authority.roots)
    assert f"{stamp.stamped_at:%Y-%m-%d %H:%M:%S}" in (folder / "README.txt").read_text("utf-8")
    status, said = verified(folder)
    assert (status, "签名有效" in said) == (0, True)
    # Without openssl the stamp is compared with the event, and it is said that the signature was not checked.
    status, said = verified(folder, path="")
    assert (status, "签名未核对" in said) == (0, True)
    with factory() as session:
        (event,) = audit.history(session, "achievement", number)
    command = f"openssl ts -verify -digest {event.hash} -in stamp-1.tsr -CAfile stamp-roots.pem"
    assert subprocess.run(command.split(), cwd=folder, capture_output=True, check=False).returncode == 0


def test_a_proposal_is_stamped_when_it_is_submitted_and_its_proof_holds_the_stamp(
    factory: SessionFactory, authority: Stamper, tmp_path: Path
) -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        author = acting("worker", OrganisationFactory())
        text = {"present_state": "浮油多。", "measure": "加一条撇油带。", "expected_effect": "少换液。"}
        number = writing.submit(session, author, writing.draft(session, author, text).id).id
    assert asked(factory, authority) == (1, 0)
    status, said = verified(proof(factory, number, tmp_path / "proof", authority.roots, "proposal"))
    assert (status, "签名有效" in said) == (0, True)


def test_the_script_finds_a_stamp_over_something_else_or_under_another_root(
    factory: SessionFactory, authority: Stamper, tmp_path: Path
) -> None:
    number, other = submitted(factory), submitted(factory)
    assert asked(factory, authority) == (2, 0)
    folder = proof(factory, number, tmp_path / "proof", authority.roots)
    elsewhere = proof(factory, other, tmp_path / "other", authority.roots)
    whole = (folder / "stamp-1.tsr").read_bytes()
    (folder / "stamp-1.tsr").write_bytes((elsewhere / "stamp-1.tsr").read_bytes())
    assert "时间戳不是这个事件的" in verified(folder)[1]
    (folder / "stamp-1.tsr").write_bytes(whole[:-1])
    assert "不是时间戳" in verified(folder)[1]
    (folder / "stamp-1.tsr").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "时间戳的签名不对" in verified(folder)[1]
    (folder / "stamp-1.tsr").write_bytes(whole)
    (folder / "stamp-roots.pem").write_bytes(stamper(tmp_path / "forger").roots.read_bytes())
    assert "时间戳的签名不对" in verified(folder)[1]
    (folder / "stamp-1.tsr").rename(folder / "stamp-7.tsr")
    assert verified(folder)[0] == 1


@given(st.binary(max_size=60))
def test_what_is_no_stamp_is_refused_and_breaks_nothing(junk: bytes) -> None:
    with pytest.raises(ValueError):
        chain.stamped(junk)


def other_imprint(question: bytes) -> bytes:
    # The imprint is 32 bytes after the name of SHA-256 and its absent parameters.
    at = question.index(bytes.fromhex("0420")) + 2
    return question[:at] + b"x" * 32 + question[at + 32 :]


def other_nonce(question: bytes) -> bytes:
    # The nonce is the last number of a question, before the wish for a certificate.
    return question[:-4] + bytes([question[-4] ^ 1]) + question[-3:]


def refused(authority: Stamper, roots: Path | None = None, patience: float = 20.0) -> type[Unstamped]:
    """Ask for a stamp that is not believed, and return what kind of refusal it is."""
    with pytest.raises(Unstamped) as found:
        TimeStampingAuthority(authority.url, roots or authority.roots, patience).stamp(b"event")
    return found.type


@pytest.mark.parametrize("disguise", [other_imprint, other_nonce])
def test_a_stamp_over_another_hash_or_for_another_question_is_not_believed(
    authority: Stamper, disguise: Change
) -> None:
    authority.disguise = disguise
    assert refused(authority) is Untrue


@pytest.mark.parametrize("spoilt", ["", "3c68746d6c3e", "30053003020102"])
def test_an_answer_that_is_no_stamp_is_not_believed(authority: Stamper, spoilt: str) -> None:
    authority.spoil = lambda _answer: bytes.fromhex(spoilt)
    assert refused(authority) is Untrue


def test_an_answer_without_end_is_not_read_to_the_end(authority: Stamper) -> None:
    authority.spoil = lambda answer: answer + b"0" * 1_000_000
    assert refused(authority) is Untrue


def test_a_stamp_under_another_root_is_not_believed(authority: Stamper, tmp_path: Path) -> None:
    assert refused(authority, stamper(tmp_path / "forger").roots) is Untrue


def test_a_stamp_that_states_another_time_is_not_believed(authority: Stamper, monkeypatch: pytest.MonkeyPatch) -> None:
    later = now() + dt.timedelta(hours=1)
    monkeypatch.setattr("marketplace.services.stamping.authority.now", lambda: later)
    assert refused(authority) is Untrue


def test_an_authority_that_takes_its_time_is_not_waited_for(authority: Stamper) -> None:
    def slowly(answer: bytes) -> bytes:
        time.sleep(0.5)
        return answer

    authority.spoil = slowly
    assert refused(authority, patience=0.2) is Unreachable


@pytest.mark.parametrize("file", ["missing.pem", "empty.pem"])
def test_certificates_that_cannot_be_read_are_named(tmp_path: Path, file: str) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(Unavailable, match=file):
        TimeStampingAuthority("http://127.0.0.1:9", tmp_path / file).stamp(b"event")


def test_an_authority_that_is_away_or_slow_is_asked_again_later(
    factory: SessionFactory, authority: Stamper, tmp_path: Path
) -> None:
    number = submitted(factory)
    submitted(factory)
    with socket.socket() as silent:
        # It takes the question and never answers.
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        slow = Stamper(authority.folder, url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert asked(factory, slow, patience=0.2) == (0, 1)
    # Gone altogether; of those that wait one was tried each time.
    assert asked(factory, slow) == (0, 1)
    assert asked(factory, slow) == (0, 0)
    # The proof does without, and says so.
    folder = proof(factory, number, tmp_path / "proof", authority.roots)
    assert not list(folder.glob("stamp-*"))
    assert verified(folder)[0] == 0
    with unit_of_work(factory) as session:
        session.execute(sa.update(TimeStamp).values(due_at=now()))
    assert asked(factory, authority) == (2, 0)


def test_waits_grow_and_an_authority_is_never_given_up(factory: SessionFactory, authority: Stamper) -> None:
    submitted(factory)
    authority.spoil = lambda _answer: b"no"
    waits = []
    for _ in range(6):
        with unit_of_work(factory) as session:
            session.execute(sa.update(TimeStamp).values(due_at=now()))
        assert asked(factory, authority) == (0, 1)
        due = only(factory).due_at
        assert due is not None
        waits.append(round((due - now()).total_seconds() / 60))
    assert waits == [1, 5, 20, 60, 60, 60]


def test_a_submission_that_is_not_kept_is_not_stamped(factory: SessionFactory, authority: Stamper) -> None:
    with pytest.raises(RuntimeError), unit_of_work(factory) as session:
        factories.use(session)
        drafted = DraftFactory().id
        achievements.act(session, SYSTEM, drafted, "submit")
        raise RuntimeError("the power fails here")
    assert asked(factory, authority) == (0, 0)
    assert authority.asked == []


def test_the_commands_stamp_and_find_a_stamp_that_is_not_over_its_event(
    sqlite_url: str, tmp_path: Path, embedder: Embedder, authority: Stamper
) -> None:
    app = build_app(sqlite_url, tmp_path, embedder, TSA_URL=authority.url, TSA_CA_FILE=str(authority.roots))
    factory, run = app.extensions["marketplace"].sessions, app.test_cli_runner().invoke
    submitted(factory)
    assert "加盖了 1 个时间戳，0 次没有成功；还有 0 个事件等待" in run(args=["audit", "stamp"]).output
    assert run(args=["audit", "verify"]).exit_code == 0
    other = submitted(factory)
    with unit_of_work(factory) as session:
        first = session.scalars(sa.select(TimeStamp).order_by(TimeStamp.event_id)).all()[0]
        wanted = sa.update(TimeStamp).where(TimeStamp.response.is_(None))
        session.execute(wanted.values(response=first.response, stamped_at=first.stamped_at, due_at=None))
    found = run(args=["audit", "verify"])
    assert (found.exit_code, f"成果 {other}：第 1 个事件与它的时间戳不符" in found.output) == (1, True)
    app.extensions["marketplace"].engine.dispose()


def test_without_an_authority_the_command_says_what_to_set(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["audit", "stamp"])
    assert (done.exit_code, "TSA_URL" in done.output) == (1, True)
