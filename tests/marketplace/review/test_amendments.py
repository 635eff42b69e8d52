"""A published achievement that changes: what matters is reviewed again, and shown as it was until then."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import workflow
from marketplace.db import today
from marketplace.errors import Conflict, Invalid, LinkSpent, NotAllowed, NotAtDesk, StaleRevision
from marketplace.models import Account, Achievement, Amendment, Contributor, Mail, Organisation, Publicity, RuleValue
from marketplace.permissions import VISITOR, Actor, Grant
from marketplace.services import amendment as amendments
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from marketplace.services.authoring import contributors
from tests.factories import AccountFactory, AchievementFactory, OrganisationFactory
from tests.marketplace.officers import acting

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


OLD = [{"name": "示例作者", "share": "60", "part": "方案"}, {"name": "示例同事", "share": "40", "part": "样机"}]


@pytest.fixture
def unit(session: Session) -> Organisation:
    return OrganisationFactory(region="510603", region_path="51/5106/510603")


@pytest.fixture
def clerk(session: Session, unit: Organisation) -> Actor:
    return acting("unit_union", unit)


@pytest.fixture
def by_three(session: Session, author: Actor, published: Achievement, unit: Organisation) -> Achievement:
    """A published achievement of three completers of whom, as imported ones, only the author has an account."""
    published.units = [unit]
    published.contributors = [
        Contributor(position=1, name="示例作者", share=60, part="方案", account_id=author.account_id),
        Contributor(position=2, name="示例同事", share=30, part="样机", email="colleague@example.cn"),
        Contributor(position=3, name="示例助手", share=10, part="试验", email="helper@example.cn"),
    ]
    session.flush()
    return published


def secret_of(session: Session, email: str) -> str:
    query = sa.select(Mail).filter_by(recipient=email, kind="part").order_by(Mail.id.desc())
    return str(session.scalars(query).one().values["secret"])


def announce(session: Session, achievement: Achievement) -> Publicity:
    return publicities.announce(session, PROVINCE, [achievement.id], "修改公示", "")


def test_whom_a_change_names_otherwise_agrees_before_it_is_shown_and_keeps_that_answer(
    session: Session, author: Actor, by_three: Achievement
) -> None:
    rows = [
        OLD[0],
        OLD[1] | {"share": "30"},
        {"name": "示例新人", "share": "10", "part": "推广", "email": "new@example.cn"},
    ]
    asked = ask(session, author, by_three, completers=rows)
    assert isinstance(asked, Amendment)
    # Whose place, share and part stay the same is not asked; whoever is taken out of the list is.
    assert [(it.name, it.leaves, it.answer) for it in asked.contributors] == [
        ("示例新人", False, "asked"), ("示例助手", True, "asked"),
    ]  # fmt: skip
    assert [it.name for it in by_three.contributors] == ["示例作者", "示例同事", "示例助手"]
    with pytest.raises(Conflict, match="示例新人、示例助手"):
        announce(session, by_three)
    assert by_three.state == "final_review"
    for email in ("new@example.cn", "helper@example.cn"):
        question = contributors.by_link(session, secret_of(session, email))
        assert [name for _place, name, _share in question.named] == ["示例作者", "示例同事", "示例新人"]
        contributors.answer(session, VISITOR, question, agrees=True)
    publicity = announce(session, by_three)
    assert publicity.entries[0].text["completers"] == ["示例作者", "示例同事", "示例新人"]
    publicity.starts_on, publicity.ends_on = today() - dt.timedelta(days=9), today() - dt.timedelta(days=1)
    publicities.finish(session, PROVINCE, publicity.id)
    assert [(it.name, it.answer) for it in by_three.contributors] == [
        ("示例作者", "unasked"), ("示例同事", "unasked"), ("示例新人", "confirmed"),
    ]  # fmt: skip


def test_the_unit_records_why_somebody_did_not_agree_to_a_change_and_who_declines_stops_it(
    session: Session, author: Actor, by_three: Achievement, clerk: Actor
) -> None:
    rows = [OLD[0] | {"share": "50"}, OLD[1], {"name": "示例助手", "share": "10", "part": "试验"}]
    asked = ask(session, author, by_three, completers=rows)
    assert isinstance(asked, Amendment)
    # Whoever asks for the change agrees to his own part of it.
    assert [(it.name, it.answer) for it in asked.contributors] == [("示例作者", "confirmed"), ("示例同事", "asked")]
    # The change lies with the province; the unit hears of it by mail.
    told = session.scalars(sa.select(Mail.recipient).filter_by(kind="change_asked")).all()
    assert told == [session.get_one(Account, clerk.account_id).email]
    colleague = asked.contributors[1]
    for other in (PROVINCE, author):
        assert not contributors.may_excuse(session, other, by_three)
    with pytest.raises(NotAtDesk):
        contributors.excuse(session, PROVINCE, by_three, colleague.id, "已退休")
    contributors.excuse(session, clerk, by_three, colleague.id, "已退休，联系不上")
    # He may still answer himself, and his own word counts.
    question = contributors.by_link(session, secret_of(session, "colleague@example.cn"))
    contributors.answer(session, VISITOR, question, agrees=False, reason="没有同我商量")
    with pytest.raises(Conflict, match="不同意"):
        announce(session, by_three)
    amendments.refuse(session, PROVINCE, by_three, "完成人没有商定")
    assert [it.share for it in by_three.contributors] == [60, 30, 10]


def test_the_author_takes_a_change_back_and_the_record_itself_is_not_withdrawn(
    session: Session, author: Actor, by_three: Achievement
) -> None:
    ask(session, author, by_three, completers=[OLD[0], OLD[1]])
    with pytest.raises(Conflict):
        workflow.apply(session, author, by_three, "withdraw")
    with pytest.raises(NotAllowed):
        amendments.take_back(session, acting("worker"), by_three.id)
    amendments.take_back(session, author, by_three.id)
    assert (by_three.state, by_three.published_state, len(by_three.contributors)) == ("published", "published", 3)
    with pytest.raises(LinkSpent):
        contributors.by_link(session, secret_of(session, "helper@example.cn"))
    with pytest.raises(Conflict):
        amendments.take_back(session, author, by_three.id)
    # Neither the author nor anybody else is told that it was published.
    assert {it.kind for it in session.scalars(sa.select(Mail))} == {"part"}


def test_no_rule_lets_completers_change_at_once(session: Session, author: Actor, by_three: Achievement) -> None:
    session.add(RuleValue(name="material_fields", value=["title"], valid_from=today(), reason="试行", set_by="tests"))
    session.flush()
    assert ask(session, author, by_three, completers=[OLD[0], OLD[1]]) is not None
    with pytest.raises(LinkSpent):
        contributors.by_link(session, "没有这样的链接")
