"""What the text of a file holds: marks of secrecy, for which it is refused, and personal data, which is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from marketplace import file_texts
from marketplace.errors import N_, DomainError
from marketplace.file_texts import Looked, Place
from marketplace.models import StoredFile
from marketplace.services.authoring import secrecy
from marketplace.services.disclosing import called
from marketplace.services.files.refusal import FileRefused

MARKED = "marked"
# How many seconds somebody who uploads a file waits for its text; what is left is read by the worker.
AT_ONCE = 8
_SECRET = N_(
    "“%(name)s”里有涉密标志：%(places)s。平台不接收国家秘密，文件没有保存；请删去后再上传，涉密材料请按保密规定办理。"
)
_STATES = {
    file_texts.PARTLY: N_("只读到一部分文字；其余有没有个人信息和涉密标志，请人工查看。"),
    file_texts.NONE: N_("没有读到文字（例如扫描件、照片）；有没有个人信息和涉密标志，请人工查看。"),
    "waiting": N_("文字还没有检查，几分钟后再看。"),
    MARKED: N_("里面有涉密标志，已停止提供；请删除这个文件，并按保密规定办理。"),
}
_PERSONAL = N_("有个人信息：%(places)s。对公众公开以前须删去，或由审核人写明理由。")
_AND_MORE = N_("等 %(count)s 处")
# More than these nobody reads in a line.
_TOLD = 8


class SecretInFile(FileRefused):
    """The text of a file bears a mark of secrecy; the sentence says which and where."""

    def __init__(self, name: str, marks: tuple[tuple[Place, str], ...]) -> None:
        super().__init__(_SECRET, name=name, places="")
        self.marks = marks

    def text(self, translate: Callable[[str], str]) -> str:
        places = _listed([f"{called.place(at, translate)}“{mark}”" for at, mark in self.marks], translate)
        return DomainError(self.message, **{**self.params, "places": places}).text(translate)


def look(session: Session, content: bytes, media_type: str, patience: float = file_texts.PATIENCE) -> Looked:
    """Return what the text of a content holds, by the marks that are in force today."""
    marks, harmless = secrecy.in_force(session)
    return file_texts.look(content, media_type, marks, harmless, patience)


def require_unmarked(name: str, looked: Looked) -> None:
    """Raise SecretInFile where a text bears a mark of secrecy (domain rule 7)."""
    if looked.marks:
        raise SecretInFile(name, looked.marks)


def note(stored: StoredFile, looked: Looked) -> None:
    """Keep with a content how much of its text was looked at, and the personal data that is in it."""
    stored.text = MARKED if looked.marks else looked.state
    stored.personal = [
        {"at": [at.kind, at.name], "kind": kind, "masked": masked} for at, kind, masked in looked.personal
    ]


def notes(stored: StoredFile, translate: Callable[[str], str]) -> Iterator[str]:
    """Yield what whoever works on a record is to know of the text of a file; nothing where there is nothing to do."""
    if stored.text in _STATES:
        yield translate(_STATES[stored.text])
    if stored.personal:
        places = [f"{place_of(it, translate)} {translate(called.KIND_NAMES[it['kind']])} {it['masked']}"
                  for it in stored.personal]  # fmt: skip
        yield translate(_PERSONAL) % {"places": _listed(places, translate)}


def place_of(found: dict[str, Any], translate: Callable[[str], str]) -> str:
    """Return where an entry of ``StoredFile.personal`` stands, as people call it."""
    return called.place(Place(*found["at"]), translate)


def _listed(places: list[str], translate: Callable[[str], str]) -> str:
    shown = "；".join(dict.fromkeys(places[:_TOLD]))
    return shown if len(places) <= _TOLD else shown + translate(_AND_MORE) % {"count": len(places)}
