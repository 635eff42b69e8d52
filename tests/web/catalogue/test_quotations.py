"""A reason is shown in the record's own words or not at all, and what one passage answers stands together."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from marketplace.web.quotations import answered, quotations, quoted, tally
from search.document import Span

TEXTS = {"title": "液性塑料夹具", "summary": "圆度稳定在0.015mm，合格率98.6%。每件省4分钟。"}


def reason(clause: str, quote: str = "", met: bool | None = None, field: str = "summary") -> dict[str, Any]:
    """Return a reason as it is stored."""
    start = TEXTS[field].find(quote)
    place = (
        {"field": field, "start": start, "end": start + len(quote)} if quote else {"field": None, "start": 0, "end": 0}
    )
    return {"clause": clause, "quote": quote, "met": met, "indicators": [], **place}


def test_what_the_record_says_is_quoted_with_its_place() -> None:
    (shown,) = quotations([reason("合格率98%以上", "合格率98.6%", met=True)], TEXTS)
    assert (shown.quote, shown.place, shown.verdict) == ("合格率98.6%", "summary:13-21", "met")
    assert quoted(shown.place, TEXTS) == {"summary": [Span(13, 21)]}


def test_the_way_to_a_known_remedy_is_shown_only_beside_its_quotation() -> None:
    stored = reason("圆度超差", "圆度稳定在0.015mm") | {"path": ["薄壁件变形", "液性塑料夹具"]}
    (shown,) = quotations([stored], TEXTS)
    assert shown.path == ("薄壁件变形", "液性塑料夹具")
    (gone,) = quotations([stored], {"title": TEXTS["title"]})
    assert gone.path == ()


def test_what_the_record_no_longer_says_is_not_quoted() -> None:
    stored = [reason("合格率98%以上", "合格率98.6%", met=True)]
    for changed in ("合格率约95%，圆度稳定在0.015mm。", ""):
        (shown,) = quotations(stored, {**TEXTS, "summary": changed})
        assert (shown.quote, shown.verdict) == ("", "silent")


def test_what_is_no_longer_public_is_not_quoted() -> None:
    (shown,) = quotations([reason("合格率98%以上", "合格率98.6%", met=True)], {"title": TEXTS["title"]})
    assert shown.verdict == "silent"


def test_the_clauses_that_one_passage_answers_stand_together() -> None:
    passage = "圆度稳定在0.015mm"
    shown = quotations(
        [
            reason("松开后变形", passage),
            reason("批量小"),
            reason("圆度0.02mm以内", passage, met=True),
            reason("不换机床", "夹具", field="title"),
            reason("孔成三棱形", passage),
        ],
        TEXTS,
    )
    assert [[it.clause for it in clauses] for clauses in answered(shown)] == [
        ["松开后变形", "孔成三棱形"],
        ["圆度0.02mm以内"],
        ["不换机床"],
    ]
    assert tally(shown) == {"met": 1, "related": 3, "silent": 1}


@given(st.text(max_size=40))
def test_whatever_place_an_address_names_only_what_is_there_is_marked(place: str) -> None:
    for field, spans in quoted(place, TEXTS).items():
        assert all(0 <= span.start < span.end <= len(TEXTS[field]) for span in spans)
