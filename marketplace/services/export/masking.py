"""Persons in a list for whoever has not said what for: recognisable to who knows them, of no use to others."""

from __future__ import annotations

import re

from marketplace import personal_data


def name(text: str) -> str:
    """Return a name with all but its first character masked: 张三丰 becomes 张**."""
    return text[:1] + "*" * (len(text) - 1) if len(text) > 1 else "*" * len(text)


def address(text: str) -> str:
    """Return the address of a mailbox with all but its first character and its host masked."""
    box, at, host = text.partition("@")
    return f"{name(box)}{at}{host}"


def phone(text: str) -> str:
    """Return a telephone number with all but its first three and last two digits masked, wholly where it is short."""
    places = [found.start() for found in re.finditer(r"\d", text)]
    shown = {*places[:3], *places[-2:]} if len(places) >= 8 else set()
    return "".join("*" if it.isalnum() and place not in shown else it for place, it in enumerate(text))


def text(said: str) -> str:
    """Return a text with the numbers and addresses of persons in it masked."""
    for found in sorted(personal_data.find(said), key=lambda it: -it.start):
        said = said[: found.start] + found.masked + said[found.end :]
    return said
