"""A published achievement that changes: what matters is reviewed again, and shown as it was until then."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, NotAllowed, StaleRevision
from marketplace.models import Account, Achievement, Contributor
from marketplace.permissions import Actor, Grant
from marketplace.services import amendment as amendments
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from tests.factories import AccountFactory, AchievementFactory

PROVINCE = Actor("省总工会经办", (Grant("province_curator"),), 900)
TITLE = {"title": "薄壁壳体车削用液性塑料夹具"}


@pytest.fixture
def author(session: Session) -> Actor:
    account: Account = AccountFactory()
    return Actor(account.name, (Grant("worker"),), account.id)


@pytest.fixture
def published(session: Session, author: Actor) -> Achievement:
    return AchievementFactory(title="薄壁件车削夹具", account_id=author.account_id, region="510603")


def ask(session: Session, actor: Actor, achievement: Achievement, **changes: object) -> object:
    return amendments.ask(session, actor, achievement.id, changes, "名称与鉴定证书一致", achievement.revision)


def test_a_field_that_does_not_matter_changes_at_once(session: Session, author: Actor, published: Achievement) -> None:
    assert ask(session, author, published, keywords=["夹具", "薄壁件"]) is None
    assert (published.state, published.keywords) == ("published", ["夹具", "薄壁件"])


def test_a_new_title_is_shown_only_after_review_and_publicity(
    session: Session, author: Actor, published: Achievement
) -> None:
    ask(session, author, published, **TITLE)
    assert (published.state, published.published_state, published.title) == (
        "final_review", "published", "薄壁件车削夹具",
    )  # fmt: skip
    now, asked = amendments.before_and_after(session, published)
    assert {name for name in now if now[name] != asked[name]} == {"title"}
    assert (now["title"], asked["title"]) == ("薄壁件车削夹具", TITLE["title"])
    publicity = publicities.announce(session, PROVINCE, [published.id], "修改公示", "")
    assert publicity.entries[0].text["title"] == TITLE["title"]
    publicity.starts_on, publicity.ends_on = today() - dt.timedelta(days=9), today() - dt.timedelta(days=1)
    publicities.publish(session, PROVINCE, published)
    assert (published.state, published.title) == ("published", TITLE["title"])
    assert amendments.open_for(session, published) is None


def test_new_completers_are_reviewed_with_their_shares(session: Session, author: Actor, published: Achievement) -> None:
    published.contributors = [Contributor(name="示例甲", share=100)]
    session.flush()
    ask(session, author, published, completers=[{"name": "示例甲", "share": 60}, {"name": "示例乙", "share": 40}])
    assert [it.name for it in published.contributors] == ["示例甲"]
    amendments.settle(session, PROVINCE, published, applied=True)
    assert [(it.name, it.share) for it in published.contributors] == [("示例甲", 60), ("示例乙", 40)]


def test_a_refused_change_leaves_the_record_published_as_it_was(
    session: Session, author: Actor, published: Achievement
) -> None:
    ask(session, author, published, **TITLE)
    amendments.refuse(session, PROVINCE, published, "与证书不符")
    assert (published.state, published.published_state, published.title) == ("published", "published", "薄壁件车削夹具")
    with pytest.raises(Conflict):
        amendments.refuse(session, PROVINCE, published, "再次")


@pytest.mark.parametrize("action", ["return", "reject"])
def test_a_published_record_is_not_returned_or_rejected_for_a_change(
    session: Session, author: Actor, published: Achievement, action: str
) -> None:
    ask(session, author, published, **TITLE)
    with pytest.raises(Conflict):
        workflow.apply(session, PROVINCE, published, action, "材料不全")
    assert action not in {step.action for step in workflow.actions_of(session, PROVINCE, published)}


def test_an_upheld_objection_to_a_change_refuses_the_change(
    session: Session, author: Actor, published: Achievement
) -> None:
    ask(session, author, published, **TITLE)
    publicity = publicities.announce(session, PROVINCE, [published.id], "修改公示", "")
    data = {"noun": "achievement", "object_id": published.id, "name": "", "text": "名称不实", "evidence": "证书"}
    raised = objections.object_to(session, author, publicity.id, data)
    objections.decide(session, PROVINCE, raised.id, upheld=True, finding="与证书不符")
    assert (published.state, published.published_state, published.title) == ("published", "published", "薄壁件车削夹具")


def test_what_does_not_change_or_has_no_reason_is_refused(
    session: Session, author: Actor, published: Achievement
) -> None:
    with pytest.raises(Invalid):
        ask(session, author, published, title="薄壁件车削夹具")
    with pytest.raises(Invalid):
        amendments.ask(session, author, published.id, TITLE, " ", published.revision)
    with pytest.raises(StaleRevision):
        amendments.ask(session, author, published.id, TITLE, "理由", published.revision + 1)
    with pytest.raises(NotAllowed):
        ask(session, Actor("somebody", (Grant("worker"),), 4711), published, **TITLE)


def test_one_change_at_a_time(session: Session, author: Actor, published: Achievement) -> None:
    ask(session, author, published, **TITLE)
    with pytest.raises(Conflict):
        ask(session, author, published, title="另一个名称")
