"""Reports as they are defined: by an office for its place, kept for the next year, changed and used again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import audit, vocabulary
from marketplace.errors import N_, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Organisation, Report
from marketplace.permissions import (
    Actor,
    Permission,
    can_build_report,
    can_follow_report,
    reports_seen,
    require,
)
from marketplace.services.outreach.events import hosts
from marketplace.services.participation import campaigns

_COPIED = ("title", "table_number", "issued_by", "kind", "campaign_id", "rows", "columns")
_PROVINCE = "51"
# In which path the host of a report has its place, and what each is called in a form.
_HIERARCHIES = {"region": vocabulary.regions, "industry": vocabulary.industries}


def get(session: Session, actor: Actor, report_id: int) -> Report:
    """Return a report that the actor follows; raise NotFound."""
    report = session.get(Report, report_id)
    if report is None or not can_follow_report(actor, report):
        raise NotFound("report", report_id)
    return report


def listed(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Report]:
    """Return the reports the actor follows, the newest first, from below the id ``after``."""
    query = sa.select(Report).where(reports_seen(actor)).options(selectinload(Report.organisation))
    query = query.order_by(Report.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Report.id < after)))


def make(session: Session, actor: Actor, data: Mapping[str, Any]) -> Report:
    """Keep the report that ``ReportSchema.load`` returned.

    Raises NotAllowed without an office that makes reports, and Invalid for an office that is not the actor's, a place
    beyond its own and a campaign nobody knows.
    """
    require(actor, Permission.CAMPAIGN_RUN)
    offices = hosts(actor)
    office = offices.get(data["host"]) if data["host"] else next(iter(offices.values()), None)
    if office is None:
        raise Invalid({"host": [N_("请从您的岗位里选一个填报的。")]})
    unit = session.get(Organisation, office.organisation_id) if office.organisation_id is not None else None
    report = Report(
        host_role=office.role, organisation=unit, organisation_id=office.organisation_id,
        region_path=unit.region_path if unit else office.region_path,
        industry_path=unit.industry_path if unit else office.industry_path,
    )  # fmt: skip
    _fill(session, actor, report, data)
    session.add(report)
    session.flush()
    audit.record(session, actor, "make_report", "report", report.id, payload=_told(data), is_first=True)
    return report


def revise(session: Session, actor: Actor, report_id: int, revision: int, data: Mapping[str, Any]) -> Report:
    """Change a report from what ``ReportSchema.load`` returned, its office excepted; what is frozen stays as it is.

    Raises NotAllowed, StaleRevision where somebody was faster, and Invalid as ``make`` does.
    """
    report = held(session, actor, report_id)
    if report.revision != revision:
        raise StaleRevision("report", report_id, revision, report.revision)
    _fill(session, actor, report, data)
    session.flush()
    audit.record(session, actor, "revise", "report", report.id, payload=_told(data))
    return report


def held(session: Session, actor: Actor, report_id: int) -> Report:
    """Return a report that the actor makes, once nobody else writes it; raise NotFound or NotAllowed."""
    audit.hold(session, "report", report_id)
    report = get(session, actor, report_id)
    session.refresh(report)
    if not can_build_report(actor, report):
        raise NotAllowed("make", "report")
    return report


def _fill(session: Session, actor: Actor, report: Report, data: Mapping[str, Any]) -> None:
    for name in _COPIED:
        setattr(report, name, data[name])
    report.body = data["body"] or _office_name(report)
    if data["campaign_id"] is not None:
        try:
            campaigns.get(session, actor, data["campaign_id"])
        except NotFound as error:
            raise Invalid({"campaign_id": [N_("没有这个编号的活动。")]}) from error
    for name, codes in _HIERARCHIES.items():
        bound = getattr(report, f"{name}_path")
        path = codes.path(data[name]) if data[name] else bound
        if bound and path != bound and not path.startswith(f"{bound}/"):
            raise Invalid({name: [N_("报表的范围不能超出填报单位的范围。")]})
        setattr(report, f"scope_{name}_path", path)


def _office_name(report: Report) -> str:
    """Return what the office is called, in Chinese as on every official form."""
    if report.organisation is not None:
        return f"{report.organisation.name}工会"
    if report.host_role == "industry_union":
        return f"{_place(vocabulary.industries, report.industry_path)}产业工会"
    return f"{_place(vocabulary.regions, report.region_path or vocabulary.regions.path(_PROVINCE))}总工会"


def _place(codes: vocabulary.CodeList, path: str) -> str:
    return codes.label(path.rsplit("/", 1)[-1])


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in (*_COPIED, "body", *_HIERARCHIES)}
