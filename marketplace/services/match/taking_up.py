"""Begin again what silence ended (rule 18): either side may, and the other is asked anew whether it wants it."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.errors import N_, Conflict
from marketplace.models import Match
from marketplace.permissions import Actor, Permission, require
from marketplace.services.listing import exclusivity
from marketplace.services.match import meeting, nda, telling
from marketplace.services.match.found import MATCHED

Side = Literal["enterprise", "owner"]

_NOT_EXPIRED = N_("只有久无回音、自动结束的匹配才能重新对接。")
_DEMAND_CLOSED = N_("这条需求已经解决、关闭或过期，不能重新对接。")
_NOT_PUBLIC = N_("这项成果已不再公布，不能重新对接。")


def take_up(session: Session, actor: Actor, match_id: int) -> tuple[Match, Side]:
    """Begin an expired match again for one's own side, tell the other, and return the match and the side.

    Raises NotFound, NotAllowed for a third, and Conflict where silence did not end it, the demand or the achievement
    is closed by now, or another has the achievement to himself.
    """
    match = meeting.hold(session, actor, match_id)
    require(actor, Permission.MATCH_ANSWER)
    side: Side = "enterprise" if meeting.side_of(actor, match) == "enterprise" else "owner"
    if match.state != "expired":
        raise Conflict(_NOT_EXPIRED)
    if match.demand.state not in MATCHED:
        raise Conflict(_DEMAND_CLOSED)
    if match.achievement.published_state != "published":
        raise Conflict(_NOT_PUBLIC)
    exclusivity.require_free(session, match.achievement_id)
    workflow.apply(session, actor, match, f"take_up_by_{side}", process="match")
    session.flush()
    telling.tell_other(session, match, side, "match_taken_up")
    return match, side


def go_on(session: Session, actor: Actor, match: Match) -> None:
    """Let a match both sides want again go on from the introduction, and the agreement in force, that it had before."""
    if match.introduced_at is None:
        return
    workflow.apply(session, actor, match, "go_on", process="match")
    held = nda.of(session, match)
    if held is not None and held.is_in_force:
        workflow.apply(session, actor, match, "agree_on_secrecy", None, {"nda": held.text_hash}, process="match")
    session.flush()
