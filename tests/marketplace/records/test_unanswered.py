"""What found nothing is counted without whoever asked, shown to staff alone, settled, and forgotten in time."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from marketplace.db import impatient, today, unit_of_work
from marketplace.errors import NotAllowed, NotFound
from marketplace.models import UnansweredQuestion
from marketplace.permissions import SYSTEM, VISITOR
from marketplace.services import thesaurus, unanswered
from search.document import Hit, Page, Reason, SearchDocument, SearchRequest, Span
from tests.marketplace.records.test_thesaurus import written

FLOOR = 0.34


def noted(session: Session, *texts: str, language: str = "zh_Hans", most: int = 100) -> None:
    for text in texts:
        unanswered.note(session, text, language, "nothing", most=most)


def kept(session: Session) -> dict[str, int]:
    return {it.text: it.count for it in unanswered.listed(session, SYSTEM, is_settled=False, limit=100)}


def test_the_same_question_is_counted_however_it_is_written(session: Session) -> None:
    noted(session, "滚筒跑空", " 滾筒跑空 ", "ＡＢＣ 卡顿", "abc 卡顿")
    noted(session, "滚筒跑空", language="en")
    found = unanswered.listed(session, SYSTEM, is_settled=False, limit=10)
    assert {(it.text, it.language, it.count) for it in found} == {
        ("滚筒跑空", "zh_Hans", 2),
        ("abc 卡顿", "zh_Hans", 2),
        ("滚筒跑空", "en", 1),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("联系我13900000001换轴承", "联系我***换轴承"),
        ("电话 028-8765 4321 漏油", "电话 *** 漏油"),
        ("+86 139 0000 0001", ""),
        ("身份证51010119900101123X丢了", "身份证***丢了"),
        ("幺三九零零零零零零零幺 修泵", "*** 修泵"),
        ("发到 Wang.Wu+1@example.com.cn 谢谢", "发到 *** 谢谢"),
        ("https://example.com/u/17 打不开", "*** 打不开"),
        ("川A·12345 跑偏", "*** 跑偏"),
        ("１３９００００００００１", ""),
        ("M12x1.5 螺栓 8.8级", "m12x1.5 螺栓 8.8级"),
        ("12kV 630A 开关", "12kv 630a 开关"),
        ("压力 0.8 MPa 3000 r/min", "压力 0.8 mpa 3000 r/min"),
        ("！？", ""),
    ],
)
def test_what_tells_who_somebody_is_is_never_kept(text: str, expected: str) -> None:
    assert unanswered.kept_text(text) == expected


def test_a_long_question_is_cut_and_what_is_masked_away_is_not_kept(sqlite_session: Session) -> None:
    noted(sqlite_session, "漏" * 500, "13900000001")
    assert [len(text) for text in kept(sqlite_session)] == [unanswered.LONGEST]


def test_of_too_many_the_least_asked_makes_room(session: Session) -> None:
    noted(session, "甲", "甲", "乙", "丙", "丙", most=2)
    assert kept(session) == {"甲": 2, "丙": 2}


def test_the_most_asked_comes_first(session: Session) -> None:
    noted(session, "少", "多", "多", "多", "中", "中")
    assert list(kept(session)) == ["多", "中", "少"]
    second = unanswered.listed(session, SYSTEM, is_settled=False, limit=1, offset=1)
    assert [it.text for it in second] == ["中"]


def test_a_settled_question_names_its_concept_and_can_be_reopened(session: Session) -> None:
    noted(session, "空转打滑")
    (question,) = unanswered.listed(session, SYSTEM, is_settled=False, limit=10)
    entry = thesaurus.add(session, SYSTEM, written(), "新增")
    unanswered.settle(session, SYSTEM, question.id, entry)
    assert kept(session) == {}
    (settled,) = unanswered.listed(session, SYSTEM, is_settled=True, limit=10)
    assert (settled.entry, settled.settled_by) == (entry, SYSTEM.name)
    noted(session, "空转打滑")
    assert kept(session) == {}
    unanswered.reopen(session, SYSTEM, question.id)
    session.expire(question)
    assert kept(session) == {"空转打滑": 2}


def test_what_nobody_asks_any_more_is_forgotten(session: Session) -> None:
    noted(session, "旧", "新")
    old = today() - dt.timedelta(days=31)
    session.execute(sa.update(UnansweredQuestion).where(UnansweredQuestion.text == "旧").values(last_on=old))
    assert unanswered.forget(session, 31) == 0
    assert unanswered.forget(session, 30) == 1
    assert kept(session) == {"新": 1}


def test_a_note_is_given_up_where_somebody_else_is_writing(app_on_each: Flask) -> None:
    sessions = app_on_each.extensions["marketplace"].sessions
    with unit_of_work(sessions) as session:
        noted(session, "漏油")
    with sessions() as slow:
        noted(slow, "漏油")
        with pytest.raises(OperationalError), unit_of_work(sessions) as session, impatient(session):
            noted(session, "漏油")
        slow.rollback()
    with unit_of_work(sessions) as session, impatient(session):
        noted(session, "漏油")
    with sessions() as session:
        assert kept(session) == {"漏油": 2}


def test_only_staff_see_and_settle_the_list(sqlite_session: Session) -> None:
    noted(sqlite_session, "甲")
    for act in (
        lambda: unanswered.listed(sqlite_session, VISITOR, is_settled=False, limit=10),
        lambda: unanswered.settle(sqlite_session, VISITOR, 1),
        lambda: unanswered.reopen(sqlite_session, VISITOR, 1),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        unanswered.settle(sqlite_session, SYSTEM, 99)


def hit(*words: str, similarity: float | None = None, solution: tuple[str, ...] = ()) -> Hit:
    document = SearchDocument(kind="achievement", id="1", revision=1, title="标题", body="正文")
    return Hit(document, 1, 1.0, (), Span(0, 0), (), Reason(words, similarity, solution))


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([], "nothing"),
        ([hit(similarity=0.4)], "weak"),
        ([hit("车", similarity=0.4)], "weak"),
        ([hit("漏油")], None),
        ([hit(similarity=0.6)], None),
        ([hit(similarity=0.4), hit(similarity=0.4, solution=("甲", "乙"))], None),
    ],
)
def test_a_question_fails_by_what_it_found(hits: list[Hit], expected: str | None) -> None:
    request = SearchRequest("achievement", "主轴漏油")
    assert unanswered.how_found(request, Page(tuple(hits), len(hits)), FLOOR) == expected


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest("achievement", "主轴", filters={"region": ("5101",)}),
        SearchRequest("achievement", "主轴", offset=20),
        SearchRequest("achievement", "，。"),
        SearchRequest("achievement"),
    ],
)
def test_a_question_to_a_part_of_the_catalogue_says_nothing_about_words(request_: SearchRequest) -> None:
    assert unanswered.how_found(request_, Page((), 0), FLOOR) is None
