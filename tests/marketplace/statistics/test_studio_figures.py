"""What studios come to: each number leads to as many lines, benefits count once, a tier on the day it was held."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import Benefit, BenefitReference, GrantUse, Studio, StudioGrant, StudioTier
from marketplace.permissions import SYSTEM, Actor, Grant
from marketplace.services.statistics import studio_entries, studios
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope
from marketplace.services.statistics.studio_entries import FIGURES
from marketplace.services.statistics.studios import Money
from marketplace.services.studio import ladder, spread
from tests.factories import OrganisationFactory, ProposalFactory
from tests.marketplace.participation.campaigning import DEYANG, MIANYANG
from tests.marketplace.studios.studios import complete, opened

YEAR = Period(today().year)
NEW_YEAR = dt.date(today().year, 1, 1)
CITY = Actor("account:1", (Grant("city", DEYANG),), 1)


def filled(session: Session) -> Studio:
    """Return a studio of Deyang with everything on record, beside one that has lost its tier and one far away."""
    plant = OrganisationFactory(name="示例重机厂", region_path=f"{DEYANG}/510603", industry_path="C/34")
    studio = opened(session, plant)
    complete(session, studio)
    studio.tiers.append(StudioTier(tier="county", since=NEW_YEAR))
    grant = StudioGrant(payer="市总工会", amount=50_000_00, received_on=NEW_YEAR)
    grant.uses.append(GrantUse(category="equipment", amount=20_000_00, used_on=today(), receipt="1"))
    studio.grants.append(grant)
    ladder.lose(session, lost := opened(session, plant, name="李示例工作室", tier="city"), "city", "不合格")
    lost.tiers[0].ended_on = max(NEW_YEAR, today() - dt.timedelta(1))
    opened(session, OrganisationFactory(region_path=MIANYANG), name="远处工作室", tier="province")
    proposal = ProposalFactory(organisation_id=plant.id)
    achievement = next(it.object_id for it in studio.results)
    referred = (("achievement", achievement), ("proposal", proposal.id))
    facts = {"claimed_by": "x", "claimed_at": now(), "verified_by": "y", "verified_at": now()}
    benefit = Benefit(metric="单件工时", baseline="", method="", claimed=300_00, verified=200_00, **facts)
    benefit.references += [BenefitReference(noun=noun, object_id=number) for noun, number in referred]
    session.add(benefit)
    session.flush()
    return studio


def test_every_figure_of_studios_leads_to_as_many_lines(session: Session) -> None:
    filled(session)
    found = studios.figures(session, CITY, Scope(DEYANG), YEAR, YEAR.in_year(YEAR.year - 1))
    tiers = {tier: (it.now, it.before) for tier, it in found.by_tier.items() if it.now or it.before}
    # The studio was its unit's a year ago, as the one that has lost its tier was the city's.
    assert tiers == {"unit": (0, 1), "county": (1, 0), "city": (0, 1)}
    assert (found.whole.now, found.whole.before, found.named["county"], found.delisted) == (1, 2, 1, 1)
    assert (found.results.part, found.results.whole, found.results.text(str)) == (1, 1, "1.00")
    assert (found.pairs, found.apprentices, found.left) == (1, 1, 30_000_00)
    assert (found.grants, found.used) == (Money(1, 50_000_00), Money(1, 20_000_00))
    assert found.verified == found.benefits["verified"] == Money(1, 200_00)
    assert (found.benefits["claimed"], found.benefits["attested"]) == (Money(1, 300_00), Money(0, 0))
    numbers = {
        figure: studio_entries.listing(session, CITY, figure, Scope(DEYANG), YEAR, limit=9) for figure in FIGURES
    }
    assert all(len(it.lines) == it.number and not it.withheld for it in numbers.values())
    some = {"holding", "holding-county", "named", "named-county", "delisted", "results", "pairs", "grants", "used"}
    assert {figure for figure, it in numbers.items() if it.number} == some | {"benefits", "claimed", "verified"}
    whole = studios.figures(session, SYSTEM, Scope(), YEAR)
    assert {tier: it.now for tier, it in whole.by_tier.items()} == spread.of_province(session).by_tier
    assert (whole.whole.before, whole.results.whole, whole.benefits["verified"].count) == (None, 2, 1)


def test_figures_of_studios_are_for_who_sees_the_place_and_their_lines_for_who_keeps_it(session: Session) -> None:
    filled(session)
    for figure, scope, error in (("holding", Scope(), NotAllowed), ("nothing", Scope(DEYANG), NotFound)):
        with pytest.raises(error):
            studio_entries.listing(session, CITY, figure, scope, YEAR, limit=9)
    program = Actor("account:1", CITY.grants, 1, limits=frozenset())
    with pytest.raises(NotAllowed):
        studios.figures(session, program, Scope(DEYANG), YEAR)
