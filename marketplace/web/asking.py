"""Note the questions the catalogue has no answer to, one way for the pages and for the API.

Nothing is noted of whoever asks. Staff trying out words are not noted, and a note that the database cannot take is
given up: whoever asked must get the answer.
"""

from __future__ import annotations

import structlog
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db import impatient, unit_of_work
from marketplace.indexing.finding import Answer
from marketplace.permissions import Actor, Permission, can
from marketplace.runtime import runtime
from marketplace.services import unanswered
from marketplace.web import language
from search.document import SearchRequest

logger = structlog.get_logger(__name__)


def note_if_unanswered(request: SearchRequest, answer: Answer, actor: Actor) -> None:
    """Note a question by what came back for it, where the installation wants that."""
    held = runtime()
    is_wanted = held.settings.record_unanswered and not can(actor, Permission.THESAURUS_CURATE)
    # What the database alone can find says nothing about the words of the index.
    if not is_wanted or answer.is_plain or not request.text:
        return
    found = unanswered.how_found(request, answer.page, held.catalogue.embedder.floor)
    if found is None:
        return
    try:
        with unit_of_work(held.sessions) as session, impatient(session):
            unanswered.note(session, request.text, language.current(), found, most=held.settings.unanswered_most)
    except SQLAlchemyError as error:
        logger.warning("question_not_noted", reason=type(error).__name__)
