"""What a worker that stays does beside its passes: small chores, again and again until the process ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from marketplace.errors import DomainError

logger = structlog.get_logger(__name__)


def keep_doing(chore: Callable[[], object], name: str, every: float) -> None:
    """Do a chore every so many seconds, beside whatever this process does; ``name`` is what the log calls it."""
    threading.Thread(target=repeat, args=(chore, name, every), name=name, daemon=True).start()


def repeat(chore: Callable[[], object], name: str, every: float) -> None:
    """Do a chore every so many seconds, for ever; what cannot be done now is left for the next time."""
    while True:
        try:
            chore()
        except SQLAlchemyError as error:
            logger.warning("chore_failed", chore=name, reason=type(error).__name__)
        except DomainError as error:
            logger.warning("chore_failed", chore=name, reason=type(error).__name__, said=str(error))
        time.sleep(every)
