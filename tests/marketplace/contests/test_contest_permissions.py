"""Who judges, decides and sees in a contest, and who evaluates a unit of a competition: every role with its scopes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from marketplace.models import CompetitionRegistration, Contest, Contestant, Person
from marketplace.permissions import (
    Actor,
    Grant,
    Permission,
    can_decide_contest,
    can_evaluate,
    can_judge_contest,
    can_see_contestant,
    can_see_registration,
    can_withdraw_contestant,
)
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG, MIANYANG, opened

# Of a contest and a competition of the city, and of somebody and a unit of one of its counties:
# (judges, decides, sees him, sees the unit, evaluates before, evaluates after, lets him give up).
MAY: dict[tuple[str, ...], str] = {
    ("worker", "", "own"): ".......",
    ("unit_union", "", "own"): "..sub.w",
    ("unit_union", "", "other"): ".......",
    ("enterprise", "", "own"): ".......",
    ("county", JINGYANG): "..sub.w",
    ("city", DEYANG): ".dsubaw",
    ("city", MIANYANG): ".......",
    ("auditor", DEYANG): "..su...",
    ("judge", DEYANG): "j......",
    ("judge", MIANYANG): ".......",
    ("judge",): "j......",
    ("broker", DEYANG): ".......",
    ("province_curator",): ".dsubaw",
    ("admin",): ".dsubaw",
}


def test_every_role_does_what_its_scope_allows(sqlite_session: Session) -> None:
    units = {
        "own": OrganisationFactory(region_path=JINGYANG, industry_path="C/34"),
        "other": OrganisationFactory(region_path="51/5107/510703", industry_path="C/39"),
    }
    host = Actor("account:0", (Grant("city", DEYANG),), AccountFactory().id)
    campaign = opened(sqlite_session, "labour_competition", actor=host, competition_class="regional")
    person = Person(name="示例职工", organisation=units["own"], account_id=AccountFactory().id)
    contestant = Contestant(
        contest=Contest(campaign=campaign), person=person, organisation=units["own"], organisation_id=units["own"].id
    )
    registration = CompetitionRegistration(campaign=campaign, organisation=units["own"])
    for (role, *scope), expected in MAY.items():
        region, named = [*scope, "", ""][:2]
        grant = Grant(role, region, "", units[named].id if named else None)
        actor = Actor("account:1", (grant,), AccountFactory().id)
        found = (
            can_judge_contest(actor, campaign), can_decide_contest(actor, contestant),
            can_see_contestant(actor, contestant), can_see_registration(actor, registration),
            can_evaluate(actor, registration, "before"), can_evaluate(actor, registration, "after"),
            can_withdraw_contestant(actor, contestant),
        )  # fmt: skip
        assert found == tuple(it != "." for it in expected), (role, scope)
        # Whoever comes from the unit decides nothing of it, and a program reads no more than it may.
        kin = Actor("account:2", (grant,), actor.account_id, unit_ids=frozenset({units["own"].id}))
        assert not can_decide_contest(kin, contestant) and not can_evaluate(kin, registration, "after")
        assert not can_judge_contest(Actor("program", (grant,), 1, limits=frozenset(), reads=False), campaign)
        # Nobody decides of himself, and a program that acts for him no more than he.
        for limits in (None, frozenset({Permission.CAMPAIGN_RUN})):
            of_himself = Actor("account:2", (grant,), person.account_id, limits=limits)
            assert not can_decide_contest(of_himself, contestant), (role, scope, limits)
    himself = Actor("account:3", (Grant("worker", organisation_id=units["own"].id),), person.account_id)
    assert can_withdraw_contestant(himself, contestant)
    assert can_see_contestant(himself, contestant) and not can_decide_contest(himself, contestant)
    # What a program of his does for him: (may record his part, reads) → (lets him give up, sees him).
    recording = frozenset({Permission.PARTICIPATION_RECORD})
    for limits, reads, does in (
        (recording, True, True), (recording, False, False), (frozenset(), True, False), (frozenset(), False, False),
    ):  # fmt: skip
        program = replace(himself, limits=limits, reads=reads)
        assert (can_withdraw_contestant(program, contestant), can_see_contestant(program, contestant)) == (does, does)
        other = replace(program, account_id=AccountFactory().id)
        assert not can_withdraw_contestant(other, contestant) and not can_see_contestant(other, contestant)
    sqlite_session.expunge_all()
