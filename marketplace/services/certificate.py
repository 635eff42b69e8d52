"""A certificate as PDF, whatever it is given for, with the address where anybody verifies it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import segno

from marketplace.documents import drawn


@dataclass(frozen=True, slots=True)
class Stated:
    """What a certificate states: who gets it, of which unit, for what, where it was given.

    ``said`` goes on after the name of where it was given, in Chinese and in English; ``nobody`` stands for the holders
    where none is named. ``is_of_work`` says whether rights may lie in what it is for; it is no proof of them.
    """

    number: str
    heading_en: str
    title: str
    holders: Sequence[str]
    nobody: str
    unit: str
    where: str
    said: str
    said_en: str
    is_of_work: bool = False


def pdf(stated: Stated, granted_on: dt.date, address: str) -> bytes:
    """Return the certificate; ``address`` is that of the page that verifies it."""
    told = asdict(stated) | {
        "day": f"{granted_on.year}年{granted_on.month}月{granted_on.day}日",
        "address": address,
        "code": _code(address),
    }
    return drawn("certificate", told, dt.datetime.combine(granted_on, dt.time(), dt.UTC))


def _code(address: str) -> str:
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", xmldecl=False, border=1)
    return picture.getvalue().decode()
