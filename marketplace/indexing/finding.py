"""Answer a reader's question from the index or, while that cannot be asked, from the database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import structlog
from blinker import Signal
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from marketplace.db import SessionFactory
from marketplace.indexing.catalogue import Catalogue
from marketplace.indexing.plain_search import plain_search
from marketplace.indexing.plain_studios import plain_studios
from marketplace.models import Achievement, Studio
from marketplace.permissions import Actor
from marketplace.services import achievement as achievements
from marketplace.services.export.exporting import too_many
from marketplace.services.studio import public
from search.document import Hit, Page, SearchRequest
from search.errors import SearchError
from search.hybrid import MOST_HITS

# Sent with the ``seconds`` an answer took and the ``reason`` why the index did not give it, None where it did.
answered = Signal()

_AT_ONCE = 100
# What answers in the place of the index, by what is searched.
_PLAIN = {"achievement": plain_search, "studio": plain_studios}

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and whether it was found without the index, which the reader must be told."""

    page: Page
    is_plain: bool = False


def whole(
    sessions: SessionFactory, catalogue: Catalogue, session: Session, actor: Actor, request: SearchRequest
) -> Iterator[Achievement]:
    """Yield every achievement a question finds, in its order; raise Conflict where nobody could page so far."""
    request = replace(request, offset=0, limit=_AT_ONCE)
    while request.offset < MOST_HITS:
        page = find(sessions, catalogue, actor, request).page
        if page.total > MOST_HITS:
            raise too_many(MOST_HITS)
        known = achievements.several(session, actor, [int(hit.document.id) for hit in page.hits])
        yield from (known[number] for hit in page.hits if (number := int(hit.document.id)) in known)
        request = replace(request, offset=request.offset + _AT_ONCE)
        if request.offset >= page.total:
            return


def find(sessions: SessionFactory, catalogue: Catalogue, actor: Actor, request: SearchRequest) -> Answer:
    """Answer a question about achievements or studios."""
    started, reason = time.perf_counter(), None
    try:
        answer = Answer(catalogue.search(request))
    except SearchError as error:
        reason = type(error).__name__
        logger.warning("index_not_asked", reason=reason, said=str(error))
        with sessions() as session:
            answer = Answer(_PLAIN[request.kind](session, actor, request), is_plain=True)
    answered.send(seconds=time.perf_counter() - started, reason=reason)
    return answer


def beside(catalogue: Catalogue, request: SearchRequest) -> Page | None:
    """Answer a question that is asked beside another one; None where the index does not answer it."""
    try:
        return catalogue.search(request)
    except SearchError:
        return None


def studios_found(session: Session, hits: Sequence[Hit], *loaded: ORMOption) -> list[tuple[Hit, Studio]]:
    """Pair hits with their studios, each with what is to be loaded with it, without those the index has not followed.

    So nobody finds a leader by a name that the person no longer agrees to have shown, nor a result that was revoked.
    """
    known = public.several(session, [int(hit.document.id) for hit in hits], *loaded)
    told = [(hit, known[number]) for hit in hits if (number := int(hit.document.id)) in known]
    return [(hit, studio) for hit, studio in told if studio.revision == hit.document.revision]
