"""Questions and answers between the two sides before they deal: each knows the other by its side alone.

Until both want it nobody may be reached outside the thread: what holds a number, an address or a name that was asked
to be kept back is not taken in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, personal_data
from marketplace.db import now
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import Match, MatchMessage
from marketplace.models.market.match import MUTUAL
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import Actor, Permission, can_introduce, match_sides, require
from marketplace.services.authoring import secrecy
from marketplace.services.match import meeting, telling

# From negotiating on, the room of the deal is where the two talk.
OPEN = ("suggested", "seen", "interest_e", "interest_o", "mutual", "introduced", "nda", "disclosed")
MOST = 2000
# Whoever writes several times in a row is told of once.
_QUIET = dt.timedelta(hours=1)

# How people give a way to reach them that is no telephone and no mail address.
_ACCOUNTS = re.compile(
    r"(?:微信|威信|薇信|wechat|weixin|wx|vx|v信|企业微信|钉钉|飞书|q\s*q|扣扣|企鹅)\s*(?:号|群|id)?\s*[:：是为]?\s*[a-z0-9_\-]{5,}",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"https?://|www\.|[a-z0-9-]+\.(?:com|cn|net|org|top|xyz)\b", re.IGNORECASE)
# As people write a number for those who read it, not for those who look for it.
_SPELLED = re.compile(
    r"[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖](?:[\s\-]?[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]){6,}"
)
_SPREAD = re.compile(r"(?<![0-9])1(?:[\s.·*_\-]+[0-9]){10}(?![0-9])")

_CLOSED = N_("这项匹配已经结束，或者已转入洽谈；请到洽谈的页面继续。")
_EMPTY = N_("请写下要说的话。")
_TOO_LONG = N_("一次最多写 2000 字。")
_REACHED = N_(
    "双方都表示有意向以前，这里不能留联系方式。请删去电话、邮箱、微信号或网址后再发；都有意向以后，双方的联系方式会在这一页公开。"
)
_NAMED = N_("需求方要求不公开单位名称，请删去单位或联系人的名称后再发。")


def speaks_as(actor: Actor, match: Match) -> str | None:
    """Return as whom the actor may write in the thread: a side, or the broker once both want it; None for others."""
    sides = match_sides(actor, match)
    if sides:
        return next(iter(sides)) if len(sides) == 1 else None
    return "broker" if match.state in MUTUAL and can_introduce(actor, match) else None


def of(session: Session, match: Match) -> list[MatchMessage]:
    """Return what was written in the thread of a match the actor was let into, the oldest first."""
    return list(session.scalars(sa.select(MatchMessage).filter_by(match_id=match.id).order_by(MatchMessage.id)))


def say(session: Session, actor: Actor, match_id: int, text: str) -> MatchMessage:
    """Write in the thread, and tell the other side once an hour; what was sent twice in a row is written once.

    Raises NotFound and NotAllowed, Conflict where the thread is closed, and Invalid for an empty text, one with a mark
    of secrecy and, before both want it, one that says how or by which name somebody is reached.
    """
    match = meeting.hold(session, actor, match_id)
    side = speaks_as(actor, match)
    require(actor, Permission.MATCH_ANSWER)
    if side is None:
        raise NotAllowed("answer", "match")
    if match.state not in OPEN:
        raise Conflict(_CLOSED)
    text = text.strip()
    if wrong := list(_wrong(match, text)):
        raise Invalid({"text": wrong})
    secrecy.refuse(session, {"text": text})
    if match.state == "suggested":
        meeting.see(session, actor, match_id)
    last = session.scalar(
        sa.select(MatchMessage).filter_by(match_id=match.id).order_by(MatchMessage.id.desc()).limit(1)
    )
    if last is not None and (last.written_by, last.text) == (actor.name, text):
        return last
    message = MatchMessage(match_id=match.id, side=side, text=text, written_by=actor.name, at=now())
    session.add(message)
    match.stirred_at, match.warned_at = message.at, None
    session.flush()
    audit.record(session, actor, "write", "match", match.id, payload={"message": message.id, "text": text})
    if last is None or last.side != side or last.at < message.at - _QUIET:
        for other in SIDES:
            if other != side:
                telling.tell(session, match, other, "match_message")
    return message


def _wrong(match: Match, text: str) -> Iterator[str]:
    if not text:
        yield _EMPTY
    if len(text) > MOST:
        yield _TOO_LONG
    if match.state in MUTUAL:
        return
    if _reaches(text):
        yield _REACHED
    if match.demand.is_anonymous and any(name in text for name in _kept_back(match)):
        yield _NAMED


def _reaches(text: str) -> bool:
    is_personal = next(personal_data.find(text), None) is not None
    return is_personal or any(it.search(text) for it in (_ACCOUNTS, _ADDRESSES, _SPELLED, _SPREAD))


def _kept_back(match: Match) -> list[str]:
    demand = match.demand
    names = [demand.organisation.name if demand.organisation is not None else "", demand.contact_name]
    return [name for name in names if len(name) > 1]
