"""A record's files: who brings, sees and takes away which, and what is refused."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import today
from marketplace.errors import Conflict, DomainError, NotAllowed, NotFound, Unavailable
from marketplace.models import Achievement, Attachment, Benefit, BenefitReference, Objection, Publicity, StoredFile
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.services.files import holding, scanning
from marketplace.services.files.holding import Files
from marketplace.services.files.refusal import FileRefused
from marketplace.services.files.store import Store
from tests.factories import AchievementFactory, OrganisationFactory, ProposalFactory
from tests.files import docx, pdf, photo
from tests.marketplace.files.conftest import bring

PROVINCE = Actor("account:900", (Grant("province_curator"),), account_id=900)
ENTERPRISE = Actor("account:901", (Grant("enterprise", organisation_id=999),), account_id=901)
WORKER = Actor("account:902", (Grant("worker"),), account_id=902)


@pytest.fixture
def session(sqlite_session: Session) -> Session:
    """Who may do what does not depend on the database."""
    return sqlite_session


def published(session: Session, achievement: Achievement) -> None:
    achievement.state, achievement.published_state, achievement.published_at = (
        "published",
        "published",
        achievement.created_at,
    )
    session.flush()


def test_an_author_brings_a_file_to_a_draft_and_gets_it_back(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, files, achievement, name="../夹具\\总图.pdf")
    held, path = holding.given_out(session, author, files, "achievement", achievement.id, brought.id)
    assert (held.file_name, held.media_type, held.disclosure) == ("总图.pdf", "application/pdf", 2)
    assert path.read_bytes().startswith(b"%PDF-")
    assert path.stat().st_size == held.size
    assert [it.verb for it in audit.history(session, "achievement", achievement.id)] == ["add_file"]


def test_a_file_whose_name_bears_a_mark_of_secrecy_is_not_kept(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    with pytest.raises(FileRefused, match="国家秘密"):
        bring(session, author, files, achievement, name="机密★总图.pdf")
    assert not holding.files_of(session, author, "achievement", achievement.id).files
    bring(session, author, files, achievement, name="技术秘密清单.pdf")


@pytest.mark.parametrize(
    ("reader", "layer", "sees"),
    [
        (VISITOR, 0, True), (VISITOR, 1, False), (WORKER, 0, True), (WORKER, 1, False), (ENTERPRISE, 1, True),
        (ENTERPRISE, 2, False), (PROVINCE, 3, True), (replace(PROVINCE, reads=False, limits=frozenset()), 1, False),
    ],
)  # fmt: skip
def test_a_file_of_a_published_record_is_given_out_by_its_layer(
    session: Session, files: Files, author: Actor, achievement: Achievement, reader: Actor, layer: int, sees: bool
) -> None:
    brought = bring(session, author, files, achievement)
    assert isinstance(brought, Attachment)
    brought.disclosure, achievement.protection = layer, "filed"
    published(session, achievement)
    listed = holding.files_of(session, reader, "achievement", achievement.id).files
    assert bool(listed) is sees
    if sees:
        assert holding.given_out(session, reader, files, "achievement", achievement.id, brought.id)
    else:
        with pytest.raises(NotFound):
            holding.given_out(session, reader, files, "achievement", achievement.id, brought.id)


@pytest.mark.parametrize("reader", [VISITOR, WORKER, ENTERPRISE])
def test_nobody_else_knows_of_the_files_of_a_draft(
    session: Session, files: Files, author: Actor, achievement: Achievement, reader: Actor
) -> None:
    brought = bring(session, author, files, achievement)
    for attempt in (
        lambda: holding.files_of(session, reader, "achievement", achievement.id),
        lambda: holding.given_out(session, reader, files, "achievement", achievement.id, brought.id),
        lambda: holding.remove(session, reader, "achievement", achievement.id, brought.id),
        lambda: bring(session, reader, files, achievement, photo(), "a.jpg"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_the_files_of_one_record_are_not_reached_through_another(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, files, achievement)
    public = AchievementFactory()
    proposal = ProposalFactory(account_id=author.account_id)
    for noun, identity in (("achievement", public.id), ("proposal", proposal.id), ("demand", 1), ("proposal", 10**9)):
        with pytest.raises(NotFound):
            holding.given_out(session, author, files, noun, identity, brought.id)


def test_what_is_in_review_gets_no_more_files_from_its_author(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    brought = bring(session, author, files, achievement)
    achievement.state = "first_review"
    with pytest.raises(Conflict, match="审核"):
        bring(session, author, files, achievement, photo(), "a.jpg")
    with pytest.raises(Conflict):
        holding.remove(session, author, "achievement", achievement.id, brought.id)
    published(session, achievement)
    with pytest.raises(NotAllowed):
        bring(session, ENTERPRISE, files, achievement, photo(), "a.jpg")


def test_a_record_has_so_many_files_of_so_many_bytes_and_each_once(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    bring(session, author, files, achievement)
    with pytest.raises(FileRefused, match="完全相同"):
        bring(session, author, files, achievement)
    bring(session, author, files, achievement, photo(), "照片.jpg")
    with pytest.raises(FileRefused, match="合计"):
        bring(session, author, files, achievement, docx(word__noise=os.urandom(100_000)), "说明.docx")
    bring(session, author, files, achievement, docx(), "说明.docx")
    with pytest.raises(FileRefused, match="最多 3 个"):
        bring(session, author, files, achievement, photo(colour="blue"), "又一张.jpg")


def test_evidence_of_a_proposal_is_for_those_who_work_on_it(session: Session, files: Files, author: Actor) -> None:
    unit = OrganisationFactory(region_path="51/5106")
    proposal = ProposalFactory(account_id=author.account_id, organisation_id=unit.id, state="awarded")
    brought = bring(session, author, files, proposal, photo(), "现场.jpg", "photo")
    of_the_unit = Actor("account:5", (Grant("unit_union", "51/5106", "", unit.id),), account_id=5)
    assert holding.given_out(session, of_the_unit, files, "proposal", proposal.id, brought.id)
    for stranger in (VISITOR, WORKER, ENTERPRISE):
        with pytest.raises(NotFound):
            holding.files_of(session, stranger, "proposal", proposal.id)


def test_evidence_of_a_benefit_is_for_the_claimant_and_the_attestor(
    session: Session, files: Files, author: Actor
) -> None:
    unit = OrganisationFactory()
    proposal = ProposalFactory(account_id=author.account_id, organisation_id=unit.id, state="implemented")
    benefit = Benefit(metric="换液", baseline="每月两次", method="台账")
    session.add(benefit)
    session.flush()
    benefit.references.append(BenefitReference(noun="proposal", object_id=proposal.id))
    session.flush()
    brought = bring(session, author, files, benefit, pdf(), "台账.pdf", "finance")
    attestor = Actor("account:6", (Grant("finance_attestor", organisation_id=unit.id),), account_id=6)
    assert holding.given_out(session, attestor, files, "benefit", benefit.id, brought.id)
    with pytest.raises(NotFound):
        holding.files_of(session, WORKER, "benefit", benefit.id)


@contextmanager
def clamd(answer: bytes) -> Iterator[tuple[str, int]]:
    """A daemon that speaks the protocol of clamd for one file and remembers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while length := struct.unpack("!L", stream.read(4))[0]:
                    assert len(stream.read(length)) == length
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[:2]
        thread.join(5)


def test_an_infected_file_is_refused_and_leaves_nothing(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    with clamd(b"stream: Eicar-Test-Signature FOUND\0") as (host, port):
        scanned = replace(files, scanner=scanning.scanner_of(f"clamd:{host}:{port}"))
        with pytest.raises(FileRefused, match="Eicar-Test-Signature"):
            bring(session, author, scanned, achievement)
    assert not list(files.store.folder.glob("*/*"))


def test_a_clean_file_is_given_out_at_once(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    with clamd(b"stream: OK\0") as address:
        brought = bring(session, author, replace(files, scanner=scanning.Clamd(address)), achievement)
    assert session.get_one(StoredFile, brought.sha256).scan == "clean"


def test_an_installation_may_refuse_what_cannot_be_scanned(
    session: Session, files: Files, author: Actor, achievement: Achievement
) -> None:
    strict = replace(files, scanner=scanning.Command(("sh", "-c", "exit 2")), holds=False)
    with pytest.raises(Unavailable, match="病毒扫描"):
        bring(session, author, strict, achievement)


def test_a_disk_that_takes_nothing_is_said_and_leaves_nothing(
    session: Session, files: Files, author: Actor, achievement: Achievement, tmp_path: Path
) -> None:
    (tmp_path / "full").write_bytes(b"")
    with pytest.raises(Unavailable, match="存不进去"):
        bring(session, author, replace(files, store=Store(tmp_path / "full")), achievement)
    assert not achievement.attachments


@pytest.mark.parametrize(
    ("reader", "error"), [(VISITOR, NotFound), (WORKER, NotFound), (PROVINCE, None), (SYSTEM, None)]
)
def test_evidence_of_an_objection_is_for_whoever_raised_it_and_the_office_that_decides(
    session: Session, files: Files, author: Actor, reader: Actor, error: type[DomainError] | None
) -> None:
    objection = _objection(session, author)
    brought = bring(session, author, files, objection, photo(), "证据.jpg", "photo")
    if error is None:
        assert holding.given_out(session, reader, files, "objection", objection.id, brought.id)
    else:
        with pytest.raises(error):
            holding.files_of(session, reader, "objection", objection.id)


def _objection(session: Session, author: Actor) -> Objection:
    shown = AchievementFactory()
    publicity = Publicity(
        title="公示", starts_on=today(), ends_on=today(), days=1, snapshot_hash="0" * 64, started_by="x"
    )
    session.add(publicity)
    session.flush()
    objection = Objection(
        publicity_id=publicity.id, noun="achievement", object_id=shown.id, account_id=author.account_id, name="张三",
        text="抄袭", due_on=today(),
    )  # fmt: skip
    session.add(objection)
    session.flush()
    return objection
