"""A person's saved searches: kept, changed, paused and deleted; nobody sees those of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, rules
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, NotFound, StaleRevision
from marketplace.models import SavedSearch
from marketplace.models.following.saved_search import new_key
from marketplace.permissions import Actor, keeper

_TOO_MANY = N_("保存的检索最多 %(most)s 项，请先删除不用的。")


def save(session: Session, actor: Actor, data: Mapping[str, Any]) -> SavedSearch:
    """Keep a question from what ``SavedSearchSchema.load`` returned; raise Conflict where that is too many."""
    account_id, most = keeper(actor), rules.value(session, "saved_searches", today())
    audit.hold(session, "account", account_id)
    held = session.scalar(sa.select(sa.func.count()).select_from(SavedSearch).filter_by(account_id=account_id)) or 0
    if held >= most:
        raise Conflict(_TOO_MANY, most=most)
    saved = SavedSearch(account_id=account_id, **data)
    session.add(saved)
    session.flush()
    audit.record(session, actor, "save", "saved_search", saved.id, is_first=True)
    return saved


def listed(session: Session, actor: Actor) -> list[SavedSearch]:
    """Return the actor's saved searches, the newest first."""
    query = sa.select(SavedSearch).where(SavedSearch.account_id == keeper(actor)).order_by(SavedSearch.id.desc())
    return list(session.scalars(query))


def get(session: Session, actor: Actor, saved_search_id: int) -> SavedSearch:
    """Return a saved search of the actor; raise NotFound for any other."""
    saved = session.get(SavedSearch, saved_search_id)
    if saved is None or saved.account_id != keeper(actor):
        raise NotFound("saved_search", saved_search_id)
    return saved


def revise(session: Session, actor: Actor, saved_search_id: int, revision: int, data: Mapping[str, Any]) -> SavedSearch:
    """Change the name and how often news are told; raise StaleRevision where it was changed meanwhile."""
    saved = get(session, actor, saved_search_id)
    if saved.revision != revision:
        raise StaleRevision("saved_search", saved.id, revision, saved.revision)
    for name, value in data.items():
        setattr(saved, name, value)
    session.flush()
    return saved


def pause(session: Session, actor: Actor, saved_search_id: int) -> SavedSearch:
    """Tell no more of a search until it is resumed; what changes meanwhile is never told of."""
    return _pause(session, get(session, actor, saved_search_id))


def resume(session: Session, actor: Actor, saved_search_id: int) -> SavedSearch:
    """Tell of a search again, of what changes from now on."""
    saved = get(session, actor, saved_search_id)
    saved.paused_at = None
    session.flush()
    return saved


def delete(session: Session, actor: Actor, saved_search_id: int) -> None:
    """Forget a saved search with all that was found for it; its feed and its links open nothing any more."""
    saved = get(session, actor, saved_search_id)
    audit.record(session, actor, "delete", "saved_search", saved.id)
    session.delete(saved)
    session.flush()


def renew_feed(session: Session, actor: Actor, saved_search_id: int) -> SavedSearch:
    """Give the feed another secret address: whoever was given the old one reads it no more."""
    saved = get(session, actor, saved_search_id)
    saved.feed_key = new_key()
    session.flush()
    return saved


def by_feed_key(session: Session, key: str) -> SavedSearch:
    """Return the saved search a feed's address belongs to; raise NotFound."""
    return _by(session, SavedSearch.feed_key == key)


def by_unsubscribe_key(session: Session, key: str) -> SavedSearch:
    """Return the saved search a mail's link belongs to; raise NotFound."""
    return _by(session, SavedSearch.unsubscribe_key == key)


def unsubscribe(session: Session, key: str) -> SavedSearch:
    """Pause the search a mail's link belongs to, without anybody signing in (RFC 8058); raise NotFound."""
    return _pause(session, by_unsubscribe_key(session, key))


def _pause(session: Session, saved: SavedSearch) -> SavedSearch:
    saved.paused_at = saved.paused_at or now()
    session.flush()
    return saved


def _by(session: Session, condition: sa.ColumnElement[bool]) -> SavedSearch:
    saved = session.scalar(sa.select(SavedSearch).where(condition))
    if saved is None or not saved.account.is_active:
        # The key stays out of the message: it may have been mistyped by a letter.
        raise NotFound("saved_search", "…")
    return saved
