"""Find studios in the database itself, for as long as the index cannot be asked.

Their names, their field or their unit hold the question as it is written. The newest come first, and nothing is counted
beside the filters.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.indexing.documents import document_for
from marketplace.models import Organisation, Studio
from marketplace.permissions import Actor, path_within
from marketplace.services.studio import public
from marketplace.services.studio.records import Asked, select
from marketplace.vocabulary import CodeList
from search.document import Hit, Page, SearchRequest


def plain_studios(session: Session, _actor: Actor, request: SearchRequest) -> Page:
    """Answer a question about studios; ``facets`` and ``suggestions`` are empty."""
    chosen = request.filters
    query = select(Asked(request.text.strip())).where(Studio.state != "closed")
    for name in ("kind", "tier"):
        if name in chosen:
            query = query.where(getattr(Studio, name).in_(chosen[name]))
    if "tier" in chosen:
        # Who was delisted has no tier any more.
        query = query.where(Studio.delisted_on.is_(None))
    if "region" in chosen:
        query = query.where(_under(Organisation.region_path, vocabulary.regions, chosen["region"]))
    if "industry" in chosen:
        query = query.where(_under(Organisation.industry_path, vocabulary.industries, chosen["industry"]))
    query = query.with_only_columns(Studio.id)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    ids = list(session.scalars(query.offset(request.offset).limit(request.limit)))
    known = public.several(session, ids, *public.told())
    documents = (document_for(known[it]) for it in ids)
    hits = (Hit(it, rank, 0.0) for rank, it in enumerate(documents, request.offset + 1) if it is not None)
    return Page(tuple(hits), total)


def _under(column: Any, codes: CodeList, values: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(path_within(column, codes.path(value)) for value in values))
