"""How mail leaves: printed, written into a folder, or handed to a server."""

from __future__ import annotations

import smtplib
import ssl
import sys
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from marketplace.services.mail.queue import Carrier
from marketplace.services.mail.texts import Message

_PATIENCE = 20.0


def open_carrier(url: str, sender: str) -> Carrier:
    """Return the carrier of an address as ``MAIL_URL`` has it; nothing is connected before the first mail."""
    scheme, _, rest = url.partition(":")
    if scheme == "console":
        return Console(sender)
    return Folder(sender, Path(rest)) if scheme == "file" else Server(sender, url)


@dataclass(frozen=True, slots=True)
class Console:
    """Prints each mail, for whoever develops."""

    sender: str

    def carry(self, message: Message) -> None:
        sys.stdout.write(f"{'-' * 70}\n{message.recipient}\n{message.subject}\n\n{message.text}{'-' * 70}\n")
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes each mail as a file that mail programs open."""

    sender: str
    folder: Path

    def carry(self, message: Message) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{time.time_ns()}.eml"
        file.write_bytes(_letter(message, self.sender).as_bytes(policy=SMTP))


@dataclass(frozen=True, slots=True)
class Server:
    """Hands each mail to a server; names and passwords go over an encrypted connection only."""

    sender: str
    url: str

    def carry(self, message: Message) -> None:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            with smtplib.SMTP_SSL(host, parts.port or 465, timeout=_PATIENCE, context=context) as server:
                self._hand_over(server, message)
            return
        with smtplib.SMTP(host, parts.port or 587, timeout=_PATIENCE) as server:
            if not _is_this_machine(host):
                server.starttls(context=context)
            self._hand_over(server, message)

    def _hand_over(self, server: smtplib.SMTP, message: Message) -> None:
        parts = urlsplit(self.url)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(_letter(message, self.sender))


def _letter(message: Message, sender: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, message.recipient, message.subject
    letter["Date"], letter["Message-ID"] = formatdate(), make_msgid(domain=sender.rpartition("@")[2])
    # Says to answering machines that nobody reads an answer.
    letter["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers.items():
        letter[name] = value
    letter.set_content(message.text)
    return letter


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
