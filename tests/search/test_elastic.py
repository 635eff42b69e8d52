"""What only a server does: it is away, full, read-only or strict, and each is said in a sentence of ours."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from search.editions import Arrangement
from search.elastic import ElasticEditions, ElasticEngine, connect
from search.elastic.connection import failure
from search.elastic.editions import Indexes
from search.elastic.lock import GONE_SECONDS
from search.engine import Engine, LegRequest, LegResult
from search.errors import DocumentsRefused, IndexBlocked, IndexBusy, IndexMissing, IndexUnavailable, SearchError
from tests.elasticsearch_node import Node
from tests.elasticsearch_node.node import free_ports
from tests.search.indexes import KIND, document, found_by_words, made, opened, reader, vector_of, write

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.engine


@pytest.fixture
def engine(elastic_editions: ElasticEditions) -> Iterator[ElasticEngine]:
    """An empty index in use, open for writing."""
    with closing(opened(elastic_editions)) as made:
        assert isinstance(made, ElasticEngine)
        yield made


def live_index(editions: ElasticEditions) -> str:
    live = editions.arrangement().live
    assert live is not None
    return editions.indexes(live)[KIND]


def test_an_answer_that_was_on_its_way_while_an_edition_came_into_use_does_not_hide_it(
    elastic_editions: ElasticEditions, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, exchanged = threading.Event(), threading.Event()
    present = elastic_editions._present

    def slow() -> Indexes:
        answer = present()
        asked.set()
        exchanged.wait(30)
        return answer

    with monkeypatch.context() as late:
        late.setattr(elastic_editions, "_present", slow)
        somebody = threading.Thread(target=elastic_editions.arrangement)
        somebody.start()
        asked.wait(30)
    with elastic_editions.changing():
        edition = made(elastic_editions, "1")
        elastic_editions.arrange(Arrangement(live=edition))
    exchanged.set()
    somebody.join()
    assert elastic_editions.arrangement() == Arrangement(live=edition)


def test_the_index_in_use_stands_behind_an_alias(elastic_editions: ElasticEditions) -> None:
    alias = f"{elastic_editions.connection.prefix}-{KIND}"
    client = elastic_editions.connection.writing
    with elastic_editions.changing():
        first = made(elastic_editions, "1")
        elastic_editions.arrange(Arrangement(live=first))
        assert list(client.indices.get_alias(name=alias)) == [elastic_editions.indexes(first)[KIND]]
        second = made(elastic_editions, "2")
        elastic_editions.arrange(Arrangement(live=second, previous=first))
        assert list(client.indices.get_alias(name=alias)) == [elastic_editions.indexes(second)[KIND]]


def test_a_document_of_another_form_is_refused_with_the_reason_and_the_others_are_taken(engine: ElasticEngine) -> None:
    strange = document("2", facets={"colour": ("red",)})
    huge = document("3", numbers={"benefit": 10**30})
    with pytest.raises(DocumentsRefused, match="colour") as refused:
        engine.write([document("1"), strange, huge], np.stack([vector_of("1")] * 3))
    assert refused.value.reasons.keys() == {(KIND, "2"), (KIND, "3")}
    engine.commit()
    assert found_by_words(engine, "激光") == ["1"]


def test_a_deletion_is_remembered_by_every_later_writer(
    engine: ElasticEngine, elastic_editions: ElasticEditions
) -> None:
    engine.delete(KIND, {"1": 5})
    engine.commit()
    with closing(elastic_editions.writer()) as later:
        write(later, document("1", revision=4))
        assert found_by_words(later, "激光") == []
        assert list(later.revisions(KIND)) == []
        write(later, document("1", revision=6))
        assert found_by_words(later, "激光") == ["1"]


def test_a_full_disk_and_a_read_only_index_are_told_apart(
    engine: ElasticEngine, elastic_editions: ElasticEditions
) -> None:
    index, client = live_index(elastic_editions), elastic_editions.connection.writing
    write(engine, document("1"))
    for setting, said in (("read_only_allow_delete", "磁盘"), ("write", "不可写")):
        client.indices.put_settings(index=index, settings={f"index.blocks.{setting}": True})
        with pytest.raises(IndexBlocked, match=said):
            write(engine, document("2"))
        # Whoever asks notices nothing.
        assert found_by_words(reader(elastic_editions), "激光") == ["1"]
        client.indices.put_settings(index=index, settings={f"index.blocks.{setting}": None})
    write(engine, document("2"))
    assert found_by_words(engine, "激光") == ["1", "2"]


def test_writing_to_an_index_that_is_gone_makes_no_other(
    engine: ElasticEngine, elastic_editions: ElasticEditions
) -> None:
    index, client = live_index(elastic_editions), elastic_editions.connection.writing
    client.indices.delete(index=index)
    with pytest.raises(IndexMissing, match="flask index sync"):
        write(engine, document("1"))
    with pytest.raises(IndexMissing):
        engine.search(LegRequest(KIND))
    assert not client.indices.exists(index=index)


def test_a_server_that_cannot_be_reached_says_which_setting_to_look_at(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with pytest.raises(IndexUnavailable, match="ELASTICSEARCH_URL"):
        ElasticEditions(connect([f"http://127.0.0.1:{port}"], prefix="nobody", timeout=1)).arrangement()
    with pytest.raises(IndexUnavailable, match="密钥"):
        connect(["https://127.0.0.1"], prefix="nobody", timeout=1, api_key_file=tmp_path / "none")


def test_what_a_server_refuses_has_a_type_by_which_callers_tell_it_apart() -> None:
    block = {"type": "cluster_block_exception", "reason": "index [x] blocked by: [FORBIDDEN/8/index write (api)];"}
    for status, cause, kind in (
        (403, block, IndexBlocked),
        (429, {"type": "es_rejected_execution_exception", "reason": "queue"}, IndexBusy),
        (401, {"type": "security_exception", "reason": "missing credentials"}, IndexUnavailable),
        (404, {"type": "index_not_found_exception", "reason": "no such index"}, IndexMissing),
        (503, {"type": "no_shard_available_action_exception", "reason": "none"}, IndexUnavailable),
        (400, {"type": "parsing_exception", "reason": "unknown query"}, SearchError),
    ):
        assert type(failure(status, cause)) is kind


@pytest.mark.faults
def test_a_server_that_hangs_or_ends_is_given_up_in_time(elasticsearch: str, tmp_path: Path) -> None:
    node = Node.started(tmp_path / "node", heap="256m")
    try:
        editions = ElasticEditions(connect([node.url], prefix="hanging", timeout=1.5))
        with closing(opened(editions)) as engine:
            write(engine, document("1"))
            node.pause()
            started = time.monotonic()
            with pytest.raises(IndexUnavailable, match="及时"):
                engine.search(LegRequest(KIND))
            assert time.monotonic() - started < 5
            node.resume()
            assert answered_again(engine).total == 1
            node.kill()
            with pytest.raises(IndexUnavailable):
                engine.search(LegRequest(KIND))
    finally:
        node.kill()


def answered_again(engine: Engine) -> LegResult:
    """Ask until a node that was asleep has woken, for at most half a minute."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return engine.search(LegRequest(KIND))
        except IndexUnavailable:
            assert time.monotonic() < deadline, "the node does not wake"


@pytest.mark.faults
def test_what_a_killed_process_left_is_removed_by_the_next_change(
    elasticsearch: str, elastic_editions: ElasticEditions
) -> None:
    prefix = elastic_editions.connection.prefix
    script = f"""
import os, signal
from search.elastic import *
from search.editions import Arrangement
from tests.search.indexes import made
editions = ElasticEditions(connect([{elasticsearch!r}], prefix={prefix!r}, timeout=30))
with editions.changing():
    editions.arrange(Arrangement(live=made(editions, "1")))
    made(editions, "2")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    started = time.monotonic()
    with elastic_editions.changing():
        assert time.monotonic() - started < GONE_SECONDS + 10
        left = elastic_editions.connection.writing.indices.get(index=f"{prefix}-{KIND}-*")
        assert list(left) == [live_index(elastic_editions)]
    assert found_by_words(reader(elastic_editions), "激光") == ["1"]
