"""The minutes of a meeting as a document to sign."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.documents import drawn
from marketplace.errors import NotFound
from marketplace.models import NamingMeeting, Studio, StudioApplication
from marketplace.permissions import Actor
from marketplace.services.naming import batches


def pdf(session: Session, actor: Actor, meeting_id: int) -> bytes:
    """Return minutes as PDF, for whoever may see the inside of the batch; raise NotFound or NotAllowed."""
    held = session.get(NamingMeeting, meeting_id)
    if held is None:
        raise NotFound("naming_meeting", meeting_id)
    batch = batches.followed(session, actor, held.naming_batch_id)
    query = sa.select(StudioApplication.id, Studio.name).join(StudioApplication.studio)
    found = session.execute(query.where(StudioApplication.naming_batch_id == batch.id))
    names = {it.id: it.name for it in found}
    day = held.held_on
    told = {
        "batch": batch.title,
        "day": f"{day.year}年{day.month}月{day.day}日",
        "place": held.place,
        "chair": held.chair,
        "present": held.present,
        "minutes": [it.strip() for it in held.minutes.splitlines() if it.strip()],
        "ties": [
            {
                "equals": [names[one] for one in it["applications"]],
                "chosen": [names[one] for one in it["chosen"]],
                "reason": it["reason"],
            }
            for it in held.ties
        ],
        "changes": [
            {"name": names[it["application"]], "listed": it["to"] == "proposed", "reason": it["reason"]}
            for it in held.changes
        ],
    }
    return drawn("naming_minutes", told, held.written_at)
