"""Whoever reads a number of a rate may read what it counts: one line for each, or staff that adds up to it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import CompetitionRegistration, Organisation, Proposal, ProposalAuthor
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.schemas.statistics import DesignatedSizeSchema, HeadcountSchema
from marketplace.services.statistics import board, designated, divided, entries, headcounts, market
from marketplace.services.statistics.divided import SIDES
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope
from marketplace.services.tally import items
from tests.factories import AccountFactory, OrganisationFactory, ProposalFactory
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG, MIANYANG, opened, told

YEAR = Period(today().year)
OF_PERIODS = {name: sides for name, sides in SIDES.items() if name not in market.NAMES}
SPAN = {"opens_on": f"{today().year}-01-01", "closes_on": f"{today().year}-12-31"}
CITY = Actor("account:1", (Grant("city", DEYANG),), 1)


def proposed(unit: Organisation, state: str, **fields: object) -> Proposal:
    author = AccountFactory()
    proposal: Proposal = ProposalFactory(account_id=author.id, organisation_id=unit.id, authors=[], **fields)
    proposal.authors.append(ProposalAuthor(name=author.name, account_id=author.id, position=1, share=100))
    proposal.state, proposal.submitted_at = state, now()
    if state != "submitted":
        proposal.decided_by, proposal.decided_at, proposal.reply = "account:9", now(), "可行"
    return proposal


def filled(session: Session) -> dict[str, Organisation]:
    """Return units, of which two have a headcount, with something in both numbers of every rate."""
    places = {
        "own": (JINGYANG, "C/34", "region"), "railway": (DEYANG, "G/53", "industry"), "far": (MIANYANG, "C", "region"),
        "vague": ("51", "C/34", "region"),
    }  # fmt: skip
    units = {
        name: OrganisationFactory(name=f"示例{name}", region_path=region, industry_path=branch, primary_hierarchy=first)
        for name, (region, branch, first) in places.items()
    }
    six = opened(session, "six_ones", **SPAN)
    for unit, person in (("own", "李四"), ("own", "王五"), ("railway", "赵六"), ("far", "钱七"), ("vague", "孙八")):
        told(session, SYSTEM, six, units[unit], "contest", person=person)
    proposed(units["own"], "submitted")
    for unit, state in (("own", "adopted"), ("own", "implemented"), ("railway", "not_adopted"), ("far", "submitted")):
        proposed(units[unit], state)
    proposed(units["own"], "partly_adopted", adopted_part="两台")
    session.flush()
    whole = session.query(Proposal).filter_by(state="implemented").one().authors[0].name
    for code in ("contest", "project", "new_product", "apprentice", "innovation"):
        told(session, SYSTEM, six, units["own"], code, person=whole, evidence="名单")
    for unit, numbers in (("own", {200: 9, 10: 8}), ("railway", {10: 5})):
        for age, number in numbers.items():
            day = (today() - dt.timedelta(age)).isoformat()
            row = {"unit": units[unit].name, "day": day, "number": number, "source": "统计年报"}
            headcounts.record(session, SYSTEM, HeadcountSchema().load(row))
    competition = opened(session, "labour_competition", competition_class="regional", **SPAN)
    row = {"campaign_id": competition.id, "organisation_id": units["own"].id, "registered_by": "x", "revision": 1}
    session.add(CompetitionRegistration(**row, registered_on=today()))
    session.flush()
    for unit in ("own", "railway", "far"):
        line = DesignatedSizeSchema().load({"year": YEAR.year, "name": units[unit].name, "threshold": "industry"})
        designated.import_records(session, SYSTEM, [{**line, "file_hash": "0" * 64}])
    return units


def test_both_numbers_of_every_rate_lead_to_what_they_count(session: Session) -> None:
    units = filled(session)
    clerk = Actor("account:2", (Grant("unit_union", organisation_id=units["own"].id),), 2)
    own = Scope(JINGYANG, "C/34", units["own"].id)
    numbers = {}
    for who, actor, scope in (("province", SYSTEM, Scope()), ("city", CITY, Scope(DEYANG)), ("unit", clerk, own)):
        for name, sides in OF_PERIODS.items():
            for side in sides:
                asked = (session, actor, name, side, scope, YEAR)
                found = divided.listing(*asked, limit=99)
                counted = [1 if it.staff is None else it.staff for it in found.lines]
                assert sum(counted) == found.number and not found.is_withheld, (who, name, side)
                assert {"part": found.rate.part, "whole": found.rate.whole}.get(side, found.number) == found.number
                assert len({it.record.id for it in found.lines}) == len(counted)
                numbers[who, name, side] = found.number
    some = divided.listing(session, SYSTEM, "items_per_head", "part", Scope(), YEAR, limit=9)
    rest = divided.listing(session, SYSTEM, "items_per_head", "part", Scope(), YEAR, limit=9, after=some.next_after)
    assert (len(some.lines), len(rest.lines), rest.next_after) == (9, 4, None)
    told = {name: (numbers["province", name, "part"], numbers["province", name, "whole"]) for name in OF_PERIODS}
    assert told == {
        "participation": (8, 13), "full_six": (1, 13), "items_per_head": (13, 13), "coverage": (1, 3),
        "decision": (4, 6), "adoption": (3, 6), "implementation": (1, 3), "proposals_per_head": (5, 13),
    }  # fmt: skip
    assert numbers["province", "adoption", "partly"] == numbers["unit", "full_six", "part"] == 1


def test_a_listing_is_for_who_may_see_the_number(sqlite_session: Session) -> None:
    with pytest.raises(NotAllowed):
        divided.listing(sqlite_session, CITY, "full_six", "part", Scope(), YEAR, limit=9)
    for name, side in (("full_six", "rest"), ("nothing", "part")):
        with pytest.raises(NotFound):
            divided.listing(sqlite_session, CITY, name, side, Scope(DEYANG), YEAR, limit=9)


@pytest.mark.parametrize("theme", ["six_ones", "skills"])
def test_every_number_by_place_industry_or_both_leads_to_as_many_entries(sqlite_session: Session, theme: str) -> None:
    session = sqlite_session
    units = filled(session)
    if theme == "skills":
        campaign = opened(session, "skills", **SPAN)
        for unit, times in zip(units.values(), (7, 5, 3, 2), strict=True):
            told(session, SYSTEM, campaign, unit, "training", person_times=times, persons=times)
    found = board.board(session, SYSTEM, theme, Scope(), YEAR)
    of = Scope().slice(YEAR.first_month, YEAR.last_month)
    at_once = items.by_kind(session, of)
    assert at_once == {key: items.counted(session, of, kind=key[0], measure=key[1]) for key in at_once}
    assert {(theme, ""), (theme, found.measure)} <= at_once.keys()

    def behind(scope: Scope) -> tuple[int, int]:
        listed = entries.behind(session, SYSTEM, theme, scope, YEAR, measure=found.measure, limit=99)
        assert len(listed.entries) == listed.figures.entries
        return len(listed.entries), sum(it.person_times for it in listed.entries)

    places = {it.code: Scope(f"51/{it.code}") for it in found.places if not it.is_vague}
    for rows, scopes in (
        (found.places, places),
        (found.branches, {it.code: Scope("", it.code) for it in found.branches}),
    ):
        for row in (it for it in rows if not it.is_vague):
            assert behind(scopes[row.code]) == (row.figures.entries, row.figures.person_times)
    for cell in (it for it in found.cross.cells if not it.is_vague):
        figures = cell.share.all
        assert behind(Scope(f"51/{cell.place}", cell.branch)) == (figures.entries, figures.person_times)
    # What is only known to lie in the province has a row of its own, and no question asks for it alone.
    vague = [it for it in found.places if it.is_vague]
    assert sum(it.figures.entries for it in found.places) == sum(it.figures.entries for it in found.branches)
    assert [it.code for it in vague] == ["51"]
