"""Whatever is done in whatever order, the tallies are what the entries add up to, and nothing counts twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.models import (
    Organisation,
    ParticipationEntry,
    ParticipationOverlap,
    ParticipationPerson,
    ParticipationPlace,
    ParticipationTally,
    PeriodErratum,
    Proposal,
)
from marketplace.models.participation.tally import SPANS, month_of
from marketplace.permissions import SYSTEM
from marketplace.permissions.actors import within
from marketplace.services.participation import closing
from marketplace.services.tally import appearances, figures, recounting, some_units, together
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.items import Counted, counted, of_code
from marketplace.services.tally.slices import Slice
from tests.factories import OrganisationFactory
from tests.marketplace.participation.campaigning import JINGYANG, MIANYANG, item, opened, told
from tests.marketplace.participation.ledger import OURS, Ledger, steps


@given(steps)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tallies_equal_a_full_recount_after_any_steps(session: Session, chosen: list[tuple[Any, ...]]) -> None:
    undone = session.begin_nested()
    try:
        _walk(session, chosen)
    finally:
        # Also after a failure, so that it is this one that is told and not what it left behind.
        undone.rollback()
        session.expunge_all()


def _walk(session: Session, chosen: list[tuple[Any, ...]]) -> None:
    ledger = Ledger(session)
    for step in chosen:
        ledger.take(*step)
    session.flush()
    campaign = ledger.campaign
    for it in (campaign, ledger.other, ledger.past):
        assert recounting.recount(session, it.id) == []
    assert recounting.recount_together(session, "trained") == []

    everything = list(session.scalars(sa.select(ParticipationEntry).filter_by(state="confirmed")))
    confirmed = [it for it in everything if it.campaign_id == campaign.id]
    found = figures.total(session, campaign.id, Slice())
    for asked in slices(ledger):
        _equals_what_entries_say(session, ledger, asked, confirmed)
        _has_nobody_twice(session, ledger, asked, everything)
    assert found.objects == session.scalar(
        sa.select(sa.func.count(Proposal.id)).where(Proposal.state.not_in(("merged", "rejected")))
    )
    by_unit = [figures.total(session, campaign.id, Slice(organisation_id=unit.id)) for unit in ledger.units]
    assert found.entries == sum(it.entries for it in by_unit)
    for unit in ledger.units:
        _refuses_both_ways(confirmed, unit)


def slices(ledger: Ledger) -> list[Slice]:
    """Months that are read from sums and such that are not, of all, of a unit, a city, a county and an industry."""
    now_, year = month_of(today()), today().year * 100 + 1
    begins = month_of(ledger.campaign.opens_on)
    after = begins + 1 if begins % 100 < 12 else begins + 89
    before = month_of(today() - dt.timedelta(36))
    spans = [(0, 999_912), (now_, now_), (year, now_), (after, 999_912), (before, now_), (year - 100, year - 89)]
    wheres: list[dict[str, Any]] = [
        {}, {"organisation_id": ledger.units[0].id}, {"region_path": MIANYANG}, {"region_path": JINGYANG},
        {"industry_path": "C"}, {"region_path": "51", "industry_path": "C/35/3513"},
    ]  # fmt: skip
    pairs = [(span, where) for at, span in enumerate(spans) for where in (wheres if at == 2 else wheres[at::3])]
    return [Slice(first_month=first, last_month=last, **where) for (first, last), where in pairs]


def _equals_what_entries_say(
    session: Session, ledger: Ledger, asked: Slice, confirmed: list[ParticipationEntry]
) -> None:
    unit_of = {unit.id: unit for unit in ledger.units}

    def summed(key: Callable[[ParticipationEntry], Any]) -> dict[Any, Figures]:
        groups: dict[Any, list[ParticipationEntry]] = {}
        for it in entries:
            groups.setdefault(key(it), []).append(it)
        return {name: _figures(some) for name, some in groups.items()}

    entries, campaign = _asked(ledger, asked, confirmed), ledger.campaign.id
    cell = {unit.id: (unit.region_path[:7], unit.industry_path[:4]) for unit in ledger.units}
    assert figures.total(session, campaign, asked) == _figures(entries)
    assert figures.by_item(session, campaign, asked) == summed(lambda it: it.item_id)
    assert figures.by_month(session, campaign, asked) == summed(lambda it: it.month)
    assert figures.crossed(session, campaign, asked) == summed(lambda it: cell[it.organisation_id])
    assert figures.units(session, campaign, asked) == len({it.organisation_id for it in entries})
    places = summed(lambda it: (cell[it.organisation_id][0], unit_of[it.organisation_id].primary_hierarchy))
    told = figures.by_place(session, campaign, "region", asked)
    assert {(path, "region"): it.figures for path, it in told.items() if it.figures.entries} | {
        (path, "industry"): it.of_which for path, it in told.items() if it.of_which.entries
    } == places
    items: dict[int | None, set[int]] = {}
    for it in entries:
        items.setdefault(it.person_id, set()).add(it.item_id)
    whole = sum(len(of) == len(OURS) for person, of in items.items() if person is not None)
    assert figures.complete(session, campaign, asked, len(OURS)) == whole


def _asked(ledger: Ledger, asked: Slice, entries: list[ParticipationEntry]) -> list[ParticipationEntry]:
    unit_of = {unit.id: unit for unit in ledger.units}

    def is_asked(it: ParticipationEntry) -> bool:
        unit = unit_of[it.organisation_id]
        return (
            asked.organisation_id in (None, unit.id)
            and within(unit.region_path, asked.region_path)
            and within(unit.industry_path, asked.industry_path)
            and asked.first_month <= it.month <= asked.last_month
        )

    return [it for it in entries if is_asked(it)]


def _has_nobody_twice(session: Session, ledger: Ledger, asked: Slice, everything: list[ParticipationEntry]) -> None:
    """Whoever took part in both campaigns is one person of what they come to together, wherever it is asked."""
    items, unit_of = counted(session, asked, measure="trained"), {unit.id: unit for unit in ledger.units}
    entries = [it for it in _asked(ledger, asked, everything) if it.person_id is not None]

    def people(key: Callable[[ParticipationEntry], Any], code: str = "") -> dict[Any, int]:
        groups: dict[Any, set[int | None]] = {}
        for it in entries:
            if code in ("", items.codes[it.item_id]):
                groups.setdefault(key(it), set()).add(it.person_id)
        return {name: len(some) for name, some in groups.items()}

    def told(*names: str, of: Counted = items) -> dict[Any, int]:
        return {key: it.persons for key, it in together.by(session, of, asked, *names).items() if it.persons}

    assert told() == people(lambda it: ())
    repeats = {it.id: _repeats(it, everything) for it in everything}
    whole_entries = _asked(ledger, asked, everything)
    total = together.total(session, items, asked)
    assert total.entries == sum(not repeats[it.id][0] for it in whole_entries)
    assert total.person_times == sum(it.person_times for it in whole_entries if not repeats[it.id][0])
    assert total.objects == sum(it.objects for it in whole_entries if not repeats[it.id][1])
    assert told("month") == people(lambda it: (it.month,))
    assert told("section", "hierarchy") == people(
        lambda it: (unit_of[it.organisation_id].industry_path[:1], unit_of[it.organisation_id].primary_hierarchy)
    )
    assert told("city", "division") == people(
        lambda it: (unit_of[it.organisation_id].region_path[:7], unit_of[it.organisation_id].industry_path[:4])
    )
    assert told("county", "section") == people(
        lambda it: (unit_of[it.organisation_id].region_path[:14], unit_of[it.organisation_id].industry_path[:1])
    )
    assert told("unit") == people(lambda it: (it.organisation_id,))
    assert told("county", "division", "month") == people(
        lambda it: (
            unit_of[it.organisation_id].region_path[:14], unit_of[it.organisation_id].industry_path[:4], it.month,
        )
    )  # fmt: skip
    assert told("county", "hierarchy") == people(
        lambda it: (unit_of[it.organisation_id].region_path[:14], unit_of[it.organisation_id].primary_hierarchy)
    )
    assert told(of=of_code(items, "training")) == people(lambda it: (), "training")
    of_codes = {code: together.total(session, of_code(items, code), asked) for code in items.named}
    assert together.by_code(session, items, asked) == of_codes
    whole: dict[tuple[int, int | None], set[int]] = {}
    for it in entries:
        whole.setdefault((it.campaign_id, it.person_id), set()).add(it.item_id)
    complete = {person for (_campaign, person), of in whole.items() if len(of) == len(OURS)}
    assert together.complete(session, items, asked) == len(complete)
    for some in ledger.units[:1], ledger.units:
        ids = [unit.id for unit in some]
        among = sa.select(Organisation.id).where(Organisation.id.in_(ids))
        theirs = [it for it in entries if it.organisation_id in ids]
        told_of = some_units.of_some(session, items, asked, among)
        assert told_of.figures == together.total(session, items, asked, among)
        assert told_of.figures.persons == len({it.person_id for it in theirs})
        of_each: dict[tuple[int, int | None], set[int]] = {}
        for it in theirs:
            of_each.setdefault((it.campaign_id, it.person_id), set()).add(it.item_id)
        with_all = {person for (_campaign, person), of in of_each.items() if len(of) == len(OURS)}
        assert told_of.complete == together.complete(session, items, asked, among) == len(with_all)


def _repeats(entry: ParticipationEntry, everything: list[ParticipationEntry]) -> tuple[bool, bool]:
    """Say whether a lower item has the same object, and whether it has all of it as one."""
    others = [it for it in everything if it.noun and it.noun == entry.noun and it.object_id == entry.object_id]
    before = [it for it in others if it.item_id < entry.item_id]
    return any(it.person_id == entry.person_id for it in before), any(it.objects for it in before)


def _figures(entries: list[ParticipationEntry]) -> Figures:
    batches = [it for it in entries if it.person_id is None]
    return Figures(
        entries=len(entries), objects=sum(it.objects for it in entries),
        person_times=sum(it.person_times for it in entries),
        persons=len({it.person_id for it in entries} - {None}),
        batch_persons=sum(it.persons or 0 for it in batches), uncounted=sum(it.persons is None for it in batches),
    )  # fmt: skip


def _refuses_both_ways(entries: list[ParticipationEntry], unit: Organisation) -> None:
    ways: dict[tuple[int, dt.date], set[bool]] = {}
    for it in entries:
        if it.organisation_id == unit.id:
            ways.setdefault((it.item_id, it.day), set()).add(it.person_id is None)
    assert all(len(it) == 1 for it in ways.values())


done = st.dictionaries(
    st.sampled_from([202511, 202512, 202601, 202602, 202603]), st.sets(st.integers(1, 3), min_size=1), max_size=4
)


@given(done)
@settings(max_examples=60)
def test_who_is_new_in_each_month_adds_up_to_everybody_once(chosen: dict[int, set[int]]) -> None:
    added = appearances.added(chosen, 3)
    for first, span in ((202511, "of_all"), (202601, "since_1"), (202602, "since_2"), (202603, "since_3")):
        place = SPANS.index(span)
        for last in (it for it in (202601, 202602, 202603) if it >= first):
            some = set().union(*(items for month, items in chosen.items() if first <= month <= last))
            for item_id in (0, 1, 2, 3):
                seen = sum(it[place] for at, it in added.items() if at[0] == item_id and first <= at[1] <= last)
                assert seen == any(item_id in (0, it) for it in some)
            whole = sum(it[len(SPANS) + place] for at, it in added.items() if first <= at[1] <= last)
            assert whole == (some == {1, 2, 3})


def test_who_took_part_in_a_campaign_that_ended_is_a_person_of_those_of_this_year(session: Session) -> None:
    unit, year = OrganisationFactory(), today().year
    before, one, other = (
        opened(session, "skills", items=OURS, opens_on=f"{it}-01-01", closes_on=f"{it}-12-31")
        for it in (year - 1, year, year)
    )
    for campaign, day in ((before, f"{year - 1}-05-05"), (one, f"{year}-01-01"), (other, f"{year}-01-01")):
        told(session, SYSTEM, campaign, unit, "training", person="职工1", day=day)
    for first, last in ((year * 100 + 1, year * 100 + 12), (year * 100 + 1, year * 100 + 1), (0, 999_912)):
        asked = Slice(first_month=first, last_month=last)
        assert together.total(session, counted(session, asked, measure="trained"), asked).persons == 1


def test_what_changes_in_a_closed_period_is_what_its_errata_say(session: Session) -> None:
    ledger = Ledger(session)
    for at in range(6):
        ledger.take("propose", at, at, 0)
    ledger.take("number", 0, 40, 30)
    period = {"period": f"{today():%Y-%m}", "organisation_name": ""}
    closed = closing.close(session, SYSTEM, ledger.campaign.id, period)
    before = figures.total(session, ledger.campaign.id, Slice())
    for step in (("merge", 0, 2, 0), ("reject", 1, 0, 0), ("number", 6, 25, 0), ("withdraw", 6, 0, 0)):
        ledger.take(*step)
    session.flush()
    after = figures.total(session, ledger.campaign.id, Slice())
    changes = [it.change for it in session.scalars(sa.select(PeriodErratum).filter_by(close_id=closed.id))]
    for name in ("entries", "objects", "person_times", "batch_persons", "uncounted"):
        assert getattr(before, name) + sum(it.get(name, 0) for it in changes) == getattr(after, name), name
    assert (after.objects, before.objects) == (4, 6)


def test_a_recount_finds_and_mends_what_was_falsified(session: Session) -> None:
    ledger = Ledger(session)
    ledger.take("number", 0, 40, 30)
    ledger.take("name", 1, 1, 0)
    is_item = ParticipationTally.item_id == item(ledger.campaign, "training").id
    session.execute(
        sa.update(ParticipationTally).values(person_times=41).where(is_item, ParticipationTally.persons_of_all == 0)
    )
    told = recounting.recount(session, ledger.campaign.id)
    # The sums of a place are compared with those of its units.
    assert {it.table for it in told} == {"participation_tally", "participation_place"}
    assert {it.key[1] for it in told} == {item(ledger.campaign, "training").id}
    session.execute(sa.delete(ParticipationPerson))
    session.execute(sa.update(ParticipationPlace).values(complete_of_all=1))
    found = recounting.recount(session, ledger.campaign.id, mend=True)
    assert {it.table for it in found} == {"participation_person", "participation_tally", "participation_place"}
    assert recounting.recount(session, ledger.campaign.id) == []
    session.add(
        ParticipationOverlap(measure="trained", code="", level=0, region="", industry="", hierarchy="", month=202601)
    )
    session.flush()
    session.execute(sa.update(ParticipationOverlap).values(persons_since_1=7))
    (too_many,) = recounting.recount_together(session, "trained", mend=True)
    assert (too_many.kept, too_many.counted) == ((0, 0, 7, *[0] * 25), None)
    assert recounting.recount_together(session, "trained") == []
