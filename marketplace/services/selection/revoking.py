"""Take a naming back: the record stays, the plaque number is never given again, the studio loses the tier."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import today
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import StudioApplication
from marketplace.permissions import Actor, can_run_naming
from marketplace.services.naming import applications, batches
from marketplace.services.naming.telling import tell_unit
from marketplace.services.studio import ladder, records


def revoke(session: Session, actor: Actor, application_id: int, reason: str) -> StudioApplication:
    """Revoke a naming with a reason; raise Conflict where the studio is not named by this application."""
    application = session.get(StudioApplication, application_id)
    if application is None:
        raise NotFound("studio_application", application_id)
    if not can_run_naming(actor, application.batch):
        raise NotAllowed("run", "naming")
    applications.require_impartial(actor, application)
    audit.hold(session, "studio_application", application_id)
    session.refresh(application)
    if application.state != "named":
        raise Conflict(N_("只有已命名的工作室才能撤销命名。"))
    why = batches.require_reason(reason)
    # The state and its facts are written together: the database refuses one without the other.
    with session.no_autoflush:
        application.revoked_on, application.revoked_because, application.decision = today(), why, why
        workflow.apply(session, actor, application, "revoke", why, {"plaque": application.plaque}, process="naming")
    session.flush()
    studio, tier = application.studio, application.batch.tier
    audit.hold(session, "studio", studio.id)
    ladder.lose(session, studio, tier, why)
    records.told(session, actor, "delist", studio, {"application": application.id, "tier": tier}, why)
    tell_unit(session, application, "application_revoked")
    return application
