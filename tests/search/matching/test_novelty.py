"""A new text beside the records it resembles: repeated, improved, another way to the same end, or new."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.document import Candidate, SearchDocument
from search.embedding import Embedder
from search.matching.novelty import Likeness, Verdict, compare, verdict

FIXTURE = SearchDocument(
    "achievement",
    "1",
    1,
    "薄壁壳体车削用液性塑料夹具",
    "三爪卡盘夹紧薄壁壳体后内孔呈三棱形。设计外抱式液性塑料夹具，夹紧压力限定在1.2MPa。松夹后圆度稳定在0.018mm，"
    "合格率由71%升至98.6%。装夹约3分钟。",
)
JAWS = SearchDocument(
    "achievement",
    "2",
    1,
    "扇形软爪整圆包容装夹法",
    "把普通软爪加宽成三块扇形爪，按工件外径自镗成形，抱合面积达圆周九成，用于车削薄壁缸套，夹紧后内孔不再变形。",
)
BELT = SearchDocument("achievement", "3", 1, "皮带撕裂保护", "受料段下游吊一只翻板浅盘，漏料压下杠杆，驱动立即断电。")


def told(title: str, body: str) -> SearchDocument:
    return SearchDocument("achievement", "new", 1, title, body)


def held_against(new: SearchDocument, records: Sequence[SearchDocument], embedder: Embedder) -> list[Likeness]:
    own = embedder.passages([new.text])[0]
    cosines = (embedder.passages([it.text for it in records]) @ own).tolist()
    return compare(
        new, [Candidate(it, 1, 1, 1.0, cosine) for it, cosine in zip(records, cosines, strict=True)], embedder
    )


def nearest(body: str, embedder: Embedder, title: str = "夹具") -> Likeness:
    return held_against(told(title, body), [JAWS, FIXTURE, BELT], embedder)[0]


def test_the_same_text_is_the_same_and_differs_nowhere(embedder: Embedder) -> None:
    found = nearest(FIXTURE.body, embedder, FIXTURE.title)
    assert (found.document.id, found.verdict, found.differences) == ("1", Verdict.SAME, ())


def test_a_text_cut_short_is_still_the_same(embedder: Embedder) -> None:
    assert nearest("设计外抱式液性塑料夹具，夹紧压力限定在1.2MPa。", embedder).verdict is Verdict.SAME


def test_a_text_told_anew_with_the_same_numbers_is_the_same(embedder: Embedder) -> None:
    found = nearest(
        "薄壁壳体在三爪卡盘上一夹，内孔就成三棱形。做了一种外抱的液性塑料夹具，压力控制在1200kPa。松开夹具圆度能稳在18微米，"
        "合格率从71%提高到98.6%，三分钟装好。",
        embedder,
    )
    assert (found.document.id, found.verdict) == ("1", Verdict.SAME)


def test_a_better_value_makes_an_improvement_and_both_sentences_are_shown(embedder: Embedder) -> None:
    new = told(FIXTURE.title, FIXTURE.body.replace("0.018mm", "0.008mm"))
    found = held_against(new, [FIXTURE], embedder)[0]
    assert found.verdict is Verdict.IMPROVEMENT
    (difference,) = found.differences
    assert "0.008mm" in difference.passage.text
    assert difference.record is not None
    assert "0.018mm" in difference.record.text


def test_an_added_sentence_makes_an_improvement_and_has_nothing_beside_it(embedder: Embedder) -> None:
    added = "加装无线测温传感器，数据上传到车间看板。"
    found = nearest(FIXTURE.body + added, embedder, FIXTURE.title)
    assert found.verdict is Verdict.IMPROVEMENT
    assert [(it.passage.text, it.record) for it in found.differences] == [(added, None)]


def test_another_way_to_the_same_end_is_told_from_a_repetition(embedder: Embedder) -> None:
    found = held_against(told(FIXTURE.title, FIXTURE.body), [JAWS, BELT], embedder)
    assert [(it.document.id, it.verdict) for it in found] == [("2", Verdict.OTHER_METHOD), ("3", Verdict.NEW)]
    assert verdict(found) is Verdict.OTHER_METHOD


def test_without_anything_like_it_a_text_is_new(embedder: Embedder) -> None:
    assert (
        verdict(held_against(told("窖泥养护", "用己酸菌液淋窖，恢复老窖泥活性。"), [JAWS, BELT], embedder))
        is Verdict.NEW
    )
    assert held_against(told("夹具", "夹具"), [], embedder) == []
    assert verdict([]) is Verdict.NEW


@pytest.mark.parametrize("body", ["", "。。。", "，", "1", "mm", "a" * 50])
def test_a_text_that_says_nothing_is_answered(body: str, embedder: Embedder) -> None:
    assert held_against(told("", body), [FIXTURE, BELT], embedder)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_difference_stands_in_both_texts(data: st.DataObject, embedder: Embedder) -> None:
    pieces = st.sampled_from(
        [*FIXTURE.body.split("。"), *JAWS.body.split("，"), "合格率达到99%", "\n", "装夹约2分钟", "①"]
    )
    new = told(data.draw(st.sampled_from([FIXTURE.title, ""])), "。".join(data.draw(st.lists(pieces, max_size=8))))
    for found in held_against(new, [FIXTURE, JAWS], embedder):
        for it in found.differences:
            for document, passage in ((new, it.passage), (found.document, it.record)):
                if passage is not None:
                    text = document.title if passage.field == "title" else document.body
                    assert text[passage.span.start : passage.span.end] == passage.text
