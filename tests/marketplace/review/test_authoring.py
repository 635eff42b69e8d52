"""A worker writes an achievement bit by bit, its completers answer in person, and only what is whole goes on."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.errors import Conflict, Invalid, LinkSpent, NotAllowed, NotFound, StaleRevision
from marketplace.models import Account, Achievement, Contributor, Mail, Organisation, RoleGrant
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.schemas.draft import draft_changes
from marketplace.services import achievement as achievements
from marketplace.services import submission
from marketplace.services.authoring import completeness, contributors, drafting, progress, relations
from tests.factories import AccountFactory, AchievementFactory, DraftFactory, OrganisationFactory

PLACE = {"region": "510603", "region_path": "51/5106/510603", "industry": "34", "industry_path": "C/34"}


def worker(session: Session, **fields: Any) -> tuple[Account, Actor]:
    account = AccountFactory(**fields)
    account.grants.append(RoleGrant(role="worker", granted_by="tests"))
    session.flush()
    return account, Actor(f"account:{account.id}", (Grant("worker"),), account.id)


def clerk_of(session: Session, unit: Organisation) -> Actor:
    account = AccountFactory()
    account.grants.append(RoleGrant(role="unit_union", organisation=unit, granted_by="tests"))
    session.flush()
    return Actor(f"account:{account.id}", (Grant("unit_union", organisation_id=unit.id),), account.id)


def save(session: Session, actor: Actor, achievement: Achievement, **sent: Any) -> Achievement:
    return drafting.save(session, actor, achievement.id, achievement.revision, draft_changes(sent))


def secret_of(session: Session, email: str) -> str:
    mail = session.scalars(sa.select(Mail).filter_by(recipient=email, kind="part").order_by(Mail.id.desc())).first()
    assert mail is not None
    return mail.values["secret"]


TWO = [
    {"name": "示例作者", "share": "60", "part": "提出方案"},
    {"name": "示例同事", "share": "40", "part": "制作样机", "email": "colleague@example.cn"},
]


@pytest.fixture
def unit(session: Session) -> Organisation:
    return OrganisationFactory(**PLACE)


@pytest.fixture
def author(session: Session) -> Actor:
    return worker(session, email="author@example.cn", name="示例作者")[1]


@pytest.fixture
def drafted(session: Session, author: Actor, unit: Organisation) -> Achievement:
    """A whole draft by two completers, of whom the author is the first."""
    achievement: Achievement = DraftFactory(account_id=author.account_id, contributors=[], units=[unit], is_duty=True)
    rows = [TWO[0] | {"email": "author@example.cn"}, TWO[1]]
    return save(session, author, achievement, completers=rows)


def test_a_draft_begins_with_what_is_known_of_its_author(session: Session, unit: Organisation) -> None:
    account, actor = worker(session, name="示例作者")
    account.grants[0].organisation = unit
    achievement = drafting.begin(session, actor)
    (person,) = achievement.contributors
    assert (person.name, person.share, person.account_id) == ("示例作者", 100, account.id)
    assert (achievement.units, achievement.region, achievement.industry) == ([unit], "510603", "34")
    assert drafting.own(session, actor) == [achievement]


def test_a_part_is_kept_however_little_and_leaves_the_rest_alone(session: Session, author: Actor) -> None:
    achievement = drafting.begin(session, author)
    save(session, author, achievement, problem="漏油")
    save(session, author, achievement, indicators=[{"name": "漏油停机"}], keywords=["密封"])
    save(session, author, achievement, problem="")
    assert (achievement.problem, achievement.indicators[0].name, achievement.keywords) == ("", "漏油停机", ["密封"])
    assert [event.verb for event in audit.history(session, "achievement", achievement.id)] == ["draft"]


def test_a_draft_is_nobody_elses_business(session: Session, author: Actor) -> None:
    achievement = drafting.begin(session, author)
    with pytest.raises(NotFound):
        save(session, worker(session)[1], achievement, title="别人的")
    with pytest.raises(NotAllowed):
        save(session, SYSTEM, achievement, title="省里改的")
    with pytest.raises(NotAllowed):
        drafting.begin(session, VISITOR)


def test_what_was_changed_elsewhere_meanwhile_is_not_overwritten(session: Session, author: Actor) -> None:
    achievement = drafting.begin(session, author)
    seen = achievement.revision
    save(session, author, achievement, completers=TWO)
    with pytest.raises(StaleRevision):
        drafting.save(session, author, achievement.id, seen, {"title": "旧页面上的名称"})


def test_what_bears_a_mark_of_secrecy_is_refused_and_not_kept(session: Session, author: Actor) -> None:
    achievement = drafting.begin(session, author)
    for text in ("本件为机密，不得外传", "密级：秘密★十年"):
        with pytest.raises(Invalid) as refused:
            save(session, author, achievement, title="新名称", indicators=[{"name": text}])
        assert list(refused.value.fields) == ["indicators"]
        session.refresh(achievement)
        assert (achievement.title, achievement.indicators) == (completeness.UNTITLED, [])
    save(session, author, achievement, principle="按技术秘密保护，不申请专利")


def test_what_is_missing_is_said_field_by_field_at_submission(session: Session, author: Actor) -> None:
    achievement = drafting.begin(session, author)
    with pytest.raises(Invalid) as refused:
        achievements.act(session, author, achievement.id, "submit")
    assert {"title", "summary", "kind", "trl", "keywords", "indicators", "statements"} <= refused.value.fields.keys()
    assert achievement.state == "draft"


RULES = [
    ({"trl": 8}, "applied_sites"),
    ({"applied_sites": [{"unit": "示例厂", "certificate": "用户证明"}]}, None),
    ({"completers": [TWO[0], TWO[1] | {"share": "50"}]}, "completers"),
    ({"completers": [TWO[0] | {"standing": ["doctorate"]}, TWO[1]]}, "completers"),
    ({"completers": [TWO[0], TWO[1] | {"standing": ["doctorate"]}]}, None),
    ({"completing_units": []}, "completing_units"),
    ({"is_duty": False}, None),
    ({"campaign": "示例活动"}, "statements"),
    ({"campaign": "", "keywords": ["一", "二"]}, "keywords"),
    ({"keywords": ["密封", "夹具", "车削"], "protection": ""}, "protection"),
    ({"protection": "filed"}, "protection"),
    ({"ip": [{"kind": "invention_patent", "number": "202610000001.1"}]}, None),
]


def test_a_submission_follows_the_rules_of_the_record(session: Session, author: Actor, drafted: Achievement) -> None:
    assert completeness.missing(session, drafted) == {}
    for changed, field in RULES:
        save(session, author, drafted, **changed)
        assert list(completeness.missing(session, drafted)) == ([field] if field else []), changed


def test_a_returned_achievement_tells_why_is_mended_and_submitted_again(
    session: Session, author: Actor, drafted: Achievement, unit: Organisation
) -> None:
    clerk = clerk_of(session, unit)
    achievements.act(session, author, drafted.id, "submit")
    with pytest.raises(Conflict, match="退回"):
        save(session, author, drafted, title="改名")
    achievements.act(session, clerk, drafted.id, "return", "请写明检测方法")
    assert progress.last_return(session, drafted) == "请写明检测方法"
    save(session, author, drafted, indicators=[{"name": "圆度", "value": "0.015", "test": "三坐标测量"}])
    achievements.act(session, author, drafted.id, "submit")
    assert progress.last_return(session, drafted) is None
    assert [event.verb for event in audit.history(session, "achievement", drafted.id)][-2:] == ["revise", "submit"]
    achievements.act(session, author, drafted.id, "withdraw")
    assert drafted.state == "withdrawn"


def test_the_unit_confirms_once_every_completer_has(
    session: Session, author: Actor, drafted: Achievement, unit: Organisation
) -> None:
    clerk = clerk_of(session, unit)
    achievements.act(session, author, drafted.id, "submit")
    assert [person.answer for person in drafted.contributors] == ["confirmed", "asked"]
    with pytest.raises(Conflict, match="示例同事"):
        achievements.act(session, clerk, drafted.id, "endorse")
    secret = secret_of(session, "colleague@example.cn")
    contributors.answer(session, VISITOR, contributors.by_link(session, secret), agrees=True)
    with pytest.raises(LinkSpent):
        contributors.by_link(session, secret)
    contributors.require_answers(session, clerk, drafted)


def test_a_completer_answers_in_his_account_and_sees_the_record_from_then_on(
    session: Session, author: Actor, drafted: Achievement
) -> None:
    account, colleague = worker(session, email="colleague@example.cn")
    assert contributors.asked_of(session, account) == []
    contributors.ask(session, author, drafted)
    (found,) = contributors.asked_of(session, account)
    number = found.person.id
    with pytest.raises(NotFound):
        contributors.by_account(session, worker(session)[0], "completer", number)
    asked = contributors.by_account(session, account, "completer", number)
    contributors.answer(session, colleague, asked, agrees=True, account=account)
    assert achievements.get(session, colleague, drafted.id) is drafted
    assert contributors.asked_of(session, account) == []


def test_who_declines_says_why_and_cannot_be_excused(
    session: Session, author: Actor, drafted: Achievement, unit: Organisation
) -> None:
    clerk = clerk_of(session, unit)
    achievements.act(session, author, drafted.id, "submit")
    asked = contributors.by_link(session, secret_of(session, "colleague@example.cn"))
    with pytest.raises(Invalid):
        contributors.answer(session, VISITOR, asked, agrees=False)
    contributors.answer(session, VISITOR, asked, agrees=False, reason="样机是我一个人做的")
    with pytest.raises(Conflict, match="不同意"):
        contributors.require_answers(session, clerk, drafted)
    with pytest.raises(Conflict, match="已经答复"):
        contributors.excuse(session, clerk, drafted, drafted.contributors[1].id, "不管他")


def test_the_unit_records_why_somebody_did_not_confirm(
    session: Session, author: Actor, drafted: Achievement, unit: Organisation
) -> None:
    clerk = clerk_of(session, unit)
    achievements.act(session, author, drafted.id, "submit")
    person = drafted.contributors[1]
    with pytest.raises(NotAllowed):
        contributors.excuse(session, clerk_of(session, OrganisationFactory()), drafted, person.id, "已退休")
    with pytest.raises(Invalid):
        contributors.excuse(session, clerk, drafted, person.id, " ")
    contributors.excuse(session, clerk, drafted, person.id, "已退休，联系不上")
    contributors.require_answers(session, clerk, drafted)
    assert audit.history(session, "achievement", drafted.id)[-1].verb == "excuse_completer"


def test_a_share_changed_after_it_was_confirmed_is_asked_for_again(
    session: Session, author: Actor, drafted: Achievement
) -> None:
    contributors.ask(session, author, drafted)
    first = contributors.by_link(session, secret_of(session, "colleague@example.cn"))
    contributors.answer(session, VISITOR, first, agrees=True)
    rows = [TWO[0] | {"share": "70", "email": "author@example.cn"}, TWO[1] | {"share": "30"}]
    save(session, author, drafted, completers=rows)
    assert [person.answer for person in drafted.contributors] == ["unasked", "unasked"]
    assert len(contributors.ask(session, author, drafted)) == 2
    save(session, author, drafted, completers=rows, teaser="换一句简介")
    assert [person.answer for person in drafted.contributors] == ["asked", "asked"]
    assert contributors.ask(session, author, drafted) == []


def test_the_text_submitted_names_nobodys_address(session: Session, author: Actor, drafted: Achievement) -> None:
    achievements.act(session, author, drafted.id, "submit")
    assert not re.search(r"colleague@|secret_hash", str(submission.content(drafted)))


def test_the_author_reads_who_has_it_until_when_and_what_comes_next(
    session: Session, author: Actor, drafted: Achievement, unit: Organisation
) -> None:
    clerk_of(session, unit)
    achievements.act(session, author, drafted.id, "submit")
    found = progress.of(session, author, drafted.id)
    assert found.task is not None
    assert (found.task.role, found.unit, found.task.due_on is not None) == ("unit_union", unit, True)
    assert found.ahead[:2] == ("unit_endorsed", "first_review")
    assert found.silent == 1
    with pytest.raises(NotFound):
        progress.of(session, worker(session)[1], drafted.id)


def test_who_finds_his_own_work_on_record_asks_to_be_named(
    session: Session, author: Actor, drafted: Achievement
) -> None:
    published = AchievementFactory(account_id=author.account_id)
    account, finder = worker(session)
    asked = relations.ask_to_join(session, finder, published.id, "做了样机")
    with pytest.raises(Conflict):
        relations.ask_to_join(session, finder, published.id, "再问一次")
    with pytest.raises(NotAllowed):
        relations.answer_join(session, finder, asked.id, accepts=True)
    assert [(it.id, person) for it, _, person in relations.join_requests(session, author)] == [(asked.id, account)]
    with pytest.raises(Invalid):
        relations.answer_join(session, author, asked.id, accepts=False)
    relations.answer_join(session, author, asked.id, accepts=False, reply="没有参加过")
    assert relations.join_requests(session, author) == []
    verbs = [event.verb for event in audit.history(session, "achievement", published.id)]
    assert verbs == ["ask_to_join", "decline_join"]


def test_who_is_let_join_a_draft_is_listed_without_a_share(
    session: Session, author: Actor, drafted: Achievement
) -> None:
    drafted.published_state, drafted.published_at = "published", drafted.created_at
    account, finder = worker(session)
    asked = relations.ask_to_join(session, finder, drafted.id, "做了样机")
    relations.answer_join(session, author, asked.id, accepts=True)
    joined = session.scalars(sa.select(Contributor).filter_by(email=account.email)).one()
    assert (joined.position, joined.share, joined.part) == (3, None, "做了样机")


def test_an_improvement_is_told_of_once_both_are_public(session: Session, author: Actor, drafted: Achievement) -> None:
    base = AchievementFactory()
    relations.improve_on(session, author, drafted.id, base.id)
    relations.improve_on(session, author, drafted.id, base.id)
    assert relations.bases_of(session, author, drafted) == [base]
    assert relations.improvements_of(session, VISITOR, base) == []
    assert relations.improvements_of(session, author, base) == [drafted]
    drafted.published_state, drafted.published_at = "published", drafted.created_at
    session.flush()
    assert relations.improvements_of(session, VISITOR, base) == [drafted]
