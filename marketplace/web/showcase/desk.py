"""What the pages of the desk share: who may enter, and the past of a record as a page tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from marketplace.permissions import Permission, require
from marketplace.services.account import people
from marketplace.services.showcase.versions import Step
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.showcase.names import FIELDS, told

blueprint = Blueprint("showcase_desk", __name__, url_prefix="/curation/showcase")


@blueprint.before_request
def require_curator() -> ResponseReturnValue | None:
    """Let the province in; whoever else is of the staff is told that this is not theirs."""
    if (elsewhere := require_staff()) is not None:
        return elsewhere
    require(actor(), Permission.SHOWCASE_CURATE)
    return None


def past(session: Session, steps: Sequence[Step]) -> dict[str, Any]:
    """Return what ``showcase/_past.html`` needs to tell what was done, by whom, when and what changed."""
    lines = [
        {
            "event": step.event,
            "version": step.version,
            "changes": [(FIELDS[name], told(name, was), told(name, is_)) for name, was, is_ in step.changes],
        }
        for step in steps
    ]
    return {"lines": lines, "people": people.called(session, (step.event.actor for step in steps))}
