"""Read what a request asks and sends; whatever does not fit is one ``Invalid`` that names every field to mend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

import flask
import flask_smorest
import marshmallow as ma
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, PreconditionRequired, Unauthorized, UnsupportedMediaType

from marketplace.db import unit_of_work
from marketplace.errors import Invalid
from marketplace.permissions import VISITOR, Actor
from marketplace.runtime import runtime
from marketplace.services.account import tokens

KEY_HEADER = "X-Demand-Key"
# The security of an operation for which a token is needed.
TOKEN: list[dict[str, list[str]]] = [{"token": []}]
# A database number: what is outside is no record, whichever database answers.
NUMBER = "int(min=1, max=2147483647)"
# What a schema of a body says of what is no object, and of a field it does not know.
BODY_MESSAGES = {"unknown": lazy_gettext("没有这个字段。"), "type": lazy_gettext("请提交一个 JSON 对象。")}

# A proxy that compresses an answer marks its tag as weak; the number in it is the same.
_REVISION = re.compile(r'(?:W/)?"([1-9][0-9]{0,9})"')


class BadParameter(Invalid):
    """A part of the address or a header that cannot be understood; nothing was looked up."""


class Parser(FlaskParser):
    """The parser of flask-smorest, with the errors of the domain in place of its own."""

    # Each schema says itself what it does with a field it does not know.
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": None, "json": None}

    def load_json(self, req: flask.Request, schema: ma.Schema) -> Any:
        if not is_json_request(req):
            raise UnsupportedMediaType(_("请以 application/json 提交。"))
        try:
            return core.parse_json(req.get_data())
        except (ValueError, RecursionError):
            # Not only what is no JSON at all: also numbers of thousands of digits and lists nested without end.
            raise BadRequest(_("请求正文不是可以读取的 JSON。")) from None

    def handle_error(self, error: ma.ValidationError, *_request: Any, **_options: Any) -> NoReturn:
        # The parser puts the messages under the name of the place they were found in.
        ((place, messages),) = error.normalized_messages().items()
        raise (Invalid if place == "json" else BadParameter)(fields(messages))


class Blueprint(flask_smorest.Blueprint):
    ARGUMENTS_PARSER = Parser()


def fields(messages: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    """Return nested messages of marshmallow by the path of each field, ``indicators.0.name``."""
    found: dict[str, list[str]] = {}
    for name, below in messages.items():
        place = path if name == ma.exceptions.SCHEMA else f"{path}.{name}".lstrip(".")
        if isinstance(below, Mapping):
            found |= fields(below, place)
        else:
            # A message that waits for its language stands alone, because marshmallow takes it for a list.
            found[place or "body"] = [str(it) for it in (below if isinstance(below, list) else [below])]
    return found


def actor() -> Actor:
    """Return who asks: the account of a token or a visitor, with the key of a demand where the request carries one.

    The session cookie is not looked at, so that no other site can act through a visitor's browser. Raises Unauthorized
    for a token that opens nothing.
    """
    if "api_actor" not in flask.g:
        key = flask.request.headers.get(KEY_HEADER)
        flask.g.api_actor = replace(_by_token(), keys=frozenset({key} if key else ()))
    found: Actor = flask.g.api_actor
    return found


def _by_token() -> Actor:
    given = flask.request.headers.get("Authorization")
    if given is None:
        return VISITOR
    scheme, _blank, secret = given.partition(" ")
    sessions = runtime().sessions
    with sessions() as reading:
        token = tokens.find(reading, secret.strip()) if scheme.casefold() == "bearer" else None
        if token is None:
            raise Unauthorized(_("令牌不对、已撤销或者过期了。"), www_authenticate=WWWAuthenticate("bearer"))
        known = tokens.actor_by(token)
    if tokens.was_used_long_ago(token):
        with unit_of_work(sessions) as writing:
            tokens.use(writing, token.id)
    return known


def revision_read() -> int:
    """Return the revision a change is based on, from ``If-Match``; raise PreconditionRequired or BadParameter."""
    given = flask.request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired(_("修改前请先读取这条记录，并在 If-Match 中带上它的 ETag。"))
    if not (revision := _REVISION.fullmatch(given.strip())):
        raise BadParameter({"If-Match": [_('请填写读取这条记录时得到的 ETag，例如 "3"。')]})
    return int(revision[1])
