"""A sentence of a record tells the trouble again, or what was done about it."""

from __future__ import annotations

import pytest

from search.matching.telling import tells_means, tells_trouble


@pytest.mark.parametrize(
    ("sentence", "means", "trouble"),
    [
        ("轴端改用迷宫式密封，回油孔加大", True, False),
        ("针对内孔呈三棱形的问题，设计外抱式液性塑料夹具", True, False),
        ("成形面温差过大是镶块热疲劳的主因", False, True),
        ("冲孔废料压伤料带，难以清理", False, True),
        ("三年复漏率2.3%", False, False),
        ("", False, False),
    ],
)
def test_cue_words_tell_what_a_sentence_tells(sentence: str, *, means: bool, trouble: bool) -> None:
    assert (tells_means(sentence), tells_trouble(sentence)) == (means, trouble)


def test_a_record_opens_with_the_trouble_unless_it_says_what_was_done() -> None:
    assert tells_trouble("溶解氢过饱和析出", opens=True)
    assert not tells_trouble("采用脉冲激光清理坡口", opens=True)
