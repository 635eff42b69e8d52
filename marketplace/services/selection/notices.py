"""After the publicity: the notice that names studios, their step up the ladder, and their plaques.

A notice is drafted from the list, written on by the office, and fixed when it is issued. It names whom nothing holds
up; an open objection keeps its own entry waiting for a further notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, vocabulary, workflow
from marketplace.db import today
from marketplace.errors import N_, Conflict, DomainError, Invalid
from marketplace.models import NamingBatch, NamingNotice, StudioApplication
from marketplace.permissions import Actor
from marketplace.services import publicity
from marketplace.services.naming import batches
from marketplace.services.naming.telling import tell_unit
from marketplace.services.selection import plaques, ranking
from marketplace.services.selection.announcing import as_shown, in_order
from marketplace.services.studio import ladder


@dataclass(frozen=True, slots=True)
class Waiting:
    """A studio on the list that is not named yet, and what holds it up, None where nothing does."""

    application: StudioApplication
    hindrance: DomainError | None


def waiting(session: Session, batch: NamingBatch) -> list[Waiting]:
    """Return who is on the list and not named yet, by rank."""
    listed = [it for it in ranking.scored(session, batch) if it.state in publicity.WAITING]
    return [Waiting(it, _hindrance(session, batch, it)) for it in in_order(listed)]


def draft(session: Session, actor: Actor, batch_id: int) -> NamingNotice:
    """Return the notice as it was written so far, or, not yet stored, as the list suggests it."""
    batch = batches.run_by(session, actor, batch_id)
    written = _written(session, batch)
    if written is not None:
        return written
    ready = [it.application for it in waiting(session, batch) if it.hindrance is None]
    return NamingNotice(naming_batch_id=batch.id, number="", text=suggested(batch, ready), named=[])


def suggested(batch: NamingBatch, ready: Sequence[StudioApplication]) -> str:
    """Return the text of a notice for these studios."""
    tier = vocabulary.studio_tiers.label(batch.tier)
    day = today()
    return (
        f"关于命名{tier}创新工作室的通知\n\n"
        f"各有关单位：\n"
        f"根据《{batch.title}》的安排，经单位申报、推荐、专家评分、会议审定和公示，"
        f"决定命名下列 {len(ready)} 个创新工作室为{tier}创新工作室，现予公布，并授予牌匾（名单附后）。\n"
        f"希望被命名的工作室珍惜荣誉，带好队伍，多出成果，带动更多职工参与创新。\n\n"
        f"{day.year}年{day.month}月{day.day}日"
    )


def write(session: Session, actor: Actor, batch_id: int, data: Mapping[str, Any]) -> NamingNotice:
    """Keep a notice as written so far, from what ``NoticeSchema.load`` returned."""
    batch = batches.held(session, actor, batch_id)
    _require_publicity(batch)
    notice = _written(session, batch)
    if notice is None:
        notice = NamingNotice(batch=batch)
        session.add(notice)
    notice.number, notice.text = data["number"], data["text"]
    session.flush()
    return notice


def issue(session: Session, actor: Actor, batch_id: int, data: Mapping[str, Any]) -> NamingNotice:
    """Issue the notice, from what ``NoticeSchema.load`` returned: name whom nothing holds up, and fix the text.

    ``data["expected"]`` are the applications the office saw it name. Raises Conflict where that has changed or nobody
    can be named yet, and Invalid for a notice without number or text.
    """
    batch = batches.held(session, actor, batch_id)
    _require_publicity(batch)
    for name, sentence in (("number", N_("请填写通知的文号。")), ("text", N_("请写通知的正文。"))):
        if not data[name]:
            raise Invalid({name: [sentence]})
    ready = [it.application for it in waiting(session, batch) if it.hindrance is None]
    if not ready:
        raise Conflict(N_("现在没有可以命名的工作室：公示期满、异议办结以后才能命名。"))
    if {it.id for it in ready} != set(data["expected"]):
        raise Conflict(N_("可以命名的名单有变化，请核对后再发布。"))
    notice = write(session, actor, batch_id, data)
    notice.issued_on, notice.issued_by = today(), actor.name
    numbers = plaques.following(session, plaques.series_of(session, batch), len(ready))
    notice.named = [_name(session, actor, it, notice, number) for it, number in zip(ready, numbers, strict=True)]
    session.flush()
    told = {"notice": notice.id, "number": notice.number, "text": notice.text, "named": notice.named}
    audit.record(session, actor, "name", "naming_batch", batch.id, payload=told)
    return notice


def finish(session: Session, actor: Actor, batch_id: int) -> NamingBatch:
    """End a batch; raise Conflict while somebody on its list waits."""
    batch = batches.held(session, actor, batch_id)
    if batch.state not in ("meeting", "publicity"):
        raise Conflict(N_("会议审定以后才能结束本批。"))
    open_states = (*publicity.WAITING, "proposed")
    if any(it.state in open_states for it in ranking.scored(session, batch)):
        raise Conflict(N_("名单上还有没有办完的工作室，不能结束本批。"))
    batch.named_on = today()
    batches.to_state(session, actor, batch, "named", "end")
    return batch


def _name(
    session: Session, actor: Actor, application: StudioApplication, notice: NamingNotice, plaque: str
) -> dict[str, Any]:
    listed = publicity.require_over(session, application)
    batch, studio, unit = application.batch, application.studio, application.organisation
    basis = f"{batch.title}（{notice.number}）"[:300]
    step = {"tier": batch.tier, "since": today(), "basis": basis, "plaque": plaque}
    ladder.climb(session, actor, studio.id, step)
    told = {"plaque": plaque, "notice": notice.number}
    # The state and its facts are written together: the database refuses one without the other.
    with session.no_autoflush:
        application.plaque, application.named_on, application.notice = plaque, today(), notice
        workflow.apply(session, actor, application, "name", payload=told, process="naming")
    session.flush()
    publicity.close_if_done(session, listed)
    tell_unit(session, application, "application_named")
    return {
        "studio": studio.id, "name": studio.name, "unit": unit.name, "place": ranking.city_of(unit.region_path),
        "leader": as_shown(application).get("leader", ""), "plaque": plaque,
    }  # fmt: skip


def _hindrance(session: Session, batch: NamingBatch, application: StudioApplication) -> DomainError | None:
    if application.studio.state != "active":
        return Conflict(N_("工作室现在不是正常状态，不能命名。"))
    try:
        publicity.require_over(session, application)
        ladder.require_step(session, application.studio, batch.tier, today())
    except DomainError as error:
        return error
    return None


def _written(session: Session, batch: NamingBatch) -> NamingNotice | None:
    return session.scalar(sa.select(NamingNotice).filter_by(naming_batch_id=batch.id, issued_on=None))


def _require_publicity(batch: NamingBatch) -> None:
    if batch.state != "publicity":
        raise Conflict(N_("公示以后才能发布命名通知。"))
