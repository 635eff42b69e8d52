"""Remind of the days of a batch by mail: who recommends and who judges before theirs, who runs it once a list is over.

Each is told once; everybody gets one mail of each kind for all.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Load, Session, joinedload

from marketplace import rules, working_days
from marketplace.db import today
from marketplace.models import Account, NamingBatch, NamingSheet, Publicity, StudioApplication
from marketplace.permissions import NAMING_OFFICES, RECOMMENDING, Grant
from marketplace.postbox import post
from marketplace.services.account.signing_in import actor_of, with_roles
from marketplace.services.naming import recommending
from marketplace.workflow import offices

# (kind of mail, whom it goes to) → the last day of each thing it tells of.
_Letters = defaultdict[tuple[str, Account], list[dt.date]]


def remind(session: Session) -> int:
    """Queue a mail for everybody whose last day comes soon, or whose list has been shown; return how many mails.

    "Soon" is the rule ``reminder``, in working days.
    """
    day = today()
    soon = working_days.after(day, rules.value(session, "reminder", day))
    waits = NamingBatch.applications.any(StudioApplication.state == "applied")
    is_news = NamingBatch.reminded_on.is_(None)
    letters: _Letters = defaultdict(list)
    for batch in _due(
        session, NamingBatch.state == "open", waits, NamingBatch.recommend_by.between(day, soon), is_news
    ):
        for account in _recommending(session, batch):
            letters["recommending_due", account].append(batch.recommend_by)
    for batch in _due(session, NamingBatch.state == "scoring", NamingBatch.score_by.between(day, soon), is_news):
        for account in _judging(session, batch):
            letters["judging_due", account].append(batch.score_by)
    over = Publicity.closed_at.is_(None) & (Publicity.ends_on < day)
    is_new = is_news | (NamingBatch.reminded_on <= Publicity.ends_on)
    listed = sa.exists().where(Publicity.naming_batch_id == NamingBatch.id, over, is_new)
    for batch in _due(session, NamingBatch.state == "publicity", listed):
        for account in _running(session, batch):
            letters["list_over", account].append(day)
    for (kind, account), days in letters.items():
        post(session, account, kind, count=str(len(days)), day=min(days).isoformat())
    return len(letters)


def _due(session: Session, *conditions: sa.ColumnElement[bool]) -> list[NamingBatch]:
    """Return the batches to remind of, each marked as reminded; another worker finds them marked."""
    marked = sa.update(NamingBatch).where(*conditions).values(reminded_on=today()).returning(NamingBatch)
    return sorted(session.scalars(marked), key=lambda it: it.id)


def _recommending(session: Session, batch: NamingBatch) -> Iterator[Account]:
    """Yield, for each application that waits, who may recommend it: the offices of its place, or the province."""
    query = sa.select(StudioApplication).filter_by(naming_batch_id=batch.id, state="applied")
    for application in session.scalars(query.options(joinedload(StudioApplication.organisation))):
        unit = application.organisation
        places = [Grant(role, unit.region_path, unit.industry_path) for role in RECOMMENDING[batch.tier]]
        near = {it for place in places for it in _free(session, place, application)}
        yield from near or _free(session, Grant("province_curator"), application)


def _free(session: Session, place: Grant, application: StudioApplication) -> set[Account]:
    held = session.scalars(offices.staff(place).options(*with_roles(Load(Account))))
    return {it for it in held if recommending.may_decide(actor_of(it, has_second_factor=True), application)}


def _judging(session: Session, batch: NamingBatch) -> Iterator[Account]:
    """Yield the judge of each sheet that is open."""
    query = (
        sa.select(Account)
        .join(NamingSheet, NamingSheet.account_id == Account.id)
        .join(NamingSheet.application)
        .where(
            StudioApplication.naming_batch_id == batch.id, StudioApplication.state == "recommended",
            NamingSheet.locked_at.is_(None), Account.is_active,
        )
    )  # fmt: skip
    # A row for each sheet, so the session may not make them one.
    return (account for (account,) in session.execute(query))


def _running(session: Session, batch: NamingBatch) -> list[Account]:
    role = NAMING_OFFICES.get(batch.tier)
    own = [Grant(role, batch.region_path, batch.industry_path)] if role is not None else []
    places = (*own, Grant("province_curator"))
    return next((found for place in places if (found := offices.readers_of_mail(session, place))), [])
