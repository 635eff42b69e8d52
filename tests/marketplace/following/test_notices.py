"""Whoever is told of something finds it in the product and in the mail, the way he chose, and nobody else does."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.db import now
from marketplace.errors import Invalid, NotAllowed, NotFound
from marketplace.models import Account, Mail, Notice
from marketplace.permissions import VISITOR, Actor, Permission
from marketplace.postbox import TOPICS, post
from marketplace.services.mail.texts import TEXTS, told
from marketplace.services.notification import letters, notices, preferences
from tests.factories import AccountFactory

# Monday, 30 November 2026, at nine in the morning in Sichuan.
MONDAY = dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC)


def acting(account: Account) -> Actor:
    return Actor(f"account:{account.id}", account_id=account.id)


def mails(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Mail.kind).order_by(Mail.id)))


def subjects(session: Session, actor: Actor, **narrowed: bool) -> list[str]:
    return [it.told.subject for it in notices.listed(session, actor, "zh_Hans", limit=10, **narrowed)]


def test_what_is_told_stands_in_the_product_and_goes_by_mail(session: Session) -> None:
    person, other = AccountFactory(), AccountFactory()
    post(session, person, "returned", noun="achievement", number="7", day="2026-12-01")
    assert mails(session) == ["returned"]
    (shown,) = notices.listed(session, acting(person), "zh_Hans", limit=10)
    assert (shown.told.subject, shown.told.path) == ("请补正您的成果 7", "/achievements/7")
    assert "http" not in shown.told.text and "2026-12-01" in shown.told.text
    assert subjects(session, acting(other)) == []
    with pytest.raises(NotFound):
        notices.read(session, acting(other), shown.notice.id)
    assert notices.count_unread(session, acting(person)) == 1
    notices.read(session, acting(person), shown.notice.id)
    assert notices.count_unread(session, acting(person)) == 0
    assert subjects(session, acting(person), unread=True) == []


def test_a_secret_goes_by_mail_alone(session: Session) -> None:
    person = AccountFactory()
    post(session, person, "reset", secret="s3cret")
    assert mails(session) == ["reset"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


@pytest.mark.parametrize("mail", ["at_once", "daily", "weekly", "never"])
@pytest.mark.parametrize("in_product", [True, False])
def test_each_topic_reaches_a_person_the_way_he_chose(sqlite_session: Session, in_product: bool, mail: str) -> None:
    session, person = sqlite_session, AccountFactory()
    preferences.choose(session, acting(person), {"records": (in_product, mail)})
    post(session, person, "accepted", noun="proposal", number="3")
    post(session, person, "locked", minutes="15")
    # Who could silence what tells of the account itself would not hear of whoever got in.
    assert mails(session) == (["accepted", "locked"] if mail == "at_once" else ["locked"])
    assert ("您的建议 3通过了" in subjects(session, acting(person))) is in_product


def test_gathered_notices_go_out_once_in_one_letter(session: Session) -> None:
    person, stopped = AccountFactory(), AccountFactory(is_active=False)
    for who in (person, stopped):
        preferences.choose(session, acting(who), {"records": (False, "daily"), "judging": (True, "weekly")})
        post(session, who, "accepted", noun="proposal", number="3")
        post(session, who, "shelved", noun="proposal", number="4")
        post(session, who, "sheets_handed_out", title="评选", count="2")
    for days, (number, told_of) in enumerate([(0, ""), (1, "建议 3"), (0, ""), (0, "")]):
        moment = MONDAY + dt.timedelta(days=days, hours=1 if days else -1)
        session.execute(sa.update(Notice).where(Notice.gathered.is_not(None)).values(created_at=MONDAY))
        assert letters.send_due(session, moment) == number
        if number:
            letter = session.scalars(sa.select(Mail).filter_by(kind="digest")).one()
            assert (letter.recipient, letter.values["count"]) == (person.email, "2")
            assert told_of in letter.values["lines"] and "建议 4" in letter.values["lines"]
    # What is neither shown nor waits for a letter any more is gone; the week's letter comes on the next Monday.
    assert session.scalar(sa.select(sa.func.count()).where(~Notice.is_shown)) == 0
    assert letters.send_due(session, MONDAY + dt.timedelta(days=7)) == 1


def test_reading_all_leaves_what_came_since_the_page_was_made(session: Session) -> None:
    person = AccountFactory()
    for number in "123":
        post(session, person, "accepted", noun="proposal", number=number)
    second = sorted(it.notice.id for it in notices.listed(session, acting(person), "en", limit=9))[1]
    assert notices.read_all(session, acting(person), up_to=second) == 2
    assert subjects(session, acting(person), unread=True) == ["您的建议 3通过了"]


def test_a_program_sees_to_it_only_where_its_token_says_so(sqlite_session: Session) -> None:
    person = AccountFactory()
    program = Actor("program", account_id=person.id, limits=frozenset({Permission.DEMAND_POST}))
    for nobody in (VISITOR, program):
        with pytest.raises(NotAllowed):
            notices.count_unread(sqlite_session, nobody)
    with pytest.raises(Invalid):
        preferences.choose(sqlite_session, acting(person), {"searches": (True, "weekly")})


def test_every_kind_has_one_topic_and_a_text_for_the_product() -> None:
    listed = [kind for kinds in TOPICS.values() for kind in kinds]
    assert len(listed) == len(set(listed)) and set(listed) <= set(TEXTS)
    filled = dict.fromkeys(
        ("secret", "minutes", "left", "day", "count", "title", "first", "last", "lines", "name", "reason"), "2026-12-01"
    )
    assert told("en", "overdue", filled).path == "/curation/queue"
    assert told("zh_Hans", "judging_due", filled).path == "/judging/studios"
    assert told("en", "terms_end", filled | {"at": str(now())}).text
