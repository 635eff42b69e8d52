"""Files of an installation, an author and what he writes; ``bring`` gives a record a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from marketplace.models import Achievement, Attachment, Evidence
from marketplace.permissions import Actor, Grant
from marketplace.services.files import holding
from marketplace.services.files.holding import Files
from marketplace.services.files.store import Store
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory
from tests.files import pdf


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(Store(tmp_path / "files"), most=3, most_bytes=100_000)


@pytest.fixture
def author(session: Session) -> Actor:
    account = AccountFactory()
    return Actor(f"account:{account.id}", (Grant("worker"),), account_id=account.id)


@pytest.fixture
def achievement(session: Session, author: Actor) -> Achievement:
    return AchievementFactory(
        state="draft", published_state="unpublished", published_at=None, account_id=author.account_id,
        units=[OrganisationFactory(region_path="51/5106")], region="5106",
    )  # fmt: skip


def bring(
    session: Session, actor: Actor, files: Files, record: object, content: bytes = b"", name: str = "图纸.pdf",
    purpose: str = "drawing",
) -> Attachment | Evidence:  # fmt: skip
    noun, identity = record.__tablename__, record.id  # type: ignore[attr-defined]
    return holding.attach(session, actor, files, noun, identity, name, content or pdf(), purpose)
