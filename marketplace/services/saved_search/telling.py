"""Tell people of what was found for their saved searches: each record once, unless it changed, and why it was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.models import Account, SavedSearch, SavedSearchHit
from marketplace.permissions import Actor
from marketplace.postbox import emit, post
from marketplace.services.account.signing_in import actor_of
from marketplace.services.mail.following_texts import asked_of, said_of
from marketplace.services.notification.letters import sent_last
from marketplace.services.saved_search import records
from marketplace.services.saved_search.records import Followed

# A mail names so many records; its page has the rest.
MOST_LINES = 20

_UNTOLD = sa.or_(SavedSearchHit.told_hash.is_(None), SavedSearchHit.told_hash != SavedSearchHit.text_hash)


def reader_of(account: Account) -> Actor:
    """Return as whom an account reads what is sent to it: without the roles that need a second factor."""
    return actor_of(account, has_second_factor=False)


def tell_due(session: Session, moment: dt.datetime, *, limit: int = 100) -> int:
    """Tell of what was found for searches that are due, at most ``limit`` of them; return how many were told of.

    What was found for one that is told of at once is due now, for others when letters went out since.
    """
    is_due = sa.or_(
        SavedSearch.frequency == "at_once",
        *(
            sa.and_(SavedSearch.frequency == gathered, SavedSearchHit.found_at < sent_last(session, gathered, moment))
            for gathered in ("daily", "weekly")
        ),
    )
    query = (
        sa.select(SavedSearch)
        .where(
            SavedSearch.paused_at.is_(None),
            sa.exists().where(SavedSearchHit.saved_search_id == SavedSearch.id, _UNTOLD, is_due),
        )
        .order_by(SavedSearch.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(query).all()
    for saved in found:
        tell(session, saved)
    return len(found)


def tell(session: Session, saved: SavedSearch) -> int:
    """Tell the owner of what was found and not yet told; return how many records. The search is held until the end.

    A record he may not read now is not told of and counts as told, so that it comes up again only when it changes.
    """
    query = sa.select(SavedSearchHit).where(SavedSearchHit.saved_search_id == saved.id, _UNTOLD)
    hits = session.scalars(query.order_by(SavedSearchHit.id)).all()
    moment = now()
    known = {}
    if saved.account.is_active:
        known = records.several(session, reader_of(saved.account), saved.kind, [hit.object_id for hit in hits])
    for hit in hits:
        hit.told_hash, hit.told_at = hit.text_hash, moment
    shown = [(hit, known[hit.object_id]) for hit in hits if hit.object_id in known]
    if shown:
        _post(session, saved, shown)
    session.flush()
    return len(shown)


def found_for(
    session: Session, actor: Actor, saved: SavedSearch, *, limit: int
) -> list[tuple[SavedSearchHit, Followed]]:
    """Return what was found for a search since it was saved and the actor may read now, the newest first."""
    query = sa.select(SavedSearchHit).filter_by(saved_search_id=saved.id)
    hits = session.scalars(query.order_by(SavedSearchHit.found_at.desc(), SavedSearchHit.id.desc()).limit(limit)).all()
    known = records.several(session, actor, saved.kind, [hit.object_id for hit in hits])
    return [(hit, known[hit.object_id]) for hit in hits if hit.object_id in known]


def _post(session: Session, saved: SavedSearch, shown: Sequence[tuple[SavedSearchHit, Followed]]) -> None:
    language = saved.account.language
    post(
        session, saved.account, "search_found",
        search=str(saved.id), name=saved.name, count=str(len(shown)),
        asked=asked_of(language, saved.kind, saved.text, saved.filters),
        lines="".join(_lines(language, shown[:MOST_LINES])), unsubscribe=saved.unsubscribe_key,
    )  # fmt: skip
    emit(
        session,
        saved.account_id,
        "search.found",
        {
            "saved_search": saved.id,
            "name": saved.name,
            "hits": [
                {
                    "kind": record.kind, "id": record.id, "title": record.title, "words": hit.words,
                    "similarity": hit.similarity, "solution": hit.solution,
                }
                for hit, record in shown
            ],
        },
    )  # fmt: skip


def _lines(language: str, shown: Iterable[tuple[SavedSearchHit, Followed]]) -> Iterable[str]:
    for hit, record in shown:
        why = said_of(language, hit.words, hit.similarity is not None, hit.solution)
        yield f"- {record.title}\n  {why}\n{record.path}\n"
