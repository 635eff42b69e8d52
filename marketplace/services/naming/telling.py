"""Tell the unit that applied by mail what became of its application."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.models import Account, StudioApplication
from marketplace.postbox import post


def tell_unit(session: Session, application: StudioApplication, kind: str, **values: str) -> None:
    """Queue the mail of a kind to whoever applied for the unit, as long as the account is in use."""
    account = session.get(Account, application.account_id) if application.account_id is not None else None
    if account is not None and account.is_active:
        post(session, account, kind, application=str(application.id), **values)
