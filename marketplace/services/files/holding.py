"""The verbs of a file: bring it to a record, list, give out, take away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict, NotFound, Unavailable
from marketplace.models import Achievement, Attachment, CompetitionRegistration, Deal, DealPayment, Evidence, StoredFile
from marketplace.models.records.file import PURPOSES, STATEMENTS
from marketplace.permissions import Actor
from marketplace.services.authoring import secrecy
from marketplace.services.files import access, kinds, texts
from marketplace.services.files.access import Held
from marketplace.services.files.refusal import FileRefused, FilesRefused
from marketplace.services.files.scanning import Scanner, ScannerAway
from marketplace.services.files.store import Store

_INFECTED = N_("病毒扫描在“%(name)s”里发现了 %(finding)s，没有接收。请在自己的电脑上查杀后重新上传。")
_SECRET = N_("文件名“%(name)s”有涉密标志。平台不接收国家秘密，文件没有保存；涉密材料请按保密规定办理。")
# What shows signatures and stamps of persons is for the offices alone; the rest is laid open as its owner chooses.
_LAYER, _LAYER_OF_STATEMENTS = 2, 3


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an installation: where they lie, the most a record may have, and who looks for viruses.

    ``holds`` says what happens while the scanner is away: a file is taken and held back until it was scanned, or is
    refused.
    """

    store: Store
    most: int
    most_bytes: int
    scanner: Scanner | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a reader sees it listed, and its content."""

    file: Held

    @property
    def stored(self) -> StoredFile:
        return self.file.stored

    @property
    def scan(self) -> str:
        return self.stored.scan

    @property
    def is_given_out(self) -> bool:
        return self.scan in ("clean", "unscanned") and self.stored.text != texts.MARKED


@dataclass(frozen=True, slots=True)
class FilesOf:
    """The files of a record that a reader may see, and whether he may change them.

    Whoever ``works_on`` the record is told what was found in the text of its files.
    """

    noun: str
    object_id: int
    files: tuple[Shown, ...]
    may_change: bool
    works_on: bool


def files_of(session: Session, actor: Actor, noun: str, object_id: int) -> FilesOf:
    """Return the files of a record that the actor may see; raise NotFound where he may not see the record."""
    found = access.reach(session, actor, noun, object_id)
    seen = [file for file in access.held(session, noun, object_id) if access.is_seen(file, found)]
    return FilesOf(noun, object_id, tuple(map(Shown, seen)), found.may_change, found.layer == access.WORKS_ON)


def attach(
    session: Session, actor: Actor, files: Files, noun: str, object_id: int, name: str, content: bytes, purpose: str
) -> Held:
    """Keep a file for a record, and return it.

    Raises NotFound, NotAllowed or Conflict where the actor may not change the files of the record, FileRefused where
    the file is no good, is infected, bears a mark of secrecy or is one too many, and Unavailable where it could not be
    scanned or stored.
    """
    record = access.require_change(session, actor, noun, object_id)
    if purpose not in PURPOSES:
        raise FileRefused(N_("请选择文件“%(name)s”的用途。"), name=kinds.safe_name(name))
    if secrecy.marked(session, {"name": name}):
        raise FileRefused(_SECRET, name=kinds.safe_name(name))
    clean = kinds.cleaned(name, content)
    others = access.held(session, noun, object_id)
    _require_room(files, others, clean)
    stored = _kept(session, files, clean)
    if any(other.sha256 == stored.sha256 and other.purpose == purpose for other in others):
        raise FileRefused(N_("这条记录已经有内容与“%(name)s”完全相同的文件。"), name=clean.file_name)
    described = {
        "file_name": clean.file_name, "media_type": clean.media_type, "size": stored.size, "sha256": stored.sha256,
        "purpose": purpose, "uploaded_by": actor.name,
    }  # fmt: skip
    held: Held
    if isinstance(record, Achievement):
        layer = _LAYER_OF_STATEMENTS if purpose in STATEMENTS else _LAYER
        place = max((it.position for it in record.attachments), default=0) + 1
        held = Attachment(position=place, disclosure=layer, **described)
        record.attachments.append(held)
    else:
        held = Evidence(noun=noun, object_id=object_id, **described)
        session.add(held)
    session.flush()
    _tell(session, actor, "add_file", noun, object_id, held)
    return held


def attach_all(
    session: Session, actor: Actor, files: Files, noun: str, object_id: int, brought: Iterable[tuple[str, bytes]]
) -> list[Held]:
    """Keep files, by name and content, for a record, all of them or none, and return them.

    Raises FilesRefused, which says of each why it is refused, and else what ``attach`` raises.
    """
    kept, refused = [], []
    for name, content in brought:
        try:
            kept.append(attach(session, actor, files, noun, object_id, name, content, "other"))
        except FileRefused as error:
            refused.append(error)
    if refused:
        raise FilesRefused(refused)
    return kept


def remove(session: Session, actor: Actor, noun: str, object_id: int, file_id: int) -> None:
    """Take a file away from a record; its content goes once no record has it. Raises as ``attach`` does."""
    record = access.require_change(session, actor, noun, object_id)
    if isinstance(record, Deal):
        raise Conflict(N_("洽谈室里的文件双方都要留底，不能删除；给错了的，请再发一份并说明。"))
    if isinstance(record, CompetitionRegistration):
        raise Conflict(N_("评价的依据要留底，不能删除；给错了的，请再传一份并在评价意见里说明。"))
    if isinstance(record, DealPayment) and record.reward_paid_on is not None:
        raise Conflict(N_("发放的凭证要留底，不能删除；给错了的，请再传一份。"))
    held = _find(session, noun, object_id, file_id)
    if isinstance(record, Achievement) and isinstance(held, Attachment):
        record.attachments.remove(held)
    else:
        session.delete(held)
    session.flush()
    _tell(session, actor, "remove_file", noun, object_id, held)


def given_out(
    session: Session, actor: Actor, files: Files, noun: str, object_id: int, file_id: int
) -> tuple[Held, Path]:
    """Return a file and where its content lies.

    Raises NotFound where the actor may not see it, Conflict while it waits for the scanner, was found infected or
    bears a mark of secrecy, and Unavailable where its content is missing.
    """
    found = access.reach(session, actor, noun, object_id)
    held = _find(session, noun, object_id, file_id)
    if not access.is_seen(held, found):
        raise NotFound("file", file_id)
    return held, path_of(files, held)


def path_of(files: Files, held: Held) -> Path:
    """Return where the content of a file lies, whoever asks; raises Conflict and Unavailable as ``given_out`` does."""
    if held.stored.text == texts.MARKED:
        raise Conflict(N_("这个文件里有涉密标志，已停止提供。"))
    if held.stored.scan == "waiting":
        raise Conflict(N_("这个文件还在等待病毒扫描，扫描之后才能下载。"))
    if held.stored.scan == "infected":
        raise Conflict(N_("病毒扫描在这个文件里发现了问题，内容已经删除。"))
    path = files.store.path(held.sha256)
    if not path.is_file():
        raise Unavailable(N_("附件的内容不在存储里，请管理员运行 flask files check，并从备份恢复。"))
    return path


def _require_room(files: Files, others: list[Held], clean: kinds.Cleaned) -> None:
    if len(others) >= files.most:
        raise FileRefused(N_("一条记录最多 %(most)s 个文件；请先删去不需要的。"), most=files.most)
    if sum(other.size for other in others) + len(clean.content) > files.most_bytes:
        message = N_("一条记录的文件合计不能超过 %(most)s MiB；请先删去不需要的，或者缩小“%(name)s”。")
        raise FileRefused(message, most=files.most_bytes >> 20, name=clean.file_name)


def _kept(session: Session, files: Files, clean: kinds.Cleaned) -> StoredFile:
    """Scan, read and store a content, or find it stored; raise FileRefused or Unavailable."""
    scan, finding = _scanned(files, clean)
    if finding:
        raise FileRefused(_INFECTED, name=clean.file_name, finding=finding)
    looked = texts.look(session, clean.content, clean.media_type, texts.AT_ONCE)
    texts.require_unmarked(clean.file_name, looked)
    try:
        sha256 = files.store.put(clean.content)
    except OSError as error:
        raise Unavailable(N_("附件现在存不进去（磁盘已满或文件夹不可写），请稍后再试或联系管理员。")) from error
    stored = session.get(StoredFile, sha256, with_for_update=True)
    if stored is None:
        stored = StoredFile(sha256=sha256, size=len(clean.content), media_type=clean.media_type, scan=scan)
        session.add(stored)
    stored.touched_at = now()
    texts.note(stored, looked)
    if looked.was_stopped:
        stored.text = "waiting"
    if scan == "clean" or stored.scan == "infected":
        stored.scan, stored.finding, stored.scanned_at = scan, "", now() if scan == "clean" else None
    session.flush()
    return stored


def _scanned(files: Files, clean: kinds.Cleaned) -> tuple[str, str]:
    if files.scanner is None:
        return "unscanned", ""
    try:
        finding = files.scanner(clean.content)
    except ScannerAway as error:
        if not files.holds:
            raise Unavailable(N_("病毒扫描暂时不可用，现在不能接收文件，请稍后再试。")) from error
        return "waiting", ""
    return "clean", finding


def _find(session: Session, noun: str, object_id: int, file_id: int) -> Held:
    for held in access.held(session, noun, object_id):
        if held.id == file_id:
            return held
    raise NotFound("file", file_id)


def _tell(session: Session, actor: Actor, verb: str, noun: str, object_id: int, held: Held) -> None:
    payload = {"sha256": held.sha256, "purpose": held.purpose, "file_name": held.file_name}
    audit.record(session, actor, verb, noun, object_id, payload=payload)
