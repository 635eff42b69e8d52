"""The market in figures: each match at every step it reached, contracts by what was registered."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import NotAllowed
from marketplace.models import Outcome
from marketplace.services import market_statistics
from marketplace.services.deal import signing
from marketplace.services.statistics import divided
from marketplace.services.statistics.divided import SIDES
from marketplace.services.statistics.market import STEPS
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory
from tests.marketplace.deals.tables import DEYANG, MIANYANG, introduced, laid, registration, signed
from tests.marketplace.officers import acting


def test_a_match_counts_at_every_step_whose_fact_it_has(session: Session) -> None:
    province = acting("province_curator")
    before = market_statistics.figures(session, province)
    table = laid(session)
    deal = signed(session, table)
    signing.register(session, province, deal.id, deal.revision, registration(technical_part=60_000_00))
    signed(session, laid(session), amount=7_00)
    ended = laid(session)
    signing.terminate(session, ended.owner, ended.deal.id, "不合适")
    refused = introduced(
        session, DemandFactory(organisation=OrganisationFactory(region_path=MIANYANG, industry_path="C/36")),
        AchievementFactory(), state="suggested", wanted_by_owner_at=None, wanted_by_enterprise_at=None,
        introduced_at=None, introduced_by=None, seen_by_enterprise_at=None,
        matched_at=now() - dt.timedelta(days=2),
    )  # fmt: skip
    session.add(
        Outcome(
            match_id=refused.id, side="owner", is_interested=False, codes=["price", "no_capacity"], fingerprint="t",
            answered_by="t", answered_at=now(),
        )
    )  # fmt: skip
    session.flush()
    found = market_statistics.figures(session, province)
    reached = {step: found.whole[step] - before.whole[step] for step in STEPS}
    assert reached == {
        "suggested": 4, "seen": 3, "interest_e": 3, "interest_o": 3, "mutual": 3, "introduced": 3, "signed": 2,
        "registered": 1, "verified": 0,
    }  # fmt: skip
    assert (found.by_region["5107"]["suggested"], found.by_industry["C"]["signed"]) == (4, 2)
    assert found.refusals["owner"] == {"price": 1, "no_capacity": 1}
    assert found.answered_after == pytest.approx(2, abs=0.01)
    licences = found.value_by_kind["licence"]
    assert (licences.registered, licences.amount, licences.technical_part) == (1, 100_000_00, 60_000_00)
    assert (licences.unregistered, licences.unregistered_amount) == (1, 7_00)
    assert found.value_by_region["5106"].amount == 100_000_00
    rate = found.rates["introduction"]
    assert (rate.part, rate.whole, str(rate.percent())) == (3, 4, "75.0")
    # What both want may be opened by who introduces; of what one side alone may know, there is the number.
    for name, side, told in (
        ("introduction", "part", (3, 0)), ("introduction", "whole", (3, 1)), ("mutual_interest", "whole", (3, 0)),
        ("signing", "part", (2, 0)),
    ):  # fmt: skip
        listed = divided.listing(session, province, name, side, Scope(), Period(2026), limit=9)
        assert (len(listed.lines), listed.withheld) == told, (name, side)
        assert listed.number == sum(told)


def test_the_transfer_rate_is_of_what_was_published_for_six_months_and_an_office_sees_its_place(
    session: Session,
) -> None:
    longer = now() - dt.timedelta(days=200)
    signed(session, laid(session, region="510603", published_at=longer))
    AchievementFactory(region="510603", published_at=longer)
    AchievementFactory(region="510603")
    AchievementFactory(region="5101", published_at=longer)
    deyang = market_statistics.figures(session, acting("county", region_path=DEYANG))
    assert (deyang.rates["transfer"].part, deyang.rates["transfer"].whole) == (1, 2)
    assert deyang.whole["suggested"] == 0
    county, numbers = acting("county", region_path=DEYANG), {}
    for side in SIDES["transfer"]:
        listed = divided.listing(session, county, "transfer", side, Scope(DEYANG), Period(2026), limit=9)
        assert len(listed.lines) == listed.number
        numbers[side] = listed.number
    assert numbers == {"part": 1, "whole": 2, "rest": 1}
    with pytest.raises(NotAllowed):
        divided.listing(session, county, "transfer", "part", Scope(), Period(2026), limit=9)
    assert deyang.value.unregistered == 1
    for stranger in ("enterprise", "auditor", "broker"):
        with pytest.raises(NotAllowed):
            market_statistics.figures(session, acting(stranger))
