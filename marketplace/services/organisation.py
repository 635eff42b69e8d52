"""The verbs of an organisation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.errors import NotFound
from marketplace.models import Achievement, Demand, Organisation
from marketplace.outbox import enqueue
from marketplace.permissions import Actor, Permission, readable, require
from marketplace.services.records import Outcome, bring

_IGNORED = re.compile(r"[\s·・()（）\[\]【】,，.。-]+")
_STORED = ("aliases", "kind", "region", "industry", "is_above_designated_size", "is_public", "headcount", "extra")


def name_key(name: str) -> str:
    """Return the form in which names of organisations are compared: width, case, brackets and blanks folded."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name).casefold())[:200]


def get(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """Return an organisation; raise NotFound. That a unit exists is public."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound("organisation", organisation_id)
    return organisation


def achievements_of(session: Session, actor: Actor, organisation: Organisation, limit: int = 100) -> list[Achievement]:
    """Return the newest achievements of a unit that the actor may read."""
    query = (
        sa.select(Achievement)
        .where(Achievement.units.any(id=organisation.id), readable(Achievement, actor))
        .order_by(Achievement.published_at.desc(), Achievement.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def demands_of(session: Session, actor: Actor, organisation: Organisation, limit: int = 100) -> list[Demand]:
    """Return the newest demands of a unit that the actor may read, never an anonymous one."""
    query = (
        sa.select(Demand)
        .where(Demand.organisation_id == organisation.id, ~Demand.is_anonymous, readable(Demand, actor))
        .order_by(Demand.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def named(session: Session, names: Iterable[str]) -> dict[str, Organisation]:
    """Return the organisation of each name, creating those not known yet.

    Names that fold alike are one unit, called as it was named first.
    """
    keys = {name: name_key(name) for name in names if name_key(name)}
    known = _by_key(session, set(keys.values()))
    for name, key in keys.items():
        if key not in known:
            known[key] = Organisation(name=name, name_key=key, source="named")
            session.add(known[key])
    session.flush()
    return {name: known[key] for name, key in keys.items()}


def placed(
    session: Session, name: str, region: str | None, industry: str | None, kind: str | None = None
) -> Organisation:
    """Return the organisation of a name; one not known yet is created as what is said, where the codes say it lies."""
    known = _by_key(session, {name_key(name)}).get(name_key(name))
    if known is not None:
        return known
    created = named(session, [name])[name]
    created.kind = kind or created.kind
    created.region, created.industry = region, industry
    _place_by_codes(created)
    session.flush()
    return created


def import_records(
    session: Session, actor: Actor, rows: Sequence[dict[str, Any]]
) -> list[tuple[Organisation, Outcome]]:
    """Bring organisations in; each row is what ``OrganisationSchema.load`` returned.

    A unit known by name or credit code is completed, not doubled: a file may say more about a unit that a record
    merely named before.
    """
    require(actor, Permission.ORGANISATION_IMPORT)
    by_key = _by_key(session, {name_key(row["name"]) for row in rows})
    by_code = _by_credit_code(session, {row["credit_code"] for row in rows if row.get("credit_code")})
    parents = named(session, [row["parent_name"] for row in rows if row.get("parent_name")])

    def begin(row: dict[str, Any]) -> Organisation:
        key = name_key(row["name"])
        known = by_code.get(row.get("credit_code") or "") or by_key.get(key)
        by_key[key] = known or Organisation(name=row["name"], name_key=key)
        return by_key[key]

    places = {unit.id: _place(unit) for unit in (*by_key.values(), *by_code.values())}
    brought = bring(session, actor, Organisation, rows, begin=begin, fill=lambda unit, row: _fill(unit, row, parents))
    _tell_index(session, [unit for unit, _outcome in brought if places.get(unit.id, _place(unit)) != _place(unit)])
    return brought


def _fill(organisation: Organisation, row: dict[str, Any], parents: dict[str, Organisation]) -> None:
    for name in _STORED:
        if row.get(name) not in (None, "", [], {}):
            setattr(organisation, name, row[name])
    if row.get("credit_code"):
        organisation.credit_code = row["credit_code"]
    if row.get("parent_name"):
        organisation.parent = parents[row["parent_name"]]
    _place_by_codes(organisation)


def _place_by_codes(organisation: Organisation) -> None:
    organisation.region_path = vocabulary.regions.path(organisation.region) if organisation.region else ""
    organisation.industry_path = vocabulary.industries.path(organisation.industry) if organisation.industry else ""


def _place(organisation: Organisation) -> tuple[str, str]:
    return organisation.region_path, organisation.industry_path


def _tell_index(session: Session, moved: Sequence[Organisation]) -> None:
    """Note the demands of units that moved: what waits for verification is now read by other offices."""
    ids = [unit.id for unit in moved]
    enqueue(session, "demand", session.scalars(sa.select(Demand.id).where(Demand.organisation_id.in_(ids))).all())


def _by_key(session: Session, keys: set[str]) -> dict[str, Organisation]:
    found = session.scalars(sa.select(Organisation).where(Organisation.name_key.in_(keys)))
    return {organisation.name_key: organisation for organisation in found}


def _by_credit_code(session: Session, codes: set[str]) -> dict[str, Organisation]:
    found = session.scalars(sa.select(Organisation).where(Organisation.credit_code.in_(codes)))
    return {str(organisation.credit_code): organisation for organisation in found}
