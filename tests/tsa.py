"""A real time-stamping authority: openssl makes its certificates and its stamps, a small server hands them out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.services import missing
from tests.serving import answering

_SETTINGS = """\
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamper]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""

Change = Callable[[bytes], bytes]


@dataclass
class Stamper:
    """``disguise`` changes a question before it is stamped, ``spoil`` the answer before it is sent."""

    folder: Path
    url: str = ""
    asked: list[bytes] = field(default_factory=list)
    disguise: Change = bytes
    spoil: Change = bytes

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, question: bytes) -> bytes:
        self.asked.append(question)
        (self.folder / "question").write_bytes(self.disguise(question))
        signing = "-config settings -section tsa -signer stamper.pem -inkey stamper.key"
        self._openssl(f"ts -reply {signing} -queryfile question -out answer")
        return self.spoil((self.folder / "answer").read_bytes())

    def make_certificates(self) -> None:
        (self.folder / "settings").write_text(_SETTINGS)
        (self.folder / "serial").write_text("01")
        new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config settings"
        self._openssl(f"req -x509 {new} -keyout root.key -out root.pem -subj /CN=root -days 9 -extensions root")
        self._openssl(f"req {new} -keyout stamper.key -out stamper.csr -subj /CN=stamper")
        signing = "-CA root.pem -CAkey root.key -CAcreateserial -extfile settings -extensions stamper -days 9"
        self._openssl(f"x509 -req -in stamper.csr -out stamper.pem {signing}")

    def _openssl(self, arguments: str) -> None:
        subprocess.run(["openssl", *arguments.split()], cwd=self.folder, check=True, capture_output=True)


def stamper(folder: Path) -> Stamper:
    """Return an authority with certificates of its own, not yet reachable."""
    if shutil.which("openssl") is None:
        missing("OPENSSL", "openssl is not installed")
    folder.mkdir(exist_ok=True)
    made = Stamper(folder)
    made.make_certificates()
    return made


@contextmanager
def reachable(made: Stamper) -> Iterator[Stamper]:
    """Let an authority answer on this machine, at its ``url``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = made.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with answering(server):
        made.url = f"http://127.0.0.1:{server.server_address[1]}/stamp"
        yield made
