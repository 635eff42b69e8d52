"""What an agreement opens: the fields and files of layer L2, to the enterprise that signed, for its match alone.

Nobody is admitted to L2 by the catalogue, the API or an export. Each look is a row the owner reads, and bears its
number, the viewer and the moment wherever it can be copied (rule 20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import workflow
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Account, Achievement, Attachment, DisclosureView, Match
from marketplace.models.market.match import INTRODUCED
from marketplace.permissions import Actor, match_sides
from marketplace.schemas.achievement import disclosed
from marketplace.schemas.disclosure import AGREED, SETTABLE, layer_of, layer_of_file
from marketplace.services.files import holding
from marketplace.services.files.holding import Files
from marketplace.services.match import meeting, nda, watermark

_CLOSED = N_("双方都签署保密协议以后，需求方才能看到 L2 的内容；协议终止或匹配结束以后不再开放。")
_GONE = N_("这项成果已经转让或者独占、排他许可给别人，保密内容不再开放；看过的内容仍须按协议保密。")
_NO_WATERMARK = N_("“%(name)s”不能加水印，不在线提供；请成果方改传 PDF 或图片，或者当面查看。")
# The fields an owner sets a layer for, as the record itself calls them.
_FIELDS = {"sites": "applied_sites", "contributors": "completers", "indicator_tests": "indicators"}


@dataclass(frozen=True, slots=True)
class Opened:
    """What one look shows: the fields by name, the files that may be asked for, and the view it is logged as."""

    achievement: Achievement
    fields: dict[str, Any]
    files: tuple[Attachment, ...]
    view: DisclosureView


def admits(session: Session, actor: Actor, match: Match) -> bool:
    """Say whether the actor may look now: there in person, for the enterprise, while the agreement is in force.

    Once another has the achievement to himself nothing more is shown; what was seen stays under the agreement.
    """
    is_enterprise = match_sides(actor, match) == {"enterprise"}
    is_there = actor.account_id is not None and actor.limits is None
    is_shown = match.achievement.published_state == "published"
    return is_enterprise and is_there and is_shown and _is_agreed(session, match) and not is_closed(session, match)


def is_closed(session: Session, match: Match) -> bool:
    """Say whether an agreement in force opens nothing any more, since the achievement has gone to another."""
    return _is_agreed(session, match) and nda.has_gone_elsewhere(session, match)


def shown(session: Session, actor: Actor, match_id: int) -> Opened:
    """Return what L2 holds, and log the look; the first one takes the match its step.

    Raises NotFound, NotAllowed for whoever is not of the enterprise, and Conflict without an agreement in force.
    """
    match = _admitted(session, actor, match_id)
    achievement = match.achievement
    whole = disclosed(achievement, AGREED)
    names = [_FIELDS.get(it, it) for it in SETTABLE if layer_of(achievement, it) == AGREED]
    fields = {name: whole[name] for name in names if whole.get(name)}
    view = _logged(session, actor, match, fields=list(fields))
    return Opened(achievement, fields, tuple(files_of(achievement)), view)


def given_out(session: Session, actor: Actor, files: Files, match_id: int, file_id: int) -> tuple[Attachment, bytes]:
    """Return a file of L2 and its content with a watermark, and log the look.

    Raises as ``shown`` does, NotFound for a file of another layer, Conflict for one that cannot bear a watermark or is
    held back, and Unavailable where its content is missing.
    """
    match = _admitted(session, actor, match_id)
    held = next((it for it in files_of(match.achievement) if it.id == file_id), None)
    if held is None:
        raise NotFound("file", file_id)
    path = holding.path_of(files, held)
    if held.media_type not in watermark.BEARING:
        raise Conflict(_NO_WATERMARK, name=held.file_name)
    view = _logged(session, actor, match, file_name=held.file_name, file_hash=held.sha256)
    return held, watermark.marked(held.media_type, path.read_bytes(), mark_of(view), now())


def files_of(achievement: Achievement) -> list[Attachment]:
    """Return the files of an achievement that lie in L2."""
    return [it for it in achievement.attachments if layer_of_file(achievement, it) == AGREED]


def mark_of(view: DisclosureView) -> str:
    """Return what a watermark says: who looked, when, and under which number."""
    return f"{view.account.name} · {view.at:%Y-%m-%d %H:%M} UTC · No. {view.id:06}"


def views(session: Session, actor: Actor, match: Match) -> Sequence[DisclosureView]:
    """Return every look at what the agreement of a match opened, the newest first, to its two sides."""
    if not match_sides(actor, match):
        return ()
    query = sa.select(DisclosureView).filter_by(match_id=match.id).options(joinedload(DisclosureView.account))
    return session.scalars(query.order_by(DisclosureView.id.desc())).all()


def _is_agreed(session: Session, match: Match) -> bool:
    held = nda.of(session, match)
    return held is not None and held.is_in_force and match.state in INTRODUCED


def _admitted(session: Session, actor: Actor, match_id: int) -> Match:
    match = meeting.hold(session, actor, match_id)
    if "enterprise" not in match_sides(actor, match):
        raise NotAllowed("read", "achievement")
    if not admits(session, actor, match):
        raise Conflict(_GONE if is_closed(session, match) else _CLOSED)
    return match


def _logged(session: Session, actor: Actor, match: Match, **what: Any) -> DisclosureView:
    view = DisclosureView(match_id=match.id, account=session.get_one(Account, actor.account_id), at=now(), **what)
    session.add(view)
    if match.state == "nda":
        workflow.apply(session, actor, match, "disclose", process="match")
    elif match.disclosed_at is None:
        match.disclosed_at = view.at
    match.stirred_at, match.warned_at = view.at, None
    session.flush()
    return view
