"""What is done with the files of all records: scan and read those that wait, remove what nobody has, find damage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.models import Attachment, Evidence, StoredFile
from marketplace.permissions import SYSTEM
from marketplace.services.files import texts
from marketplace.services.files.holding import Files
from marketplace.services.files.scanning import ScannerAway

# A content nobody has is kept for a day: it may belong to a transaction that is not at its end yet.
_KEPT = dt.timedelta(days=1)
# So that nobody else waits long to write.
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a round of scanning found, and how many contents still wait."""

    clean: int
    infected: int
    waiting: int


def scan(session: Session, files: Files) -> Scanned:
    """Scan some of what waits for it, or came while there was no scanner; an infected content is deleted at once."""
    query = sa.select(StoredFile).where(StoredFile.scan.in_(("waiting", "unscanned"))).order_by(StoredFile.touched_at)
    waiting = list(session.scalars(query.limit(_AT_ONCE).with_for_update(skip_locked=True)))
    clean = infected = 0
    for stored in waiting if files.scanner is not None else ():
        path = files.store.path(stored.sha256)
        if not path.is_file():
            continue
        try:
            finding = files.scanner(path.read_bytes()) if files.scanner else ""
        except ScannerAway:
            break
        stored.scan, stored.finding, stored.scanned_at = "infected" if finding else "clean", finding, now()
        session.flush()
        if finding:
            infected += 1
            files.store.remove(stored.sha256)
            _tell_of(session, "file_infected", stored, {"sha256": stored.sha256, "finding": finding})
        else:
            clean += 1
    left = sa.select(sa.func.count()).select_from(StoredFile).where(StoredFile.scan == "waiting")
    return Scanned(clean, infected, session.scalar(left) or 0)


def read_text(session: Session, files: Files) -> bool:
    """Look at the text of a file that came before texts were looked at; return whether there was one.

    One that bears a mark of secrecy is given out no more, and each record that has it is told.
    """
    query = sa.select(StoredFile).where(StoredFile.text == "waiting", StoredFile.scan != "infected")
    stored = session.scalars(query.order_by(StoredFile.sha256).limit(1).with_for_update(skip_locked=True)).first()
    if stored is None:
        return False
    path = files.store.path(stored.sha256)
    content = path.read_bytes() if path.is_file() else b""
    texts.note(stored, texts.look(session, content, stored.media_type))
    session.flush()
    if stored.text == texts.MARKED:
        _tell_of(session, "file_marked", stored, {"sha256": stored.sha256})
    return True


def forget_unwanted(session: Session) -> None:
    """Delete the rows of contents that no record has had for a day; ``remove_unknown`` then deletes the contents."""
    unwanted = sa.and_(
        StoredFile.touched_at < long_ago(),
        ~sa.exists().where(Attachment.sha256 == StoredFile.sha256),
        ~sa.exists().where(Evidence.sha256 == StoredFile.sha256),
    )
    session.execute(sa.delete(StoredFile).where(unwanted), execution_options={"synchronize_session": False})
    session.expire_all()


def remove_unknown(session: Session, files: Files) -> int:
    """Delete what lies on disk since yesterday and no row tells of; return how many files that were.

    To be called once the deletion of the rows is committed: a failure between the two leaves a file too many, which
    the next purge removes, and never one too few.
    """
    return files.store.remove_unwanted(
        _KEPT.total_seconds(), lambda name: session.get(StoredFile, name, populate_existing=True) is not None
    )


def faults(session: Session, files: Files) -> Iterator[str]:
    """Yield the SHA-256 of each content that should be there and is missing or damaged."""
    query = sa.select(StoredFile.sha256).where(StoredFile.scan != "infected").order_by(StoredFile.sha256)
    for sha256 in session.scalars(query):
        if not files.store.holds(sha256):
            yield sha256


def long_ago() -> dt.datetime:
    """Return the moment before which a content must have been touched to be purged."""
    return now() - _KEPT


def _tell_of(session: Session, verb: str, stored: StoredFile, payload: dict[str, Any]) -> None:
    """Tell every record that has a content what was found in it."""
    attachments = sa.select(Attachment.achievement_id).where(Attachment.sha256 == stored.sha256).distinct()
    evidence = sa.select(Evidence.noun, Evidence.object_id).where(Evidence.sha256 == stored.sha256).distinct()
    records = [("achievement", it) for it in session.scalars(attachments)]
    for noun, object_id in (*records, *session.execute(evidence)):
        audit.record(session, SYSTEM, verb, noun, object_id, payload=payload)
