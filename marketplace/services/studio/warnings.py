"""What of a studio must be seen to, told from the record as it is on a day (rules 45, 47 and 57)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import day_of
from marketplace.errors import N_
from marketplace.models import Studio

_GONE = {"retired": N_("退休"), "left": N_("调离"), "deceased": N_("去世")}


@dataclass(frozen=True, slots=True)
class Warned:
    """A sentence as a gettext key with its parameters, for whoever keeps the record."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)


def of(session: Session, studio: Studio, day: dt.date) -> list[Warned]:
    """Return what must be seen to of a studio; a closed one needs nothing."""
    if studio.state == "closed":
        return []
    return [*_of_leader(session, studio, day), *_of_grants(session, studio, day)]


def _of_leader(session: Session, studio: Studio, day: dt.date) -> Iterator[Warned]:
    leader = studio.leader
    if leader is None:
        most = rules.value(session, "leader_replacement", day)
        ends = [it.until for it in studio.leaders if it.until is not None]
        since = max(ends, default=day_of(studio.created_at))
        days = (day - since).days
        late = N_("领衔人空缺已 %(days)s 天，超过规定的 %(most)s 天，应当暂停。")
        waiting = N_("领衔人空缺 %(days)s 天，规定 %(most)s 天内确定新的领衔人。")
        yield Warned(late if days > most else waiting, {"days": days, "most": most})
        return
    person = leader.person
    if person.employment in _GONE:
        most = rules.value(session, "leader_replacement", day)
        said = N_("领衔人已%(how)s，请在 %(most)s 天内确定新的领衔人。")
        yield Warned(said, {"how": _GONE[person.employment], "most": most})
    revoked = [it for it in person.honours if it.state_on(day) == "revoked"]
    if revoked:
        yield Warned(
            N_("领衔人的荣誉“%(title)s”已于 %(day)s 撤销，请核对是否仍符合条件。"),
            {"title": revoked[0].title, "day": revoked[0].revoked_on},
        )


def _of_grants(session: Session, studio: Studio, day: dt.date) -> Iterator[Warned]:
    for grant in (it for it in studio.grants if it.left > 0):
        days = rules.value(session, "grant_spending", grant.received_on)
        if (day - grant.received_on).days > days:
            yield Warned(
                N_("%(payer)s %(day)s 拨付的经费超过 %(days)s 天还没有用完。"),
                {"payer": grant.payer, "day": grant.received_on, "days": days},
            )
