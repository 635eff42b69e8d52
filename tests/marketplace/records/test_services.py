"""The verbs of the product, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.models import Achievement, Demand, Organisation, OutboxEntry
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.schemas.achievement import AchievementSchema
from marketplace.schemas.demand import DemandSchema
from marketplace.schemas.organisation import OrganisationSchema
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands
from marketplace.services import organisation as organisations
from marketplace.services.match import found as matches
from marketplace.services.match.found import Finding
from marketplace.services.records import Outcome
from tests.factories import AchievementFactory, DemandFactory, OrganisationFactory, achievement_row, demand_row


def load_achievement(**fields: object) -> dict[str, object]:
    loaded: dict[str, object] = AchievementSchema().load(achievement_row(**fields))
    return loaded


def outcomes(results: list[tuple[object, Outcome]]) -> list[str]:
    return [outcome.value for _record, outcome in results]


def test_importing_the_same_achievement_twice_adds_nothing(session: Session) -> None:
    row = load_achievement(source="register", source_id="7", completing_units=["示例机械厂"])
    assert outcomes(achievements.import_records(session, SYSTEM, [row])) == ["created"]
    assert outcomes(achievements.import_records(session, SYSTEM, [row])) == ["unchanged"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Achievement)) == 1


def test_a_changed_row_updates_the_record_it_came_from(session: Session) -> None:
    achievements.import_records(session, SYSTEM, [load_achievement(source="register", source_id="7")])
    changed = load_achievement(source="register", source_id="7", summary="改为双道密封。", keywords=["密封"])
    ((achievement, outcome),) = achievements.import_records(session, SYSTEM, [changed])
    assert (outcome, achievement.summary, achievement.keywords) == (Outcome.UPDATED, "改为双道密封。", ["密封"])


def test_a_row_without_an_identity_is_known_by_its_content(session: Session) -> None:
    rows = [load_achievement(), load_achievement(), load_achievement(title="另一项")]
    assert outcomes(achievements.import_records(session, SYSTEM, rows)) == ["created", "unchanged", "created"]


def test_an_imported_achievement_is_published_and_its_event_says_it_was_imported(session: Session) -> None:
    ((achievement, _),) = achievements.import_records(session, SYSTEM, [load_achievement()])
    assert (achievement.state, achievement.published_state) == ("published", "published")
    assert [entry.verb for entry in audit.history(session, "achievement", achievement.id)] == ["import_created"]


def test_units_whose_names_differ_only_in_brackets_and_width_are_one(session: Session) -> None:
    row = load_achievement(completing_units=["示例重工（集团）有限公司", "示例重工(集团)有限公司"])
    ((achievement, _),) = achievements.import_records(session, SYSTEM, [row])
    assert [unit.name for unit in achievement.units] == ["示例重工（集团）有限公司"]


def test_a_visitor_may_not_import(session: Session) -> None:
    with pytest.raises(NotAllowed):
        achievements.import_records(session, VISITOR, [load_achievement()])


def test_an_organisation_file_completes_a_unit_that_was_only_named(session: Session) -> None:
    organisations.named(session, ["示例机械厂"])
    row = OrganisationSchema().load(
        {"name": "示例 机械厂", "region": "德阳市旌阳区", "industry": "34", "headcount": 120}
    )
    ((organisation, outcome),) = organisations.import_records(session, SYSTEM, [row])
    assert outcome is Outcome.UPDATED
    assert (organisation.name, organisation.region_path, organisation.industry_path) == (
        "示例机械厂",
        "51/5106/510603",
        "C/34",
    )
    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 1


def test_a_visitor_reads_published_achievements_only(session: Session) -> None:
    draft = AchievementFactory(state="draft", published_state="unpublished", published_at=None)
    shown = AchievementFactory()
    assert achievements.get(session, VISITOR, shown.id) is shown
    with pytest.raises(NotFound):
        achievements.get(session, VISITOR, draft.id)
    assert set(achievements.several(session, VISITOR, [draft.id, shown.id])) == {shown.id}


def test_a_unit_reads_its_own_unpublished_achievement(session: Session) -> None:
    unit = OrganisationFactory()
    draft = AchievementFactory(state="draft", published_state="unpublished", published_at=None, units=[unit])
    member = Actor("member", (Grant("unit_union", organisation_id=unit.id),))
    assert achievements.get(session, member, draft.id) is draft
    assert organisations.achievements_of(session, member, unit) == [draft]
    assert organisations.achievements_of(session, VISITOR, unit) == []


def test_a_posted_demand_is_seen_by_its_poster_alone_until_it_is_open(session: Session) -> None:
    demand = demands.post(session, VISITOR, DemandSchema().load(demand_row(organisation="示例机械厂")))
    poster = Actor("visitor", keys=frozenset({demand.access_key}))
    assert demands.get(session, poster, demand.id) is demand
    with pytest.raises(NotFound):
        demands.get(session, VISITOR, demand.id)
    demands.act(session, SYSTEM, demand.id, "verify")
    demands.act(session, SYSTEM, demand.id, "open")
    assert demands.get(session, VISITOR, demand.id) is demand
    assert demands.listed(session, VISITOR, limit=10) == [demand]


def test_verifying_a_demand_keeps_who_did_it_and_when(session: Session) -> None:
    demand = demands.post(session, VISITOR, DemandSchema().load(demand_row()))
    demands.act(session, SYSTEM, demand.id, "verify")
    assert demand.verified_by == SYSTEM.name
    assert demand.verified_at is not None


def test_only_the_poster_changes_a_demand(session: Session) -> None:
    demand = DemandFactory()
    with pytest.raises(NotAllowed):
        demands.revise(session, VISITOR, demand.id, demand.revision, DemandSchema().load(demand_row()))


def test_a_demand_with_a_mark_of_secrecy_is_refused(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        demands.post(session, VISITOR, DemandSchema().load(demand_row(text="密级：机密★十年，主轴箱漏油")))
    assert list(refused.value.fields) == ["text"]
    assert session.scalars(sa.select(Demand)).all() == []


def test_a_stale_form_is_refused_and_overwrites_nothing(session: Session) -> None:
    demand = demands.post(session, VISITOR, DemandSchema().load(demand_row()))
    poster = Actor("visitor", keys=frozenset({demand.access_key}))
    seen = demand.revision
    demands.revise(session, poster, demand.id, seen, DemandSchema().load(demand_row(title="主轴箱轴端漏油")))
    with pytest.raises(StaleRevision) as refused:
        demands.revise(session, poster, demand.id, seen, DemandSchema().load(demand_row(title="覆盖")))
    assert (refused.value.given, refused.value.current) == (seen, demand.revision)
    assert demand.title == "主轴箱轴端漏油"


def test_an_imported_demand_whose_validity_has_ended_is_expired(session: Session) -> None:
    row = DemandSchema().load(demand_row(valid_until="2020-01-01"))
    ((demand, _),) = demands.import_records(session, SYSTEM, [row])
    assert demand.state == "expired"


def finding(achievement: Achievement, score: float) -> Finding:
    return Finding(achievement.id, achievement.revision, score, {"cosine": score}, [])


def test_matching_again_replaces_suggestions_and_keeps_what_was_acted_on(session: Session) -> None:
    demand, first, second, third = DemandFactory(), AchievementFactory(), AchievementFactory(), AchievementFactory()
    kept, _ = matches.keep(session, SYSTEM, demand, [finding(first, 0.9), finding(second, 0.8)], "model-1")
    kept.state = "declined"
    matches.keep(session, SYSTEM, demand, [finding(third, 0.7)], "model-2")
    shown = matches.of_demand(session, VISITOR, demand)
    assert {(match.achievement_id, match.state) for match in shown} == {(first.id, "declined"), (third.id, "suggested")}


def test_a_match_is_not_shown_to_who_may_not_read_the_achievement(session: Session) -> None:
    demand, achievement = DemandFactory(), AchievementFactory()
    matches.keep(session, SYSTEM, demand, [finding(achievement, 0.9)], "model")
    assert len(matches.of_achievement(session, VISITOR, achievement)) == 1
    achievement.published_state = "revoked"
    session.flush()
    assert matches.of_demand(session, VISITOR, demand) == []


def test_the_database_refuses_a_state_whose_facts_are_missing(session: Session) -> None:
    with pytest.raises(IntegrityError):
        AchievementFactory(published_state="published", published_at=None)


def test_the_database_refuses_a_readiness_level_of_ten(session: Session) -> None:
    with pytest.raises(IntegrityError):
        AchievementFactory(trl=10)


def pending(session: Session) -> list[tuple[str, int]]:
    return [(entry.kind, entry.object_id) for entry in session.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id))]


def test_every_change_of_an_indexed_record_leaves_an_outbox_entry(session: Session) -> None:
    achievement, demand = AchievementFactory(), DemandFactory()
    achievement.title = "改名"
    session.flush()
    assert pending(session) == [("achievement", achievement.id), ("demand", demand.id), ("achievement", achievement.id)]


def test_a_changed_part_counts_as_a_change_of_its_achievement(session: Session) -> None:
    ((achievement, _),) = achievements.import_records(
        session, SYSTEM, [load_achievement(indicators=[{"name": "合格率", "value": "98", "unit": "%"}])]
    )
    before = len(pending(session))
    achievement.indicators[0].value = "99"
    session.flush()
    assert pending(session)[before:] == [("achievement", achievement.id)]


def test_an_organisation_is_not_in_the_index_and_leaves_no_entry(session: Session) -> None:
    OrganisationFactory()
    assert pending(session) == []


def test_a_rolled_back_change_leaves_no_entry(session: Session) -> None:
    DemandFactory()
    session.rollback()
    assert pending(session) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Demand)) == 0
