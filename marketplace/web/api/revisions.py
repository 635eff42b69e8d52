"""A record in an answer with its revision as the entity tag, so that a client reads it again only when it changed."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from flask_babel import lazy_gettext as _

from marketplace.web.api.parsing import KEY_HEADER

ETAG = {"ETag": {"description": _("版本号，用于 If-None-Match 和 If-Match"), "schema": {"type": "string"}}}

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": _("读取这条记录时得到的 ETag"),
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,9}"$', "examples": ['"1"']},
}


def revised(plain: dict[str, Any], revision: int) -> Response:
    """Return a record as JSON, or 304 where the client says it holds this revision already."""
    answer = jsonify(plain)
    answer.set_etag(str(revision))
    # What the owner of a record is given is not for others, so a cache keeps the two apart.
    answer.vary.add(KEY_HEADER)
    answer.vary.add("Authorization")
    answer.cache_control.no_cache = True
    answer.make_conditional(request)
    return answer


def tagged(plain: dict[str, Any], revision: int) -> Response:
    """Return as JSON a record that also changes without its revision, such as by ranks; its tag is for If-Match alone.

    It is never answered with 304 and kept nowhere.
    """
    answer = jsonify(plain)
    answer.set_etag(str(revision))
    answer.cache_control.no_store = True
    return answer
