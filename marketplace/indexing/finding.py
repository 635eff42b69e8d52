"""Answer a reader's question from the index or, while that cannot be asked, from the database."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from marketplace.db import SessionFactory
from marketplace.indexing.catalogue import Catalogue
from marketplace.indexing.plain_search import plain_search
from marketplace.permissions import Actor
from search.document import Page, SearchRequest
from search.errors import SearchError

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and whether it was found without the index, which the reader must be told."""

    page: Page
    is_plain: bool = False


def find(sessions: SessionFactory, catalogue: Catalogue, actor: Actor, request: SearchRequest) -> Answer:
    """Answer a question about achievements."""
    try:
        return Answer(catalogue.search(request))
    except SearchError as error:
        logger.warning("index_not_asked", reason=type(error).__name__, said=str(error))
    with sessions() as session:
        return Answer(plain_search(session, actor, request), is_plain=True)
