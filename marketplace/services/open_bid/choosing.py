"""Decide on the bids for a demand: one is chosen or none, with a reason for each, and its milestones are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import OpenBid, OpenBidMilestone, OpenCall
from marketplace.permissions import Actor
from marketplace.postbox import post
from marketplace.schemas.open_bid import CHOICE
from marketplace.services.open_bid import bids, calls

_EARLY = N_("截止以后才能开标和定标。")
_DECIDED = N_("这张榜已经定标，或者流标。")
_REASONS = N_("请给每一份揭榜写明选或者不选的理由。")
_REASON = N_("请写明理由。")


def award(session: Session, actor: Actor, call_id: int, data: dict[str, Any]) -> OpenBid:
    """Choose a bid, from what ``AwardSchema.load`` returned; everybody who bid is told, with the reason.

    Raises NotFound, NotAllowed, Conflict before the day is over or once it was decided, and Invalid where the bid is
    none of these or a bid has no reason.
    """
    call = _to_decide(session, actor, call_id)
    standing = bids.standing(session, call)
    chosen = next((bid for bid in standing if bid.id == data["chosen"]), None)
    reasons = data["reasons"]
    wrong = {} if chosen is not None else {"chosen": [CHOICE]}
    if not all(reasons.get(bid.id) for bid in standing):
        wrong["reasons"] = [_REASONS]
    if wrong or chosen is None:
        raise Invalid(wrong)
    for bid in standing:
        bid.state, bid.reason = ("chosen" if bid is chosen else "not_chosen"), reasons[bid.id]
    chosen.milestones = [OpenBidMilestone(**milestone) for milestone in data["milestones"]]
    _decide(session, actor, call, "awarded", reasons[chosen.id])
    workflow.apply(session, actor, call.demand, "award_bid", process="open_bid")
    session.flush()
    for bid in standing:
        post(session, bid.account, "bid_chosen" if bid is chosen else "bid_not_chosen", call=str(call.id))
    return chosen


def fail(session: Session, actor: Actor, call_id: int, reason: str) -> OpenCall:
    """Choose none of the bids; raises as ``award`` does, and Invalid without a reason."""
    call = _to_decide(session, actor, call_id)
    if not (reason := reason.strip()[:2000]):
        raise Invalid({"reason": [_REASON]})
    for bid in (standing := bids.standing(session, call)):
        bid.state, bid.reason = "not_chosen", reason
    _decide(session, actor, call, "failed", reason)
    for bid in standing:
        post(session, bid.account, "bid_not_chosen", call=str(call.id))
    return call


def reach(session: Session, actor: Actor, call_id: int, milestone_id: int, note: str) -> OpenBidMilestone:
    """Note that the chosen bid has reached a milestone, by who decided on it; raise NotFound, NotAllowed, Conflict."""
    call = calls.hold(session, actor, call_id)
    if not calls.decides(session, actor, call):
        raise NotAllowed("confirm", "open_call")
    milestone = session.get(OpenBidMilestone, milestone_id)
    bid = session.get(OpenBid, milestone.bid_id) if milestone is not None else None
    if milestone is None or bid is None or bid.call_id != call.id:
        raise NotFound("open_bid", milestone_id)
    if milestone.reached_on is not None:
        raise Conflict(N_("这一步已经记为完成。"))
    milestone.reached_on, milestone.note = today(), note.strip()[:2000]
    session.flush()
    audit.record(session, actor, "reach_milestone", "open_call", call.id, payload={"milestone": milestone.id})
    return milestone


def chosen(session: Session, call: OpenCall) -> OpenBid | None:
    """Return the bid that was chosen, which everybody is told of."""
    return next((bid for bid in bids.standing(session, call) if bid.state == "chosen"), None)


def _to_decide(session: Session, actor: Actor, call_id: int) -> OpenCall:
    call = calls.hold(session, actor, call_id)
    if not calls.decides(session, actor, call):
        raise NotAllowed("decide", "open_call")
    if call.state != "open":
        raise Conflict(_DECIDED)
    if not call.is_to_be_decided(today()):
        raise Conflict(_EARLY)
    return call


def _decide(session: Session, actor: Actor, call: OpenCall, state: str, reason: str) -> None:
    call.state, call.decided_at, call.decided_by, call.reason = state, now(), actor.name, reason
    session.flush()
    audit.record(session, actor, state, "open_call", call.id, from_state="open", to_state=state, reason=reason)
