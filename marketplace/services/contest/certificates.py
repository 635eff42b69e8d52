"""The certificate of a prize: what its number stands for, and the PDF for its holder."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, NotAllowed, NotFound
from marketplace.models import Contestant
from marketplace.permissions import Actor, can_see_contestant
from marketplace.services import certificate


def verify(session: Session, number: str) -> Contestant | None:
    """Return whose prize a number stands for, None for one that was never given. Anybody may ask.

    One that was revoked stays on record, in the state "revoked".
    """
    return session.scalar(sa.select(Contestant).filter_by(certificate_number=number.strip().upper()))


def pdf(session: Session, actor: Actor, number: str, address: str) -> bytes:
    """Return the certificate as PDF; ``address`` is that of the page that verifies it.

    Raises NotFound for a number never given, NotAllowed for whoever has no part in it and Conflict once it is revoked.
    """
    found = verify(session, number)
    if found is None:
        raise NotFound("certificate", number)
    if not can_see_contestant(actor, found):
        raise NotAllowed("read", "certificate")
    if found.state != "awarded":
        raise Conflict(N_("这份证书已经撤销。"))
    said = found.stated or {}
    told = certificate.Stated(
        number=found.certificate_number or "",
        heading_en="Certificate of a contest",
        title=said["name"],
        holders=[said["group"]],
        nobody="",
        unit=said["unit"],
        where=said["contest"],
        said=f"获得第 {said['rank']} 名，授予{said['grade']}。",
        said_en=f"came {_ordinal(said['rank'])} in the group and the contest named above.",
    )
    return certificate.pdf(told, found.granted_on or dt.date.min, address)


def _ordinal(rank: int) -> str:
    ending = "th" if 10 < rank % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"
