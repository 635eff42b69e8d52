"""Addresses that programs of a person or of an organisation are told at, and each delivery with what became of it."""

from __future__ import annotations

import datetime as dt
import secrets
from base64 import b64encode
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Base, now
from marketplace.errors import N_
from marketplace.models.people.account import Account
from marketplace.models.people.organisation import Organisation

# Every event there is; whoever has a new one to tell names it here and calls ``postbox.emit``.
EVENTS = {
    "search.found": N_("保存的检索有新结果"),
    "notice.posted": N_("有新的通知"),
    "match.mutual": N_("供需双方都有意向"),
    "deal.signed": N_("合同已签署"),
    "deal.registered": N_("合同已登记"),
}
# What happens to an organisation, whoever acts for it; searches and notices are each person's own.
OF_ORGANISATIONS = ("match.mutual", "deal.signed", "deal.registered")
# What is sent to see whether an address answers, whatever events it wants.
TEST = "webhook.test"
# Why an event that waited was not sent.
WITHHELD = {"account_closed": N_("账号已停用，没有发送"), "stopped": N_("推送已停用，没有发送")}


def new_secret() -> str:
    """Return a key for signing, as Standard Webhooks writes it: whsec_ and 32 bytes in Base64."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


class Webhook(Base):
    """It is of a person or of an organisation, then whoever acts for that sees to it, and nobody takes it with him.

    ``secret`` signs what is sent and is shown once; after a change ``former_secret`` signs too until ``former_until``,
    so that a receiver has time to take the new one. ``failures`` counts deliveries given up in a row.

    One that was given up too often is stopped at ``disabled_at`` until its owner starts it again.
    """

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(sa.String(500))
    events: Mapped[list[str]] = mapped_column(default=list)
    secret: Mapped[str] = mapped_column(sa.String(60), default=new_secret)
    former_secret: Mapped[str | None] = mapped_column(sa.String(60))
    former_until: Mapped[dt.datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    disabled_at: Mapped[dt.datetime | None]

    account: Mapped[Account | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(account_id IS NULL) <> (organisation_id IS NULL)", name="owner"),
        sa.CheckConstraint("(former_secret IS NULL) = (former_until IS NULL)", name="former"),
        NEVER_REUSED,
    )


class WebhookDelivery(Base):
    """One event on its way to one address, or what became of it; ``message_id`` stays when it is sent again.

    ``withheld`` says why it was given up without being sent, see WITHHELD.
    """

    __tablename__ = "webhook_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(sa.ForeignKey("webhook.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(sa.String(40))
    event: Mapped[str] = mapped_column(sa.String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    due_at: Mapped[dt.datetime | None] = mapped_column(default=now, index=True)
    delivered_at: Mapped[dt.datetime | None]
    failed_at: Mapped[dt.datetime | None]
    status: Mapped[int | None]
    milliseconds: Mapped[int | None]
    said: Mapped[str] = mapped_column(sa.Text, default="")
    withheld: Mapped[str | None] = mapped_column(sa.String(20))

    webhook: Mapped[Webhook] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(due_at IS NULL) = (delivered_at IS NOT NULL OR failed_at IS NOT NULL)", name="due"),
        sa.CheckConstraint(
            "withheld IS NULL OR (withheld IN ('account_closed', 'stopped') AND failed_at IS NOT NULL)", name="withheld"
        ),
    )
