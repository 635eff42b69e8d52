"""What is printed about participation is true: every rate says what it divides by, and nothing counts twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import Invalid, NotAllowed
from marketplace.models import CompetitionRegistration, Headcount, Organisation, ProposalAuthor
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.schemas.statistics import DesignatedSizeSchema, HeadcountSchema, YearlyTargetSchema
from marketplace.services.statistics import board, designated, entries, headcounts, rates, scope, targets
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.rate import LEDGER, Rate
from marketplace.services.statistics.scope import Scope
from tests.factories import AccountFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.participation.campaigning import opened, told

DEYANG, JINGYANG, MIANYANG = "51/5106", "51/5106/510603", "51/5107"
THIS_YEAR = Period(today().year)
SPAN = {"opens_on": f"{today().year}-01-01", "closes_on": f"{today().year}-12-31"}
CITY = Actor("account:1", (Grant("city", DEYANG),), 1)


@pytest.fixture
def units(session: Session) -> dict[str, Organisation]:
    """A plant its city counts, one its industry counts in the same city, and one in another city."""
    places = {
        "own": (JINGYANG, "C/34", "region"),
        "railway": (DEYANG, "G/53", "industry"),
        "far": (MIANYANG, "C/39", "region"),
    }
    return {
        name: OrganisationFactory(name=f"示例{name}", region_path=region, industry_path=branch, primary_hierarchy=first)
        for name, (region, branch, first) in places.items()
    }  # fmt: skip


def typed(session: Session, unit: Organisation, number: int, day: dt.date, actor: Actor = SYSTEM) -> Headcount:
    row = {"unit": unit.name, "day": day.isoformat(), "number": number, "source": "统计年报"}
    return headcounts.record(session, actor, HeadcountSchema().load(row))


def test_a_rate_without_a_denominator_is_no_rate_and_none_is_rounded_up_to_its_target() -> None:
    def rate(part: int, whole: int | None, *, per_head: bool = False) -> str:
        return Rate(part, whole, LEDGER, LEDGER, today(), per_head).text(str)

    assert [rate(5, None), rate(0, 0), rate(0, 9)] == ["无数据", "无数据", "0.0%"]
    assert [rate(8999, 9999), rate(1, 3, per_head=True)] == ["89.9%", "0.33"]


def test_a_unit_of_both_hierarchies_counts_once_and_is_shown_as_of_which(
    session: Session, units: dict[str, Organisation]
) -> None:
    skills = opened(session, "skills", **SPAN)
    for name, times in (("own", 100), ("railway", 30), ("far", 7)):
        told(session, SYSTEM, skills, units[name], "training", person_times=times, persons=times)
    told(session, SYSTEM, skills, units["own"], "drill", person_times=5, persons=5)
    told_board = board.board(session, SYSTEM, "skills", Scope(), THIS_YEAR)
    assert [(it.code, it.figures.person_times) for it in told_board.measures] == [
        ("trained", 137), ("drilled", 5), ("contested", 0),
    ]  # fmt: skip
    places = {it.code: it for it in told_board.places}
    assert len(places) == 21
    assert sum(it.figures.person_times for it in places.values()) == 137
    assert (places["5106"].figures.person_times, places["5106"].of_which.person_times) == (130, 30)
    branches = {it.code: (it.figures.person_times, it.of_which.person_times) for it in told_board.branches}
    assert branches == {"C": (107, 107), "G": (30, 0)}
    assert told_board.months[today().year * 100 + today().month].person_times == 137
    assert told_board.units == 3
    cells = told_board.cross
    assert {(it.place, it.branch): it.share.all.person_times for it in cells.cells} == {
        ("5106", "C"): 100, ("5106", "G"): 30, ("5107", "C"): 7,
    }  # fmt: skip
    assert cells.total.person_times == 137


def test_an_object_counts_once_in_two_campaigns_and_a_person_too(
    session: Session, units: dict[str, Organisation]
) -> None:
    for host in ({}, {"title": "市里的活动", "region": "5106"}):
        opened(session, "million_proposals", **SPAN, **host)
    author = AccountFactory()
    proposal = ProposalFactory(account_id=author.id, organisation_id=units["own"].id, authors=[])
    proposal.authors.append(ProposalAuthor(name=author.name, account_id=author.id, position=1, share=100))
    proposal.state, proposal.submitted_at = "submitted", now()
    session.flush()
    asked = ("million_proposals", Scope(DEYANG), THIS_YEAR)
    found = board.board(session, CITY, *asked).measures[0]
    assert (found.figures.entries, found.figures.person_times, found.figures.persons, found.figures.objects) == (
        1,
        1,
        1,
        1,
    )
    parts = board.board(session, SYSTEM, "million_proposals", Scope(), THIS_YEAR)
    for rows in (parts.places, parts.branches):
        assert sum(it.figures.person_times for it in rows) == 1
    assert sum(it.person_times for it in parts.months.values()) == 1
    behind = entries.behind(session, CITY, *asked, limit=10)
    assert len(behind.entries) == behind.figures.entries == 1


def test_whoever_moves_between_units_and_campaigns_is_one_person_of_each_place(
    session: Session, units: dict[str, Organisation]
) -> None:
    first, second, third = (opened(session, "skills", **SPAN, title=it) for it in ("一期", "二期", "三期"))
    moved = told(session, SYSTEM, first, units["own"], "training", person="张三").person
    told(session, SYSTEM, second, units["own"], "training", person="李四")
    for campaign, unit in ((second, "railway"), (third, "far")):
        assert moved is not None
        moved.organisation_id = units[unit].id
        session.flush()
        told(session, SYSTEM, campaign, units[unit], "training", person="张三")
    found = board.board(session, SYSTEM, "skills", Scope(), THIS_YEAR)
    assert (found.measures[0].figures.persons, found.units) == (2, 3)
    persons = {it.code: (it.figures.persons, it.of_which.persons) for it in found.places if it.figures.persons}
    assert persons == {"5106": (2, 1), "5107": (1, 0)}
    assert {it.code: it.figures.persons for it in found.branches} == {"C": 2, "G": 1}


def test_rates_of_six_ones_divide_by_the_units_whose_headcount_is_known(
    session: Session, units: dict[str, Organisation]
) -> None:
    campaign = opened(session, "six_ones", **SPAN)
    for name, person in (("own", "张三"), ("own", "李四"), ("far", "王五")):
        told(session, SYSTEM, campaign, units[name], "contest", person=person)
    missing = rates.six_ones(session, Scope(), THIS_YEAR)
    assert (missing.participation.value, missing.participation.text(str), missing.without_headcount) == (
        None,
        "无数据",
        2,
    )
    typed(session, units["own"], 3, today() - dt.timedelta(900))
    assert rates.six_ones(session, Scope(), THIS_YEAR).participation.value is None
    typed(session, units["own"], 9, today() - dt.timedelta(100))
    typed(session, units["own"], 8, today() - dt.timedelta(10))
    found = rates.six_ones(session, Scope(), THIS_YEAR)
    assert (found.participation.part, found.participation.whole, found.without_headcount) == (2, 8, 1)
    assert (found.full.text(str), found.per_head.text(str)) == ("0.0%", "0.25")
    assert "统计年报" in found.participation.whole_source.text(str)
    for code in ("project", "new_product", "apprentice", "innovation"):
        told(session, SYSTEM, campaign, units["own"], code, person="张三", evidence="名单")
    assert rates.six_ones(session, Scope(), THIS_YEAR).full.part == 0
    typed(session, units["own"], 8, today() - dt.timedelta(10))
    average = headcounts.average_staff(session, Scope(), today() - dt.timedelta(50), today())
    assert average.number == Fraction(17, 2)


def test_coverage_divides_by_the_list_of_the_very_year(session: Session, units: dict[str, Organisation]) -> None:
    contest = opened(session, "labour_competition", competition_class="regional", **SPAN)
    for name in ("own", "railway"):
        row = {"campaign_id": contest.id, "organisation_id": units[name].id, "registered_by": "x", "revision": 1}
        session.add(CompetitionRegistration(**row, registered_on=today()))
    session.flush()
    assert rates.coverage(session, Scope(), THIS_YEAR).rate.text(str) == "无数据"
    listed(session, units["own"], THIS_YEAR.year - 1)
    assert rates.coverage(session, Scope(), THIS_YEAR).rate.whole is None
    for name in ("own", "far"):
        listed(session, units[name], THIS_YEAR.year)
    found = rates.coverage(session, Scope(), THIS_YEAR)
    assert (found.rate.part, found.rate.whole, found.is_reached, found.target) == (1, 2, False, 90)
    assert rates.coverage(session, Scope("51/5101"), THIS_YEAR).rate.value is None
    by_city = rates.coverage_by_place(session, Scope(), THIS_YEAR, "city")
    assert {path: it.text(str) for path, it in by_city.items()} == {DEYANG: "100.0%", MIANYANG: "0.0%"}
    with pytest.raises(NotAllowed):
        designated.strike(session, CITY, THIS_YEAR.year, "0" * 64, "名单有误")
    assert designated.strike(session, SYSTEM, THIS_YEAR.year, "0" * 64, "名单有误") == 2
    assert [it.year for it in designated.lists(session, CITY)] == [THIS_YEAR.year - 1]


def aim(session: Session, actor: Actor, amount: int, region: str = "", industry: str = "", month: int = 0) -> None:
    row = {"year": THIS_YEAR.year, "month": month, "region": region, "industry": industry, "measure": "trained"}
    targets.set_target(session, actor, YearlyTargetSchema().load({**row, "amount": amount}))


def test_targets_are_the_rules_of_the_province_and_what_is_set_for_a_city(
    session: Session, units: dict[str, Organisation]
) -> None:
    for actor, region in ((CITY, "5107"), (Actor("a", (Grant("industry_union", DEYANG, "C"),), 1), "5106")):
        with pytest.raises(NotAllowed):
            aim(session, actor, 10, region)
    for region in ("51", ""):
        with pytest.raises(Invalid):
            aim(session, SYSTEM, 10, region)
    aim(session, CITY, 50, "5106")
    aim(session, SYSTEM, 200, "5106")
    skills = opened(session, "skills", **SPAN)
    told(session, SYSTEM, skills, units["own"], "training", person_times=100, persons=100)
    found = board.board(session, CITY, "skills", Scope(DEYANG), THIS_YEAR, THIS_YEAR.in_year(THIS_YEAR.year - 1))
    trained, drilled, _contested = found.measures
    assert (trained.target.text(str), drilled.target.text(str)) == ("50.0%", "无数据")
    assert (trained.change.before, trained.change.difference, trained.change.percent) == (None, None, None)
    province = board.board(session, SYSTEM, "skills", Scope(), THIS_YEAR)
    assert province.measures[0].target.whole == 2_000_000
    assert {it.whole for it in province.month_targets.values()} == {Fraction(2_000_000, 12)}
    assert {it.code: it.target.text(str) for it in province.places if it.target} == {"5106": "50.0%"}
    # An industry is shown with its target though nobody took part.
    machines = Actor("account:3", (Grant("industry_union", industry_path="C"),), 3)
    for actor, code in ((CITY, "C"), (machines, "D")):
        with pytest.raises(NotAllowed):
            aim(session, actor, 10, industry=code)
    aim(session, machines, 400, industry="C")
    aim(session, SYSTEM, 7, "51", "D")
    province = board.board(session, SYSTEM, "skills", Scope(), THIS_YEAR)
    assert {it.code: it.target.text(str) for it in province.branches if it.target} == {"C": "25.0%", "D": "0.0%"}
    assert targets.of_scope(session, Scope("", "C"), THIS_YEAR.year) == {"trained": 400}
    assert targets.of_scope(session, Scope(DEYANG, "C"), THIS_YEAR.year) == {}
    listed = [(it.region, it.industry, it.amount) for it in targets.listed(session, CITY, THIS_YEAR.year)]
    assert [it for it in listed if it[0] != "51"] == [("5106", "", 200), ("", "C", 400), ("", "D", 7)]


def test_an_industry_in_a_city_has_a_target_and_a_month_has_its_own(
    session: Session, units: dict[str, Organisation]
) -> None:
    year, month = THIS_YEAR.year, today().month
    there = Actor("account:4", (Grant("industry_union", DEYANG, "C"),), 4)
    for setting in (CITY, there, SYSTEM, Actor("account:3", (Grant("industry_union", industry_path="C"),), 3)):
        aim(session, setting, 240, "5106", "C")
    for actor, where in ((CITY, {}), (CITY, {"region": "5107", "industry": "C"}), (there, {"industry": "C"}),
                         (there, {"region": "5106", "industry": "G"})):  # fmt: skip
        with pytest.raises(NotAllowed):
            aim(session, actor, 10, month=month, **where)
    aim(session, SYSTEM, 60, "5106", "C", month)
    aim(session, SYSTEM, 70, month=month)
    skills = opened(session, "skills", **SPAN)
    told(session, SYSTEM, skills, units["own"], "training", person_times=120, persons=100)
    found = board.board(session, there, "skills", Scope(DEYANG, "C"), THIS_YEAR)
    assert found.measures[0].target.text(str) == "50.0%"
    of_month = found.month_targets[year * 100 + month]
    assert (of_month.text(str), of_month.whole_source.values) == ("200.0%", {"year": str(year), "month": str(month)})
    assert sorted({it.whole for it in found.month_targets.values()}) == [20, 60]
    city = board.board(session, CITY, "skills", Scope(DEYANG), THIS_YEAR)
    assert {it.code: it.target.text(str) for it in city.branches if it.target} == {"C": "50.0%"}
    assert (city.measures[0].target.whole, city.month_targets) == (None, {})
    industry = board.board(session, SYSTEM, "skills", Scope("", "C"), THIS_YEAR)
    assert {it.code: it.target.text(str) for it in industry.places if it.target} == {"5106": "50.0%"}
    assert targets.of_industries(session, year) == {}
    province = board.board(session, SYSTEM, "skills", Scope("51"), THIS_YEAR)
    assert province.month_targets[year * 100 + month].whole == 70
    unit = board.board(session, SYSTEM, "skills", Scope(DEYANG, "C", units["own"].id), THIS_YEAR)
    assert unit.month_targets == {}
    aim(session, SYSTEM, 0, month=month)
    with pytest.raises(Invalid):
        aim(session, SYSTEM, 0, month=month)
    listed = {(it.region, it.industry, it.month, it.amount) for it in targets.listed(session, CITY, year)}
    assert {it for it in listed if it[3] < 1000} == {("5106", "C", 0, 240), ("5106", "C", month, 60)}


def test_two_periods_are_compared_month_for_month(session: Session, units: dict[str, Organisation]) -> None:
    year = today().year
    skills = opened(session, "skills", opens_on=f"{year - 1}-01-01", closes_on=f"{year}-12-31")
    for day, times in ((dt.date(year - 1, 1, 5), 40), (dt.date(year, 1, 5), 50), (dt.date(year - 1, 12, 5), 9)):
        told(session, SYSTEM, skills, units["own"], "training", day=day.isoformat(), person_times=times, persons=1)
    january = Period(year, 1, 1)
    change = board.board(session, SYSTEM, "skills", Scope(), january, january.in_year(year - 1)).measures[0].change
    assert (change.now, change.before, change.difference, change.percent) == (50, 40, 10, 25)


@pytest.mark.parametrize(
    ("grant", "sees"),
    [
        (Grant("province_curator"), "all deyang machines own far"),
        (Grant("auditor"), "all deyang machines own far"),
        (Grant("city", DEYANG), "deyang own"),
        (Grant("county", JINGYANG), "own"),
        (Grant("industry_union", "", "C"), "machines own far"),
        (Grant("unit_union", organisation_id=1), ""),
        (Grant("worker"), ""),
        (Grant("judge"), ""),
    ],
    ids=lambda it: it.role if isinstance(it, Grant) else "",
)
def test_nobody_sees_figures_beyond_the_own_office(sqlite_session: Session, grant: Grant, sees: str) -> None:
    own = OrganisationFactory(region_path=JINGYANG, industry_path="C/34")
    far = OrganisationFactory(region_path=MIANYANG, industry_path="C/39")
    asked = {
        "all": Scope(), "deyang": Scope(DEYANG), "machines": Scope("", "C"),
        "own": Scope(own.region_path, own.industry_path, own.id),
        "far": Scope(far.region_path, far.industry_path, far.id),
    }  # fmt: skip
    held = replace(grant, organisation_id=own.id + 99) if grant.organisation_id else grant
    actor = Actor("account:1", (held,), 1)
    seen = []
    for name, it in asked.items():
        try:
            board.board(sqlite_session, actor, "skills", it, THIS_YEAR)
        except NotAllowed:
            continue
        seen.append(name)
    assert " ".join(seen) == sees


def test_a_unit_sees_itself_and_a_visitor_nothing(sqlite_session: Session) -> None:
    own = OrganisationFactory(region_path=JINGYANG, industry_path="C/34")
    clerk = Actor("account:1", (Grant("unit_union", organisation_id=own.id),), 1)
    found = scope.asked(sqlite_session, clerk, region="5107")
    assert found.organisation_id == own.id
    typed(sqlite_session, own, 12, today(), clerk)
    for actor in (VISITOR, Actor("account:2", (Grant("worker", organisation_id=own.id),), 2)):
        with pytest.raises(NotAllowed):
            scope.asked(sqlite_session, actor)


def listed(session: Session, unit: Organisation, year: int) -> None:
    row = DesignatedSizeSchema().load({"year": year, "name": unit.name, "threshold": "industry"})
    designated.import_records(session, SYSTEM, [{**row, "file_hash": "0" * 64}])
