"""Lists in publicity: kept as shown, held up entry by entry, begun anew when they change."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace import chain, working_days
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, NotAtDesk, NotFound
from marketplace.models import Achievement, Publicity
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory

PROVINCE = Actor("省总工会经办", (Grant("province_curator"),), 900)
OBJECTION = {"name": "", "contact": "", "text": "这项夹具是我班组先做的", "evidence": "2023 年 5 月班组台账第 12 页"}


def passed(**fields: object) -> Achievement:
    """Return an achievement that passed the final review."""
    return AchievementFactory(
        state="final_review", published_state="unpublished", published_at=None, region="510603", **fields
    )


def announced(session: Session, *achievements: Achievement) -> Publicity:
    return publicities.announce(session, PROVINCE, [it.id for it in achievements], "第一批拟公布成果", "门户网站")


def end(publicity: Publicity) -> None:
    """Let the period be over since yesterday."""
    publicity.starts_on, publicity.ends_on = today() - dt.timedelta(days=9), today() - dt.timedelta(days=1)


def object_to(session: Session, publicity: Publicity, achievement: Achievement, actor: Actor = VISITOR) -> int:
    data = {"noun": "achievement", "object_id": achievement.id, **OBJECTION}
    return objections.object_to(session, actor, publicity.id, data).id


def test_a_list_runs_for_the_working_days_of_its_rule_and_is_kept_under_its_hash(session: Session) -> None:
    publicity = announced(session, passed(units=[OrganisationFactory(name="示例轴承厂")]), passed())
    assert (publicity.starts_on, publicity.ends_on) == (today(), working_days.after(today(), 5))
    shown = [
        {"noun": it.noun, "object_id": it.object_id, "position": it.position, "text": it.text}
        for it in publicity.entries
    ]
    assert publicity.snapshot_hash == chain.sha256(chain.canonical(shown))
    assert shown[0]["text"]["units"] == ["示例轴承厂"]


def test_nothing_is_published_before_the_last_day_is_over(session: Session) -> None:
    achievement = passed()
    publicity = announced(session, achievement)
    held = publicities.finish(session, PROVINCE, publicity.id)
    assert isinstance(held[achievement.id], Conflict)
    assert achievement.published_state == "unpublished"
    end(publicity)
    assert publicities.finish(session, PROVINCE, publicity.id) == {achievement.id: None}
    assert (achievement.state, achievement.published_state) == ("published", "published")
    assert publicity.closed_at is not None


def test_an_open_objection_holds_up_its_own_entry_alone(session: Session) -> None:
    doubted, sound = passed(), passed()
    publicity = announced(session, doubted, sound)
    object_to(session, publicity, doubted)
    end(publicity)
    results = publicities.finish(session, PROVINCE, publicity.id)
    assert results[sound.id] is None
    assert isinstance(results[doubted.id], Conflict)
    assert (doubted.state, sound.state) == ("objected", "published")


def test_a_dismissed_objection_lets_the_entry_go_on_and_an_open_second_one_still_holds_it(session: Session) -> None:
    doubted = passed()
    publicity = announced(session, doubted)
    first, second = object_to(session, publicity, doubted), object_to(session, publicity, doubted)
    objections.decide(session, PROVINCE, first, upheld=False, finding="台账核对，时间在后")
    assert doubted.state == "objected"
    objections.decide(session, PROVINCE, second, upheld=False, finding="同一事项，已核")
    assert doubted.state == "publicity"
    end(publicity)
    assert publicities.finish(session, PROVINCE, publicity.id) == {doubted.id: None}


def test_an_upheld_objection_strikes_the_entry_and_the_rest_begins_its_period_anew(session: Session) -> None:
    struck, left = passed(), passed()
    publicity = announced(session, struck, left)
    publicity.starts_on = publicity.starts_on - dt.timedelta(days=3)
    raised = object_to(session, publicity, struck)
    objections.decide(session, PROVINCE, raised, upheld=True, finding="权属不清")
    assert struck.state == "rejected"
    assert publicity.replaced_by_id is not None
    anew = publicities.get(session, publicity.replaced_by_id)
    assert [entry.object_id for entry in anew.entries] == [left.id]
    assert (anew.starts_on, anew.ends_on) == (today(), working_days.after(today(), 5))
    with pytest.raises(Conflict):
        publicities.publish(session, PROVINCE, left)


@pytest.mark.parametrize("finding", ["", "  "])
def test_an_objection_is_decided_once_and_with_a_written_finding(session: Session, finding: str) -> None:
    doubted = passed()
    raised = object_to(session, announced(session, doubted), doubted)
    with pytest.raises(Invalid):
        objections.decide(session, PROVINCE, raised, upheld=False, finding=finding)
    objections.decide(session, PROVINCE, raised, upheld=False, finding="不成立")
    with pytest.raises(Conflict, match="省总工会经办"):
        objections.decide(session, PROVINCE, raised, upheld=True, finding="再议")


def test_objections_come_in_time_and_for_what_is_listed(session: Session) -> None:
    listed, elsewhere = passed(), passed()
    publicity = announced(session, listed)
    with pytest.raises(NotFound):
        object_to(session, publicity, elsewhere)
    end(publicity)
    with pytest.raises(Conflict, match="不再受理"):
        object_to(session, publicity, listed)


@pytest.mark.parametrize("role", ["visitor", "worker", "unit_union", "county", "city", "auditor"])
def test_only_the_province_announces(session: Session, role: str) -> None:
    achievement = passed()
    actor = Actor("somebody", (Grant(role, "51/5106"),) if role != "visitor" else (), 7)
    with pytest.raises((NotAllowed, NotAtDesk)):
        publicities.announce(session, actor, [achievement.id], "拟公布", "")
    assert achievement.state == "final_review"


@pytest.mark.parametrize(
    ("grant", "sees"),
    [
        (Grant("city", "51/5106"), False),
        (Grant("city", "51/5107"), False),
        (Grant("worker"), False),
        (Grant("auditor"), False),
        (Grant("province_curator"), True),
    ],
)
def test_who_raised_an_objection_is_seen_by_those_who_decide_it_alone(
    session: Session, grant: Grant, sees: bool
) -> None:
    doubted = passed()
    raised = object_to(session, announced(session, doubted), doubted)
    actor = Actor("somebody", (grant,), 7)
    if sees:
        assert objections.get(session, actor, raised).id == raised
        assert objections.decide(session, actor, raised, upheld=False, finding="不成立").state == "dismissed"
    else:
        with pytest.raises(NotFound):
            objections.get(session, actor, raised)


def test_nobody_decides_an_objection_to_what_is_his_own(session: Session) -> None:
    curator = AccountFactory()
    own = passed(account_id=curator.id)
    raised = object_to(session, announced(session, own), own)
    with pytest.raises(NotFound):
        objections.get(session, Actor(curator.name, (Grant("province_curator"),), curator.id), raised)


def test_a_list_is_announced_whole_or_not_at_all(session: Session) -> None:
    ready, not_yet = passed(), passed()
    not_yet.state = "first_review"
    session.flush()
    with session.begin_nested(), pytest.raises(Conflict):
        announced(session, ready, not_yet)
    assert publicities.listed(session) == []
    assert publicities.running_for(session, not_yet) is None


def test_the_administrator_may_finish_a_list_from_the_command_line(session: Session) -> None:
    achievement = passed()
    publicity = announced(session, achievement)
    end(publicity)
    assert publicities.finish(session, SYSTEM, publicity.id) == {achievement.id: None}


def test_what_is_on_a_new_list_does_not_wait_for_the_old_one(session: Session) -> None:
    changed, doubted = passed(), passed()
    old = announced(session, changed, doubted)
    object_to(session, old, doubted)
    end(old)
    publicities.finish(session, PROVINCE, old.id)
    changed.state = "final_review"
    session.flush()
    anew = announced(session, changed)
    assert publicities.running_for(session, changed) is anew
    with pytest.raises(Conflict, match="结束，之后才能办理"):
        publicities.publish(session, PROVINCE, changed)
