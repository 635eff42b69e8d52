"""Batches of rows into the database: one transaction each, and no row lost for another's fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from ingest.nouns import Noun
from marketplace.db import SessionFactory
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.permissions import Actor
from marketplace.services.records import Outcome

Transaction = Callable[[SessionFactory], AbstractContextManager[Session]]


@contextmanager
def rehearsal(factory: SessionFactory) -> Iterator[Session]:
    """Give a session whose writing is undone: a dry run meets the real rules and leaves nothing behind."""
    with factory() as session:
        yield session
        session.rollback()


def write(
    factory: SessionFactory, transaction: Transaction, noun: Noun, actor: Actor, rows: Sequence[dict[str, Any]]
) -> list[Outcome | str]:
    """Write a batch and return what became of each row, a sentence where it is refused.

    A service that judges rows one by one says of each why it refuses it; of another the rows are tried one at a time.
    Only what a row itself can be guilty of is caught: a database that is locked or full stops the import.
    """
    try:
        with transaction(factory) as session:
            found = noun.write(session, actor, rows)
            return [_sentence(it) if isinstance(it, DomainError) else it[1] for it in found]
    except (NotAllowed, Invalid, Conflict) as error:
        refused = _sentence(error)
    except (IntegrityError, DataError):
        refused = "与库中已有记录冲突，数据库拒绝了这一行"
    if len(rows) == 1:
        return [refused]
    return [outcome for row in rows for outcome in write(factory, transaction, noun, actor, [row])]


def _sentence(error: DomainError) -> str:
    if isinstance(error, NotAllowed):
        return "不在您的范围之内：只能导入本单位、本地区或本产业的记录"
    if isinstance(error, Invalid):
        return "；".join(sentence for sentences in error.fields.values() for sentence in sentences)
    return str(error)
