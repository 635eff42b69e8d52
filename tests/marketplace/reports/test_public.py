"""The public figures: of closed months alone, small cells hidden, and every number what the entries add up to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import today
from marketplace.errors import NotFound
from marketplace.models import Campaign, CampaignItem, Organisation, ParticipationEntry
from marketplace.permissions import SYSTEM
from marketplace.services.participation import closing
from marketplace.services.reports import public
from marketplace.services.reports.public import Measured, Shown
from marketplace.services.reports.suppression import ALL
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.officers import acting
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG, MIANYANG, opened, told

YEAR = today().year - 1


@pytest.fixture
def units(session: Session) -> list[Organisation]:
    places = (JINGYANG, MIANYANG, "51/5101", "")
    return [OrganisationFactory(region_path=it, industry_path="C/34") for it in places]


def skills(session: Session, **fields: object) -> Campaign:
    return opened(session, "skills", opens_on=f"{YEAR}-01-01", closes_on=f"{YEAR}-12-31", **fields)


def trained(session: Session, campaign: Campaign, unit: Organisation, month: int, **fields: object) -> None:
    told(session, SYSTEM, campaign, unit, "training", day=f"{YEAR}-{month:02}-10", **fields)


def close(session: Session, campaign: Campaign, period: str) -> None:
    closing.close(session, SYSTEM, campaign.id, {"period": period, "organisation_name": ""})


def of(session: Session, measure: str) -> Measured:
    return next(it for it in public.published(session, YEAR).measures if it.measure == measure)


def filled(session: Session, units: list[Organisation]) -> Campaign:
    """Three months of training of which one cell is small, a person in two months, and entries that do not count."""
    campaign = skills(session)
    for month, times in ((1, (40, 60, 80, 9)), (2, (3, 50, 70, 0)), (3, (30, 0, 20, 8))):
        for unit, number in zip(units, times, strict=True):
            if number:
                trained(session, campaign, unit, month, person_times=number * 2, persons=number)
    for month in (1, 3):
        drilled = {"day": f"{YEAR}-{month:02}-11", "person": "张三"}
        told(session, SYSTEM, campaign, units[0], "drill", **drilled)
    return campaign


def test_every_number_shown_is_what_the_raw_entries_add_up_to(session: Session, units: list[Organisation]) -> None:
    campaign = filled(session, units)
    trained(session, campaign, units[1], 5, person_times=900, persons=900)
    for month in (1, 2, 3):
        close(session, campaign, f"{YEAR}-{month:02}")
    # What is closed before the month before it is not public yet.
    close(session, campaign, f"{YEAR}-05")
    AchievementFactory()

    entry, item = ParticipationEntry, CampaignItem
    query = sa.select(
        item.measure, Organisation.region_path, entry.month, entry.person_times, entry.persons, entry.person_id
    ).where(entry.state == "confirmed", entry.month <= YEAR * 100 + 3)
    query = query.join(item, item.id == entry.item_id).join(Organisation, Organisation.id == entry.organisation_id)
    times, batch = defaultdict(int), defaultdict(int)
    persons = defaultdict(set)
    for measure, path, month, number, counted, person in session.execute(query):
        city = path.split("/")[1] if "/" in path else path
        for place in ((city, str(month)), (city, ALL), (ALL, str(month)), (ALL, ALL)):
            times[measure, place] += number
            batch[measure, place] += counted if person is None else 0
            persons[measure, place] |= {person} if person is not None else set()
    found = public.published(session, YEAR)
    assert {it.measure for it in found.measures} == {"trained", "drilled", "contested"}
    seen = 0
    for table in found.measures:
        assert table.months == tuple(YEAR * 100 + month for month in (1, 2, 3))
        for place in (*table.places, ALL):
            for month in (*map(str, table.months), ALL):
                key, cell = (table.measure, (place, month)), table.cell(place, month)
                seen += cell is not None
                assert cell in (None, Shown(times[key], len(persons[key]), batch[key]))
    assert seen > 200 and found.cut_off is not None and found.cut_off.month == 3
    assert found.achievements[0] == 0 and of(session, "trained").objects == 0
    reached = of(session, "trained").reached
    assert reached is not None and reached.part == times["trained", (ALL, ALL)] and reached.whole == 2_000_000


def test_a_small_cell_is_hidden_with_what_would_give_it_away(session: Session, units: list[Organisation]) -> None:
    close(session, filled(session, units), str(YEAR))
    table, month = of(session, "trained"), YEAR * 100 + 2
    assert table.cell("5106", month) is None and table.cell("5107", month) is not None
    assert table.hidden == 4
    # One person, wherever he is looked for, is nobody's business.
    drilled = of(session, "drilled")
    assert drilled.cell(ALL, ALL) is None and drilled.reached is None and drilled.objects is None


def test_two_days_of_a_year_tell_no_more_than_the_later_one(session: Session, units: list[Organisation]) -> None:
    close(session, filled(session, units), f"{YEAR}-Q1")
    whole = of(session, "trained")
    for until in (1, 2):
        found = public.published(session, YEAR, until)
        assert (found.cut_off, [it.month for it in found.cut_offs], found.proposals) == (
            dt.date(YEAR, until, (31, 28 + (YEAR % 4 == 0))[until - 1]), [1, 2, 3], None,
        )  # fmt: skip
        table = next(it for it in found.measures if it.measure == "trained")
        for place in (*table.places, ALL):
            cells = [whole.cell(place, it) for it in whole.months]
            first, later = cells[:until], [*cells[until:], whole.cell(place, ALL)]
            assert [table.cell(place, it) for it in table.months] == first
            shown = table.cell(place, ALL)
            if shown is None:
                continue
            # Whoever has the later table can work out every sum of the earlier one.
            if None not in first:
                assert shown.person_times == sum(it.person_times for it in first if it)
            else:
                assert None not in later
                rest = sum(it.person_times for it in later[:-1] if it)
                assert shown.person_times == later[-1].person_times - rest  # type: ignore[union-attr]
        assert table.cell("5106", ALL) is None or until == 1
    with pytest.raises(NotFound):
        public.published(session, YEAR, 4)


def test_nothing_is_public_before_the_province_closes_it(session: Session, units: list[Organisation]) -> None:
    campaign = filled(session, units)
    near = skills(session, actor=acting("city", region_path=DEYANG))
    close(session, near, str(YEAR))
    found = public.published(session, YEAR)
    assert (found.measures, found.cut_off, found.proposals, public.years(session)) == ((), None, None, [])
    before = public.mark(session)
    close(session, campaign, str(YEAR))
    assert public.years(session) == [YEAR] and public.mark(session) != before
