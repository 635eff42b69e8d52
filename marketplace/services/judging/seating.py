"""Who may sit on a panel, and what each of it is handed; whom it judges is known to whoever holds the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Load, Session

from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Account, RoleGrant
from marketplace.models.review.sheet import Seat, Sheet
from marketplace.permissions import Actor
from marketplace.postbox import post
from marketplace.services.account.signing_in import actor_of, with_roles

Placed = TypeVar("Placed", bound=Seat)
Judged = TypeVar("Judged")


def acting(judge: Account) -> Actor:
    """Return a judge as one who acts, with all he may ever do."""
    return actor_of(judge, has_second_factor=True)


def may_be_called(session: Session, panel: Iterable[Seat], may_judge: Callable[[Actor], bool]) -> list[Account]:
    """Return the judges by name who do not sit on a panel yet and may."""
    seated = {it.account_id for it in panel}
    holds = Account.grants.any(sa.and_(RoleGrant.role == "judge", RoleGrant.revoked_at.is_(None)))
    query = sa.select(Account).where(Account.is_active, holds).options(*with_roles(Load(Account)))
    found = session.scalars(query.order_by(Account.name, Account.id))
    return [it for it in found if it.id not in seated and may_judge(acting(it))]


def to_be_called(
    session: Session, account_id: int, panel: Iterable[Seat], may_judge: Callable[[Actor], bool], noun: str
) -> Account:
    """Return the account that is called to a panel.

    Raises NotFound for a closed account, Conflict for whoever sits there already, NotAllowed for whoever may not judge.
    """
    account = session.get(Account, account_id)
    if account is None or not account.is_active:
        raise NotFound("account", account_id)
    if any(it.account_id == account_id for it in panel):
        raise Conflict(N_("这位专家已在评审组里。"))
    if not may_judge(acting(account)):
        raise NotAllowed("judge", noun)
    return account


def seat_of(panel: Iterable[Placed], account_id: int) -> Placed:
    """Return the place of a judge on a panel; raise NotFound where he has none."""
    found = next((it for it in panel if it.account_id == account_id), None)
    if found is None:
        raise NotFound("account", account_id)
    return found


def hand_out(
    session: Session,
    title: str,
    judges: Iterable[Account],
    judged: Sequence[Judged],
    sheet_of: Callable[[Account, Judged], Sheet],
) -> None:
    """Give each judge a sheet for each that is judged, and tell him of those he need not stay away from."""
    for judge in judges:
        sheets = [sheet_of(judge, it) for it in judged]
        session.flush()
        if count := sum(it.recused_because is None for it in sheets):
            post(session, judge, "sheets_handed_out", title=title, count=str(count))
