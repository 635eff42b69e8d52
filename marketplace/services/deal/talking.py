"""Say something in the room of a deal together with files: all of it arrives, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.models import DealMessage
from marketplace.permissions import Actor
from marketplace.services.deal import rooms
from marketplace.services.files import holding
from marketplace.services.files.holding import Files


def say(
    session: Session, actor: Actor, files: Files, deal_id: int, text: str, brought: Sequence[tuple[str, bytes]]
) -> DealMessage:
    """Say something with the files brought, by name and content; where one is no good nothing is said.

    Raises FilesRefused, which says of each why, and else what ``rooms.say`` and ``holding.attach`` raise.
    """
    kept = holding.attach_all(session, actor, files, "deal", deal_id, brought)
    return rooms.say(session, actor, deal_id, text, [it.id for it in kept])
