"""What is probably the same record."""

from __future__ import annotations

import random
import time

from ingest.duplicates import Likeness, Resemblance
from ingest.nouns import Entry
from tests.ingest.conftest import SUMMARY, achievement


def look(*entries: Entry) -> list[Likeness | None]:
    return Resemblance().look(entries)


def test_the_same_title_and_unit_are_suspected_whatever_their_width_and_marks() -> None:
    first, second = look(Entry("液性塑料夹具", ("机械厂",), "", "一"), Entry("液性塑料 夹具。", ("机械厂 ",), "", "二"))
    assert first is None
    assert second == Likeness("一", None)


def test_the_same_title_of_another_unit_is_not_suspected() -> None:
    assert look(Entry("夹具改进", ("甲厂",), "", "一"), Entry("夹具改进", ("乙厂",), "", "二")) == [None, None]


def test_a_text_with_a_few_words_changed_is_suspected() -> None:
    text = SUMMARY + achievement(3)[2]
    _first, second = look(Entry("甲", ("一",), text, "一"), Entry("乙", ("二",), text.replace("七成", "六成"), "二"))
    assert second is not None
    assert second.where == "一"
    assert second.shared is not None
    assert 0.85 <= second.shared <= 1


def test_texts_on_one_subject_are_not_suspected() -> None:
    other = "薄壁壳体内孔松夹后变形，改用低熔点蜡灌注并轴向压紧，圆度由0.08毫米降到0.02毫米，单件辅助时间缩短一半。"
    assert look(Entry("甲", ("一",), SUMMARY, "一"), Entry("乙", ("二",), other, "二")) == [None, None]


def test_a_text_is_found_whatever_stands_beside_it_in_the_batch() -> None:
    texts = [achievement(number)[2] for number in range(40)]
    memory = Resemblance()
    memory.look([Entry(f"甲{place}", ("一",), text, str(place)) for place, text in enumerate(texts)])
    random.Random(1).shuffle(texts)
    found = memory.look([Entry(f"乙{place}", ("二",), text, "again") for place, text in enumerate(texts)])
    assert all(likeness is not None and likeness.shared == 1 for likeness in found)


def test_a_hundred_records_of_one_form_do_not_hide_each_other() -> None:
    entries = [Entry(f"甲{number}", (f"厂{number}",), SUMMARY, str(number)) for number in range(100)]
    assert all(likeness == Likeness("0", 1.0) for likeness in look(*entries)[1:])


def test_looking_takes_time_in_proportion_to_the_rows() -> None:
    memory = Resemblance()
    rows = [achievement(number) for number in range(5000)]
    entries = [Entry(title, (unit,), text, "") for title, unit, text in rows]
    started = time.perf_counter()
    for start in range(0, len(entries), 500):
        memory.look(entries[start : start + 500])
    assert time.perf_counter() - started < 5
