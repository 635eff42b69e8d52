"""Editions of an index, whichever engine holds them: exchanged in one step, and what is kept for nothing removed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from search.editions import Arrangement, Edition, Editions
from search.elastic import ElasticEditions
from search.embedded import EmbeddedEditions
from search.errors import IndexLocked, IndexMismatch, IndexMissing, IndexReplaced
from tests.search.indexes import DIMENSIONS, FINGERPRINT, document, found_by_words, made, write


def elsewhere(editions: Editions) -> Editions:
    """Return the same editions as another process has them."""
    if isinstance(editions, ElasticEditions):
        return ElasticEditions(editions.connection)
    assert isinstance(editions, EmbeddedEditions)
    return EmbeddedEditions(editions.folder)


def stored(editions: Editions) -> set[str]:
    """Return the names of all editions there are, kept for something or not."""
    if isinstance(editions, ElasticEditions):
        prefix = f"{editions.connection.prefix}-demand-"
        there = editions.connection.writing.indices.get(index=f"{prefix}*")
        return {index.removeprefix(prefix) for index in there}
    assert isinstance(editions, EmbeddedEditions)
    return {folder.name for folder in editions.folder.glob("edition-*")}


def found(editions: Editions, edition: Edition | None) -> list[str]:
    assert edition is not None
    return found_by_words(editions.open(edition), "激光")


def test_before_the_first_edition_none_is_kept_and_none_can_be_written(editions: Editions) -> None:
    assert editions.arrangement() == Arrangement()
    with pytest.raises(IndexMissing, match="flask index sync"):
        editions.writer()


def test_another_edition_comes_into_use_for_every_process_at_once(editions: Editions) -> None:
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
        second = made(editions, "2")
        assert found(editions, elsewhere(editions).arrangement().live) == ["1"]
        editions.arrange(Arrangement(live=second, previous=first))
    assert elsewhere(editions).arrangement() == Arrangement(live=second, previous=first)
    assert found(editions, elsewhere(editions).arrangement().live) == ["2"]
    assert found(editions, elsewhere(editions).arrangement().previous) == ["1"]


def test_what_an_edition_was_made_with_and_how_far_it_follows_is_remembered(editions: Editions) -> None:
    with editions.changing():
        edition = editions.create("模型/小", FINGERPRINT, DIMENSIONS, mark=41)
        editions.arrange(Arrangement(live=edition))
    kept = elsewhere(editions).arrangement().live
    assert kept == edition
    assert (kept.model, kept.fingerprint, kept.dimensions, kept.mark) == ("模型/小", FINGERPRINT, DIMENSIONS, 41)


def test_an_edition_that_is_kept_for_nothing_is_removed(editions: Editions) -> None:
    with editions.changing():
        one, two, three = (made(editions, name) for name in "123")
        editions.arrange(Arrangement(live=three, previous=two))
    assert stored(editions) == {two.name, three.name}
    with pytest.raises(IndexMissing):
        editions.open(one)


def test_what_a_failure_leaves_is_removed_and_the_edition_in_use_is_not(editions: Editions) -> None:
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
    with pytest.raises(KeyboardInterrupt), editions.changing():
        made(editions, "2")
        raise KeyboardInterrupt
    assert stored(editions) == {first.name}
    assert found(editions, editions.arrangement().live) == ["1"]


def test_only_one_process_changes_the_editions(editions: Editions) -> None:
    with editions.changing(), pytest.raises(IndexLocked, match="重建"), elsewhere(editions).changing():
        pass


def test_whoever_writes_to_a_replaced_edition_is_told_so(editions: Editions) -> None:
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
        with closing(editions.writer()) as writer:
            editions.arrange(Arrangement(live=made(editions, "2"), previous=first))
            with pytest.raises(IndexReplaced):
                write(writer, document("3"))
    with closing(editions.writer()) as writer:
        write(writer, document("3"))
    assert found(editions, editions.arrangement().live) == ["2", "3"]


def test_an_open_reader_of_a_removed_edition_is_told_that_it_is_gone(editions: Editions) -> None:
    with editions.changing():
        first = made(editions, "1")
        editions.arrange(Arrangement(live=first))
        reader = editions.open(first)
        editions.arrange(Arrangement(live=made(editions, "2")))
    with pytest.raises(IndexMissing):
        found_by_words(reader, "激光")


def test_an_edition_of_another_model_says_how_to_rebuild_it(editions: Editions) -> None:
    with editions.changing():
        edition = made(editions, "1")
        editions.arrange(Arrangement(live=edition))
    with pytest.raises(IndexMismatch, match="flask index rebuild"):
        editions.open(replace(edition, fingerprint="another-8"))
