"""A search server as a province runs it: behind TLS with a certificate of its own authority, and asked with a key.

The real server of the tests has no security, so a gate stands before it that does what the server would: it shows a
certificate and lets nobody through who has not the key.
"""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import json
import ssl
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from search.elastic import ElasticEditions, connect
from search.errors import IndexUnavailable
from tests.search.indexes import document, found_by_words, opened, reader, write
from tests.serving import answering

KEY = "aWQ6a2V5"
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.engine


@dataclass(frozen=True, slots=True)
class Authority:
    """``file`` is its certificate; ``make`` writes those of this machine beside it."""

    file: Path
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def founded(cls, folder: Path) -> Authority:
        folder.mkdir()
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, folder.name)])
        made = cls(folder / "ca.crt", name, ec.generate_private_key(ec.SECP256R1()))
        made._certify(made.file, name, made.key, x509.BasicConstraints(ca=True, path_length=0))
        return made

    def make(self) -> tuple[Path, Path]:
        """Return the certificate and the key of this machine."""
        certificate, file = self.file.with_name("node.crt"), self.file.with_name("node.key")
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "node")])
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        self._certify(certificate, name, key, x509.SubjectAlternativeName([address]))
        kept = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        file.write_bytes(key.private_bytes(*kept))
        return certificate, file

    def _certify(
        self, file: Path, name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> None:
        now = dt.datetime.now(dt.UTC)
        of_the_authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = x509.CertificateBuilder(
            self.name, name, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY
        )
        made = made.add_extension(extension, critical=True).add_extension(of_the_authority, critical=False)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        file.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.founded(tmp_path / "authority")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "api_key"
    file.write_text(f"{KEY}\n")
    return file


@pytest.fixture
def gate(elasticsearch: str, authority: Authority) -> Iterator[str]:
    """The address of the gate."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers["Authorization"] != f"ApiKey {KEY}":
                refused = {"type": "security_exception", "reason": "unable to authenticate with provided credentials"}
                self.reply(401, {"Content-Type": "application/json"}, json.dumps({"error": refused}).encode())
                return
            with closing(http.client.HTTPConnection(urlsplit(elasticsearch).netloc)) as server:
                server.request(self.command, self.path, body, dict(self.headers))
                answer = server.getresponse()
                self.reply(answer.status, dict(answer.getheaders()), answer.read())

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = pass_on

        def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name in ("Content-Type", "X-Elastic-Product"):
                self.send_header(name, headers.get(name, headers.get(name.lower(), "Elasticsearch")))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_what: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.make())
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with answering(server):
        yield f"https://127.0.0.1:{server.server_port}"


def test_with_the_key_and_the_authority_of_the_server_it_is_written_and_asked(
    gate: str, authority: Authority, key_file: Path
) -> None:
    prefix = f"tests-{uuid.uuid4().hex}"
    connection = connect([gate], prefix=prefix, timeout=30, api_key_file=key_file, ca_file=authority.file)
    editions = ElasticEditions(connection)
    with closing(connection):
        try:
            engine = opened(editions)
            write(engine, document("1"))
            assert found_by_words(reader(editions), "激光") == ["1"]
        finally:
            editions.remove_all()


def test_a_certificate_of_another_authority_is_not_trusted_and_the_setting_is_named(
    gate: str, key_file: Path, tmp_path: Path
) -> None:
    other = Authority.founded(tmp_path / "other")
    for trusted in (other.file, None):
        connection = connect([gate], prefix="nobody", timeout=5, api_key_file=key_file, ca_file=trusted)
        with closing(connection), pytest.raises(IndexUnavailable, match="ELASTICSEARCH_CA_FILE"):
            ElasticEditions(connection).arrangement()


def test_a_wrong_key_and_none_are_refused_and_the_setting_is_named(
    gate: str, authority: Authority, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("bm8=")
    for key_file in (wrong, None):
        connection = connect([gate], prefix="nobody", timeout=5, api_key_file=key_file, ca_file=authority.file)
        with closing(connection), pytest.raises(IndexUnavailable, match="ELASTICSEARCH_API_KEY_FILE"):
            ElasticEditions(connection).arrangement()
