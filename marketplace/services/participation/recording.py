"""Say who took part: a worker of himself, a unit of anybody of its own or of a number of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import Account, Campaign, CampaignItem, Organisation, ParticipationEntry, Person
from marketplace.models.participation.entry import GONE
from marketplace.models.participation.tally import month_of
from marketplace.permissions import Actor, can_confirm_entries, can_record_own, takes_part
from marketplace.services.honour import persons
from marketplace.services.organisation import name_key
from marketplace.services.participation import campaigns, claims, contested
from marketplace.services.tally import counting
from marketplace.services.tally.counting import Change


class Doubled(Conflict):
    """The same is recorded already; ``entry_id`` is the first entry that says so."""

    def __init__(self, entry_id: int) -> None:
        super().__init__(N_("这一项已经登记过（第 %(entry)s 号记录），不重复计算。"), entry=entry_id)
        self.entry_id = entry_id


def record_own(session: Session, actor: Actor, campaign_id: int, data: Mapping[str, Any]) -> ParticipationEntry:
    """Record what the actor took part in, from what ``OwnEntrySchema.load`` returned; the unit confirms it.

    Raises NotAllowed for whoever works in no unit, Invalid where he works in several and names none, Doubled, and
    Conflict where the campaign is not open or a file of that name is not yet tied to the account.
    """
    campaign = held(session, actor, campaign_id)
    unit = own_unit(session, actor, data["unit_id"])
    if not can_record_own(actor, unit):
        raise NotAllowed("record", "participation")
    person = own_person(session, actor, unit)
    row = {**data, "person_times": 1, "persons": 1}
    entry = written(session, actor, campaign, unit, person, row, source="worker")
    if counting.closes_over(session, [_key(entry)]):
        raise Conflict(N_("这个月份已经结账，请找单位工会补登。"))
    return entry


def record(session: Session, actor: Actor, campaign_id: int, data: Mapping[str, Any]) -> ParticipationEntry:
    """Record for a unit, from what ``EntrySchema.load`` returned; what a unit says of its people is confirmed by that.

    Raises NotAllowed for another's unit, Invalid for a person without a file there, Doubled, and Conflict where the
    campaign is not open, people would be counted by name and by number, or a closed period changes without a reason.
    """
    campaign = held(session, actor, campaign_id)
    unit = session.scalar(sa.select(Organisation).filter_by(name_key=name_key(data["organisation_name"])))
    if unit is None:
        raise Invalid({"unit": [N_("平台上没有这个单位，请核对全称。")]})
    if not can_confirm_entries(actor, unit):
        raise NotAllowed("record", "participation")
    entry = written(session, actor, campaign, unit, person_of(session, actor, unit, data), data, source="clerk")
    if is_of(session, actor, entry):
        raise Conflict(N_("您自己的参与请在“我的六个一”里填报，由单位的其他人或上级工会确认。"))
    entry.state, entry.decided_by, entry.decided_at = "confirmed", actor.name, now()
    session.flush()
    counting.apply(session, actor.name, [Change(entry.id, None, counting.part(entry))], data["reason"])
    told = {"unit": unit.id, "person": entry.person_id, "person_times": entry.person_times, "persons": entry.persons}
    audit.record(session, actor, "record", "participation_entry", entry.id, payload=told, is_first=True)
    return entry


def is_of(session: Session, actor: Actor, entry: ParticipationEntry) -> bool:
    """Say whether an entry is of the actor himself, or was recorded by him of himself."""
    person = session.get(Person, entry.person_id) if entry.person_id is not None else None
    return actor.account_id is not None and person is not None and person.account_id == actor.account_id


def written(
    session: Session, actor: Actor, campaign: Campaign, unit: Organisation, person: Person | None,
    data: Mapping[str, Any], *, source: str, replaces: ParticipationEntry | None = None,
) -> ParticipationEntry:  # fmt: skip
    """Write an entry that is not counted yet; raise as ``record`` does. ``item`` of ``data`` is the code of an item."""
    item, day = item_for(campaign, unit, data, is_batch=person is None), data["day"]
    require_day(campaign, day)
    # Whoever comes second waits for the first.
    counting.hold_units(session, [unit.id], [person.id] if person is not None else [])
    _refuse_both_ways(session, item, unit, day, is_batch=person is None, besides=replaces)
    counted = contested.first_counted(session, [contested.Typed(item, unit.id, person.id if person else None, day)])
    if counted is not None:
        raise Doubled(counted)
    if person is None:
        claim = claims.of_batch(item.id, unit.id, day, data["subject"])
    else:
        claim = claims.of_person(item.id, person.id, day, data["subject"])
    entry = ParticipationEntry(
        campaign_id=campaign.id, item_id=item.id, organisation_id=unit.id, day=day, month=month_of(day),
        person_id=person.id if person is not None else None,
        person_times=data["person_times"], persons=data["persons"], subject=data["subject"],
        evidence=data["evidence"], source=source, claim=claim, recorded_by=actor.name, objects=0,
        replaces_id=replaces.id if replaces is not None else None,
    )  # fmt: skip
    _insert(session, entry)
    return entry


def item_for(campaign: Campaign, unit: Organisation, data: Mapping[str, Any], *, is_batch: bool) -> CampaignItem:
    """Return the item an entry names, by its code or by what it is called; raise Invalid where it may not be so."""
    names = {name: it for it in campaign.items for name in (it.en, it.zh, it.code)}
    item = names.get(data["item"])
    if item is None:
        raise Invalid({"item": [N_("活动里没有这一项。")]})
    if not item.by_hand:
        raise Invalid({"item": [N_("这一项按平台上提交的对象自动计入，不用填报。")]})
    if is_batch and not item.takes_batches:
        raise Invalid({"person": [N_("这一项要按姓名填报，不能只填人数。")]})
    if item.needs_evidence and not data["evidence"]:
        raise Invalid({"evidence": [N_("这一项要写明依据。")]})
    if not takes_part(campaign, unit):
        raise Invalid({"unit": [N_("这个单位不在活动的范围之内。")]})
    return item


def require_day(campaign: Campaign, day: dt.date) -> None:
    """Raise Invalid for a day outside of the campaign, or that has not come yet."""
    if not campaign.opens_on <= day <= min(campaign.closes_on, today()):
        raise Invalid({"day": [N_("日期应在活动期间，不晚于今天。")]})


def person_of(session: Session, actor: Actor, unit: Organisation, data: Mapping[str, Any]) -> Person | None:
    """Return the person an entry is of, with a file opened where the name is new; None where it is a number."""
    if data["person_id"] is not None:
        person = session.get(Person, data["person_id"])
        if person is None or person.organisation_id != unit.id:
            raise Invalid({"person": [N_("这个单位没有这个编号的人员档案。")]})
        return person
    if not data["name"]:
        return None
    alike = list(session.scalars(sa.select(Person).filter_by(organisation_id=unit.id, name=data["name"])))
    if len(alike) > 1:
        raise Invalid({"person": [N_("这个单位有几个人同名，请改填档案编号。")]})
    return alike[0] if alike else _opened(session, actor, unit, data["name"])


def held(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """Return an open campaign whose terms stay until the transaction ends; raise NotFound or Conflict."""
    counting.hold(session, [campaign_id])
    campaign = campaigns.get(session, actor, campaign_id)
    session.refresh(campaign)
    if campaign.state != "open":
        raise Conflict(N_("活动没有开放，现在不能填报。"))
    return campaign


def _refuse_both_ways(
    session: Session, item: CampaignItem, unit: Organisation, day: dt.date, *, is_batch: bool,
    besides: ParticipationEntry | None,
) -> None:  # fmt: skip
    """Raise Conflict where a unit has counted the same day the other way."""
    of = ParticipationEntry
    query = sa.select(of.id).where(
        of.campaign_id == item.campaign_id, of.organisation_id == unit.id, of.item_id == item.id, of.day == day,
        of.state.not_in(GONE), of.person_id.is_not(None) if is_batch else of.person_id.is_(None),
    )  # fmt: skip
    if besides is not None:
        query = query.where(of.id != besides.id)
    first = session.scalar(query.order_by(of.id).limit(1))
    if first is not None:
        message = N_("这个单位这一天已经另行填报（第 %(entry)s 号记录）：按姓名或者按人数，只能用一种，免得重复计算。")
        raise Conflict(message, entry=first)


def _insert(session: Session, entry: ParticipationEntry) -> None:
    def first() -> int | None:
        query = sa.select(ParticipationEntry.id).filter_by(campaign_id=entry.campaign_id, claim=entry.claim)
        with session.no_autoflush:
            return session.scalar(query)

    known = first()
    if known is not None:
        raise Doubled(known)
    try:
        # Two who record at once both get here; the database lets one of them.
        with session.begin_nested():
            session.add(entry)
            session.flush()
    except IntegrityError:
        known = first()
        if known is None:
            raise
        raise Doubled(known) from None


def own_unit(session: Session, actor: Actor, unit_id: int | None) -> Organisation:
    """Return the unit the actor works in; raise NotAllowed without one, Invalid where several and none is named."""
    units = sorted(actor.colleague_of)
    if unit_id is None and len(units) > 1:
        raise Invalid({"unit_id": [N_("您在几个单位工作，请选一个。")]})
    if not units or (unit_id is not None and unit_id not in units):
        raise NotAllowed("record", "participation")
    return session.get_one(Organisation, units[0] if unit_id is None else unit_id)


def own_person(session: Session, actor: Actor, unit: Organisation) -> Person:
    """Return the actor's own file, or a new one; raise NotAllowed for who has no account, Conflict for a namesake.

    Whether a program may speak for its account is for ``can_record_own`` to say.
    """
    account = session.get(Account, actor.account_id) if actor.account_id is not None else None
    if account is None:
        raise NotAllowed("record", "participation")
    known = session.scalar(sa.select(Person).filter_by(account_id=account.id))
    if known is not None:
        return known
    if persons.same(session, account.name, unit, None) is not None:
        # Whether it is his only the unit knows; another file would count him twice.
        raise Conflict(N_("单位已有与您同名的人员档案，请单位工会先把它与您的账号关联。"))
    return _opened(session, actor, unit, account.name, account)


def _opened(session: Session, actor: Actor, unit: Organisation, name: str, account: Account | None = None) -> Person:
    data = {"name": name, "born_on": None, "phone": None, "employment": None, "skill_level": None}
    person = persons.opened(session, actor, unit, data)
    person.account = account
    session.flush()
    return person


def _key(entry: ParticipationEntry) -> counting.Key:
    return (entry.campaign_id, entry.item_id, entry.organisation_id, entry.month)
