"""A free use that becomes a transfer (先用后转): the same two go on in another deal, which remembers the first."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict
from marketplace.models import Deal, OwnerShare
from marketplace.models.market.deal import CONTRACTED
from marketplace.permissions import Actor
from marketplace.services.deal import rooms


def may_begin(deal: Deal) -> bool:
    """Say whether a contract that stands is a use that may become a transfer."""
    return deal.state in CONTRACTED and (deal.mode == "use_first" or deal.price_form == "free_trial")


def begin(session: Session, actor: Actor, deal_id: int) -> Deal:
    """Begin to negotiate the transfer that a use leads to, for either side, and return the new deal.

    Raises NotFound, NotAllowed, and Conflict where the contract is no such use, not signed, or gone on from already.
    """
    deal, _side = rooms.hold(session, actor, deal_id)
    if not may_begin(deal):
        raise Conflict(N_("只有签了约的先用后转或免费试用，才能由此转为转让。"))
    if after(session, deal) is not None:
        raise Conflict(N_("已经由这份合同转入另一项交易。"))
    names = (
        "title", "achievement_id", "listing_id", "enterprise_organisation_id", "enterprise_account_id",
        "owner_organisation_id", "owner_account_id", "broker_id", "is_related_party",
    )  # fmt: skip
    begun = Deal(
        **{name: getattr(deal, name) for name in names}, follows_id=deal.id, mode="assignment",
        contract_kind="transfer", price_form="agreed",
        owners=[OwnerShare(organisation_id=it.organisation_id, share=it.share) for it in deal.owners],
    )  # fmt: skip
    session.add(begun)
    session.flush()
    audit.record(session, actor, "open_deal", "deal", begun.id, to_state=begun.state, payload={"follows": deal.id})
    rooms.tell_others(session, actor, begun, "deal_opened")
    return begun


def after(session: Session, deal: Deal) -> Deal | None:
    """Return the deal that goes on from another and was not ended."""
    query = sa.select(Deal).where(Deal.follows_id == deal.id, Deal.state != "terminated").order_by(Deal.id.desc())
    return session.scalars(query.limit(1)).first()
