"""Note the questions the catalogue has no answer to, one way for the pages and for the API.

Nothing is noted of whoever asks. Staff trying out words are not noted, and a note that the database cannot take is
given up: whoever asked must get the answer.
"""

from __future__ import annotations

import structlog
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db import unit_of_work
from marketplace.permissions import Actor, Permission, can
from marketplace.runtime import runtime
from marketplace.services import unanswered
from marketplace.web import language
from search.document import Page, SearchRequest

logger = structlog.get_logger(__name__)


def note_if_unanswered(request: SearchRequest, page: Page, actor: Actor) -> None:
    """Note a question by what came back for it, where the installation wants that."""
    held = runtime()
    if not held.settings.record_unanswered or not request.text or can(actor, Permission.THESAURUS_CURATE):
        return
    found = unanswered.how_found(request, page, held.catalogue.embedder.floor)
    if found is None:
        return
    try:
        with unit_of_work(held.sessions) as session:
            unanswered.note(session, request.text, language.current(), found, most=held.settings.unanswered_most)
    except SQLAlchemyError as error:
        logger.warning("question_not_noted", reason=type(error).__name__)
