"""What anybody may read of a batch: that it is held, when, for how many, and by what it is decided."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from marketplace.permissions import Permission, can, can_follow_naming
from marketplace.runtime import runtime
from marketplace.services.naming import applying, batches
from marketplace.web.actor import actor

blueprint = Blueprint("naming", __name__, url_prefix="/naming")

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = batches.listed(session, limit=_PAGE + 1, after=after)
        return render_template(
            "naming/batches.html",
            batches=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.get("/<int:batch_id>")
def batch(batch_id: int) -> str:
    """Show a batch, and to a unit's union its own studios with where each stands in it."""
    with runtime().sessions() as session:
        found = batches.get(session, batch_id)
        applies = can(actor(), Permission.NAMING_APPLY)
        return render_template(
            "naming/batch.html",
            batch=found,
            count=batches.count(session, found),
            own=applying.of_unit(session, actor(), found) if applies else [],
            recommends=can(actor(), Permission.NAMING_RECOMMEND),
            follows=can_follow_naming(actor(), found),
        )
