"""Mail waits in the queue with what it tells of, and leaves by whatever carrier there is."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import socketserver
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.db import SessionFactory, make_engine, make_session_factory, now, unit_of_work
from marketplace.models import Mail
from marketplace.services.mail import queue
from marketplace.services.mail.carriers import open_carrier
from marketplace.services.mail.texts import TEXTS, Message, message
from tests import factories
from tests.factories import AccountFactory
from tests.serving import answering

SITE = "https://market.example.cn"
# What any kind of mail may be filled in with.
FILLED = {"secret": "s3cret", "minutes": "15", "left": "9", "noun": "proposal", "number": "12", "day": "2026-12-01",
          "count": "3", "title": "薄壁件夹具", "first": "2026-12-01", "last": "2026-12-20",
          "lines": "- 您的建议 12通过了\n", "name": "薄壁件", "asked": "薄壁件车削", "search": "3",
          "match": "4", "demand": "7", "call": "2", "reason": "到外地学习"}  # fmt: skip


@pytest.fixture
def factory(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def queued(factory: SessionFactory, kind: str = "reset", language: str = "zh_Hans") -> None:
    with unit_of_work(factory) as session:
        factories.use(session)
        queue.post(session, AccountFactory(email="li@example.cn", language=language), kind, secret="s3cret")


def state(factory: SessionFactory) -> Mail:
    with factory() as session:
        return session.scalars(sa.select(Mail)).one()


class Broken:
    """A carrier that cannot take anything."""

    def carry(self, message: Message) -> None:
        raise ConnectionRefusedError


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize("kind", TEXTS)
def test_every_mail_is_whole_in_both_languages(kind: str, language: str) -> None:
    found = message("li@example.cn", language, kind, FILLED, SITE + "/")
    assert found.subject and SITE in found.text
    assert "//account" not in found.text


def test_a_mail_is_kept_or_lost_with_what_it_tells_of(factory: SessionFactory) -> None:
    with pytest.raises(RuntimeError), unit_of_work(factory) as session:
        factories.use(session)
        queue.post(session, AccountFactory(), "reset", secret="s3cret")
        raise RuntimeError("the power fails here")
    with factory() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 0


def test_a_mail_that_was_sent_keeps_no_link(factory: SessionFactory, tmp_path: Path) -> None:
    queued(factory)
    sent = queue.send_waiting(factory, lambda: open_carrier(f"file:{tmp_path}/out", "no@example.cn"), SITE)
    assert sent == (1, 0)
    mail = state(factory)
    assert mail.sent_at is not None
    assert mail.values == {}
    (file,) = (tmp_path / "out").glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert (letter["To"], letter["From"], letter["Subject"]) == ("li@example.cn", "no@example.cn", "重设密码")
    assert f"{SITE}/account/link?key=s3cret" in letter.get_content()
    assert queue.send_waiting(factory, lambda: Broken(), SITE) == (0, 0)


def test_a_mail_is_tried_again_later_and_at_last_given_up(factory: SessionFactory) -> None:
    queued(factory)
    for attempt in range(1, len(queue.WAITS) + 1):
        assert queue.send_waiting(factory, Broken, SITE) == (0, 1)
        mail = state(factory)
        assert mail.attempts == attempt
        assert mail.due_at is not None and mail.due_at > now()
        with unit_of_work(factory) as session:
            session.get_one(Mail, mail.id).due_at = now() - dt.timedelta(seconds=1)
    assert queue.send_waiting(factory, Broken, SITE) == (0, 1)
    mail = state(factory)
    assert mail.failed_at is not None
    assert mail.values == {}
    assert queue.send_waiting(factory, Broken, SITE) == (0, 0)


class Postbox(socketserver.StreamRequestHandler):
    """As much of an SMTP server as takes one mail."""

    received: list[bytes] = []

    def handle(self) -> None:
        self._say("220 postbox")
        while line := self.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            if command == "DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.received.append(b"".join(lines))
            self._say("221 bye" if command == "QUIT" else "250 well")
            if command == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def test_a_server_is_handed_the_mail(factory: SessionFactory) -> None:
    queued(factory, language="en")
    Postbox.received.clear()
    server = socketserver.TCPServer(("127.0.0.1", 0), Postbox)
    url = f"smtp://127.0.0.1:{server.server_address[1]}"
    with answering(server):
        assert queue.send_waiting(factory, lambda: open_carrier(url, "no@example.cn"), SITE) == (1, 0)
    (received,) = Postbox.received
    letter = email.message_from_bytes(received, EmailMessage, policy=email.policy.default)
    assert letter["Subject"] == "Set a new password"
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_server_elsewhere_must_encrypt(factory: SessionFactory) -> None:
    queued(factory)
    server = socketserver.TCPServer(("0.0.0.0", 0), Postbox)
    # Not the address of this machine to whoever reads it, and yet the server answers: nothing is sent in the open.
    url = f"smtp://0.0.0.0:{server.server_address[1]}"
    with answering(server):
        assert queue.send_waiting(factory, lambda: open_carrier(url, "no@example.cn"), SITE) == (0, 1)


def test_mail_is_printed_where_nothing_else_is_set(app_on_each: Flask) -> None:
    with unit_of_work(app_on_each.extensions["marketplace"].sessions) as session:
        factories.use(session)
        queue.post(session, AccountFactory(), "reset", secret="s3cret")
    done = app_on_each.test_cli_runner().invoke(args=["mail", "send"])
    assert "http://127.0.0.1:8000/account/link?key=s3cret" in done.output
    assert "发出 1 封邮件" in done.output


def test_the_addresses_in_mails_are_answered(app: Flask) -> None:
    client = app.test_client()
    for kind in TEXTS:
        text = message("li@example.cn", "en", kind, FILLED, SITE).text
        for line in text.splitlines():
            if line.startswith(f"{SITE}/"):
                assert client.get(line.removeprefix(SITE)).status_code in (200, 303)
