"""Look for personal data in what becomes public of an achievement; a reviewer says what is meant for the public."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, personal_data
from marketplace.errors import N_, Conflict, DomainError, Invalid, NotFound
from marketplace.file_texts import Place
from marketplace.models import Achievement, Attachment, PersonalDataClearance
from marketplace.permissions import Actor, Permission, require
from marketplace.schemas import disclosure as layers
from marketplace.schemas.achievement import AchievementSchema, AttachmentSchema
from marketplace.services import achievement as achievements
from marketplace.services.disclosing import called

FIELD_NAMES = {
    "title": N_("成果名称"),
    "teaser": N_("一句话简介"),
    "summary": N_("简介"),
    "problem": N_("解决的问题"),
    "principle": N_("原理与做法"),
    "difference": N_("与现有做法的区别"),
    "indicators": N_("主要指标"),
    "economic_comparison": N_("应用前后对比"),
    "trl_evidence": N_("就绪度的依据"),
    "applied_sites": N_("已应用单位"),
    "completers": N_("完成人"),
    "supporters": N_("协助人员"),
    "transfer_note": N_("转化说明"),
    "rights_holder": N_("权利人"),
    "ip": N_("知识产权"),
    "keywords": N_("关键词"),
    "field": N_("领域"),
    "studio": N_("工作室"),
    "campaign": N_("活动"),
    "territory": N_("地域"),
    "term": N_("期限"),
    "attachments": N_("附件"),
}
# What the platform itself writes, or what is a number of another kind by what it is.
_NOT_TEXT = frozenset(
    {"disclosure", "extra", "ipc", "language", "published_at", "source", "source_id", "state", "units"}
)

_NOT_TO_BE_SHOWN = {
    "waiting": N_("对公众公开的附件“%(name)s”，文字还没有检查；请几分钟后再试。"),
    "marked": N_("附件“%(name)s”里有涉密标志，不能公开；请删除，并按保密规定办理。"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data of one kind in one place, ``indicators.0.test``; ``masked`` are the passages, made unreadable.

    In the text of a file, ``within`` says for each of them where in the file it stands.
    """

    place: str
    kind: str
    masked: tuple[str, ...]
    text_hash: str
    file_name: str = ""
    within: tuple[Place, ...] = ()

    @property
    def kind_name(self) -> str:
        return called.KIND_NAMES[self.kind]

    def shown(self, translate: Callable[[str], str]) -> str:
        """Return the passages, those of a file with their places."""
        if not self.within:
            return " ".join(self.masked)
        pairs = zip(self.within, self.masked, strict=True)
        return "，".join(f"{called.place(place, translate)} {masked}" for place, masked in pairs)

    def called(self, translate: Callable[[str], str]) -> str:
        """Return the place as people call it: the field and, in a list, which of it."""
        field, _, below = self.place.partition(".")
        number = below.partition(".")[0]
        name = translate(FIELD_NAMES.get(field, field))
        if self.file_name:
            return f"{name}“{self.file_name}”"
        return f"{name} {int(number) + 1}" if number.isdigit() else name


class PersonalDataShown(Conflict):
    """What would become public holds personal data; ``found`` says where."""

    def __init__(self, achievement_id: int, found: Sequence[Found]) -> None:
        message = N_(
            "成果 %(identity)s 要公开的内容里有个人信息：%(places)s。请退回作者改正；确实应当公开的，"
            "由审核人在成果页写明理由。"
        )
        super().__init__(message, identity=achievement_id, places="")
        self.found = tuple(found)

    def text(self, translate: Callable[[str], str]) -> str:
        places = "；".join(
            f"{it.called(translate)}（{translate(it.kind_name)} {it.shown(translate)}）" for it in self.found
        )
        return DomainError(self.message, **{**self.params, "places": places}).text(translate)


def found_in(plain: Mapping[str, Any]) -> list[Found]:
    """Return what is found in plain data, place by place."""
    found = []
    for place, text in _texts(plain, ""):
        by_kind: dict[str, list[str]] = {}
        for it in personal_data.find(text):
            by_kind.setdefault(it.kind, []).append(it.masked)
        text_hash = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if by_kind else ""
        found += [Found(place, kind, tuple(masked), text_hash) for kind, masked in by_kind.items()]
    return found


def found(achievement: Achievement, changes: Mapping[str, Any] | None = None) -> list[Found]:
    """Return what is found in all that is, or will be once nothing closes it, open to anyone.

    ``changes`` are those of an amendment, which are published with the record.
    """
    hidden = {it for it in AchievementSchema().fields if layers.chosen_layer(achievement, it) > layers.PUBLIC}
    shown = AchievementSchema(exclude={*hidden, *_NOT_TEXT, "attachments"})
    plain = shown.dump(achievement)
    for name, value in (changes or {}).items():
        if name in shown.fields:
            plain[shown.fields[name].data_key or name] = value
    if layers.chosen_layer(achievement, "indicator_tests") > layers.PUBLIC:
        plain["indicators"] = [{**it, "test": ""} for it in plain.get("indicators", ())]
    open_files = [it for it in achievement.attachments if it.disclosure == layers.PUBLIC]
    plain["attachments"] = AttachmentSchema(many=True, only=("file_name",)).dump(open_files)
    return found_in(plain) + [it for file in open_files for it in _found_in_file(file)]


def _found_in_file(file: Attachment) -> Iterator[Found]:
    """Yield what was found in the text of a file, kind by kind; another content is looked at anew."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for it in file.stored.personal:
        by_kind.setdefault(it["kind"], []).append(it)
    for kind, several in by_kind.items():
        within = tuple(Place(*it["at"]) for it in several)
        masked = tuple(str(it["masked"]) for it in several)
        yield Found(f"attachments.{file.id}.text", kind, masked, file.sha256, file.file_name, within)


def found_in_row(row: Mapping[str, Any]) -> list[Found]:
    """Return what is found in what becomes public of a row, which ``AchievementSchema.load`` returned."""
    chosen = {**layers.USUAL, **(row.get("disclosure") or {}), **layers.LEAST}
    closed = {it for it, layer in chosen.items() if layer > layers.PUBLIC}
    return found_in({name: value for name, value in row.items() if name not in closed | _NOT_TEXT})


def uncleared(session: Session, achievement: Achievement, changes: Mapping[str, Any] | None = None) -> list[Found]:
    """Return what is found and no reviewer has cleared as the text is now."""
    query = sa.select(PersonalDataClearance).where(PersonalDataClearance.achievement_id == achievement.id)
    cleared = {(it.place, it.kind, it.text_hash) for it in session.scalars(query)}
    return [it for it in found(achievement, changes) if (it.place, it.kind, it.text_hash) not in cleared]


def require_cleared(
    session: Session, achievement: Achievement, changes: Mapping[str, Any], known: Collection[tuple[str, str]] = ()
) -> None:
    """Raise PersonalDataShown where something would become public that nobody has cleared.

    What is ``known``, by place and kind, is public already. Raises Conflict where the text of a file was not looked at
    yet, or bears a mark of secrecy.
    """
    for file in achievement.attachments:
        if file.disclosure == layers.PUBLIC and file.stored.text in _NOT_TO_BE_SHOWN:
            raise Conflict(_NOT_TO_BE_SHOWN[file.stored.text], name=file.file_name)
    left = [it for it in uncleared(session, achievement, changes) if (it.place, it.kind) not in known]
    if left:
        raise PersonalDataShown(achievement.id, left)


def clear(session: Session, actor: Actor, achievement_id: int, place: str, kind: str, reason: str) -> None:
    """Note that personal data in a place is meant for the public, and why; the event names neither it nor its digits.

    Raises NotFound, NotAllowed, and Invalid without a reason or where the reason itself holds personal data.
    """
    achievement = achievements.get(session, actor, achievement_id)
    require(actor, Permission.ACHIEVEMENT_REVIEW, achievement)
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明为什么可以公开。")]})
    if any(personal_data.find(reason)):
        raise Invalid({"reason": [N_("理由里不要写号码或地址本身。")]})
    wanted = next((it for it in uncleared(session, achievement) if (it.place, it.kind) == (place, kind)), None)
    if wanted is None:
        raise NotFound("personal_data", place)
    session.add(
        PersonalDataClearance(
            achievement_id=achievement_id, place=place, kind=kind, text_hash=wanted.text_hash,
            reason=reason.strip(), cleared_by=actor.name,
        )
    )  # fmt: skip
    session.flush()
    payload = {"place": place, "kind": kind}
    audit.record(session, actor, "clear_personal_data", "achievement", achievement_id, reason=reason, payload=payload)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, below in value.items():
            yield from _texts(below, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for number, below in enumerate(value):
            yield from _texts(below, f"{place}.{number}")
