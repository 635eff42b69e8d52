"""Who runs a campaign, records, confirms and sees entries: every role with every scope, on every state."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now, today
from marketplace.models import Campaign, Organisation, ParticipationEntry, Person
from marketplace.models.participation import campaign as campaign_model
from marketplace.models.participation import entry as entry_model
from marketplace.permissions import (
    VISITOR,
    Actor,
    Grant,
    campaigns_seen,
    can_confirm_entries,
    can_follow_campaign,
    can_prove_entry,
    can_record_own,
    can_run_campaign,
    can_see_entry,
    entries_seen,
)
from tests.factories import AccountFactory, OrganisationFactory
from tests.marketplace.participation.campaigning import DEYANG, JINGYANG, MIANYANG, opened

MACHINES = "C/34"

# What of a campaign of the city, and of an entry of a unit in one of its counties, each may do:
# (runs it, follows it, confirms in the unit, records his own there, sees the entry).
MAY: dict[tuple[str, ...], str] = {
    ("worker", "", "", "own"): "...o.",
    ("worker", "", "", "other"): ".....",
    ("studio_leader", "", "", "own"): "...o.",
    ("unit_union", "", "", "own"): "..cos",
    ("unit_union", "", "", "other"): ".....",
    ("enterprise", "", "", "own"): ".....",
    ("county", JINGYANG): "..c.s",
    ("county", "51/5106/510623"): ".....",
    ("city", DEYANG): "rfc.s",
    ("city", MIANYANG): ".....",
    ("industry_union", "", MACHINES): "..c.s",
    ("industry_union", "", "C/39"): ".....",
    ("auditor", DEYANG): ".f..s",
    ("auditor", MIANYANG): ".....",
    ("auditor",): ".f..s",
    ("judge",): ".....",
    ("broker", DEYANG): ".....",
    ("finance_attestor", DEYANG): ".....",
    ("province_curator",): "rfc.s",
    ("admin",): "rfc.s",
}


@pytest.fixture
def units(sqlite_session: Session) -> dict[str, Organisation]:
    return {
        "own": OrganisationFactory(region_path=JINGYANG, industry_path=MACHINES),
        "other": OrganisationFactory(region_path="51/5107/510703", industry_path="C/39"),
    }


def test_every_role_does_what_its_scope_allows_in_every_state(
    sqlite_session: Session, units: dict[str, Organisation]
) -> None:
    session, unit = sqlite_session, units["own"]
    host = Actor("account:0", (Grant("city", DEYANG),), AccountFactory().id)
    campaign = opened(session, "skills", actor=host)
    entry = ParticipationEntry(
        campaign=campaign, item=campaign.items[0], organisation=unit, day=today(), month=1, person_times=9,
        source="clerk", claim="it", recorded_by="tests", decided_by="tests", decided_at=now(), reason="因为",
    )  # fmt: skip
    session.add(entry)
    for (role, *scope), expected in MAY.items():
        region, industry, named = [*scope, "", "", ""][:3]
        grant = Grant(role, region, industry, units[named].id if named else None)
        actor = Actor("account:1", (grant,), AccountFactory().id)
        reading = Actor("program", (grant,), 1, limits=frozenset(), reads=False)
        for state in entry_model.STATES:
            entry.state, entry.claim = state, None if state in entry_model.GONE else "it"
            found = (
                can_run_campaign(actor, campaign), can_follow_campaign(actor, campaign),
                can_confirm_entries(actor, unit), can_record_own(actor, unit), can_see_entry(actor, entry),
            )  # fmt: skip
            stands = state in ("recorded", "confirmed")
            assert can_prove_entry(actor, entry) is (expected[2] == "c" and stands), (role, scope, state)
            assert found == tuple(it != "." for it in expected), (role, scope, state)
            assert not can_run_campaign(reading, campaign) and not can_confirm_entries(reading, unit)
        is_seen = session.scalar(sa.select(entries_seen(actor)).where(Organisation.id == unit.id))
        assert bool(is_seen) is (expected[4] == "s"), (role, scope)
        for state in campaign_model.STATES:
            campaign.state = state
            session.flush()
            listed = session.scalar(sa.select(sa.func.count(Campaign.id)).where(campaigns_seen(actor)))
            assert bool(listed) is (state != "draft" or expected[1] == "f"), (role, scope, state)


def test_whose_entry_it_is_sees_it_and_nobody_passing_by(
    sqlite_session: Session, units: dict[str, Organisation]
) -> None:
    account = AccountFactory()
    person = Person(name="示例职工", organisation=units["own"], account_id=account.id)
    entry = ParticipationEntry(organisation=units["own"], person=person, state="recorded")
    himself = Actor("account:2", (Grant("worker", organisation_id=units["own"].id),), account.id)
    assert can_see_entry(himself, entry) and can_prove_entry(himself, entry)
    entry.state = "confirmed"
    assert can_see_entry(himself, entry) and not can_prove_entry(himself, entry)
    assert not can_see_entry(VISITOR, entry)
    assert not can_record_own(VISITOR, units["own"])
