"""Refuse state secrets where they come in: nothing of what bears such a mark is stored (domain rule 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace import rules, secret_marks
from marketplace.db import today
from marketplace.errors import N_, Invalid

_REFUSED = N_("这里有涉密标志。平台不接收国家秘密，这次填写的内容没有保存。请删去后再填；涉密成果请按保密规定办理。")


def refuse(session: Session, fields: Mapping[str, Any]) -> None:
    """Raise Invalid for each field with a mark of secrecy in one of its texts."""
    found = marked(session, fields)
    if found:
        raise Invalid({name: [_REFUSED] for name in found})


def marked(session: Session, fields: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields with a mark of secrecy in one of their texts."""
    marks_in = seeker(session)
    return [name for name, value in fields.items() if marks_in(value)]


def seeker(session: Session) -> Callable[[Any], list[str]]:
    """Return a function that names the marks in the texts of a value, by the rules as they are today."""
    marks, harmless = in_force(session)
    return lambda value: secret_marks.words("\n".join(_texts(value)), marks, harmless)


def in_force(session: Session) -> tuple[Sequence[str], Sequence[str]]:
    """Return the marks of today, and the words of trade that only hold one, such as 技术秘密."""
    return rules.value(session, "secret_marks", today()), rules.value(session, "harmless_marks", today())


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    members = value if isinstance(value, list | tuple) else value.values() if isinstance(value, Mapping) else ()
    # Most members are texts: a row of a list has nothing else.
    return [text for it in members for text in ((it,) if isinstance(it, str) else _texts(it))]
