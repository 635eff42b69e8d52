"""Who is told what becomes of a match: the people of a side, and who may bring the two together."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Account, Match, RoleGrant
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import Grant
from marketplace.permissions.reading import places_of
from marketplace.permissions.roles import OF_AN_ORGANISATION
from marketplace.postbox import post
from marketplace.services.demand_desk import brokers
from marketplace.workflow import offices


def tell(session: Session, match: Match, side: str, kind: str, **values: str) -> None:
    """Tell the people of a side; whoever posted a demand without an account has no address and looks himself."""
    for account in people_of(session, match, side):
        post(session, account, kind, match=str(match.id), **values)


def tell_other(session: Session, match: Match, side: str, kind: str) -> None:
    """Tell the side that is not this one."""
    tell(session, match, SIDES[1 - SIDES.index(side)], kind)


def tell_introducers(session: Session, match: Match) -> None:
    """Tell who may bring the two together that they wait.

    That is the broker who sees to the demand or, without one, those near either side; the province where there is none.
    """
    asked = brokers.of(session, match.demand)
    near = [asked] if asked is not None else _brokers(session, match)
    for account in near or offices.readers_of_mail(session, Grant("province_curator")):
        post(session, account, "match_to_introduce", match=str(match.id))


def people_of(session: Session, match: Match, side: str) -> list[Account]:
    """Return the accounts of a side: who posted the record or, where nobody did in person, who acts for its units."""
    record = match.demand if side == SIDES[0] else match.achievement
    if record.account_id is not None:
        return _accounts(session, [record.account_id])
    return acting_for(session, match, side)


def acting_for(session: Session, match: Match, side: str) -> list[Account]:
    """Return who acts for the units of a side."""
    units = [match.demand.organisation_id] if side == SIDES[0] else [unit.id for unit in match.achievement.units]
    granted = sa.select(RoleGrant.account_id).where(
        RoleGrant.id.in_(offices.in_force()),
        RoleGrant.role.in_(OF_AN_ORGANISATION),
        RoleGrant.organisation_id.in_([unit for unit in units if unit is not None]),
    )
    return _accounts(session, session.scalars(granted))


def _brokers(session: Session, match: Match) -> list[Account]:
    places = places_of(match.demand) | places_of(match.achievement)
    found = {it for place in places for it in session.scalars(offices.staff(Grant("broker", *place)))}
    return sorted(found, key=lambda account: account.id)


def _accounts(session: Session, ids: Iterable[int]) -> list[Account]:
    query = sa.select(Account).where(Account.id.in_(list(ids)), Account.is_active, Account.confirmed_at.is_not(None))
    return list(session.scalars(query.order_by(Account.id)))
