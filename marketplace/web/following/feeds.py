"""Atom feeds (RFC 4287) of a public search and, at a secret address, of a saved one.

A feed holds the newest records a question finds. That of a saved search is read as by its owner without the roles that
need a second factor; whoever knows the address reads it, so the owner can give it another one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree

import flask
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.errors import Unavailable
from marketplace.indexing.following import request_of
from marketplace.permissions import VISITOR, Actor
from marketplace.runtime import runtime
from marketplace.services.saved_search import keeping, records, telling
from marketplace.services.saved_search.records import Followed
from marketplace.web.catalogue import questions
from search.document import SearchRequest, Sort
from search.errors import SearchError

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")

ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
# How long a reader may keep a feed without asking, in seconds.
_KEPT = 900


@blueprint.app_template_global()
def feed_address(search: SearchRequest) -> str:
    """Return where the feed of a public search is."""
    kept = {name: value for name, value in questions.address(search).items() if name not in ("sort", "page")}
    return url_for("feeds.public", noun=search.kind, **kept)


@blueprint.get("/<any(achievement, demand, studio):noun>.atom")
def public(noun: str) -> Response:
    asked = questions.question(request.args, VISITOR.tokens, ENTRIES, noun)
    if noun == "demand":
        asked = replace(asked, filters={**asked.filters, "state": ("open", "in_talks")})
    with runtime().sessions() as session:
        return _feed(session, VISITOR, asked, asked.text or _("最新的记录"), is_secret=False)


@blueprint.get("/saved/<key>.atom")
def saved(key: str) -> Response:
    with runtime().sessions() as session:
        kept = keeping.by_feed_key(session, key)
        reader = telling.reader_of(kept.account)
        return _feed(session, reader, request_of(kept, reader.tokens, limit=ENTRIES), kept.name, is_secret=True)


def _feed(session: Session, reader: Actor, asked: SearchRequest, title: str, *, is_secret: bool) -> Response:
    try:
        page = runtime().catalogue.search(replace(asked, sort=Sort.NEWEST, offset=0, limit=ENTRIES))
    except SearchError as error:
        raise Unavailable(str(error)) from error
    ids = [int(hit.document.id) for hit in page.hits]
    known = records.several(session, reader, asked.kind, ids)
    found = sorted((known[it] for it in ids if it in known), key=lambda it: it.record.updated_at, reverse=True)
    body = _written(found, title)
    answer = Response(body, mimetype="application/atom+xml")
    answer.set_etag(hashlib.sha256(body).hexdigest())
    if found:
        answer.last_modified = found[0].record.updated_at
    answer.cache_control.max_age = _KEPT
    answer.cache_control.private, answer.cache_control.public = (is_secret or None), (not is_secret or None)
    if is_secret:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer.make_conditional(request)


def _written(found: Sequence[Followed], title: str) -> bytes:
    address = request.url
    feed = ElementTree.Element("feed", xmlns=_ATOM)
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "updated", _moment(found[0].record.updated_at if found else dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    author = ElementTree.SubElement(feed, "author")
    _add(author, "name", _("职工创新成果转化平台"))
    ElementTree.SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    home = url_for("catalogue.home", _external=True)
    ElementTree.SubElement(feed, "link", rel="alternate", type="text/html", href=home)
    for it in found:
        entry = ElementTree.SubElement(feed, "entry")
        place = flask.request.host_url.rstrip("/") + it.path
        _add(entry, "id", place)
        _add(entry, "title", it.title)
        _add(entry, "updated", _moment(it.record.updated_at))
        _add(entry, "published", _moment(getattr(it.record, "published_at", None) or it.record.created_at))
        ElementTree.SubElement(entry, "link", rel="alternate", type="text/html", href=place)
        _add(entry, "summary", it.summary)
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
