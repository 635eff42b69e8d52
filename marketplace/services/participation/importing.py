"""Bring lists of participation in: what a unit says of its people, a line each, counted once however often it comes.

A batch is looked up, checked and written as a whole: so many statements a batch and not a line, because a city brings
in hundreds of thousands of lines. What a line claims is what it is known by. Lines are judged in their order, each
against what is there and what those before it say, so that they fare as if they came one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.db import now
from marketplace.errors import N_, Conflict, DomainError
from marketplace.models import ParticipationEntry, Person
from marketplace.models.participation.entry import GONE, STATES
from marketplace.permissions import Actor, Permission, require
from marketplace.services.participation import claims, contested, lines
from marketplace.services.participation.lines import Line, Row
from marketplace.services.participation.recording import Doubled
from marketplace.services.records import Outcome
from marketplace.services.tally import counting
from marketplace.services.tally.counting import Change

_ENTRY = cast("sa.Table", ParticipationEntry.__table__)
_PERSON = cast("sa.Table", Person.__table__)
_SAID = ("person_times", "persons", "evidence")
_STANDING = [it for it in STATES if it not in GONE]
_AT_ONCE = 1000
_OWN = N_("您自己的参与请在“我的六个一”里填报，由单位的其他人或上级工会确认。")
_BOTH_WAYS = N_("这个单位这一天已经用另一种办法上报：按姓名或者按人数，只能用一种，免得重复计算。")
_CLOSED = N_("这一期已经结账，要改必须写明理由，改动记入勘误表。")
_TAKEN_BACK = N_("这一行导入过，后来更正或撤回了（第 %(entry)s 号记录），不再导入。")

# What a line claims while its person may have no file yet.
_Claim = tuple[int, int, int | str | None, dt.date, str, int]


def import_records(
    session: Session, actor: Actor, rows: Sequence[dict[str, Any]]
) -> list[tuple[int, Outcome] | DomainError]:
    """Bring lines in; each row is what ``ParticipationRosterSchema.load`` returned.

    Returns for each row, in order, the number of the entry and what became of it, or why nothing did. A line that is
    there already with the same numbers is left as it is. Raises NotAllowed for whoever confirms for nobody.
    """
    require(actor, Permission.PARTICIPATION_CONFIRM)
    read = lines.found(session, actor, rows)
    batch = _Batch(session, actor, [it for it in read if isinstance(it, Line)])
    results: list[tuple[int, Outcome] | DomainError | Line] = [
        it if isinstance(it, DomainError) else batch.judged(it) for it in read
    ]
    fresh = [it for it in results if isinstance(it, Line)]
    numbers = dict(zip((_claim(it) for it in fresh), _write(session, actor, fresh), strict=True))
    found: list[tuple[int, Outcome] | DomainError] = []
    for line, result in zip(read, results, strict=True):
        if isinstance(result, Line):
            found.append((numbers[_claim(result)], Outcome.CREATED))
        elif isinstance(line, Line) and isinstance(result, _SaidBefore):
            first = numbers[_claim(line)]
            found.append((first, Outcome.UNCHANGED) if result.is_same else Doubled(first))
        else:
            found.append(result)
    return found


class _SaidBefore(DomainError):
    """A line of the same batch claims the same; whether with the same numbers."""

    def __init__(self, *, is_same: bool) -> None:
        super().__init__("")
        self.is_same = is_same


class _Batch:
    """What is there already of what some lines are about, and what those judged so far add to it."""

    def __init__(self, session: Session, actor: Actor, batch: Sequence[Line]) -> None:
        # Nobody else records in these units until the transaction ends.
        counting.hold_units(session, {it.key[2] for it in batch}, {it.who for it in batch if isinstance(it.who, int)})
        self._known = _known(session, batch)
        self._taken_back = _taken_back(session, batch)
        self._ways = _ways(session, batch)
        self._closed = counting.closes_over(session, {it.key for it in batch})
        self._own = _own(session, actor)
        self._session = session
        self._is_contested = contested.first_counted(session, map(_typed, batch)) is not None
        self._fresh: dict[_Claim, Line] = {}

    def judged(self, line: Line) -> Line | tuple[int, Outcome] | DomainError:
        """Return the line where it is to be written, what became of it, or why it is refused."""
        campaign, item, unit, _month = line.key
        claim = None if isinstance(line.who, str) else line.claim(line.who)
        entry = self._known.get((campaign, claim)) if claim is not None else None
        if entry is None and (gone := self._taken_back.get((campaign, claim))):
            return Conflict(_TAKEN_BACK, entry=gone)
        if self._own is not None and line.who == self._own:
            return Conflict(_OWN)
        if entry is not None:
            is_same = all(getattr(entry, name) == line.row[name] for name in _SAID)
            return (entry.id, Outcome.UNCHANGED) if is_same else Doubled(entry.id)
        said = _claim(line)
        first = self._fresh.get(said)
        if first is not None:
            return _SaidBefore(is_same=all(first.row[name] == line.row[name] for name in _SAID))
        ways = self._ways.setdefault((item, unit, line.row["day"]), set())
        if ways - {line.who is None}:
            return Conflict(_BOTH_WAYS)
        if self._is_contested and (counted := contested.first_counted(self._session, [_typed(line)])) is not None:
            return Doubled(counted)
        if line.key in self._closed and not line.row["reason"]:
            return Conflict(_CLOSED)
        ways.add(line.who is None)
        self._fresh[said] = line
        return line


def _typed(line: Line) -> contested.Typed:
    person_id = line.who if isinstance(line.who, int) else None
    # Whoever has no file yet took part in no contest.
    return contested.Typed(line.item, line.key[2], -1 if isinstance(line.who, str) else person_id, line.row["day"])


def _claim(line: Line) -> _Claim:
    # A name is one of its unit, a file is one of the platform.
    campaign, item, unit, _month = line.key
    return (campaign, item, line.who, line.row["day"], line.row["subject"], 0 if isinstance(line.who, int) else unit)


def _known(session: Session, batch: Sequence[Line]) -> dict[tuple[int, str], sa.Row[Any]]:
    """Return the entries that claim the same."""
    wanted: dict[int, set[str]] = {}
    for it in batch:
        if not isinstance(it.who, str):
            wanted.setdefault(it.key[0], set()).add(it.claim(it.who))
    columns = (_ENTRY.c.id, _ENTRY.c.claim, *(_ENTRY.c[name] for name in _SAID))
    known = {}
    for campaign_id, said in wanted.items():
        for some in _portions(said):
            query = sa.select(*columns).where(
                _ENTRY.c.campaign_id == campaign_id, bulk.among(session, _ENTRY.c.claim, some)
            )
            known.update({(campaign_id, row.claim): row for row in session.execute(query)})
    return known


def _about(batch: Sequence[Line]) -> Iterable[tuple[sa.ColumnElement[bool], ...]]:
    """Yield, as SQL on entries, what concerns the units and days of some lines, a portion of the units at once."""
    of = _ENTRY.c
    campaigns, days = {it.key[0] for it in batch}, {it.row["day"] for it in batch}
    for some in _portions({it.key[2] for it in batch}):
        yield (of.campaign_id.in_(campaigns), of.organisation_id.in_(some), of.day.in_(days))


def _taken_back(session: Session, batch: Sequence[Line]) -> dict[tuple[int, str | None], int]:
    """Return what came in before and was corrected or withdrawn since, by what it claimed: it would count again."""
    of = _ENTRY.c
    found: dict[tuple[int, str | None], int] = {}
    for about in _about(batch):
        gone = sa.select(of.id, of.campaign_id, of.item_id, of.organisation_id, of.person_id, of.day, of.subject)
        for row in session.execute(gone.where(*about, of.state.in_(("withdrawn", "replaced")), of.source == "import")):
            if row.person_id is None:
                claim = claims.of_batch(row.item_id, row.organisation_id, row.day, row.subject)
            else:
                claim = claims.of_person(row.item_id, row.person_id, row.day, row.subject)
            found[row.campaign_id, claim] = row.id
    return found


def _ways(session: Session, batch: Sequence[Line]) -> dict[tuple[int, int, dt.date], set[bool]]:
    """Return whether a unit reported an item of a day by number (True) or by name."""
    of = _ENTRY.c
    found: dict[tuple[int, int, dt.date], set[bool]] = {}
    for about in _about(batch):
        ways = sa.select(of.item_id, of.organisation_id, of.day, of.person_id.is_(None)).distinct()
        for item_id, unit_id, day, is_batch in session.execute(ways.where(*about, of.state.in_(_STANDING))):
            found.setdefault((item_id, unit_id, day), set()).add(bool(is_batch))
    return found


def _own(session: Session, actor: Actor) -> int | None:
    if actor.account_id is None:
        return None
    return session.scalar(sa.select(Person.id).filter_by(account_id=actor.account_id))


def _write(session: Session, actor: Actor, fresh: Sequence[Line]) -> list[int]:
    if not fresh:
        return []
    opened = _opened(session, {(it.key[2], it.who) for it in fresh if isinstance(it.who, str)})
    ids = bulk.take_ids(session, _ENTRY, len(fresh))
    rows, changes, reasons = [], [], {}
    for entry_id, it in zip(ids, fresh, strict=True):
        person_id = opened[it.key[2], it.who] if isinstance(it.who, str) else it.who
        rows.append(_row(it, entry_id, person_id))
        is_named = person_id is not None
        figures = counting.figures_of(it.row["person_times"], it.row["persons"], is_named=is_named)
        changes.append(Change(entry_id, None, counting.Part(it.key, person_id, figures)))
        reasons[entry_id] = it.row["reason"]
    moment = now()
    common = {
        "noun": "", "objects": 0, "source": "import", "state": "confirmed", "recorded_by": actor.name,
        "decided_by": actor.name, "decided_at": moment, "reason": "", "revision": 1, "created_at": moment,
        "updated_at": moment,
    }  # fmt: skip
    bulk.insert(session, _ENTRY, rows, common)
    counting.apply(session, actor.name, changes, reasons=reasons)
    return ids


def _row(line: Line, entry_id: int, person_id: int | None) -> Row:
    row, (campaign, item, unit, month) = line.row, line.key
    return {
        "id": entry_id, "campaign_id": campaign, "item_id": item, "organisation_id": unit, "day": row["day"],
        "month": month, "person_id": person_id, "person_times": row["person_times"], "persons": row["persons"],
        "subject": row["subject"], "evidence": row["evidence"], "claim": line.claim(person_id),
    }  # fmt: skip


def _opened(session: Session, names: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Open a file for everybody who has none."""
    ordered = sorted(names)
    if not ordered:
        return {}
    ids = dict(zip(ordered, bulk.take_ids(session, _PERSON, len(ordered)), strict=True))
    rows = [{"id": it, "organisation_id": unit, "name": name} for (unit, name), it in ids.items()]
    bulk.insert(session, _PERSON, rows, {"revision": 1})
    return ids


def _portions(values: Iterable[Any]) -> Iterable[list[Any]]:
    ordered = sorted(values)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
