"""The authors of a proposal take away a proof of what they submitted, and so does an office that may know them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.models import Account, Evidence, Organisation, Proposal, StoredFile
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.services import submission
from marketplace.services.proposal import answering, writing
from tests import factories
from tests.factories import OrganisationFactory, ProposalFactory
from tests.marketplace.officers import acting
from tests.marketplace.review.test_submission import checked, unpacked

FILE = "f" * 64
TEXT = {"measure": "在液槽上加一条撇油带。", "present_state": "浮油多。", "expected_effect": "换液周期延长。"}


@pytest.fixture
def plant(session: Session) -> Organisation:
    return OrganisationFactory(region="510603", region_path="51/5106/510603")


@pytest.fixture
def author(session: Session, plant: Organisation) -> Actor:
    return acting("worker", plant)


def drafted(session: Session, author: Actor, **fields: object) -> Proposal:
    """Return a draft with a file."""
    proposal = writing.draft(session, author, {**TEXT, **fields})
    session.add(StoredFile(sha256=FILE, size=9, media_type="application/pdf", scan="unscanned"))
    session.flush()
    session.add(Evidence(noun="proposal", object_id=proposal.id, file_name="草图.pdf", media_type="application/pdf",
                         size=9, sha256=FILE))  # fmt: skip
    session.flush()
    return proposal


def test_each_submission_is_proved_with_its_text_and_its_files_and_checked_without_the_product(
    session: Session, author: Actor, plant: Organisation, tmp_path: Path
) -> None:
    proposal, union = drafted(session, author), acting("unit_union", plant)
    with pytest.raises(Conflict, match="没有提交证明"):
        submission.proof(session, author, "proposal", proposal.id)
    assert not submission.has_proof(session, author, proposal)
    writing.submit(session, author, proposal.id)
    answering.act(session, union, proposal.id, "return", "请写明地点")
    writing.save(session, author, proposal.id, proposal.revision, {"measure": "在三号机床的液槽上加一条撇油带。"})
    writing.submit(session, author, proposal.id)
    answering.act(session, union, proposal.id, "screen")
    folder = unpacked(submission.proof(session, author, "proposal", proposal.id), tmp_path / "proof")
    texts = [json.loads(it.read_text("utf-8")) for it in sorted(folder.glob("submission-*.json"))]
    assert [it["measure"] for it in texts] == [TEXT["measure"], "在三号机床的液槽上加一条撇油带。"]
    name = session.get_one(Account, author.account_id).name
    assert texts[1]["authors"] == [{"name": name, "order": 1, "share": "100", "part": ""}]
    assert (texts[1]["organisation"], texts[1]["attachments"][0]["sha256"]) == (plant.name, FILE)
    assert "建议 / proposal: " in (folder / "README.txt").read_text("utf-8")
    status, said = checked(folder)
    assert (status, said.count("submission-")) == (0, 2)
    changed = folder / "events.json"
    changed.write_text(changed.read_text("utf-8").replace("请写明地点", "请写明"), "utf-8")
    assert checked(folder)[0] == 1


@pytest.mark.parametrize("is_pseudonymous", [False, True])
def test_a_proof_is_for_the_authors_and_for_an_office_that_may_know_them(
    session: Session, author: Actor, plant: Organisation, is_pseudonymous: bool
) -> None:
    proposal, union = drafted(session, author, is_pseudonymous=is_pseudonymous), acting("unit_union", plant)
    writing.submit(session, author, proposal.id)
    answering.act(session, union, proposal.id, "screen")
    knowing = [author, union, SYSTEM]
    above = [acting("county", region_path="51/5106/510603"), acting("province_curator")]
    for reader in knowing + (above if not is_pseudonymous else []):
        assert submission.proof(session, reader, "proposal", proposal.id)
    others = [acting("worker", plant), acting("enterprise", plant), acting("auditor")]
    for reader in others + (above if is_pseudonymous else []):
        assert not submission.has_proof(session, reader, proposal)
        with pytest.raises(NotAllowed):
            submission.proof(session, reader, "proposal", proposal.id)
    for stranger in (VISITOR, Actor("account:91", (Grant("worker"),), account_id=91)):
        with pytest.raises(NotFound):
            submission.proof(session, stranger, "proposal", proposal.id)


def test_the_command_writes_the_proof_of_a_proposal(app: Flask, tmp_path: Path) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        plant = OrganisationFactory()
        author = acting("worker", plant)
        submitted = writing.submit(session, author, writing.draft(session, author, dict(TEXT)).id).id
        imported = ProposalFactory(state="submitted").id
    run, file = app.test_cli_runner().invoke, tmp_path / "proof.zip"
    written = run(args=["audit", "proof", "proposal", str(submitted), str(file)])
    assert (written.exit_code, "已写出建议" in written.output) == (0, True)
    assert checked(unpacked(file.read_bytes(), tmp_path / "proof"))[0] == 0
    assert "没有提交证明" in run(args=["audit", "proof", "proposal", str(imported), str(file)]).output
