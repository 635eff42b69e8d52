"""One row of a file, turned into what the schema of its noun loads.

How a value is read follows from the kind of field it fills. What cannot be read leaves its field empty, is kept in
``extra`` under its own heading and is reported; only a row without its essentials is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import marshmallow as ma

from ingest import normalise
from ingest.columns import Column, Layout
from ingest.normalise import Unclear
from ingest.report import Finding, Severity
from marketplace import vocabulary
from marketplace.schemas import fields as kinds
from marketplace.schemas.achievement import AchievementSchema
from marketplace.schemas.crew import CrewRosterSchema
from marketplace.schemas.demand import DemandSchema
from marketplace.schemas.honour import RosterSchema
from marketplace.schemas.organisation import OrganisationSchema
from marketplace.schemas.outreach import AttendanceRosterSchema
from marketplace.schemas.participation import ParticipationRosterSchema
from marketplace.schemas.register import RegisterSchema
from marketplace.schemas.statistics import DesignatedSizeSchema, HeadcountRosterSchema
from marketplace.schemas.studio import StudioRegisterSchema

SCHEMAS: Mapping[str, ma.Schema] = {
    "achievements": AchievementSchema(),
    "attendance": AttendanceRosterSchema(),
    "crews": CrewRosterSchema(),
    "demands": DemandSchema(),
    "designated-size": DesignatedSizeSchema(),
    "headcounts": HeadcountRosterSchema(),
    "honours": RosterSchema(),
    "organisations": OrganisationSchema(),
    "participation": ParticipationRosterSchema(),
    "proposals": RegisterSchema(),
    "studios": StudioRegisterSchema(),
}
FIELDS: Mapping[str, Mapping[str, Any]] = {
    noun: {member.data_key or name: member for name, member in schema.fields.items()}
    for noun, schema in SCHEMAS.items()
}
# A row whose error is in one of these is refused; any other error costs the row that one value.
ESSENTIAL = frozenset({"title", "text", "summary", "name", "source_id", "completers", "proposers", "_schema"})
ESSENTIAL_OF = {
    "attendance": frozenset({"event", "unit", "person", "person_id", "person_times", "persons", "begins_on"}),
    "crews": frozenset({"crew", "unit", "year", "level", "leader_id"}),
    "designated-size": frozenset({"year", "threshold", "credit_code"}),
    "headcounts": frozenset({"unit", "day", "number", "source"}),
    "honours": frozenset({"holder", "unit", "year", "level", "ends_on"}),
    "participation": frozenset(
        {"campaign", "item", "unit", "day", "person", "person_id", "person_times", "persons", "evidence"}
    ),
    "studios": frozenset({"unit", "tier", "since"}),
}
DEADLINES = frozenset({"due", "valid_until", "ends_on"})
LONGEST_EXTRA = 2000

KEPT = "已留空，原文保留在附加信息中；请核对后补填"
REFUSED = "未导入；请改正后重新导入"


@dataclass(slots=True)
class Draft:
    """A row on its way to a record: the data for the schema, what the file calls each field, what there is to say."""

    data: dict[str, Any]
    names: Mapping[str, str]
    filled: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def remark(self, severity: Severity, name: str, value: Any, problem: str, action: str) -> None:
        self.findings.append(Finding(severity, problem, action, name, self.names.get(name, name), value))

    def keep(self, heading: str, value: Any) -> None:
        """Keep a value that no field holds, shortened to what is reasonable beside a record."""
        self.data.setdefault("extra", {})[heading] = normalise.text(value)[:LONGEST_EXTRA]

    def set_aside(self, name: str, heading: str, value: Any, problem: str) -> None:
        """Report a value that its field cannot hold, and keep it."""
        self.findings.append(Finding(Severity.WARNING, problem, KEPT, name, heading, value))
        self.keep(heading, value)


def convert(noun: str, layout: Layout, columns: Sequence[Column], cells: Sequence[Any]) -> Draft:
    """Return a draft with every cell under the field it fills."""
    draft = Draft(dict(layout.defaults), {column.field: column.heading for column in reversed(columns)})
    for column in columns:
        value = cells[column.place] if column.place < len(cells) else None
        if normalise.is_empty(value):
            continue
        if column.field and not column.field.startswith("extra."):
            _fill(draft, FIELDS[noun], column, value, joined=column.field in layout.joined)
        else:
            draft.keep(column.field.removeprefix("extra.") or column.heading, value)
    _fall_back(draft, layout)
    _doubt_cut_text(draft)
    return draft


def load(noun: str, draft: Draft) -> dict[str, Any] | None:
    """Return the row as its schema loads it, or None where findings refuse it."""
    try:
        return _loaded(noun, draft)
    except ma.ValidationError as error:
        if not _mend(noun, draft, _messages(error)):
            return None
    try:
        return _loaded(noun, draft)
    except ma.ValidationError as error:
        # A rule between fields may fail only now that single values were taken out.
        _refuse(draft, _messages(error))
        return None


def _loaded(noun: str, draft: Draft) -> dict[str, Any]:
    loaded: dict[str, Any] = SCHEMAS[noun].load(draft.data)
    return loaded


def _messages(error: ma.ValidationError) -> Mapping[str, Any]:
    messages: Mapping[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return messages


def _fill(draft: Draft, fields: Mapping[str, Any], column: Column, value: Any, *, joined: bool) -> None:
    name = column.field
    if name in draft.filled and not joined:
        draft.keep(column.heading, value)
        return
    try:
        read = read_cell(fields, column, value)
    except Unclear as unclear:
        draft.set_aside(name, column.heading, value, str(unclear))
        return
    if name in draft.filled:
        draft.data[name] += f"\n{column.heading}：{read}"
    elif name == "budget":
        draft.data.update(read)
    else:
        draft.data[name] = read
    draft.filled.add(name)


def read_cell(fields: Mapping[str, Any], column: Column, value: Any) -> Any:
    """Return a cell as its field holds it; raise Unclear."""
    if column.field in _SPECIAL:
        return _SPECIAL[column.field](value, column.hint)
    kind = fields[column.field]
    if isinstance(kind, kinds.Many):
        return _members(kind, column, value)
    for field_kind, read in _READERS:
        if isinstance(kind, field_kind):
            return read(value, column)
    return normalise.text(value)


def _members(kind: kinds.Many, column: Column, value: Any) -> list[Any]:
    if isinstance(kind.inner, kinds.Nested):
        if isinstance(value, list):
            return value
        raise Unclear("应是一组字段；这种内容请用 .jsonl 文件导入")
    # A blank inside the name of a unit separates nothing.
    return normalise.several(value, blanks=column.field not in ("completing_units", "aliases"))


_READERS: tuple[tuple[type[Any], Callable[[Any, Column], Any]], ...] = (
    (kinds.Fen, lambda value, column: normalise.money(value, column.hint)),
    (kinds.Whole, lambda value, column: normalise.whole(value)),
    (kinds.Day, lambda value, column: normalise.day(value, deadline=column.field in DEADLINES)),
    (kinds.Flag, lambda value, column: normalise.flag(value)),
)


def _completers(value: Any, _hint: str) -> list[Any]:
    return value if _is_nested(value) else [{"name": name} for name in normalise.people(value)]


def _supporters(value: Any, _hint: str) -> list[str]:
    return normalise.people(value)


def _rights(value: Any, _hint: str) -> list[Any]:
    """Read what protects an achievement: kinds by name, each with the number that may follow it."""
    if _is_nested(value):
        return value
    rights = []
    for member in normalise.several(value):
        name = member.rstrip("0123456789.XxZLzl：: 第号（）()")
        kind = vocabulary.ip_kinds.find(name)
        if kind is None:
            raise Unclear("看不懂知识产权类型；请写明发明专利、实用新型、外观设计、软件著作权等")
        rights.append({"kind": kind, "number": member[len(name) :].strip("：: （）()")})
    return rights


def _is_nested(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and all(isinstance(member, dict) for member in value)


_SPECIAL: Mapping[str, Callable[[Any, str], Any]] = {
    "budget": normalise.budget,
    "completers": _completers,
    "ip": _rights,
    "proposers": _completers,
    "supporters": _supporters,
}


def _fall_back(draft: Draft, layout: Layout) -> None:
    """Let another field stand in for an empty one, as the mapping says."""
    for name, sources in layout.fallbacks.items():
        if draft.data.get(name):
            continue
        for source in sources:
            if value := _value_of(draft, source):
                draft.data[name] = normalise.first_sentence(value) if name == "title" else value
                heading = draft.names.get(source, source)
                draft.remark(Severity.WARNING, name, "", f"为空，以 {heading} 代替", "已导入；请核对并补填")
                break


def _value_of(draft: Draft, source: str) -> str:
    holder = draft.data.get("extra", {}) if source.startswith("extra.") else draft.data
    value: str = holder.get(source.removeprefix("extra."), "")
    return value


def _doubt_cut_text(draft: Draft) -> None:
    summary = draft.data.get("summary", "")
    if "summary" in draft.filled and summary and normalise.is_cut(summary):
        end = f"……{summary[-40:]}"
        draft.remark(Severity.WARNING, "summary", end, "似乎在句中被截断", "已导入；请从原系统取得全文")


def _mend(noun: str, draft: Draft, messages: Mapping[str, Any]) -> bool:
    """Take out of a draft what its schema refuses; return False where an essential is among it."""
    if (ESSENTIAL | ESSENTIAL_OF.get(noun, frozenset())) & messages.keys():
        _refuse(draft, messages)
        return False
    for name, message in messages.items():
        heading = draft.names.get(name) or draft.names.get("budget", name)
        for value, sentence in _sentences(draft.data.get(name, ""), message):
            draft.set_aside(name, heading, value, sentence)
        _drop(draft.data, name, message)
    return True


def _refuse(draft: Draft, messages: Mapping[str, Any]) -> None:
    for name, message in messages.items():
        for value, sentence in _sentences(draft.data.get(name, ""), message):
            draft.remark(Severity.ERROR, name, value, sentence, REFUSED)


def _sentences(value: Any, message: Any) -> Iterator[tuple[Any, str]]:
    """Yield each sentence of an error with the value it is about: for a list, the member."""
    if not isinstance(message, Mapping):
        # A sentence that waits for its language stands alone.
        yield from ((value, str(sentence)) for sentence in (message if isinstance(message, list) else [message]))
        return
    for place, inner in message.items():
        is_member = isinstance(place, int) and isinstance(value, list) and place < len(value)
        yield from _sentences(value[place] if is_member else value, inner)


def _drop(data: dict[str, Any], name: str, message: Any) -> None:
    """Drop a refused value, or only the refused members of a list."""
    value = data.pop(name, None)
    if isinstance(message, Mapping) and isinstance(value, list):
        data[name] = [member for place, member in enumerate(value) if place not in message]
