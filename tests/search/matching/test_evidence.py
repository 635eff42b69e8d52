"""A reason is a quotation that stands in the record, and an indicator that falls short is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.document import SearchDocument
from search.embedding import Embedder
from search.matching.evidence import ClauseReason
from search.matching.pairing import match
from tests.search.matching.pairs import DEMAND_TEXT, achievement, demand, found

words = st.text(alphabet="薄壁壳体车削圆度0.02mm合格率98%以上，。；要求希望不超过\n ", min_size=1, max_size=120)


def reasons(asked: SearchDocument, offered: SearchDocument, embedder: Embedder) -> tuple[ClauseReason, ...]:
    (only,) = match(asked, [found(offered)], embedder)
    return only.reasons


def stands(reason: ClauseReason, asked: SearchDocument, offered: SearchDocument) -> bool:
    """Say whether clause and quotation are what the two records hold at their places."""
    clause = getattr(asked, reason.clause_field)[reason.clause_span.start : reason.clause_span.end]
    quote = getattr(offered, reason.field)[reason.span.start : reason.span.end]
    return clause == reason.clause != "" and quote == reason.quote


def test_every_clause_that_needs_an_answer_has_one_reason(embedder: Embedder) -> None:
    asked, offered = demand(), achievement()
    found_reasons = reasons(asked, offered, embedder)
    assert all(stands(reason, asked, offered) for reason in found_reasons)
    clauses = "".join(reason.clause for reason in found_reasons)
    assert "三棱形" in clauses
    assert "预算" not in clauses


def test_an_indicator_that_falls_short_is_named_with_both_values(embedder: Embedder) -> None:
    compared = {it.name: it for reason in reasons(demand(), achievement(), embedder) for it in reason.indicators}
    assert (compared["合格率"].met, str(compared["合格率"])) == (False, "合格率：要求 ≥98%，成果 95%")
    assert next(it.met for name, it in compared.items() if "圆度" in name)


def test_a_clause_is_met_only_when_all_its_values_are(embedder: Embedder) -> None:
    verdicts = {reason.clause: reason.met for reason in reasons(demand(), achievement(), embedder) if reason.indicators}
    assert set(verdicts.values()) == {True, False} or False in verdicts.values()
    better = achievement(body="松夹后圆度稳定在0.015mm。合格率由71%升至98.6%。")
    assert False not in {reason.met for reason in reasons(demand(), better, embedder)}


def test_without_a_value_to_compare_the_verdict_stays_open(embedder: Embedder) -> None:
    silent = achievement(body="设计液性塑料夹具，薄壁套均匀涨开，松夹后不再变形。")
    assert {reason.met for reason in reasons(demand(), silent, embedder)} == {None}


def test_nothing_is_quoted_from_a_record_that_says_nothing(embedder: Embedder) -> None:
    for reason in reasons(demand(), achievement(title="。", body=""), embedder):
        assert (reason.quote, reason.met, reason.indicators) == ("", None, ())
        assert reason.note


def test_what_was_done_is_quoted_before_the_trouble_told_again(embedder: Embedder) -> None:
    asked = demand(title="主轴箱漏油", body="主轴箱老是漏油，地面全是油。")
    offered = achievement(title="迷宫密封", body="主轴箱漏油，地面油污严重。轴端改用迷宫式密封，回油孔加大。")
    (quote,) = {reason.quote for reason in reasons(asked, offered, embedder) if reason.clause_field == "body"}
    assert quote == "轴端改用迷宫式密封，回油孔加大。"


def test_the_way_from_the_trouble_to_the_technique_is_kept_with_the_sentence_that_tells_of_it(
    embedder: Embedder,
) -> None:
    asked = demand(title="齿轮淬不硬", body="大齿轮整体淬火后局部淬不硬，齿面硬度不均。")
    offered = achievement(title="淬火槽改造", body="淬火软点长期存在。在淬火槽底部加装螺旋桨，使淬火介质强制搅拌循环。")
    paths = {reason.path: reason.quote for reason in reasons(asked, offered, embedder) if reason.path}
    assert paths == {("淬不硬", "淬火软点", "淬火槽强制搅拌"): "在淬火槽底部加装螺旋桨，使淬火介质强制搅拌循环。"}


def test_no_way_is_shown_beside_a_sentence_about_something_else(embedder: Embedder) -> None:
    asked = demand(title="齿轮淬不硬", body="大齿轮整体淬火后局部淬不硬，齿面硬度不均。")
    offered = achievement(title="齿轮检具", body="设计大齿轮齿厚卡尺。用于大齿轮的现场测量。")
    assert {reason.path for reason in reasons(asked, offered, embedder)} == {()}


def test_no_way_is_shown_to_a_technique_that_the_sentence_does_not_name(embedder: Embedder) -> None:
    asked = demand(title="提升钢丝绳断丝", body="副井提升钢丝绳断丝靠手摸查不出，油泥厚看不见内部。")
    offered = achievement(title="首绳更换", body="换绳要停产五天。设计同步放绳车，四根新钢丝绳一次与旧钢丝绳端头连接。")
    assert {reason.path for reason in reasons(asked, offered, embedder)} == {()}


def test_a_value_of_another_kind_is_not_compared(embedder: Embedder) -> None:
    other = achievement(body="单件节省停机4分钟，划伤报废率由5%降到0.6%。")
    names = {it.name for reason in reasons(demand(), other, embedder) for it in reason.indicators}
    assert "合格率" not in names


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=words, said=words, title=words)
def test_whatever_the_texts_are_the_quotations_stand_in_them(
    embedder: Embedder, asked: str, said: str, title: str
) -> None:
    wish, offer = demand(body=asked), achievement(title=title, body=said)
    assert all(stands(reason, wish, offer) for reason in reasons(wish, offer, embedder))


def test_every_quotation_for_the_judged_demands_stands_in_its_achievement(
    shared_data: Path, embedder: Embedder
) -> None:
    quoted = 0
    for asked, offers in topics(shared_data):
        for proposal in match(asked, [found(offer, rank) for rank, offer in enumerate(offers, 1)], embedder):
            assert all(stands(reason, asked, proposal.document) for reason in proposal.reasons)
            quoted += sum(bool(reason.quote) for reason in proposal.reasons)
    assert quoted > 1_000


def topics(shared_data: Path) -> Iterator[tuple[SearchDocument, list[SearchDocument]]]:
    """Yield each authored demand with the achievements of its topic."""
    for file in sorted((shared_data / "topics").glob("dev_*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            topic = json.loads(line)
            offers = [achievement(it["id"], title=it["title"], body=it["summary"]) for it in topic["achievements"]]
            for it in topic["demands"]:
                yield demand(id=it["id"], title=it["title"], body=it["description"]), offers


@pytest.mark.parametrize("text", ["", "。。。", "!!!", "\n\n", "😀", DEMAND_TEXT * 40])
def test_a_demand_of_any_kind_is_answered(embedder: Embedder, text: str) -> None:
    asked, offered = demand(title=text, body=text), achievement()
    assert all(stands(reason, asked, offered) for reason in reasons(asked, offered, embedder))
