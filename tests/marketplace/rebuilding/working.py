"""What people and the worker do while indexes are built and exchanged, and what is found afterwards."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing import sync
from marketplace.indexing.rebuilding import Rebuilding
from marketplace.models import Achievement
from marketplace.runtime import Runtime
from search.document import Leg, SearchRequest
from tests import factories


def make(sessions: SessionFactory, factory: type, count: int = 1, **fields: object) -> list[int]:
    with unit_of_work(sessions) as session:
        factories.use(session)
        return [factory(**fields).id for _ in range(count)]


def rename(held: Runtime, identity: int, title: str) -> None:
    with unit_of_work(held.sessions) as session:
        session.get_one(Achievement, identity).title = title


def revoke(held: Runtime, identity: int) -> None:
    with unit_of_work(held.sessions) as session:
        record = session.get_one(Achievement, identity)
        record.state, record.published_state = "revoked", "revoked"


def delete(held: Runtime, identity: int) -> None:
    with unit_of_work(held.sessions) as session:
        session.delete(session.get_one(Achievement, identity))


def drain(held: Runtime) -> None:
    with held.catalogue.writer() as engine:
        sync.drain(held.sessions, engine, held.catalogue.embedder, batch=100, progress=lambda _count: None)


def found(held: Runtime, text: str) -> set[int]:
    """Return the records found by words whose title says the text."""
    page = held.catalogue.search(SearchRequest(kind="achievement", text=text, leg=Leg.LEXICAL, limit=100))
    return {int(hit.document.id) for hit in page.hits if text in hit.document.title}


def differences(held: Runtime) -> list[sync.Difference]:
    with held.sessions() as session:
        return list(sync.differences(session, held.catalogue.reader()))


def work(held: Runtime, *, meanwhile: Callable[[], None] = lambda: None, batch: int = 5) -> Rebuilding:
    """Return the means to rebuild; ``meanwhile`` happens once, when the first batch has been read."""
    steps = iter([meanwhile])
    return Rebuilding(held.sessions, held.catalogue, batch, lambda _count: next(steps, lambda: None)())


def names(held: Runtime) -> tuple[str | None, str | None, str | None]:
    kept = held.catalogue.editions.arrangement()
    live, previous, beside = (
        (edition.name if edition else None) for edition in (kept.live, kept.previous, kept.beside)
    )
    return live, previous, beside
