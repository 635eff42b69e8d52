"""Answer a reader's question from the index or, while that cannot be asked, from the database."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from blinker import Signal

from marketplace.db import SessionFactory
from marketplace.indexing.catalogue import Catalogue
from marketplace.indexing.plain_search import plain_search
from marketplace.permissions import Actor
from search.document import Page, SearchRequest
from search.errors import SearchError

# Sent with the ``seconds`` an answer took and the ``reason`` why the index did not give it, None where it did.
answered = Signal()

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and whether it was found without the index, which the reader must be told."""

    page: Page
    is_plain: bool = False


def find(sessions: SessionFactory, catalogue: Catalogue, actor: Actor, request: SearchRequest) -> Answer:
    """Answer a question about achievements."""
    started, reason = time.perf_counter(), None
    try:
        answer = Answer(catalogue.search(request))
    except SearchError as error:
        reason = type(error).__name__
        logger.warning("index_not_asked", reason=reason, said=str(error))
        with sessions() as session:
            answer = Answer(plain_search(session, actor, request), is_plain=True)
    answered.send(seconds=time.perf_counter() - started, reason=reason)
    return answer
