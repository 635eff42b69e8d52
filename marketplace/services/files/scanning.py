"""Ask the virus scanner of the installation about a content: clamd over a socket, or any command."""

from __future__ import annotations

import socket
import struct
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

# Says what was found, nothing where a content is clean; raises ScannerAway.
Scanner = Callable[[bytes], str]

PATIENCE = 60.0
_AT_ONCE = 1 << 20
_LONGEST_FINDING = 200


class ScannerAway(Exception):
    """The scanner did not answer, or not in a way that tells clean from infected."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """clamd at a socket file or at ("host", port), asked by INSTREAM of its protocol, see clamd(8)."""

    address: str | tuple[str, int]
    patience: float = PATIENCE

    def __call__(self, content: bytes) -> str:
        try:
            with closing(self._connect()) as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _AT_ONCE):
                    chunk = content[start : start + _AT_ONCE]
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
                answer = connection.makefile("rb").read(4096).rstrip(b"\0\n").decode("utf-8", "replace")
        except OSError as error:
            raise ScannerAway(str(error)) from error
        name = answer.removeprefix("stream: ")
        if name == "OK":
            return ""
        if not name.endswith(" FOUND"):
            raise ScannerAway(answer or "no answer")
        return name.removesuffix(" FOUND")[:_LONGEST_FINDING]

    def _connect(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, self.patience)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.patience)
        try:
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        return connection


@dataclass(frozen=True, slots=True)
class Command:
    """A program that reads a content and ends with 0 for clean and 1 for infected, as clamdscan and its likes do."""

    words: tuple[str, ...]
    patience: float = PATIENCE

    def __call__(self, content: bytes) -> str:
        try:
            # The words are a setting of whoever runs the server.
            done = subprocess.run(  # noqa: S603
                self.words, input=content, capture_output=True, timeout=self.patience, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ScannerAway(str(error)) from error
        said = done.stdout.decode("utf-8", "replace").strip()
        if done.returncode not in (0, 1):
            raise ScannerAway(f"{self.words[0]}: {done.returncode}")
        return "" if done.returncode == 0 else (said.partition("\n")[0] or "infected")[:_LONGEST_FINDING]


def scanner_of(address: str) -> Scanner | None:
    """Return the scanner a setting names, None for an empty one; see ``setting_kinds.VIRUS_SCANNER``."""
    kind, _, rest = address.partition(":")
    if kind == "command":
        return Command(tuple(rest.split()))
    if kind == "clamd":
        if rest.startswith("/"):
            return Clamd(rest)
        host, _, port = rest.rpartition(":")
        return Clamd((host, int(port)))
    return None
