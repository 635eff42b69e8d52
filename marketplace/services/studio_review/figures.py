"""What the record of a studio shows for a period, indicator by indicator (rule 43).

An indicator of which nothing is on record at all is None: it cannot be computed, which is not nought. Where there are
entries and none falls into the period, it is nought.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import day_of
from marketplace.models import (
    Achievement,
    AllianceMember,
    AppliedSite,
    AuditEntry,
    Benefit,
    BenefitReference,
    IntellectualProperty,
    Match,
    Studio,
)
from marketplace.models.studios.studio_parts import LINKED
from marketplace.services.benefit import amounts

PATENTS = ("invention_patent", "utility_model", "design_patent")
Figures = dict[str, dict[str, int] | None]


def of(session: Session, studio: Studio, first: dt.date, last: dt.date) -> Figures:
    """Return the numbers of each indicator for the days from the first to the last; amounts are fen."""
    return {
        "results": _results(session, studio, first, last),
        "benefit": _benefit(session, studio, first, last),
        "people": _people(studio, first, last),
        "transfer": _transfer(session, studio, first, last),
        "sharing": _sharing(session, studio, first, last),
        "ledger": _ledger(studio, first, last),
    }


def shows_activity(figures: Figures) -> bool:
    """Say whether there was a patent, a paper or a verified benefit; without one the studio is to rectify (rule 44)."""
    results, benefit = figures["results"] or {}, figures["benefit"] or {}
    return any(results.get(it) for it in ("patent", "paper", "filed")) or bool(benefit.get("count"))


def benefits_of(session: Session, studio: Studio) -> list[int]:
    """Return the numbers of the benefits that the results of a studio refer to, each once."""
    referred = sa.select(BenefitReference.benefit_id).where(_of_results(studio)).distinct()
    return sorted(session.scalars(referred))


def _of_results(studio: Studio) -> sa.ColumnElement[bool]:
    pairs = (
        sa.and_(BenefitReference.noun == kind, BenefitReference.object_id.in_(_linked(studio, kind))) for kind in LINKED
    )
    return sa.or_(sa.false(), *pairs)


def _linked(studio: Studio, kind: str) -> list[int]:
    return [it.object_id for it in studio.results if it.kind == kind and it.object_id is not None]


def _results(session: Session, studio: Studio, first: dt.date, last: dt.date) -> dict[str, int] | None:
    if not studio.results:
        return None
    counts = Counter(it.kind for it in studio.results if first <= it.made_on <= last)
    filed = sa.select(sa.func.count()).where(
        IntellectualProperty.achievement_id.in_(_linked(studio, "achievement")),
        IntellectualProperty.kind.in_(PATENTS), IntellectualProperty.filed_on.between(first, last),
    )  # fmt: skip
    return {"total": counts.total(), **counts, "filed": session.scalar(filed) or 0}


def _benefit(session: Session, studio: Studio, first: dt.date, last: dt.date) -> dict[str, int] | None:
    referred = benefits_of(session, studio)
    if not referred:
        return None
    moments = session.execute(sa.select(Benefit.id, Benefit.verified_at).where(Benefit.id.in_(referred)))
    ids = [number for number, at in moments if at is not None and first <= day_of(at) <= last]
    total = amounts.total(session, BenefitReference.benefit_id.in_(ids))
    return {"count": total.count, "verified": total.verified}


def _people(studio: Studio, first: dt.date, last: dt.date) -> dict[str, int] | None:
    if not studio.apprenticeships:
        return None
    running = [
        it for it in studio.apprenticeships
        if it.began_on <= last and (it.ended_on is None or it.ended_on >= first)
    ]  # fmt: skip
    finished = sum(it.ended_on is not None and it.ended_on <= last for it in running)
    return {"pairs": len(running), "apprentices": len({it.apprentice_id for it in running}), "finished": finished}


def _transfer(session: Session, studio: Studio, first: dt.date, last: dt.date) -> dict[str, int] | None:
    achievements = _linked(studio, "achievement")
    if not achievements:
        return None
    sites = sa.select(sa.func.count()).where(
        AppliedSite.achievement_id.in_(achievements), AppliedSite.since.between(first, last)
    )
    signed = sa.select(AuditEntry.object_id, AuditEntry.at).where(
        AuditEntry.noun == "match", AuditEntry.to_state == "signed",
        AuditEntry.object_id.in_(sa.select(Match.id).where(Match.achievement_id.in_(achievements))),
    )  # fmt: skip
    contracts = {number for number, at in session.execute(signed) if first <= day_of(at) <= last}
    return {"contracts": len(contracts), "sites": session.scalar(sites) or 0}


def _sharing(session: Session, studio: Studio, first: dt.date, last: dt.date) -> dict[str, int] | None:
    achievements = _linked(studio, "achievement")
    joined = list(session.scalars(sa.select(AllianceMember).filter_by(studio_id=studio.id)))
    if not achievements and not joined:
        return None
    shown = sa.select(Achievement.published_at).where(
        Achievement.id.in_(achievements), Achievement.published_state == "published"
    )
    published = sum(at is not None and first <= day_of(at) <= last for at in session.scalars(shown))
    allied = sum(it.since <= last and (it.until is None or it.until >= first) for it in joined)
    return {"published": published, "alliances": allied}


def _ledger(studio: Studio, first: dt.date, last: dt.date) -> dict[str, int] | None:
    days = list(_entries(studio))
    if not days:
        return None
    fresh = [day for day in days if first <= day <= last]
    received = [it for it in studio.grants if first <= it.received_on <= last]
    return {
        "entries": len(fresh), "months": len({(day.year, day.month) for day in fresh}),
        "plans": sum(bool(it.plan) and first.year <= it.year <= last.year for it in studio.years),
        "received": sum(it.amount for it in received), "left": sum(it.left for it in studio.grants),
    }  # fmt: skip


def _entries(studio: Studio) -> Iterable[dt.date]:
    yield from (it.made_on for it in studio.results)
    yield from (it.since for it in studio.members)
    for pair in studio.apprenticeships:
        yield from (day for day in (pair.began_on, pair.ended_on) if day is not None)
    for grant in studio.grants:
        yield grant.received_on
        yield from (use.used_on for use in grant.uses)


def plain(figures: Any) -> Figures:
    """Return the figures a report has frozen; none where it has not been handed in."""
    return dict(figures or {})
