"""What a setting may be: how its text is read, and how what is allowed is said to whoever mistyped it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """What a setting may be: ``read`` turns its text into a value or raises ValueError, ``allowed`` says it."""

    allowed: str
    read: Callable[[str], Any]


def _meaning(meanings: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a reader of fixed words, written in whatever case."""

    def read(text: str) -> Any:
        if text.casefold() not in meanings:
            raise ValueError
        return meanings[text.casefold()]

    return read


def one_of(*choices: str) -> Kind:
    return Kind(" / ".join(choices), _meaning({choice.casefold(): choice for choice in choices}))


def whole(least: int, most: int) -> Kind:
    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError
        return number

    return Kind(f"{least} – {most}", read)


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator or not rest or scheme not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise ValueError
    # SQLAlchemy's own default for postgresql:// is another driver than the one installed here.
    return f"postgresql+psycopg://{rest}" if scheme == "postgresql" else text


def _addresses(text: str) -> tuple[str, ...]:
    addresses = tuple(part.strip() for part in text.split(","))
    # Whoever may write is told by a key in a file; a password in an address would be shown with it.
    if not all(re.fullmatch(r"https?://[^\s/@?#]+(/[^\s@?#]*)?", address) for address in addresses):
        raise ValueError
    return addresses


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", text):
        raise ValueError
    return text


def seconds(least: float, most: float) -> Kind:
    def read(text: str) -> float:
        seconds = float(text)
        if not least <= seconds <= most:
            raise ValueError
        return seconds

    return Kind(f"{least} – {most}", read)


def _secret_key(text: str) -> str:
    if len(text) < 32:
        raise ValueError
    return text


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[!-~]{32,}", text):
        raise ValueError
    return text


def _listening(text: str) -> tuple[str, int] | None:
    host, _, port = text.rpartition(":")
    if text and not (re.fullmatch(r"[A-Za-z0-9.-]+", host) and re.fullmatch(r"[0-9]{1,5}", port)):
        raise ValueError
    return (host, whole(1, 65535).read(port)) if text else None


def _rate_limit(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]* per (second|minute|hour|day)", text):
        raise ValueError
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s?#]*)?", text):
        raise ValueError
    return text.rstrip("/")


def _tsa_url(text: str) -> str:
    # A password in an address would be shown with it.
    if text and not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s@#]*)?", text):
        raise ValueError
    return text


def _mail_url(text: str) -> str:
    if not re.fullmatch(r"console:|file:.+|smtps?://[^\s/]+", text):
        raise ValueError
    return text


def _address_of_mail(text: str) -> str:
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", text):
        raise ValueError
    return text


def _virus_scanner(text: str) -> str:
    if text and not re.fullmatch(r"clamd:(/.+|[A-Za-z0-9.-]+:[0-9]{1,5})|command:\s*\S.*", text):
        raise ValueError
    return text


FLAG = Kind(
    "true / false",
    _meaning({"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}),
)
FOLDER = Kind("文件夹 folder", lambda text: Path(text).absolute())
FILE = Kind("文件 file", lambda text: Path(text).absolute() if text else None)
ADDRESSES = Kind("http(s)://HOST:PORT, …", _addresses)
PREFIX = Kind("a-z 0-9 - _", _prefix)
TEXT = Kind("文件夹或模型名 folder or model name", str)
DATABASE_URL = Kind("sqlite:///FILE / postgresql://USER:PASSWORD@HOST/NAME", _database_url)
SECRET_KEY = Kind("≥ 32 字符 characters", _secret_key)
TOKEN = Kind("≥ 32 字符 characters", _token)
LISTENING = Kind("HOST:PORT", _listening)
ADDRESS = Kind("http(s)://HOST", _address)
ADDRESS_OF_MAIL = Kind("NAME@HOST", _address_of_mail)
MAIL_URL = Kind("console: / file:FOLDER / smtp(s)://USER:PASSWORD@HOST:PORT", _mail_url)
TSA_URL = Kind("http(s)://HOST/PATH", _tsa_url)
VIRUS_SCANNER = Kind("clamd:HOST:PORT / clamd:/SOCKET / command:PROGRAM …", _virus_scanner)
RATE_LIMIT = Kind("N per second / minute / hour / day", _rate_limit)
