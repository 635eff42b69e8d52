"""``flask mail``: send what waits in the queue."""

from __future__ import annotations

import threading
import time

import click
import structlog
from sqlalchemy.exc import SQLAlchemyError

from marketplace.cli.groups import mail
from marketplace.runtime import Runtime, runtime
from marketplace.services.mail.carriers import open_carrier
from marketplace.services.mail.queue import Carrier, send_waiting

# Seconds between two looks into the queue.
_EVERY = 5.0

logger = structlog.get_logger(__name__)


@mail.command()
def send() -> None:
    """发出等待的邮件 / send the mail that waits; the index worker does it by itself."""
    sent, failed = _send(runtime())
    click.echo(f"发出 {sent} 封邮件，{failed} 封没有发出，稍后再试。" if failed else f"发出 {sent} 封邮件。")


def send_in_background(held: Runtime) -> None:
    """Send mail beside whatever this process does, until it ends."""
    threading.Thread(target=_follow, args=(held,), name="mail", daemon=True).start()


def _follow(held: Runtime) -> None:
    while True:
        try:
            _send(held)
        except SQLAlchemyError as error:
            logger.warning("mail_queue_unavailable", reason=type(error).__name__)
        time.sleep(_EVERY)


def _send(held: Runtime) -> tuple[int, int]:
    settings = held.settings

    def carrier() -> Carrier:
        return open_carrier(settings.mail_url, settings.mail_from)

    return send_waiting(held.sessions, carrier, settings.site_address)
