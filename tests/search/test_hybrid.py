"""A reader asks in everyday words and finds records by their words and their meaning, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from search import hybrid
from search.asking import question
from search.document import Hit, Leg, Page, SearchDocument, SearchRequest, Sort, Span
from search.embedded import EmbeddedEngine
from search.embedding import Embedder, passage_text
from search.engine import LegRequest, LegResult
from tests.search.indexes import KIND, PUBLIC, document

FIXTURE = document(
    "fixture",
    "薄壁鋁合金殼體車削夾具",
    "针对薄壁壳体松夹后内孔变形的问题，设计液性塑料胀紧夹具。松夹后圆度稳定在０.０１５ｍｍ，合格率98.6%。",
    keywords=("薄壁", "圆度"),
    facets={"kind": ("五小",), "region": ("51", "5106")},
    numbers={"date": 739000, "benefit": 500},
)
BELT = document(
    "belt",
    "输送带纵向撕裂保护装置",
    "煤矿皮带被划穿后不能及时停机。在托辊间装设拉线传感器，撕裂时0.5秒内停机，避免整条胶带报废。",
    keywords=("输送带", "撕裂"),
    facets={"kind": ("技术革新",), "region": ("51", "5101")},
    numbers={"date": 739200},
)
SPINDLE = document(
    "spindle",
    "机床主轴箱漏油治理",
    "主轴箱轴端漏油，每月停机三次。改迷宫密封为组合密封，漏油停机降为零。",
    numbers={"date": 739100, "benefit": 900},
)
SECRET = document(
    "secret", "薄壁管件旋压工装", "薄壁管件旋压后椭圆，采用芯轴支撑。", readers=frozenset({"org:7"}), keywords=("芯轴",)
)
# Asks a question, with any fields of a request.
Ask = Callable[..., Page]
RECORDS = (FIXTURE, BELT, SPINDLE, SECRET)


@pytest.fixture(scope="module")
def engine(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    with closing(index_of(embedder, tmp_path_factory.mktemp("hybrid"), *RECORDS)) as opened:
        yield opened


def index_of(embedder: Embedder, folder: Path, *records: SearchDocument) -> EmbeddedEngine:
    engine = EmbeddedEngine.open(folder, embedder.fingerprint, embedder.dimensions, writable=True, create=True)
    engine.write(records, embedder.passages([passage_text(record) for record in records]))
    engine.commit()
    return engine


@pytest.fixture
def ask(engine: EmbeddedEngine, embedder: Embedder) -> Ask:
    return lambda text="", **fields: hybrid.search(engine, embedder, SearchRequest(KIND, text, **fields))


def names(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.document.id for hit in hits]


def marked(text: str, spans: tuple[Span, ...]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def test_a_record_is_found_by_its_words(ask: Ask) -> None:
    assert names(ask("漏油", leg=Leg.LEXICAL).hits) == ["spindle"]


def test_a_record_is_found_by_its_meaning_alone(ask: Ask) -> None:
    hits = ask("胶带裂开怎么马上停", leg=Leg.VECTOR).hits
    assert names(hits)[0] == "belt"
    assert hits[0].reason.similarity is not None


def test_highlights_stand_in_the_original_text_whatever_its_script_and_width(ask: Ask) -> None:
    hit = ask("薄壁壳体夹具 0.015mm").hits[0]
    assert hit.document == FIXTURE
    assert marked(FIXTURE.title, hit.title_highlights) == ["薄壁", "殼體", "夾具"]
    assert "０.０１５ｍｍ" in marked(FIXTURE.body, hit.body_highlights)


def test_the_reason_names_the_words_as_they_were_asked(ask: Ask) -> None:
    hit = ask("薄壁夾具").hits[0]
    assert set(hit.reason.words) == {"薄壁", "夾具"}


def test_single_characters_are_marked_only_where_no_word_is(ask: Ask) -> None:
    assert "壁" not in marked(FIXTURE.title, ask("薄壁").hits[0].title_highlights)
    hit = next(hit for hit in ask("停", leg=Leg.LEXICAL).hits if hit.document.id == "spindle")
    assert set(marked(SPINDLE.body, hit.body_highlights)) == {"停"}


def test_two_words_must_both_be_there_and_half_of_more(ask: Ask) -> None:
    assert [question.enough(words) for words in range(8)] == [0, 1, 2, 2, 2, 3, 3, 4]
    assert ask("漏油 夹具", leg=Leg.LEXICAL).total == 0
    assert names(ask("漏油 密封 夹具", leg=Leg.LEXICAL).hits) == ["spindle"]


def test_words_that_only_ask_need_not_be_there(ask: Ask) -> None:
    assert names(ask("主轴 漏油 怎么办", leg=Leg.LEXICAL).hits) == ["spindle"]
    assert question.content_words(["为什么", "what"]) == ("为什么", "what")


def test_an_empty_question_lists_all_newest_first(ask: Ask) -> None:
    page = ask()
    assert names(page.hits) == ["belt", "spindle", "fixture"]
    assert page.total == 3
    assert page.suggestions == ()


def test_the_greatest_benefit_comes_first_and_none_last(ask: Ask) -> None:
    assert names(ask(sort=Sort.BENEFIT).hits) == ["spindle", "fixture", "belt"]


def test_pages_follow_each_other(ask: Ask) -> None:
    pages = [ask(limit=2), ask(limit=2, offset=2), ask(limit=2, offset=4)]
    assert [names(page.hits) for page in pages] == [["belt", "spindle"], ["fixture"], []]
    assert [hit.rank for page in pages for hit in page.hits] == [1, 2, 3]


def test_facets_count_what_is_found(ask: Ask) -> None:
    counts = {one.value: one.count for one in ask().facets["region"]}
    assert counts == {"51": 2, "5101": 1, "5106": 1}
    filtered = ask(filters={"region": ("5101",), "kind": ("技术革新",)})
    assert {one.value for one in filtered.facets["region"]} == {"51", "5101"}
    assert {one.value for one in filtered.facets["kind"]} == {"技术革新"}
    assert "owner" not in filtered.facets


HOSTILE = [
    "。，！？…",
    "\x00\x01\x1b[31m",
    "\ud800\udfff\ud83d",
    "🙂🔥" * 50,
    "' OR 1=1; DROP TABLE achievement; --",
    'title:("a" AND NOT b)^5 [* TO *] ~/.*+/ \\',
    "(a+)+$" * 500,
    "薄" * 100_000,
    "a" * 100_000,
    "激光 laser лазер レーザー ليزر " * 4000,
    "1,111" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("leg", Leg)
def test_hostile_questions_are_answered(ask: Ask, text: str, leg: Leg) -> None:
    page = ask(text, leg=leg, filters={"region": (text[:100],)} if len(text) < 99 else {})
    assert len(page.hits) <= page.total


def test_what_stands_beyond_the_longest_question_is_not_read(ask: Ask) -> None:
    assert ask("。" * hybrid.MOST_CHARACTERS + "漏油").total == 0


def test_a_page_beyond_the_last_is_empty(ask: Ask) -> None:
    assert ask("漏油", offset=10**6).hits == ()


def test_suggestions_find_something_the_asker_may_read(ask: Ask) -> None:
    page = ask("漏油 玄学量子", leg=Leg.LEXICAL)
    assert page.total == 0
    assert page.suggestions[0] == "漏油"
    assert all(ask(suggestion).total for suggestion in page.suggestions)


def test_a_question_only_the_filters_defeat_is_suggested_again(ask: Ask) -> None:
    page = ask("漏油", filters={"region": ("5101",)}, leg=Leg.LEXICAL)
    assert (page.total, page.suggestions[0]) == (0, "漏油")


def test_suggestions_never_tell_of_a_record_that_is_not_the_askers(ask: Ask) -> None:
    page = ask("芯轴 玄学量子", leg=Leg.LEXICAL)
    assert "芯轴" not in page.suggestions
    assert "芯轴" in ask("芯轴 玄学量子", leg=Leg.LEXICAL, tokens=frozenset({"org:7"})).suggestions


def test_only_readers_find_a_record_on_any_path(engine: EmbeddedEngine, embedder: Embedder, ask: Ask) -> None:
    reader = PUBLIC | {"org:7"}
    for leg in Leg:
        assert "secret" not in names(ask("薄壁", leg=leg).hits)
    assert "secret" in names(ask("薄壁", tokens=reader).hits)
    assert ask().total + 1 == ask(tokens=reader).total
    assert "secret" not in names(hybrid.similar(engine, KIND, "fixture", tokens=PUBLIC, limit=9))
    assert "secret" in names(hybrid.similar(engine, KIND, "fixture", tokens=reader, limit=9))
    assert hybrid.similar(engine, KIND, "secret", tokens=PUBLIC, limit=9) == ()
    demand = document("d", "薄壁管件椭圆", "旋压后椭圆。")
    for tokens, seen in ((PUBLIC, False), (reader, True)):
        found = hybrid.candidates(engine, embedder, demand, KIND, tokens=tokens)
        assert ("secret" in {one.document.id for one in found}) is seen


class Withdrawing:
    """An index in which every record is withdrawn between being found and being fetched."""

    def __init__(self, engine: EmbeddedEngine, embedder: Embedder) -> None:
        self._engine, self._embedder = engine, embedder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, request: LegRequest) -> LegResult:
        result = self._engine.search(request)
        withdrawn = [replace(record, revision=2, body="内部", readers=frozenset({"org:1"})) for record in RECORDS]
        self._engine.write(withdrawn, self._embedder.passages([passage_text(record) for record in withdrawn]))
        self._engine.commit()
        return result


def test_a_record_withdrawn_since_it_was_found_is_not_shown(embedder: Embedder, tmp_path: Path) -> None:
    with closing(index_of(embedder, tmp_path, *RECORDS)) as engine:
        assert hybrid.search(engine, embedder, SearchRequest(KIND, "漏油")).hits
        assert hybrid.search(Withdrawing(engine, embedder), embedder, SearchRequest(KIND, "漏油")).hits == ()


def test_records_like_one_leave_itself_out(engine: EmbeddedEngine) -> None:
    hits = hybrid.similar(engine, KIND, "fixture", tokens=PUBLIC, limit=2)
    assert set(names(hits)) == {"belt", "spindle"}
    assert [hit.rank for hit in hits] == [1, 2]
    assert hybrid.similar(engine, KIND, "nothing", tokens=PUBLIC, limit=2) == ()


def test_candidates_carry_their_place_in_each_ranking(engine: EmbeddedEngine, embedder: Embedder) -> None:
    demand = document("d", "皮带撕裂", "皮带被划穿，希望撕裂时马上停机。")
    found = hybrid.candidates(engine, embedder, demand, KIND, tokens=PUBLIC, exclude=frozenset({"spindle"}))
    assert {one.document.id for one in found} == {"belt", "fixture"}
    assert (found[0].document.id, found[0].lexical_rank, found[0].vector_rank) == ("belt", 1, 1)
    assert found[0].lexical_score > 0
    assert found[0].cosine == pytest.approx(
        float(embedder.queries([passage_text(demand)])[0] @ embedder.passages([passage_text(BELT)])[0]), abs=1e-5
    )
    filtered = hybrid.candidates(engine, embedder, demand, KIND, tokens=PUBLIC, filters={"region": ("5106",)})
    assert [one.document.id for one in filtered] == ["fixture"]


def test_a_leg_by_itself_ranks_everything(engine: EmbeddedEngine, embedder: Embedder) -> None:
    for leg in Leg:
        ranked = hybrid.ranking(engine, embedder, KIND, "主轴漏油", leg=leg, tokens=PUBLIC, limit=2)
        assert ranked[0] == "spindle"
        assert len(ranked) <= 2
