"""The place where the next page starts, in a form a client can only hand back.

A cursor is signed, and the signature covers the question it belongs to: handed back with other filters it would start
in the middle of another list, so it is refused instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.runtime import runtime
from marketplace.web.api.parsing import BadParameter

# What only turns the page does not change the question.
_PAGING = ("cursor", "limit")


def cursor(question: Mapping[str, Any], position: object) -> str | None:
    """Return the cursor of a position in the answer to a question, its parameters as parsed; None after the last page.

    A position is whatever the list is turned by, as plain data, and None where nothing follows.
    """
    if position is None:
        return None
    text: str = _serializer(question).dumps(position)
    return text


def position(question: Mapping[str, Any]) -> Any:
    """Return the position the question's own ``cursor`` holds, None at the first page; raise BadParameter."""
    if question["cursor"] is None:
        return None
    try:
        return _serializer(question).loads(question["cursor"])
    except BadSignature:
        raise BadParameter({"cursor": [_("这不是本次查询给出的游标，请从第一页开始。")]}) from None


def _serializer(question: Mapping[str, Any]) -> URLSafeSerializer:
    asked = {name: value for name, value in question.items() if name not in _PAGING}
    return URLSafeSerializer(runtime().settings.secret_key, salt="cursor" + json.dumps(asked, sort_keys=True))
