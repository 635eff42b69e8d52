"""What every engine answers: the same documents and the same questions give the same sets, counts and orders."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from search.document import FacetCount, Sort
from search.editions import Editions
from search.engine import Engine, LegRequest
from tests.search.indexes import KIND, document, found_by_words, ids, opened, reader, vector_of, write


def test_an_empty_index_answers(engine: Engine) -> None:
    result = engine.search(
        LegRequest(KIND, {"激光": 1.0}, words=("激光",), least=1, vector=vector_of("x"), facets=("kind",))
    )
    assert (result.lexical, result.vector, result.listed, result.total) == ((), (), (), 0)
    assert result.facets == {"kind": ()}
    assert engine.fetch(KIND, ["1"]) == []


def test_an_open_reader_sees_a_commit_at_its_next_question(engine: Engine, editions: Editions) -> None:
    other = reader(editions)
    assert found_by_words(other, "激光") == []
    write(engine, document("1"))
    assert found_by_words(other, "激光") == ["1"]
    write(engine, document("2"))
    assert found_by_words(other, "激光") == ["1", "2"]


def test_a_document_comes_back_as_it_was(engine: Engine) -> None:
    stored = document(
        "1",
        "薄壁件\u200b车削",
        "含孤立代理\ud800与换行\n及 NUL \x00",
        revision=7,
        keywords=("夹具", "变形"),
        facets={"region": ("51", "5106"), "owner": ("甲",)},
        numbers={"date": 739000, "benefit": 10**15},
        readers=frozenset({"org:1", "org:2"}),
    )
    write(engine, stored)
    assert engine.fetch(KIND, ["1"]) == [stored]


def test_documents_and_vectors_come_in_the_order_asked(engine: Engine) -> None:
    write(engine, *(document(identity) for identity in "abc"))
    assert [one.id for one in engine.fetch(KIND, ["c", "x", "a"])] == ["c", "a"]
    documents, vectors = engine.read(KIND, ["c", "x", "a"])
    assert [one.id for one in documents] == ["c", "a"]
    assert np.allclose(vectors, np.stack([vector_of("c"), vector_of("a")]))


def test_a_newer_revision_replaces_and_an_older_one_never_wins(engine: Engine) -> None:
    write(engine, document("1", "激光", revision=2))
    write(engine, document("1", "焊接", revision=1))
    assert (found_by_words(engine, "激光"), found_by_words(engine, "焊接")) == (["1"], [])
    write(engine, document("1", "焊接", revision=3), document("1", "铣削", revision=2))
    assert (found_by_words(engine, "激光"), found_by_words(engine, "焊接")) == ([], ["1"])
    assert list(engine.revisions(KIND)) == [("1", 3)]


def test_the_same_revision_written_again_changes_nothing(engine: Engine) -> None:
    for _ in range(2):
        write(engine, document("1"))
    assert engine.search(LegRequest(KIND)).total == 1


def test_a_deletion_removes_up_to_its_revision(engine: Engine) -> None:
    write(engine, document("1", revision=5), document("2", revision=5))
    engine.delete(KIND, {"1": 4, "2": 6, "3": 1})
    engine.commit()
    assert found_by_words(engine, "激光") == ["1"]
    assert engine.read(KIND, ["2"])[0] == []
    write(engine, document("2", revision=5))
    assert found_by_words(engine, "激光") == ["1"]
    write(engine, document("2", revision=7))
    assert sorted(found_by_words(engine, "激光")) == ["1", "2"]


def test_a_document_written_and_deleted_in_one_go_is_not_there(engine: Engine) -> None:
    engine.write([document("1")], vector_of("1")[None])
    engine.delete(KIND, {"1": 1})
    engine.commit()
    assert engine.search(LegRequest(KIND)).total == 0


def test_kinds_do_not_mix(engine: Engine) -> None:
    write(engine, document("1"))
    assert engine.search(LegRequest("demand")).total == 0
    assert engine.frequency(KIND, "激光") == 1
    assert engine.frequency("demand", "激光") == 0


def test_a_studio_is_counted_and_narrowed_by_its_tier(engine: Engine) -> None:
    tiers = {"1": "city", "2": "province", "3": "province"}
    write(
        engine, *(replace(document(it), kind="studio", facets={"tier": (tier,)}) for it, tier in tiers.items())
    )  # fmt: skip
    result = engine.search(LegRequest("studio", filters={"tier": ("province",)}, facets=("tier",), most=9))
    assert (result.total, sorted(result.listed)) == (2, ["2", "3"])
    assert result.facets == {"tier": (FacetCount("province", 2), FacetCount("city", 1))}


def test_the_ranking_by_meaning_is_that_of_a_plain_scan(editions: Editions) -> None:
    dimensions, count = 64, 3000
    names = [f"{number:04}" for number in range(count)]
    vectors = np.stack([vector_of(name, dimensions) for name in names])
    with closing(opened(editions, dimensions=dimensions)) as engine:
        engine.write([document(name) for name in names], vectors)
        engine.commit()
        for question in ("甲", "乙", "丙"):
            query = vector_of(question, dimensions)
            exact = vectors @ query
            result = engine.search(LegRequest(KIND, vector=query, words=(), least=1, floor=0.2, window=50))
            assert ids(result.vector) == [names[row] for row in np.argsort(-exact)[:50]]
            assert [score for _name, score in result.vector] == pytest.approx(np.sort(exact)[:-51:-1].tolist())
            assert result.total == np.count_nonzero(exact >= 0.2)


def test_conditions_hold_in_both_rankings(engine: Engine) -> None:
    write(
        engine,
        document("1", facets={"region": ("51", "5101")}),
        document("2", facets={"region": ("51", "5106"), "kind": ("a", "b")}),
        document("3", facets={"region": ("50",)}),
        document("4"),
    )
    assert set(found_by_words(engine, "激光", filters={"region": ("51",)})) == {"1", "2"}
    assert set(found_by_words(engine, "激光", filters={"region": ("5101", "50")})) == {"1", "3"}
    assert found_by_words(engine, "激光", filters={"region": ("51",), "kind": ("b",)}) == ["2"]
    assert found_by_words(engine, "激光", filters={"region": ("没有",), "nothing": ("\ud800",)}) == []
    asked = LegRequest(KIND, vector=vector_of("x"), filters={"region": ("51",)}, exclude=frozenset({"1", "无"}))
    assert ids(engine.search(asked).vector) == ["2"]


def test_only_readers_find_a_document(engine: Engine) -> None:
    write(
        engine, document("1"), document("2", readers=frozenset({"org:1", "org:2"})), document("3", readers=frozenset())
    )
    for tokens, seen in (({"public"}, {"1"}), ({"org:2"}, {"2"}), ({"public", "org:1"}, {"1", "2"}), (set(), set())):
        asked = LegRequest(KIND, {"激光": 1.0}, vector=vector_of("x"), tokens=frozenset(tokens))
        result = engine.search(asked)
        assert set(ids(result.lexical)) == set(ids(result.vector)) == seen
        assert result.total == len(seen)


def test_a_reader_of_little_finds_it_behind_much_that_is_not_his(engine: Engine) -> None:
    others = [document(f"{number:03}", "激光 激光", readers=frozenset({"org:1"})) for number in range(700)]
    write(engine, *others, document("mine", "激光与许多别的词一起", readers=frozenset({"org:2"})))
    asked = LegRequest(KIND, {"激光": 1.0}, tokens=frozenset({"org:2"}))
    assert ids(engine.search(asked).lexical) == ["mine"]


def test_documents_without_a_number_come_last_and_ties_are_by_id(engine: Engine) -> None:
    dates = {"a": 5, "b": None, "c": 7, "d": 5, "e": None}
    write(engine, *(document(name, numbers={"date": date} if date else {}) for name, date in dates.items()))
    for most in range(6):
        listed = engine.search(LegRequest(KIND, sort=Sort.NEWEST, most=most)).listed
        assert listed == ("c", "a", "d", "b", "e")[:most]


def test_who_holds_a_word_is_known_whether_few_or_many_do_and_after_every_commit(engine: Engine) -> None:
    for number in range(0, 120, 40):
        few = [document(f"{place:03}", "激光" if place % 39 else "激光漏油") for place in range(number, number + 40)]
        write(engine, *few)
        written = range(number + 40)
        assert set(found_by_words(engine, "激光")) == {f"{place:03}" for place in written}
        assert set(found_by_words(engine, "漏油")) == {f"{place:03}" for place in written if place % 39 == 0}
        assert set(found_by_words(engine, "激光", "漏油")) == set(found_by_words(engine, "漏油"))
