"""Events reach the programs of people signed, go to no machine of our own, and what fails is tried again or stopped."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory, make_engine, make_session_factory, now, unit_of_work
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.models import Account, Mail, Organisation, Webhook, WebhookDelivery
from marketplace.models.following.webhook import OF_ORGANISATIONS
from marketplace.permissions import Actor
from marketplace.postbox import emit, post, tell_programs
from marketplace.services.account import traces
from marketplace.services.deal import signing
from marketplace.services.webhook import delivering, keeping, sending
from marketplace.services.webhook.sending import Outcome, Refused, is_public, looked_up, send
from tests import factories
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.deals.tables import agreed, laid
from tests.marketplace.officers import acting as officer


def acting(account: Account) -> Actor:
    return Actor(f"account:{account.id}", account_id=account.id)


class Receiver(http.server.BaseHTTPRequestHandler):
    """A program that is told; what it answers is set by each test."""

    heard: list[tuple[dict[str, str], bytes]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers), body))
        if self.path == "/slow":
            threading.Event().wait(1.5)
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "http://127.0.0.1/elsewhere")
        self.end_headers()
        self.wfile.write("收到".encode())

    def log_message(self, *_said: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.heard, Receiver.status = [], 200
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def sessions(database_url: str) -> Iterator[SessionFactory]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def of_organisation(session: Session, *people: Actor) -> Webhook:
    data = {"address": "http://127.0.0.1:9/", "events": list(OF_ORGANISATIONS)}
    (unit_id,) = people[0].organisation_ids
    return keeping.register(session, people[0], data | {"organisation_id": unit_id}, allows_private=True)


def registered(session: Session, address: str) -> Webhook:
    data = {"address": address, "events": ["notice.posted"]}
    return keeping.register(session, acting(AccountFactory()), data, allows_private=True)


def test_an_event_arrives_signed_is_logged_and_can_be_sent_again(sessions: SessionFactory, receiver: str) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        webhook = registered(session, f"{receiver}/hook?for=us")
        post(session, webhook.account, "returned", noun="achievement", number="7", day="2026-12-01")
        emit(session, webhook.account_id, "search.found", {})
    assert delivering.deliver_due(sessions, allows_private=True) == 1
    assert delivering.deliver_due(sessions, allows_private=True) == 0
    ((headers, body),) = Receiver.heard
    # As a receiver verifies it who knows the description of the format and none of our code.
    key = base64.b64decode(webhook.secret[len("whsec_") :])
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert json.loads(body)["data"]["kind"] == "returned"
    with unit_of_work(sessions) as session:
        (told,) = keeping.deliveries(session, acting(webhook.account), webhook.id)
        assert (told.status, told.said, told.attempts) == (200, "收到", 1) and told.delivered_at
        factories.use(session)
        with pytest.raises(NotFound):
            keeping.replay(session, acting(AccountFactory()), told.id)
        keeping.replay(session, acting(webhook.account), told.id)
    assert delivering.deliver_due(sessions, allows_private=True) == 1
    assert Receiver.heard[1][0]["webhook-id"] == headers["webhook-id"]


def test_what_both_sides_want_is_an_event_of_its_own(sqlite_session: Session) -> None:
    webhook = registered(sqlite_session, "http://127.0.0.1:9/")
    webhook.events = ["match.mutual"]
    post(sqlite_session, webhook.account, "match_mutual", match="4")
    (told,) = keeping.deliveries(sqlite_session, acting(webhook.account), webhook.id)
    assert (told.event, told.payload) == ("match.mutual", {"match": "4"})


def test_the_programs_of_a_closed_account_are_told_no_more(session: Session) -> None:
    webhook = registered(session, "http://127.0.0.1:9/")
    webhook.account.is_active = False
    emit(session, webhook.account_id, "notice.posted", {})
    assert keeping.deliveries(session, acting(webhook.account), webhook.id) == []


def test_what_waited_when_an_account_was_closed_is_not_sent_and_the_log_says_so(
    sessions: SessionFactory, receiver: str
) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        webhook, unit = registered(session, receiver), OrganisationFactory()
        theirs = of_organisation(session, officer("enterprise", unit))
        theirs.address = receiver
        emit(session, webhook.account_id, "notice.posted", {})
        tell_programs(session, [unit.id], "deal_signed", number="7")
        webhook.account.is_active = False
    assert delivering.deliver_due(sessions, allows_private=True) == 1
    with unit_of_work(sessions) as session:
        (told,) = keeping.deliveries(session, acting(webhook.account), webhook.id)
        assert (told.withheld, told.attempts, told.due_at) == ("account_closed", 0, None) and told.failed_at
    assert [json.loads(body)["data"] for _headers, body in Receiver.heard] == [{"number": "7"}]


def test_an_organisation_is_told_whoever_acts_for_it_and_stays_so_when_he_leaves(session: Session) -> None:
    table = agreed(session, laid(session))
    leaving, stranger = table.owner, officer("enterprise", OrganisationFactory())
    webhook = of_organisation(session, leaving)
    (unit_id,) = leaving.organisation_ids
    colleague = officer("unit_union", session.get_one(Organisation, unit_id))
    assert keeping.listed(session, colleague) == [webhook] and keeping.listed(session, stranger) == []
    left = Actor(leaving.name, account_id=leaving.account_id)
    for nobody in (left, stranger):
        with pytest.raises(NotFound):
            keeping.deliveries(session, nobody, webhook.id)
    session.execute(sa.update(Account).where(Account.id == leaving.account_id).values(is_active=False))
    signing.sign(session, table.enterprise, table.deal.id, 1)
    signing.sign(session, colleague, table.deal.id, 1)
    (told,) = keeping.deliveries(session, colleague, webhook.id)
    assert (told.event, told.payload) == ("deal.signed", {"noun": "deal", "number": str(table.deal.id)})


@pytest.mark.parametrize(
    ("field", "events", "unit"), [("events", ["search.found"], "own"), ("organisation_id", ["deal.signed"], "other")]
)
def test_nobody_registers_for_a_unit_he_does_not_act_for_or_what_is_each_persons_own(
    sqlite_session: Session, field: str, events: list[str], unit: str
) -> None:
    units = {"own": OrganisationFactory(), "other": OrganisationFactory()}
    data = {"address": "http://127.0.0.1:9/", "events": events, "organisation_id": units[unit].id}
    with pytest.raises(Invalid) as refused:
        keeping.register(sqlite_session, officer("unit_union", units["own"]), data, allows_private=True)
    assert list(refused.value.fields) == [field]


def test_what_fails_is_tried_later_and_later_and_an_address_that_never_answers_is_stopped(session: Session) -> None:
    webhook = registered(session, "http://127.0.0.1:9/")
    for failed in range(1, 6):
        emit(session, webhook.account_id, "notice.posted", {"n": failed})
        session.flush()
        delivery = session.scalars(sa.select(WebhookDelivery).where(WebhookDelivery.due_at.is_not(None))).one()
        waits = []
        while delivery.due_at is not None:
            delivering.settle(session, delivery.id, Outcome(503, 5, "away"))
            waits.append(delivery.due_at and round((delivery.due_at - now()) / dt.timedelta(minutes=1)))
        assert waits == [1, 2, 4, 8, 16, 32, 64, None]
        assert (webhook.disabled_at is not None) is (failed == 5)
    assert session.scalars(sa.select(Mail.kind)).all() == ["webhook_stopped"]
    emit(session, webhook.account_id, "notice.posted", {})
    with pytest.raises(Conflict):
        keeping.replay(session, acting(webhook.account), delivery.id)
    assert session.scalar(sa.select(sa.func.count()).select_from(WebhookDelivery)) == 5
    keeping.start(session, acting(webhook.account), webhook.id)
    assert (webhook.disabled_at, webhook.failures) == (None, 0)
    assert session.scalars(sa.select(WebhookDelivery.withheld)).all() == [None] * 5


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_never(session: Session) -> None:
    webhook = registered(session, "http://127.0.0.1:9/")
    for event in ("delivered", "failed", "late", "waiting"):
        session.add(WebhookDelivery(webhook_id=webhook.id, message_id=event, event=event))
    session.flush()
    sent = {it.event: it for it in keeping.deliveries(session, acting(webhook.account), webhook.id)}
    long_ago = now() - dt.timedelta(days=91)
    for name in ("delivered", "failed", "late"):
        sent[name].due_at = None
    sent["delivered"].delivered_at = sent["failed"].failed_at = sent["waiting"].created_at = long_ago
    sent["late"].delivered_at = now() - dt.timedelta(days=89)
    session.flush()
    assert traces.forget(session, 90) == 2
    left = keeping.deliveries(session, acting(webhook.account), webhook.id)
    assert [it.event for it in left] == ["waiting", "late"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
     "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1"],
)  # fmt: skip
def test_no_event_goes_to_a_machine_that_is_not_public(address: str) -> None:
    assert not is_public(address)
    host = f"[{address.partition('%')[0]}]" if ":" in address else address
    with pytest.raises(Refused):
        looked_up(f"https://{host}/hook")
    assert send(f"https://{host}/hook", {}, b"{}").status is None


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_machine_is_taken(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["http://1.1.1.1/", "ftp://1.1.1.1/", "https://localhost/", "https://2130706433/", "https://0x7f.1/", "https:///x",
     "https://user:word@1.1.1.1/", "https://nosuch.invalid/", "https://1.1.1.1:99999/", "https://[::1/"],
)  # fmt: skip
def test_what_is_no_public_https_address_is_refused(sqlite_session: Session, address: str) -> None:
    with pytest.raises(Invalid):
        keeping.register(sqlite_session, acting(AccountFactory()), {"address": address, "events": ["search.found"]})


def test_neither_a_redirect_nor_a_slow_answer_counts_as_delivered(
    receiver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Receiver.status = 302
    moved = send(f"{receiver}/", {}, b"{}", allows_private=True)
    assert (moved.status, moved.is_delivered, len(Receiver.heard)) == (302, False, 1)
    monkeypatch.setattr(sending, "PATIENCE", 0.3)
    slow = send(f"{receiver}/slow", {}, b"{}", allows_private=True)
    assert slow.status is None and not slow.is_delivered
    gone = send("http://127.0.0.1:9/", {}, b"{}", allows_private=True)
    assert gone.status is None and "Refused" in gone.said


def certified(folder: Path) -> Path:
    """Return the certificate of this machine with its key, as only this test trusts it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "it")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now() - dt.timedelta(days=1), now() + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "it.pem"
    kept = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(certificate.public_bytes(kept[0]) + key.private_bytes(*kept))
    return file


def test_an_encrypted_answer_that_trickles_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, given = certified(tmp_path), 0
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.setattr(sending, "PATIENCE", 0.5)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def trickle(server: socket.socket) -> None:
        nonlocal given
        with contextlib.suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True) as stream:
            # Each byte by itself comes well before a reader loses patience.
            for byte in b"HTTP/1.1 200 OK\r\nA: " + b"a" * 100:
                stream.sendall(bytes([byte]))
                given += 1
                threading.Event().wait(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        giving = threading.Thread(target=trickle, args=(server,))
        giving.start()
        outcome = send(f"https://127.0.0.1:{server.getsockname()[1]}/", {}, b"{}", allows_private=True)
        giving.join()
    assert outcome.status is None and 0 < given < 100
