"""The thesaurus of a running process: the concepts of the product with what staff changed, in effect without a restart.

Every process looks at most once in ``AGE`` seconds whether staff changed anything, which is one number to read; only
then are the changes read and laid over the files. A question asks for nothing more than the time.
"""

from __future__ import annotations

import threading
import time

import structlog
from sqlalchemy.exc import SQLAlchemyError

from marketplace.db import SessionFactory
from marketplace.services import thesaurus as entries
from search.thesaurus import Overlaid, Thesaurus, bundled

# How many seconds a change by staff may take to reach every process.
AGE = 3.0

logger = structlog.get_logger(__name__)


class CuratedThesaurus:
    """``sessions`` lead to the database that holds the changes."""

    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions
        self._looking = threading.Lock()
        self._next_look = 0.0
        self._edition = 0
        self._overlaid: Overlaid | None = None

    def known(self) -> Thesaurus:
        """Return the thesaurus as it was at most ``AGE`` seconds ago; without a database, as it was last."""
        if time.monotonic() >= self._next_look and self._looking.acquire(blocking=False):
            try:
                self._look()
            except SQLAlchemyError as error:
                logger.warning("thesaurus_not_read", reason=type(error).__name__)
            finally:
                self._next_look = time.monotonic() + AGE
                self._looking.release()
        return self._overlaid.thesaurus if self._overlaid else bundled()

    def now(self) -> Overlaid:
        """Return the thesaurus as it is at this moment, with the changes that a newer edition of the files refuses."""
        with self._looking:
            self._look()
            self._next_look = time.monotonic() + AGE
            return self._overlaid or Overlaid(bundled(), {})

    def _look(self) -> None:
        with self._sessions() as session:
            edition = entries.edition(session)
            if edition == self._edition:
                return
            self._overlaid = found = entries.current(session)
        self._edition = edition
        for concept_id, flaws in found.refused.items():
            logger.warning("thesaurus_change_refused", concept=concept_id, faults=[flaw.fault for flaw in flaws])
