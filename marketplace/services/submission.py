"""What was submitted, word for word, and the proof of it that its author takes away.

The text of an achievement or a proposal is kept as it was at each submission, and its hash stands in the event of that
submission; a proof holds the texts, the events up to the last of them and the script that checks both without the
product.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import audit, chain
from marketplace.errors import N_, Conflict, NotAllowed, NotFound, Unavailable
from marketplace.models import Achievement, AuditEntry, Proposal, SubmittedText
from marketplace.permissions import Actor, can_read, can_take_proof
from marketplace.services.stamping import queue as stamping

# What the product keeps for itself is no part of the text.
_OURS = {
    "id", "revision", "created_at", "updated_at", "state", "published_state", "published_at", "text_hash", "source",
    "source_id", "source_hash", "achievement_id", "noun", "object_id", "position", "email", "asked_at", "secret_hash",
    "declined_at", "decline_reason", "excused_at", "excused_by", "excuse",
}  # fmt: skip
_PARTS = ("contributors", "indicators", "sites", "rights", "attachments")
# What its authors write of a proposal; the rest is added by those who answer it.
WRITTEN = (
    "title", "present_state", "measure", "expected_effect", "benefit_metric", "category", "crew", "is_pseudonymous",
)  # fmt: skip

_CALLED = {"achievement": "成果 / achievement", "proposal": "建议 / proposal"}
_NO_STAMP = "没有 / none\n"

_README = """\
提交证明 / Proof of submission

{noun}: {number}
最后一次提交 / last submission: {moment} (UTC)
时间戳 / time stamps:
{stamps}
这份文件证明什么
  在上面所写的时间，提交人已经持有 submission-*.json 里的文本；附件以其 SHA-256 列在文本之中。时间取自平台的时钟；
  有 stamp-*.tsr 的，另有时间戳机构（RFC 3161）证明该事件的哈希在时间戳所写的时间已经存在。
  它证明在某一时间持有某一文本，不证明权属：不证明提交人是发明人、权利人，也不证明内容新颖或者真实。

怎样核对（不需要平台，只需要 Python 3.9 或更新）
  解开本文件，在其中运行  python verify.py
  它逐个核对事件的哈希、事件之间的衔接，以及每份文本与提交时的哈希。也可以不用它：submission-*.json 的 SHA-256
  就是 events.json 中那次提交的 payload_hash，verify.py 的开头写明了每个哈希是怎样算的。
  时间戳的签名由 verify.py 调用 openssl 核对（没有 openssl 时会说明没有核对）；也可以自己运行
    openssl ts -verify -digest 该事件的哈希 -in stamp-N.tsr -CAfile stamp-roots.pem
  证书到期以后加上 -attime 和当时的秒数。根证书 stamp-roots.pem 应与时间戳机构自己公布的一致。
  没有时间戳时，文件本身自洽还不够：请平台的运营者对同一编号再出一份证明，各事件的哈希应与本文件相同。

What this file proves
  At the moment above the submitter possessed the text in submission-*.json; attachments are listed in the text by
  their SHA-256. The time is that of the platform's clock; where there is a stamp-*.tsr, a time-stamping authority
  (RFC 3161) states besides that the hash of the event existed at the time of the stamp.
  It shows possession of a text at a time, not ownership: neither that the submitter is the inventor or holds the
  rights, nor that the content is new or true.

How to check it (without the platform; Python 3.9 or newer)
  Unpack the file and run  python verify.py  in it. It checks the hash of every event, that each follows from the one
  before it, and each text against the hash at its submission. It can be done without: the SHA-256 of a
  submission-*.json is the payload_hash of its submission in events.json, and the head of verify.py says how each hash
  is made.
  verify.py has openssl check the signature of a stamp, and says so where there is none; or run
    openssl ts -verify -digest HASH-OF-THE-EVENT -in stamp-N.tsr -CAfile stamp-roots.pem
  with -attime and the seconds of that time once the certificates have ended. The roots in stamp-roots.pem must be
  those the authority itself publishes.
  Without a stamp, a file that agrees with itself is not all: ask the operator of the platform for another proof of the
  same number; the hashes of its events must be those of this file.
"""


def content(record: Achievement | Proposal) -> dict[str, Any]:
    """Return a record as its author submits it: what was written, every part, the units by name, files by hash."""
    if isinstance(record, Proposal):
        return {
            **{name: getattr(record, name) for name in WRITTEN},
            "organisation": record.organisation.name if record.organisation else "",
            "authors": [
                {"name": author.name, "order": author.position, "share": author.share, "part": author.part}
                for author in record.authors
            ],
            "attachments": [_fields(file) for file in record.attachments],
        }
    parts = {name: [_fields(part) for part in getattr(record, name)] for name in _PARTS}
    return {**_fields(record), **parts, "completing_units": [unit.name for unit in record.units]}


def keep(session: Session, event: AuditEntry, text: Mapping[str, Any]) -> None:
    """Keep what was submitted beside its event, which must have been written with it as its payload.

    A stamp over the event is asked for by the worker, once it is kept.
    """
    session.add(SubmittedText(event=event, text=chain.canonical(text)))
    stamping.want(session, event)


def proof(session: Session, actor: Actor, noun: str, object_id: int, roots: Path | None = None) -> bytes:
    """Return the proof of an achievement's or a proposal's submissions as a ZIP file, with the stamps there are.

    ``roots`` is the file of the certificates that the stamps' signatures lead to.

    Raises NotFound where the actor may not read it, NotAllowed where he may not take its text away, and Conflict where
    it was never submitted here.
    """
    is_proposal = noun == "proposal"
    record = session.get(Proposal, object_id) if is_proposal else session.get(Achievement, object_id)
    if record is None or not can_read(actor, record):
        raise NotFound(noun, object_id)
    if not can_take_proof(actor, record):
        raise NotAllowed("read", "proof")
    texts = _texts(session, noun, object_id)
    if not texts:
        raise Conflict(N_("这条记录没有在平台上提交过（例如由导入收录），没有提交证明。"))
    last = texts[-1].event
    events = [it for it in audit.history(session, noun, object_id) if it.sequence <= last.sequence]
    hashed = [audit.as_hashed(event) for event in events]
    stamps = _stamps(session, events)
    told = "".join(f"{name}: {moment:%Y-%m-%d %H:%M:%S} (UTC)\n" for name, (_, moment) in stamps.items())
    return _packed(
        {
            "README.txt": _README.format(
                noun=_CALLED[noun], number=object_id, moment=hashed[-1]["at"], stamps=told or _NO_STAMP
            ),
            chain.EVENTS: chain.canonical(hashed),
            "verify.py": Path(chain.__file__).read_text("utf-8"),
            **{chain.text_name(it.event.sequence): it.text for it in texts},
            **{name: response for name, (response, _) in stamps.items()},
            **({chain.ROOTS: _read(roots)} if stamps and roots is not None else {}),
        }
    )


def has_proof(session: Session, actor: Actor, record: Achievement | Proposal) -> bool:
    """Say whether there is a submission to prove, and the actor may take the proof away."""
    kept = _kept(record.__tablename__, record.id).with_only_columns(sa.true()).limit(1)
    return can_take_proof(actor, record) and session.scalar(kept) is not None


def submitted(session: Session, achievement_id: int) -> list[dict[str, Any]]:
    """Return an achievement's text at each submission, oldest first, as ``content`` gives it with days as text."""
    return [json.loads(it.text) for it in _texts(session, "achievement", achievement_id)]


def _stamps(session: Session, events: Sequence[AuditEntry]) -> dict[str, tuple[bytes, dt.datetime]]:
    """Return the answer and the moment of each stamp by the name it has in a proof."""
    found = stamping.of(session, events)
    return {
        chain.stamp_name(event.sequence): (stamp.response, stamp.stamped_at)
        for event in events
        if (stamp := found.get(event.id)) and stamp.response is not None and stamp.stamped_at is not None
    }


def _read(roots: Path) -> bytes:
    try:
        return roots.read_bytes()
    except OSError as error:
        raise Unavailable(N_("读不出时间戳机构的证书 %(file)s，请检查 TSA_CA_FILE。"), file=str(roots)) from error


def _texts(session: Session, noun: str, object_id: int) -> list[SubmittedText]:
    query = _kept(noun, object_id).options(contains_eager(SubmittedText.event)).order_by(AuditEntry.sequence)
    return list(session.scalars(query))


def _kept(noun: str, object_id: int) -> sa.Select[SubmittedText]:
    submitted = AuditEntry.noun == noun, AuditEntry.object_id == object_id
    return sa.select(SubmittedText).join(SubmittedText.event).where(*submitted)


def _fields(row: Any) -> dict[str, Any]:
    return {it.key: getattr(row, it.key) for it in sa.inspect(type(row)).column_attrs if it.key not in _OURS}


def _packed(files: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
