"""Write a mail to somebody, in the transaction of what it tells of; the worker sends it once that is kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.models import Account, Mail


def post(session: Session, account: Account, kind: str, **values: str) -> Mail:
    """Queue a mail to an account, in its language; ``kind`` is one of ``services.mail.texts``."""
    mail = Mail(recipient=account.email, language=account.language, kind=kind, values=values)
    session.add(mail)
    session.flush()
    return mail
