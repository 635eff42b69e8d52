"""The enterprises above designated size (规上) of a year, as their list was imported, and how many take part.

Coverage divides by the list of the very year (domain rule 52); of a year without a list there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now
from marketplace.errors import N_, Conflict
from marketplace.models import DesignatedSize, Organisation
from marketplace.permissions import Actor, Permission, require
from marketplace.services import organisation
from marketplace.services.organisation import name_key
from marketplace.services.records import Outcome
from marketplace.services.statistics.rate import Source
from marketplace.services.statistics.scope import Scope

NO_LIST = Source(N_("没有导入这一年的规模以上企业名单"))
_SAID = ("credit_code", "threshold")


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file of which lines stand in the list of a year."""

    year: int
    file_hash: str
    enterprises: int
    imported_by: str
    imported_at: Any


def import_records(
    session: Session, actor: Actor, rows: Sequence[dict[str, Any]]
) -> list[tuple[DesignatedSize, Outcome]]:
    """Bring lines of lists in; each row is what ``DesignatedSizeSchema.load`` returned, with its ``file_hash``.

    An enterprise is known by its credit code, then by its name; one not known yet is created where the list says it
    lies. Raises Conflict where code and name are those of two enterprises.
    """
    require(actor, Permission.ORGANISATION_IMPORT)
    units = [_unit(session, row) for row in rows]
    query = sa.select(DesignatedSize).where(
        DesignatedSize.organisation_id.in_({it.id for it in units}),
        DesignatedSize.year.in_({it["year"] for it in rows}),
    )
    known = {(it.year, it.organisation_id): it for it in session.scalars(query)}
    brought: list[tuple[DesignatedSize, Outcome]] = []
    for row, unit in zip(rows, units, strict=True):
        line = known.get((row["year"], unit.id))
        outcome = Outcome.CREATED if line is None else Outcome.UPDATED
        if line is None:
            line = known[row["year"], unit.id] = DesignatedSize(year=row["year"], organisation=unit)
            session.add(line)
        elif all(getattr(line, name) == row[name] for name in _SAID):
            brought.append((line, Outcome.UNCHANGED))
            continue
        for name in _SAID:
            setattr(line, name, row[name])
        line.file_hash, line.imported_by, line.imported_at = row["file_hash"], actor.name, now()
        brought.append((line, outcome))
    session.flush()
    _tell(session, actor, [it for it, outcome in brought if outcome is not Outcome.UNCHANGED])
    return brought


def lists(session: Session, actor: Actor) -> list[ListFile]:
    """Return the files of each year, the latest year first; whoever enters the workspace may know of them."""
    require(actor, Permission.CURATION_ENTER)
    of = DesignatedSize
    latest = (sa.func.count(), sa.func.max(of.imported_by), sa.func.max(of.imported_at))
    query = sa.select(of.year, of.file_hash, *latest).group_by(of.year, of.file_hash)
    return [ListFile(*row) for row in session.execute(query.order_by(of.year.desc(), sa.desc(latest[0])))]


def strike(session: Session, actor: Actor, year: int, file_hash: str, reason: str) -> int:
    """Take a file out of the list of a year, for a reason, and return how many enterprises that were."""
    require(actor, Permission.ORGANISATION_IMPORT)
    is_of = (DesignatedSize.year == year, DesignatedSize.file_hash == file_hash)
    struck = cast("sa.CursorResult[Any]", session.execute(sa.delete(DesignatedSize).where(*is_of))).rowcount
    told = {"file": file_hash, "enterprises": struck}
    audit.record(session, actor, "strike_list", "designated_size", year, reason=reason, payload=told)
    return struck


def has_list(session: Session, year: int) -> bool:
    """Say whether the list of a year was imported, of whatever place."""
    return session.scalar(sa.select(DesignatedSize.id).where(DesignatedSize.year == year).limit(1)) is not None


def enterprises(session: Session, scope: Scope, year: int) -> int:
    """Return how many enterprises of the list of a year lie in a scope."""
    return session.scalar(sa.select(sa.func.count()).select_from(listed_in(scope, year).subquery())) or 0


def source(year: int) -> Source:
    """Return how the list of a year is called where it is divided by."""
    return Source(N_("%(year)s 年规模以上企业名单"), {"year": str(year)})


def listed_in(scope: Scope, year: int) -> sa.Select[Any]:
    """Return the query of the ids of the enterprises of a list in a scope."""
    of = DesignatedSize
    query = sa.select(of.organisation_id).join(Organisation, Organisation.id == of.organisation_id)
    return query.where(of.year == year, scope.units())


def _unit(session: Session, row: dict[str, Any]) -> Organisation:
    by_code = None
    if row["credit_code"]:
        by_code = session.scalar(sa.select(Organisation).filter_by(credit_code=row["credit_code"]))
    by_name = session.scalar(sa.select(Organisation).filter_by(name_key=name_key(row["name"])))
    if by_code is not None:
        return by_code
    if by_name is None:
        by_name = organisation.placed(session, row["name"], row["region"], row["industry"], "enterprise")
    elif row["credit_code"] and by_name.credit_code not in (None, row["credit_code"]):
        raise Conflict(N_("库中同名的单位有另一个统一社会信用代码，请核对"))
    by_name.credit_code = by_name.credit_code or row["credit_code"]
    session.flush()
    return by_name


def _tell(session: Session, actor: Actor, lines: Sequence[DesignatedSize]) -> None:
    """Write one event a year and file: the lines themselves say the rest."""
    files: dict[tuple[int, str], int] = {}
    for line in lines:
        files[line.year, line.file_hash] = files.get((line.year, line.file_hash), 0) + 1
    for (year, file_hash), count in sorted(files.items()):
        told = {"file": file_hash, "enterprises": count}
        audit.record(session, actor, "import", "designated_size", year, payload=told)
