"""What must be over before a contract is signed, and what follows for others once it is (rules 13 to 15)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import N_, Conflict
from marketplace.models import Deal
from marketplace.models.market.deal import CONTRACTED
from marketplace.permissions import Actor

# What leaves nobody else to be offered the achievement.
_EXCLUDING_MODES = ("assignment", "equity", "exclusive_licence", "sole_licence")
_EXCLUDING_LICENCES = ("exclusive", "sole")


def excludes_others(mode: str | None, licence_kind: str | None, contract_kind: str | None) -> bool:
    """Say whether a contract on these terms leaves the achievement to one alone."""
    is_transfer = contract_kind == "transfer"
    return is_transfer or mode in _EXCLUDING_MODES or licence_kind in _EXCLUDING_LICENCES


def require_clear(session: Session, deal: Deal, data: dict[str, Any]) -> None:
    """Raise Conflict where something still bars a contract on these terms: another one that excludes it.

    Whoever signs anything about the achievement waits here for whoever is signing, so that exactly one can have it
    alone.
    """
    audit.hold(session, "achievement_listings", deal.achievement_id)
    others = sa.select(Deal).where(
        Deal.achievement_id == deal.achievement_id, Deal.id != deal.id, Deal.state.in_(CONTRACTED)
    )
    found = list(session.scalars(others))
    if any(excludes_others(it.mode, it.licence_kind, it.contract_kind) for it in found if it.id != deal.follows_id):
        raise Conflict(N_("这项成果已经转让或者独占、排他许可给别人，不能再签。"))


def settle(session: Session, actor: Actor, deal: Deal) -> None:
    """Let the listing a deal came from follow it, once the contract is signed or the deal is ended."""
