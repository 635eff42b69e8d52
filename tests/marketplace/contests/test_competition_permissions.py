"""Who is told a grade before it is announced, and who shows, names and takes back a showcase: every role in scope."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from marketplace.models import CompetitionRegistration, CompetitionShowcase
from marketplace.models.participation.competition import REGISTRATION_STATES, TOLD_REGISTRATIONS
from marketplace.permissions import (
    VISITOR,
    Actor,
    Grant,
    Permission,
    can_decide_showcase,
    can_see_grade,
)
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG, MIANYANG, opened

# Of a competition of the city, and of enterprises of one of its counties:
# (is told a grade before, decides a showcase of the city, one of the county, one of the industry, one of the province).
MAY: dict[tuple[str, ...], str] = {
    ("worker", "", "", "own"): ".....",
    ("unit_union", "", "", "own"): ".....",
    ("enterprise", "", "", "own"): ".....",
    ("county", JINGYANG): "..n..",
    ("county", "51/5106/510681"): ".....",
    ("city", DEYANG): "tc...",
    ("city", MIANYANG): ".....",
    ("industry_union", "", "C/34"): "...i.",
    ("industry_union", "", "C/39"): ".....",
    ("auditor", DEYANG): "t....",
    ("auditor", MIANYANG): ".....",
    ("judge", DEYANG): ".....",
    ("broker", DEYANG): ".....",
    ("province_curator",): "t...p",
    ("admin",): "t...p",
}


def test_every_role_is_told_and_decides_what_its_scope_allows(sqlite_session: Session) -> None:
    unit = OrganisationFactory(region_path=JINGYANG, industry_path="C/34")
    host = Actor("account:0", (Grant("city", DEYANG),), AccountFactory().id)
    campaign = opened(sqlite_session, "labour_competition", actor=host, competition_class="regional")
    waiting = CompetitionRegistration(campaign=campaign, organisation=unit, state="publicity", grade="优胜")
    named = [
        CompetitionShowcase(
            kind="enterprise", level=level, organisation=unit, organisation_id=unit.id, region_path=JINGYANG
        )
        for level in ("city", "county", "industry", "province")
    ]
    for (role, *scope), expected in MAY.items():
        region, industry, own = [*scope, "", "", ""][:3]
        actor = Actor("account:1", (Grant(role, region, industry, unit.id if own else None),), AccountFactory().id)
        found = (can_see_grade(actor, waiting), *(can_decide_showcase(actor, it) for it in named))
        assert found == tuple(it != "." for it in expected), (role, scope)
        # Whoever comes from the unit names it nowhere, and a program does and reads no more than it may.
        kin = replace(actor, unit_ids=frozenset({unit.id}))
        program = replace(actor, limits=frozenset(Permission) - {Permission.CAMPAIGN_RUN}, reads=False)
        assert not any(can_decide_showcase(it, one) for it in (kin, program) for one in named), (role, scope)
        assert not can_see_grade(program, waiting), (role, scope)
    told = [
        it for it in REGISTRATION_STATES if can_see_grade(VISITOR, CompetitionRegistration(campaign=campaign, state=it))
    ]
    assert tuple(told) == TOLD_REGISTRATIONS
    sqlite_session.expunge_all()
