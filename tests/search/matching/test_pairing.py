"""What must not be offered is left out with its reason; the rest is ranked, varied, and the same in both directions."""

from __future__ import annotations

from search.document import SearchDocument
from search.embedding import Embedder
from search.matching.pairing import Barred, Exclusion, exclusions, match
from tests.search.matching.pairs import FIXTURE_TEXT, achievement, demand, found

UNRELATED = {"title": "仔猪断奶饲料配方", "body": "以发酵豆粕替代鱼粉，仔猪腹泻率由12%降到5%。"}


def barred(asked: SearchDocument, offered: SearchDocument, **options: frozenset[str]) -> Barred | None:
    left_out = exclusions(asked, [found(offered)], **options)
    return left_out[0].reason if left_out else None


def ranked(asked: SearchDocument, *offered: SearchDocument, embedder: Embedder, limit: int = 10) -> list[str]:
    candidates = [found(one, rank) for rank, one in enumerate(offered, 1)]
    return [it.document.id for it in match(asked, candidates, embedder, limit=limit)]


def test_a_readiness_below_what_is_asked_is_left_out_and_an_unknown_one_is_not() -> None:
    asked = demand(numbers={"min_trl": 7})
    assert barred(asked, achievement(numbers={"trl": 6})) is Barred.TRL_TOO_LOW
    assert barred(asked, achievement(numbers={"trl": 7})) is None
    assert barred(asked, achievement()) is None


def test_an_enterprise_is_not_offered_what_it_owns_or_excludes() -> None:
    asked = demand(facets={"excluded_owner": ("7", "9")})
    assert barred(asked, achievement(facets={"owner": ("3", "9")})) is Barred.EXCLUDED_OWNER
    assert barred(asked, achievement(facets={"owner": ("3",)})) is None


def test_what_its_owner_keeps_for_himself_is_offered_to_nobody() -> None:
    kept = achievement(facets={"transfer_mode": ("own_implementation",)})
    assert barred(demand(), kept) is Barred.NOT_OFFERED
    assert barred(demand(), achievement(facets={"transfer_mode": ("own_implementation", "service")})) is None


def test_what_the_reader_may_not_see_is_left_out() -> None:
    hidden = achievement(readers=frozenset({"province"}))
    assert barred(demand(), hidden, tokens=frozenset({"public"})) is Barred.NOT_VISIBLE
    assert barred(demand(), hidden, tokens=frozenset({"public", "province"})) is None


def test_the_reason_names_the_record(embedder: Embedder) -> None:
    asked = demand(numbers={"min_trl": 9})
    pairs = [found(achievement("ripe", numbers={"trl": 9})), found(achievement("raw", numbers={"trl": 3}), 2)]
    assert exclusions(asked, pairs) == [Exclusion("raw", Barred.TRL_TOO_LOW)]
    assert [it.document.id for it in match(asked, pairs, embedder)] == ["ripe"]


def test_when_all_are_left_out_nothing_is_matched(embedder: Embedder) -> None:
    assert match(demand(numbers={"min_trl": 9}), [found(achievement(numbers={"trl": 1}))], embedder) == []
    assert match(demand(), [], embedder) == []


def test_of_two_that_the_search_found_alike_the_one_that_answers_comes_first(embedder: Embedder) -> None:
    pairs = [found(achievement("other", **UNRELATED)), found(achievement("answer"))]
    assert [it.document.id for it in match(demand(), pairs, embedder)] == ["answer", "other"]


def test_ranks_count_from_one_and_the_best_stands_first(embedder: Embedder) -> None:
    pairs = [found(achievement(str(number), body=f"{FIXTURE_TEXT}{number}"), number + 1) for number in range(5)]
    matches = match(demand(), pairs, embedder, limit=3)
    assert [it.rank for it in matches] == [1, 2, 3]
    assert all(it.score <= matches[0].score for it in matches)


def test_ten_variants_of_one_thing_do_not_fill_the_list(embedder: Embedder) -> None:
    variants = [achievement(f"variant{number}", body=FIXTURE_TEXT + "。" * number) for number in range(10)]
    others = [
        achievement("cradle", title="薄壁壳体车削中心架", body="以可调中心架支承薄壁壳体外圆，圆度0.03mm。"),
        achievement("paste", title="低熔点合金灌注装夹", body="薄壁件内腔灌注低熔点合金后车削，变形减小。"),
    ]
    top = ranked(demand(), *variants, *others, embedder=embedder)[:4]
    assert {"cradle", "paste"} & set(top)
    assert any(one.startswith("variant") for one in top)


def test_both_directions_judge_a_pair_alike(embedder: Embedder) -> None:
    asked, offered = demand(), achievement()
    (forth,) = match(asked, [found(offered)], embedder)
    (back,) = match(offered, [found(asked)], embedder)
    for name in ("cosine", "coverage", "indicators", "industry", "region", "budget", "modes"):
        assert forth.features[name] == back.features[name], name
    assert [reason.clause for reason in forth.reasons] == [reason.clause for reason in back.reasons]


def test_the_same_question_has_the_same_answer_again(embedder: Embedder) -> None:
    offered = [achievement(str(number), body=f"{FIXTURE_TEXT}第{number}例。") for number in range(8)]
    assert ranked(demand(), *offered, embedder=embedder) == ranked(demand(), *offered, embedder=embedder)
