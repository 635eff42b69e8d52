"""What a page says is said as people say it, and no more is marked than means something."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.web.display import marked, original, shared_words, snippet
from marketplace.web.names import FEATURES, features
from search.asking.ranking import FITTED
from search.document import Hit, Reason, SearchDocument, Span
from search.matching.features import WEIGHTS, score

BODY = "把普通软爪加宽成三块扇形爪，抱合工件外圆。"
QUESTION = "薄壁件松开卡爪后内孔变成三棱形"


def hit(*words: str, similarity: float | None) -> Hit:
    """Return a hit whose words are marked wherever they stand."""
    spans = tuple(Span(at, at + len(word)) for word in words if (at := BODY.find(word)) >= 0)
    return Hit(
        document=SearchDocument(kind="achievement", id="1", revision=1, title="软爪", body=BODY),
        rank=1,
        score=1.0,
        title_highlights=(),
        snippet=Span(0, len(BODY)),
        body_highlights=spans,
        reason=Reason(words=words, similarity=similarity),
    )


@pytest.mark.parametrize(
    ("words", "similarity", "question", "shown"),
    [
        (("软爪", "成"), 0.6, QUESTION, ("软爪", "成")),
        (("爪", "成", "三"), 0.6, QUESTION, ()),
        (("爪", "成", "三"), None, QUESTION, ("爪", "成", "三")),
        (("爪",), 0.6, "爪", ("爪",)),
        ((), 0.6, QUESTION, ()),
    ],
)
def test_mere_characters_are_no_reason_where_the_meaning_is_close(
    words: tuple[str, ...], similarity: float | None, question: str, shown: tuple[str, ...]
) -> None:
    found = hit(*words, similarity=similarity)
    assert shared_words(found, question) == shown
    assert ("<mark>" in snippet(found, question)) is bool(shown)


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("zh", "软爪<b>", "软爪&lt;b&gt;"),
        ("en", "软爪<b>", '<span lang="zh-Hans">软爪&lt;b&gt;</span>'),
        ("en", "Soft jaws & more", "Soft jaws &amp; more"),
    ],
)
def test_chinese_on_an_english_page_says_that_it_is(app: Flask, language: str, text: str, shown: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert original(text) == shown


def test_every_feature_of_a_match_or_a_hit_has_a_name() -> None:
    assert {name for table in FITTED.values() for name in table} <= set(FEATURES)


def test_the_contributions_shown_add_up_to_the_score_and_the_greatest_comes_first() -> None:
    values = {name: 0.1 * number for number, name in enumerate(WEIGHTS)}
    contributions = [contribution for _name, _value, contribution in features(values)]
    assert sum(contributions) == pytest.approx(score(values))
    assert contributions == sorted(contributions, reverse=True)


def test_passages_that_overlap_are_marked_as_one_and_nothing_in_them_is_markup() -> None:
    assert marked("a<b>c", [Span(1, 3), Span(2, 4)]) == "a<mark>&lt;b&gt;</mark>c"


def test_only_the_first_mark_is_the_one_a_link_leads_to() -> None:
    assert marked("abc", [Span(0, 1), Span(2, 3)], "quote") == '<mark id="quote">a</mark>b<mark>c</mark>'
