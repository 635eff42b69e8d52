"""Send one event to one address: signed, to a public machine alone, with no redirect, within a bounded time.

The signature is that of Standard Webhooks: HMAC-SHA256 over "id.timestamp.body" with the bytes behind whsec_. A name is
looked up once, every address it has must be public, and the connection goes to the address that was looked at, so that
a name that changes between the look and the call leads nowhere else.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

# Seconds for everything: connecting, sending and reading the answer.
PATIENCE = 10.0
_READ = 500
# Ways to write an IPv4 address inside an IPv6 one beyond those the address itself tells (RFC 6052).
_TRANSLATED = ip_network("64:ff9b::/96")


class Refused(Exception):
    """An address no event may go to; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try: the status, None where none came, the time it took, and what was said, shortened."""

    status: int | None
    milliseconds: int
    said: str

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature by one secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header webhook-signature: that of each secret, with a blank between them."""
    return " ".join(signature(secret, message_id, timestamp, body) for secret in secrets)


def is_public(text: str) -> bool:
    """Say whether an IP address belongs to the public internet, whatever form it is written in."""
    found: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _TRANSLATED:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def looked_up(address: str, *, allows_private: bool = False) -> tuple[str, int, str]:
    """Return the host, the port and one IP address of a web address that events may go to; raise Refused.

    ``allows_private`` is for development and tests: plain http and machines of one's own are then taken.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("not an address") from None
    if parts.scheme not in (("http", "https") if allows_private else ("https",)) or not host or parts.username:
        raise Refused("not an https address")
    try:
        found = socket.getaddrinfo(host, port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("no such machine") from None
    addresses = [str(it[4][0]) for it in found]
    if not addresses or not (allows_private or all(map(is_public, addresses))):
        raise Refused("not a public machine")
    return host, int(found[0][4][1]), addresses[0]


def send(address: str, headers: Mapping[str, str], body: bytes, *, allows_private: bool = False) -> Outcome:
    """Post a body to an address and return what became of it; raises nothing that the other side can cause."""
    started = time.perf_counter()
    try:
        host, port, pinned = looked_up(address, allows_private=allows_private)
        status, said = _post(address, host, port, pinned, headers, body)
    except (Refused, OSError, http.client.HTTPException, ValueError) as error:
        status, said = None, f"{type(error).__name__}: {error}"
    return Outcome(status, round(1000 * (time.perf_counter() - started)), said[:_READ].replace("\x00", ""))


def _post(address: str, host: str, port: int, pinned: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    # Connected here and not by the library, which would look the name up again.
    stream: socket.socket = socket.create_connection((pinned, port), timeout=PATIENCE)
    if parts.scheme == "https":
        # Before it shakes hands, so that it is this stream that is cut.
        context = ssl.create_default_context()
        stream = context.wrap_socket(stream, server_hostname=host, do_handshake_on_connect=False)
    # What trickles in byte by byte never runs into the timeout of a single read.
    end = threading.Timer(PATIENCE, _cut, (stream,))
    end.start()
    try:
        if isinstance(stream, ssl.SSLSocket):
            stream.do_handshake()
        connection.sock = stream
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {**headers, "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(_READ).decode("utf-8", "replace")
    finally:
        end.cancel()
        connection.close()
        stream.close()


def _cut(stream: socket.socket) -> None:
    try:
        # Not as an encrypted stream does it, which takes from whoever reads what he reads with.
        socket.socket.shutdown(stream, socket.SHUT_RDWR)
    except OSError:
        return
