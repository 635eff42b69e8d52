"""``flask mail``: send what waits in the queue."""

from __future__ import annotations

import click

from marketplace.cli.groups import mail
from marketplace.db import now, unit_of_work
from marketplace.runtime import Runtime, runtime
from marketplace.services.mail.carriers import open_carrier
from marketplace.services.mail.queue import Carrier, send_waiting
from marketplace.services.notification import letters


@mail.command()
def send() -> None:
    """发出等待的邮件 / send the mail that waits; the index worker does it by itself."""
    sent, failed = send_now(runtime())
    click.echo(f"发出 {sent} 封邮件，{failed} 封没有发出，稍后再试。" if failed else f"发出 {sent} 封邮件。")


@mail.command()
def gather() -> None:
    """把到时间的汇总邮件写好，等待发出 / write the letters that gather notices; the index worker does it by itself."""
    click.echo(f"写了 {gather_now(runtime())} 封汇总邮件，等待发出。")


def gather_now(held: Runtime) -> int:
    """Queue the letters that are due, some hundred notices at a time; return how many letters."""
    written = 0
    while True:
        with unit_of_work(held.sessions) as session:
            count = letters.send_due(session, now())
        written += count
        if not count:
            return written


def send_now(held: Runtime) -> tuple[int, int]:
    """Send what waits and is due; return how many were sent and how many were not."""
    settings = held.settings

    def carrier() -> Carrier:
        return open_carrier(settings.mail_url, settings.mail_from)

    return send_waiting(held.sessions, carrier, settings.site_address)
