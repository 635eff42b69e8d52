"""What the lines of a list name: a campaign, a unit, an item, somebody; each is looked up once for a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.errors import N_, Conflict, DomainError, Invalid, NotAllowed
from marketplace.models import Campaign, CampaignItem, Organisation, Person
from marketplace.models.participation.tally import month_of
from marketplace.permissions import Actor, can_confirm_entries
from marketplace.services.organisation import name_key
from marketplace.services.participation import claims, recording
from marketplace.services.tally import counting

Row = Mapping[str, Any]
Found = TypeVar("Found")
_AT_ONCE = 1000


class Line(NamedTuple):
    """A row with what it names found: an item, and in ``key`` the campaign, the item, the unit and the month.

    ``who`` is a file, a name that has none yet, or None for a number of people.
    """

    row: Row
    key: counting.Key
    item: CampaignItem
    who: int | str | None

    def claim(self, person_id: int | None) -> str:
        """Return what the line takes up in its campaign, once its person has a file."""
        _campaign, item_id, unit_id, _month = self.key
        if person_id is None:
            return claims.of_batch(item_id, unit_id, self.row["day"], self.row["subject"])
        return claims.of_person(item_id, person_id, self.row["day"], self.row["subject"])


def found(session: Session, actor: Actor, rows: Sequence[Row]) -> list[Line | DomainError]:
    """Return for each row the line, or why it is none."""
    campaigns = {name: _tried(_campaign, session, actor, name) for name in dict.fromkeys(it["campaign"] for it in rows)}
    units = _units(session, actor, dict.fromkeys(it["organisation_name"] for it in rows))
    people = _people(session, {it.id for it in units.values() if isinstance(it, Organisation)}, rows)
    items: dict[Any, tuple[CampaignItem, tuple[int, int, int]] | DomainError] = {}
    days: dict[Any, int | DomainError] = {}
    lines: list[Line | DomainError] = []
    for row in rows:
        name, unit_name, day = row["campaign"], row["organisation_name"], row["day"]
        campaign, unit = campaigns[name], units[unit_name]
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
        # What an item asks for is the same for all who say the same of it, and so is what a campaign says of a day.
        asked = (name, unit_name, row["item"], who is None, bool(row["evidence"]))
        if asked not in items:
            items[asked] = _tried(_item, campaign, unit, row, is_batch=who is None)
        if (name, day) not in days:
            days[name, day] = _tried(_month, campaign, day)
        item, month = items[asked], days[name, day]
        if isinstance(item, DomainError):
            lines.append(item)
        elif isinstance(month, DomainError):
            lines.append(month)
        else:
            lines.append(Line(row, (*item[1], month), item[0], who))
    return lines


def _item(
    campaign: Campaign, unit: Organisation, row: Row, *, is_batch: bool
) -> tuple[CampaignItem, tuple[int, int, int]]:
    item = recording.item_for(campaign, unit, row, is_batch=is_batch)
    return item, (campaign.id, item.id, unit.id)


def _month(campaign: Campaign, day: dt.date) -> int:
    recording.require_day(campaign, day)
    return month_of(day)


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
            bulk.among(session, Person.organisation_id, units),
            bulk.among(session, Person.name, names[start : start + _AT_ONCE]),
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
