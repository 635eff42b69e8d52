"""The verbs of the thesaurus: what staff add, change, retire and take back, over the concepts of the product.

Nothing here touches the files; each change is kept with who made it, when and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from marketplace import audit
from marketplace.errors import N_, Conflict, Invalid, NotFound, StaleRevision
from marketplace.models import ThesaurusEntry, ThesaurusVersion
from marketplace.permissions import Actor, Permission, require
from search.thesaurus import (
    Change,
    Comparison,
    Concept,
    Fault,
    Flaw,
    Kind,
    Overlaid,
    Thesaurus,
    bundled,
    changed,
    compare,
    flaws,
    overlaid,
)

FIELDS = tuple(field.name for field in fields(Concept) if field.name != "id")

# Each is completed by the name it is about.
FAULTS = {
    Fault.CYCLE: N_("从上位词“%(name)s”往上又回到它自己。"),
    Fault.GONE: N_("产品自带的叙词里已经没有“%(name)s”。"),
    Fault.ITSELF: N_("“%(name)s”不能是它自己。"),
    Fault.NO_PROBLEM: N_("只有问题才能写已知解法，请删去“%(name)s”等，或把种类改为问题。"),
    Fault.TAKEN: N_("“%(name)s”已是另一条叙词的正式名称，请改用别的名称，或去修改那一条。"),
    Fault.TWICE: N_("“%(name)s”写了两次。"),
    Fault.UNKNOWN: N_("叙词表里没有“%(name)s”，请先新增它，或改用已有的名称。"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """The names that went from a field of a concept, and those that came."""

    field: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What staff did to a concept in one go."""

    version: ThesaurusVersion
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text would be widened by if a concept were saved, and which other concepts have its names as well."""

    text: str
    widened: Comparison
    shared: Mapping[str, tuple[Concept, ...]]


class Unsound(Invalid):
    """A concept that would mislead; ``flaws`` says what is wrong with which name, for whoever words it."""

    def __init__(self, found: tuple[Flaw, ...]) -> None:
        told: dict[str, list[str]] = {}
        for flaw in found:
            told.setdefault(flaw.field, []).append(FAULTS[flaw.fault] % {"name": flaw.name})
        super().__init__(told)
        self.flaws = found


def edition(session: Session) -> int:
    """Return a number that grows with every change: entries are never deleted and their revisions only rise."""
    return session.scalar(sa.select(sa.func.coalesce(sa.func.sum(ThesaurusEntry.revision), 0))) or 0


def current(session: Session) -> Overlaid:
    """Return the concepts of the product with what staff changed."""
    entries = session.scalars(sa.select(ThesaurusEntry).order_by(ThesaurusEntry.id))
    return overlaid(bundled(), [_change(entry) for entry in entries])


def entry_of(session: Session, concept_id: str) -> ThesaurusEntry | None:
    """Return what staff changed of a concept, with its versions; None where it is as the product brings it."""
    query = sa.select(ThesaurusEntry).options(
        selectinload(ThesaurusEntry.versions).selectinload(ThesaurusVersion.event)
    )
    number = concept_id.removeprefix("own-")
    if number != concept_id and number.isascii() and number.isdigit() and len(number) < 10:
        return session.scalar(query.filter_by(id=int(number), shipped_id=None))
    return session.scalar(query.filter_by(shipped_id=concept_id))


def shipped(concept_id: str) -> Concept | None:
    """Return a concept as the product brings it, None for one that staff added."""
    return bundled().concepts.get(concept_id)


def as_kept(concept_id: str, entry: ThesaurusEntry | ThesaurusVersion | None) -> Concept:
    """Return a concept as it is kept, in use or retired; raise NotFound."""
    change = Change(concept_id, _typed(entry.fields) if entry else {})
    concept = changed(bundled(), change)
    if concept is None:
        raise NotFound("concept", concept_id)
    return concept


def proposed(concept_id: str, data: Mapping[str, Any]) -> Concept:
    """Return the concept that what ``ConceptSchema.load`` returned would make."""
    return Concept(id=concept_id, **_typed(data))


def check(session: Session, concept: Concept, before: Concept | None = None) -> None:
    """Raise Unsound where a concept may not stand in the thesaurus; it may refer to what it did ``before``."""
    kept = (before.broader, *before.related, *before.solved_by) if before else ()
    found = flaws(concept, current(session).thesaurus)
    if grave := tuple(flaw for flaw in found if flaw.fault is not Fault.UNKNOWN or flaw.name not in kept):
        raise Unsound(grave)


def preview(known: Thesaurus, concept: Concept, text: str) -> Preview:
    """Try a concept on a text; without one, on the names that are new, or on the preferred one."""
    before = known.concepts.get(concept.id)
    after = Thesaurus([*(it for it in known.concepts.values() if it is not before), concept])
    new = [name for name in concept.names if before is None or name not in before.names]
    text = text.strip() or "，".join(new or [concept.preferred])
    others = {name: tuple(it for it in known.named(name) if it.id != concept.id) for name in concept.names}
    shared = {name: holders for name, holders in others.items() if holders}
    return Preview(text, compare(text, known, after), shared)


def add(session: Session, actor: Actor, data: Mapping[str, Any], reason: str) -> ThesaurusEntry:
    """Add a concept from what ``ConceptSchema.load`` returned; raise Unsound."""
    require(actor, Permission.THESAURUS_CURATE)
    check(session, proposed("", data))
    return _keep(session, actor, ThesaurusEntry(fields=dict(data), is_retired=False), "add", reason)


def revise(
    session: Session, actor: Actor, concept_id: str, revision: int, data: Mapping[str, Any], reason: str
) -> ThesaurusEntry:
    """Change a concept; ``revision`` is the one that was read, 0 where staff had not changed it yet.

    Raises NotFound, StaleRevision, Unsound, and Conflict where nothing differs.
    """
    require(actor, Permission.THESAURUS_CURATE)
    entry = _read(session, concept_id, revision)
    original = shipped(concept_id)
    concept = proposed(concept_id, data)
    differing = {
        name: data[name] for name in FIELDS if original is None or getattr(concept, name) != getattr(original, name)
    }
    if differing == entry.fields and not entry.is_retired:
        raise Conflict(N_("内容没有变化，没有保存。"))
    check(session, concept, as_kept(concept_id, entry))
    entry.fields, entry.is_retired = differing, False
    return _keep(session, actor, entry, "revise", reason)


def retire(session: Session, actor: Actor, concept_id: str, revision: int, reason: str) -> ThesaurusEntry:
    """Take a concept out of use: no question is widened by it any more. Raises as ``revise`` does."""
    require(actor, Permission.THESAURUS_CURATE)
    entry = _read(session, concept_id, revision)
    if entry.is_retired:
        raise Conflict(N_("这条叙词已经停用。"))
    entry.is_retired = True
    return _keep(session, actor, entry, "retire", reason)


def restore(session: Session, actor: Actor, concept_id: str, revision: int, reason: str) -> ThesaurusEntry:
    """Bring a retired concept back into use; raise Unsound where others took its place meanwhile."""
    require(actor, Permission.THESAURUS_CURATE)
    entry = _read(session, concept_id, revision)
    if not entry.is_retired:
        raise Conflict(N_("这条叙词没有停用。"))
    concept = as_kept(concept_id, entry)
    check(session, concept, concept)
    entry.is_retired = False
    return _keep(session, actor, entry, "restore", reason)


def history(concept_id: str, entry: ThesaurusEntry | None) -> list[Step]:
    """Return what staff did to a concept, the last step first."""
    before = bundled().concepts.get(concept_id)
    steps = []
    for version in entry.versions if entry else ():
        after = as_kept(concept_id, version)
        steps.append(Step(version, tuple(differences(before, after))))
        before = after
    return steps[::-1]


def differences(before: Concept | None, after: Concept) -> Iterator[Difference]:
    """Yield the fields in which a concept differs from what it was, None where it was not there."""
    for name in FIELDS:
        had, has = (_several(getattr(it, name)) if it else () for it in (before, after))
        if set(had) != set(has):
            gone = tuple(it for it in had if it not in has)
            yield Difference(name, gone, tuple(it for it in has if it not in had))


def below(known: Thesaurus, concept: Concept) -> tuple[list[Concept], list[Concept]]:
    """Return the narrower concepts, and the problems a concept is known to solve."""
    names = set(concept.names)
    narrower = [it for it in known.concepts.values() if it.broader in names]
    return narrower, [it for it in known.concepts.values() if not names.isdisjoint(it.solved_by)]


def touched(session: Session) -> frozenset[str]:
    """Return the ids of the concepts in use that staff added or changed."""
    query = sa.select(ThesaurusEntry).where(~ThesaurusEntry.is_retired)
    return frozenset(entry.concept_id for entry in session.scalars(query) if entry.fields)


def retired(session: Session) -> list[Concept]:
    """Return the concepts that are out of use, the last one retired first."""
    query = sa.select(ThesaurusEntry).where(ThesaurusEntry.is_retired).order_by(ThesaurusEntry.updated_at.desc())
    return [as_kept(entry.concept_id, entry) for entry in session.scalars(query) if _is_known(entry)]


def _several(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),) if value else ()


def _read(session: Session, concept_id: str, revision: int) -> ThesaurusEntry:
    """Return the entry of a concept as it was read, a new one for a concept nobody changed before."""
    entry = entry_of(session, concept_id)
    as_kept(concept_id, entry)
    stored = entry.revision if entry else 0
    if stored != revision:
        raise StaleRevision("concept", concept_id, revision, stored)
    return entry or ThesaurusEntry(shipped_id=concept_id, fields={}, is_retired=False)


def _keep(session: Session, actor: Actor, entry: ThesaurusEntry, verb: str, reason: str) -> ThesaurusEntry:
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    is_new = entry.id is None
    session.add(entry)
    try:
        session.flush()
    except IntegrityError:
        # Somebody else changed a concept of the product for the first time at the same moment.
        raise StaleRevision("concept", entry.shipped_id, 0, 1) from None
    event = audit.record(
        session, actor, verb, "concept", entry.id, reason=reason, payload=entry.fields, is_first=is_new
    )
    entry.versions.append(ThesaurusVersion(event=event, fields=entry.fields, is_retired=entry.is_retired))
    session.flush()
    return entry


def _change(entry: ThesaurusEntry) -> Change:
    return Change(entry.concept_id, _typed(entry.fields), entry.is_retired)


def _is_known(entry: ThesaurusEntry) -> bool:
    return entry.shipped_id is None or entry.shipped_id in bundled().concepts


def _typed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a concept, as JSON keeps them, in the types of ``Concept``."""
    found: dict[str, Any] = {it: tuple(value) if isinstance(value, list) else value for it, value in plain.items()}
    return found | {"kind": Kind(found["kind"])} if "kind" in found else found
