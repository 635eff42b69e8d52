"""The whole room as one archive for its parties: what was said, proposed, signed and done, with every file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.db import now
from marketplace.documents import drawn
from marketplace.errors import N_, Conflict, DomainError, NotFound
from marketplace.models import Deal, TermSheet
from marketplace.permissions import Actor, sides_of
from marketplace.schemas import deal as plain
from marketplace.services.deal import milestones, rooms, terms
from marketplace.services.deal.income import yuan
from marketplace.services.files import holding
from marketplace.services.files.holding import Files
from marketplace.vocabulary import contract_kinds, licence_kinds, price_forms, transfer_modes

_CODES = {
    "contract_kind": contract_kinds, "mode": transfer_modes, "licence_kind": licence_kinds, "price_form": price_forms,
}  # fmt: skip
_README = (
    "本压缩包是一项交易的全部记录，由当事人导出。manifest.json 列出每个文件的 SHA-256。\n"
    "This archive holds the whole record of a deal, taken by a party to it; manifest.json gives every SHA-256.\n"
)


def zipped(session: Session, actor: Actor, files: Files, deal_id: int) -> bytes:
    """Return the room of a deal as a ZIP archive, and write into its events who took it away.

    A file that is not given out (it waits for the scanner, say) is left out, and the manifest says so. Raises NotFound
    for anybody but the two parties.
    """
    deal = rooms.enter(session, actor, deal_id)
    if not sides_of(actor, deal):
        raise NotFound("deal", deal_id)
    audit.record(session, actor, "export_room", "deal", deal.id)
    session.flush()
    left_out: list[dict[str, str]] = []
    members = dict(_members(session, actor, files, deal, left_out))
    manifest = {
        "deal": deal.id, "exported_at": now().isoformat(), "exported_by": actor.name,
        "files": {name: chain.sha256(content) for name, content in members.items()}, "left_out": left_out,
    }  # fmt: skip
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", _json(manifest))
    return held.getvalue()


def contract(session: Session, actor: Actor, deal_id: int) -> bytes:
    """Return the contract as signed, or the latest version of its terms, as PDF; raise NotFound and Conflict."""
    deal = rooms.get(session, actor, deal_id)
    sheet = _stated(session, deal)
    if sheet is None:
        raise Conflict(N_("还没有条款。"))
    return _drawn(deal, sheet)


def _members(
    session: Session, actor: Actor, files: Files, deal: Deal, left_out: list[dict[str, str]]
) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", _README.encode()
    yield "contract.json", _json(plain.shown(deal))
    sheet = _stated(session, deal)
    if sheet is not None:
        yield "contract.pdf", _drawn(deal, sheet)
    for version in terms.versions(session, actor, deal):
        yield f"terms/version-{version.number}.json", _json(plain.shown_version(version))
    owners = [
        {"unit": it.organisation.name, "share": f"{it.share:f}" if it.share is not None else None,
         "version": it.version, "consents": it.consents, "reason": it.reason} for it in deal.owners
    ]  # fmt: skip
    yield "owners.json", _json(owners)
    said = [
        {
            "id": it.id,
            "seat": it.seat,
            "by": it.account.name,
            "at": it.said_at.isoformat(),
            "text": it.text,
            "files": it.files,
        }
        for it in rooms.messages(session, actor, deal)
    ]
    yield "messages.json", _json(said)
    yield "tasks.json", _json([plain.shown_task(it) for it in milestones.of(session, actor, deal)])
    yield "events.json", _json([audit.as_hashed(it) for it in rooms.events(session, actor, deal)])
    for shown in holding.files_of(session, actor, "deal", deal.id).files:
        name = f"files/{shown.file.id}-{shown.file.file_name}"
        try:
            _held, path = holding.given_out(session, actor, files, "deal", deal.id, shown.file.id)
        except DomainError as error:
            left_out.append({"name": name, "sha256": shown.file.sha256, "reason": str(error)})
        else:
            yield name, path.read_bytes()


def _stated(session: Session, deal: Deal) -> TermSheet | None:
    if deal.signed_version is None:
        return terms.current(session, deal)
    return session.scalar(sa.select(TermSheet).filter_by(deal_id=deal.id, number=deal.signed_version))


def _drawn(deal: Deal, sheet: TermSheet) -> bytes:
    rows = [[plain.TERM_NAMES[name], _said(name, sheet.terms.get(name))] for name in plain.TERM_NAMES]
    told = {
        "number": str(deal.id), "version": sheet.number, "title": deal.title, "achievement": deal.achievement.title,
        "enterprise": deal.party("enterprise"), "owner": "、".join([deal.party("owner"), *_co_owners(deal)]),
        "is_signed": deal.signed_on is not None, "signed_on": deal.signed_on.isoformat() if deal.signed_on else "",
        "registration_no": deal.registration_no or "", "registration_office": deal.registration_office,
        "registered_on": deal.registered_on.isoformat() if deal.registered_on else "",
        "terms": [row for row in rows if row[1]],
    }  # fmt: skip
    return drawn("contract", told, sheet.proposed_at)


def _co_owners(deal: Deal) -> list[str]:
    return [it.organisation.name for it in deal.co_owners]


def _said(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in _CODES:
        return _CODES[name].label(value)
    if name in ("amount", "technical_part"):
        return f"{yuan(value)} 元"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
