"""Who makes reports of the ledger, and who reads them."""

from __future__ import annotations

import sqlalchemy as sa

from marketplace.models import Report
from marketplace.permissions.actors import Actor, Grant
from marketplace.permissions.reading import path_within
from marketplace.permissions.roles import PERMISSIONS, PROVINCE_STAFF, TERRITORIAL, Permission
from marketplace.permissions.verbs import can


def can_build_report(actor: Actor, report: Report) -> bool:
    """Say whether the actor changes a report and freezes it: the office that made it, or one above its place."""
    return can(actor, Permission.CAMPAIGN_RUN) and any(_reaches(it, report) for it in _building(actor))


def can_follow_report(actor: Actor, report: Report) -> bool:
    """Say whether the actor reads a report: who makes it, and who audits its place."""
    return actor.reads and (
        can_build_report(actor, report)
        or (can(actor, Permission.CURATION_ENTER) and any(_reaches(it, report) for it in actor.territories))
    )


def reports_seen(actor: Actor) -> sa.ColumnElement[bool]:
    """Return ``can_follow_report`` as an SQL condition on Report."""
    if not actor.reads:
        return sa.false()
    reading = _building(actor) if can(actor, Permission.CAMPAIGN_RUN) else []
    if can(actor, Permission.CURATION_ENTER):
        reading += [it for it in actor.grants if it.role in TERRITORIAL]
    return sa.or_(sa.false(), *(_is_reached(it) for it in reading))


def _building(actor: Actor) -> list[Grant]:
    return [it for it in actor.grants if Permission.CAMPAIGN_RUN in PERMISSIONS[it.role]]


def _reaches(grant: Grant, report: Report) -> bool:
    if grant.role in PROVINCE_STAFF:
        return True
    if grant.organisation_id is not None:
        return report.organisation_id == grant.organisation_id
    return grant.covers(report.region_path, report.industry_path)


def _is_reached(grant: Grant) -> sa.ColumnElement[bool]:
    if grant.role in PROVINCE_STAFF:
        return sa.true()
    if grant.organisation_id is not None:
        return Report.organisation_id == grant.organisation_id
    bounds = ((Report.region_path, grant.region_path), (Report.industry_path, grant.industry_path))
    return sa.and_(sa.true(), *(path_within(column, path) for column, path in bounds if path))
