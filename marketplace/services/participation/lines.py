"""What the lines of a list name: a campaign, a unit, an item, somebody; each is looked up once for a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.errors import N_, Conflict, DomainError, Invalid, NotAllowed
from marketplace.models import Campaign, CampaignItem, Organisation, Person
from marketplace.permissions import Actor, can_confirm_entries
from marketplace.services.organisation import name_key
from marketplace.services.participation import claims, counting, recording

Row = Mapping[str, Any]
Found = TypeVar("Found")
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """A row with what it names found. ``who`` is a file, a name that has none yet, or None for a number of people."""

    row: Row
    campaign: Campaign
    item: CampaignItem
    unit: Organisation
    who: int | str | None

    @property
    def key(self) -> counting.Key:
        return (self.campaign.id, self.item.id, self.unit.id, claims.month(self.row["day"]))

    def claim(self, person_id: int | None) -> str:
        """Return what the line takes up in its campaign, once its person has a file."""
        row = self.row
        if person_id is None:
            return claims.of_batch(self.item.id, self.unit.id, row["day"], row["subject"])
        return claims.of_person(self.item.id, person_id, row["day"], row["subject"])


def found(session: Session, actor: Actor, rows: Sequence[Row]) -> list[Line | DomainError]:
    """Return for each row the line, or why it is none."""
    campaigns = {name: _tried(_campaign, session, actor, name) for name in dict.fromkeys(it["campaign"] for it in rows)}
    units = _units(session, actor, dict.fromkeys(it["organisation_name"] for it in rows))
    people = _people(session, {it.id for it in units.values() if isinstance(it, Organisation)}, rows)
    items: dict[Any, CampaignItem | DomainError] = {}
    lines: list[Line | DomainError] = []
    for row in rows:
        campaign, unit = campaigns[row["campaign"]], units[row["organisation_name"]]
        if isinstance(campaign, DomainError):
            lines.append(campaign)
            continue
        if isinstance(unit, DomainError):
            lines.append(unit)
            continue
        who = _tried(_who, session, actor, unit, people, row)
        if isinstance(who, DomainError):
            lines.append(who)
            continue
        # What an item asks for is the same for all who say the same of it.
        asked = (campaign.id, unit.id, row["item"], row["day"], who is None, bool(row["evidence"]))
        if asked not in items:
            items[asked] = _tried(recording.item_for, campaign, unit, row, is_batch=who is None)
        item = items[asked]
        lines.append(item if isinstance(item, DomainError) else Line(row, campaign, item, unit, who))
    return lines


def _tried(verb: Callable[..., Found], *given: Any, **named: Any) -> Found | DomainError:
    try:
        return verb(*given, **named)
    except DomainError as error:
        return error


def _campaign(session: Session, actor: Actor, name: str) -> Campaign:
    query = sa.select(Campaign.id).where(Campaign.state != "draft")
    number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else None
    ids = session.scalars(
        query.where(Campaign.id == number) if number is not None else query.where(Campaign.title == name)
    ).all()
    if not ids:
        raise Conflict(N_("没有这个活动：请写活动编号，或者照平台上的名称写"))
    if len(ids) > 1:
        raise Conflict(N_("有几个活动同名，请改写活动编号"))
    return recording.held(session, actor, ids[0])


def _units(session: Session, actor: Actor, names: Mapping[str, Any]) -> dict[str, Organisation | DomainError]:
    keys = {name: name_key(name) for name in names}
    known: dict[str, Organisation | DomainError] = {}
    wanted = sorted(set(keys.values()))
    for start in range(0, len(wanted), _AT_ONCE):
        of = sa.select(Organisation).where(Organisation.name_key.in_(wanted[start : start + _AT_ONCE]))
        for unit in session.scalars(of):
            may = can_confirm_entries(actor, unit)
            known[unit.name_key] = unit if may else NotAllowed("record", "participation")
    missing = N_("有的单位不在平台上，请核对全称：")
    return {name: known.get(key) or Invalid({"unit": [missing, name]}) for name, key in keys.items()}


def _people(session: Session, unit_ids: set[int], rows: Sequence[Row]) -> dict[tuple[int, str], list[int]]:
    """Return the files of everybody who is named, by unit and name."""
    names, units = sorted({row["name"] for row in rows if row["name"]}), sorted(unit_ids)
    known: dict[tuple[int, str], list[int]] = {}
    for start in range(0, len(names), _AT_ONCE):
        query = sa.select(Person.organisation_id, Person.name, Person.id).where(
            Person.organisation_id.in_(units), Person.name.in_(names[start : start + _AT_ONCE])
        )
        for unit_id, name, person_id in session.execute(query):
            known.setdefault((unit_id, name), []).append(person_id)
    return known


def _who(
    session: Session, actor: Actor, unit: Organisation, people: Mapping[tuple[int, str], list[int]], row: Row
) -> int | str | None:
    if row["person_id"] is not None:
        person = recording.person_of(session, actor, unit, row)
        return person.id if person is not None else None
    if not row["name"]:
        return None
    files = people.get((unit.id, row["name"]), [])
    if len(files) > 1:
        raise Invalid({"person": [N_("这个单位有几个人同名，请改填档案编号。"), row["name"]]})
    found: int | str = files[0] if files else row["name"]
    return found
