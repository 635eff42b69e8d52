"""Send the mail that waits; ``post`` queues one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, now, unit_of_work
from marketplace.models import Mail
from marketplace.postbox import post
from marketplace.services.mail.texts import Message, message

__all__ = ["Carrier", "post", "send_waiting"]

# A carrier that is down is asked again later and later; after the last of these waits the mail is given up.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600))

logger = structlog.get_logger(__name__)


class Carrier(Protocol):
    """Whatever takes a mail to its recipient; raises OSError where it cannot."""

    def carry(self, message: Message) -> None: ...


def send_waiting(factory: SessionFactory, open_carrier: Callable[[], Carrier], site: str) -> tuple[int, int]:
    """Send every mail that is due; returns how many were sent and how many could not be.

    Each is sent in a transaction of its own that is kept once the carrier has it: a crash in between sends a mail
    twice rather than never.
    """
    sent = failed = 0
    carrier: Carrier | None = None
    while True:
        with unit_of_work(factory) as session:
            mail = _next(session)
            if mail is None:
                return sent, failed
            carrier = carrier or open_carrier()
            if _send(mail, carrier, site):
                sent += 1
            else:
                failed += 1


def _next(session: Session) -> Mail | None:
    query = sa.select(Mail).where(Mail.due_at <= now()).order_by(Mail.due_at, Mail.id).limit(1)
    return session.scalar(query.with_for_update(skip_locked=True))


def _send(mail: Mail, carrier: Carrier, site: str) -> bool:
    mail.attempts += 1
    try:
        carrier.carry(message(mail.recipient, mail.language, mail.kind, mail.values, site))
    except OSError as error:
        # The recipient stays out of the log: it is somebody's address.
        logger.warning("mail_not_sent", mail=mail.id, attempts=mail.attempts, error=type(error).__name__)
        if mail.attempts > len(WAITS):
            mail.due_at, mail.failed_at, mail.values = None, now(), {}
        else:
            mail.due_at = now() + WAITS[mail.attempts - 1]
        return False
    mail.due_at, mail.sent_at, mail.values = None, now(), {}
    return True
