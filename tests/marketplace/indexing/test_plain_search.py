"""Without the index the same records are found by their words, for the same readers and under the same filters."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.db import now, unit_of_work
from marketplace.indexing import plain_search as plain
from marketplace.indexing.breaker import PAUSE, Breaker
from marketplace.indexing.plain_search import plain_search
from marketplace.permissions import VISITOR
from marketplace.runtime import Runtime
from search.document import Page, SearchRequest, Sort
from search.errors import IndexMissing, IndexUnavailable
from tests import factories
from tests.factories import AchievementFactory


def asked(session: Session, text: str = "", **request: object) -> Page:
    return plain_search(session, VISITOR, SearchRequest(kind="achievement", text=text, **request))  # type: ignore[arg-type]


def titles(page: Page) -> list[str]:
    return [hit.document.title for hit in page.hits]


def test_a_record_is_found_by_the_words_of_its_title_or_its_open_text(session: Session) -> None:
    AchievementFactory(title="主轴箱漏油治理", summary="")
    AchievementFactory(title="密封改进", summary="主轴箱漏油由每月三次降为零")
    AchievementFactory(title="焊接烟尘收集", summary="")
    assert set(titles(asked(session, "主轴箱漏油"))) == {"主轴箱漏油治理", "密封改进"}


def test_of_a_longer_question_enough_words_must_be_there(session: Session) -> None:
    AchievementFactory(title="主轴箱轴端漏油的密封", summary="")
    assert asked(session, "主轴箱轴端漏油 怎样 密封").total == 1
    assert asked(session, "主轴箱 喷涂 机器人 视觉 识别").total == 0


def test_letters_are_found_in_either_case_and_signs_mean_themselves(session: Session) -> None:
    AchievementFactory(title="PLC 控制的夹具", summary="合格率 100%")
    AchievementFactory(title="手动的夹具", summary="合格率 1000")
    assert titles(asked(session, "plc")) == ["PLC 控制的夹具"]
    assert titles(asked(session, "100%")) == ["PLC 控制的夹具"]
    assert asked(session, "，。！").total == 0


@pytest.mark.parametrize(
    "hidden",
    [
        {"principle": "电磁感应加热"},
        {"summary": "电磁感应加热", "disclosure": {"summary": 1}},
        {"contact_name": "电磁感应加热"},
        {"summary": "电磁感应加热", "state": "revoked", "published_state": "revoked"},
        {"summary": "电磁感应加热", "state": "draft", "published_state": "unpublished", "published_at": None},
    ],
)
def test_what_a_reader_may_not_see_is_not_found(session: Session, hidden: dict[str, object]) -> None:
    AchievementFactory(**hidden)
    assert asked(session, "电磁感应").total == 0


def test_a_field_that_its_owner_opened_is_found(session: Session) -> None:
    AchievementFactory(title="夹具", principle="电磁感应加热", disclosure={"principle": 0})
    assert titles(asked(session, "电磁感应")) == ["夹具"]


def test_the_newest_come_first_or_those_of_greatest_benefit(session: Session) -> None:
    AchievementFactory(title="去年", completed_on=dt.date(2025, 3, 1), benefit_claimed=100)
    AchievementFactory(title="前年", completed_on=dt.date(2024, 3, 1), benefit_claimed=900)
    AchievementFactory(title="今日")
    assert titles(asked(session)) == ["今日", "去年", "前年"]
    assert titles(asked(session, sort=Sort.BENEFIT)) == ["前年", "去年", "今日"]


def test_pages_follow_one_another(session: Session) -> None:
    AchievementFactory.create_batch(5)
    pages = [asked(session, offset=offset, limit=2) for offset in (0, 2, 4)]
    assert [page.total for page in pages] == [5, 5, 5]
    assert [hit.rank for page in pages for hit in page.hits] == [1, 2, 3, 4, 5]
    assert len({hit.document.id for page in pages for hit in page.hits}) == 5


def test_the_words_that_were_found_are_marked(session: Session) -> None:
    AchievementFactory(title="主轴箱漏油治理", summary="改为组合密封，漏油停机降为0。")
    (hit,) = asked(session, "漏油").hits
    assert [hit.document.title[span.start : span.end] for span in hit.title_highlights] == ["漏油"]
    assert hit.reason.words == ("漏油",)
    assert hit.reason.similarity is None


def test_every_filter_leaves_the_records_the_index_leaves(app_on_each: Flask) -> None:
    held: Runtime = app_on_each.extensions["marketplace"]
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        AchievementFactory(region="510603", industry="34", kind="small_invention", trl=2, source="甲")
        AchievementFactory(region="5106", industry="C", trl=5, completed_on=dt.date(2024, 12, 31), source="乙")
        AchievementFactory(region="51", transfer_modes=["ordinary_licence", "assignment"], trl=9)
        AchievementFactory(completed_on=dt.date(2025, 1, 1), kind="small_improvement")
    assert app_on_each.test_cli_runner().invoke(args=["index", "sync"]).exit_code == 0
    counted = held.catalogue.search(SearchRequest(kind="achievement")).facets
    chosen = [{facet: (one.value,)} for facet, counts in counted.items() for one in counts]
    chosen += [{"region": ("510603", "51"), "trl_band": ("1-3",)}, {"kind": ("small_invention", "small_improvement")}]
    assert len(chosen) > 15
    for filters in chosen:
        request = SearchRequest(kind="achievement", filters=filters, limit=100)
        with held.sessions() as session:
            found = {hit.document.id for hit in plain_search(session, VISITOR, request).hits}
        assert found == {hit.document.id for hit in held.catalogue.search(request).hits}, filters


def test_a_catalogue_too_large_to_be_read_whole_is_answered_in_time(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    AchievementFactory.create_batch(3, published_at=now() - dt.timedelta(1))
    last = AchievementFactory()
    monkeypatch.setattr(plain, "_AT_ONCE", 1)
    clock = iter(range(100))
    monkeypatch.setattr(plain.time, "monotonic", lambda: next(clock) * 0.5)
    assert titles(asked(session)) == [last.title]


class Engine:
    """An engine that answers or not, and knows how often it was asked."""

    def __init__(self) -> None:
        self.asked, self.error = 0, None

    def ask(self, breaker: Breaker) -> None:
        with breaker.guarding():
            self.asked += 1
            if self.error:
                raise self.error


def test_an_engine_that_does_not_answer_is_left_alone_for_a_while_and_then_tried_by_one() -> None:
    seconds = [0.0]
    breaker, engine = Breaker(lambda: seconds[0]), Engine()
    engine.ask(breaker)
    engine.error = IndexUnavailable("没有回答")
    for _ in range(5):
        with pytest.raises(IndexUnavailable, match="没有回答"):
            engine.ask(breaker)
    assert engine.asked == 2
    seconds[0] += PAUSE
    for _ in range(5):
        with pytest.raises(IndexUnavailable, match="没有回答"):
            engine.ask(breaker)
    assert engine.asked == 3
    seconds[0] += PAUSE
    engine.error = None
    for _ in range(5):
        engine.ask(breaker)
    assert engine.asked == 8


def test_an_index_that_only_has_to_be_built_is_looked_for_each_time() -> None:
    breaker, engine = Breaker(), Engine()
    engine.error = IndexMissing("没有索引")
    for _ in range(3):
        with pytest.raises(IndexMissing):
            engine.ask(breaker)
    assert engine.asked == 3
