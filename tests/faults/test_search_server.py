"""Whatever becomes of the search server, people are answered, nothing is lost and the log says what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from flask.testing import FlaskClient

from benchmarks.faults import slow_engine
from benchmarks.faults.killed_node import asked_and_changed_while
from benchmarks.faults.proxy import Proxy, proxy
from benchmarks.faults.stopped_engine import imported_while_down
from marketplace import outbox
from marketplace.db import unit_of_work
from marketplace.indexing import breaker, sync
from marketplace.indexing.rebuilding import Rebuilding
from marketplace.models import Achievement
from marketplace.runtime import Runtime
from search.document import SearchRequest
from search.elastic import ElasticEditions
from search.embedding import Embedder
from search.errors import IndexBlocked, IndexUnavailable, IndexUnsound
from tests import factories
from tests.elasticsearch_node import cluster
from tests.elasticsearch_node.server import Server
from tests.factories import AchievementFactory
from tests.faults.conftest import Make
from tests.opening import build_app

pytestmark = [pytest.mark.faults, pytest.mark.engine]

# More seconds than an installation gives a question: how busy the machine is must not decide the tests.
PATIENCE = 5.0


def test_an_import_succeeds_while_the_server_is_down_and_the_index_catches_up(
    settings_for: Make, sqlite_url: str, server: Server, tmp_path: Path
) -> None:
    settings = settings_for(sqlite_url, server.url)
    outcome = imported_while_down(settings, tmp_path, records=120, stop=server.kill, start=server.start)
    assert (outcome.imported, outcome.waiting) == (120, 120)
    assert (outcome.parked, outcome.differences) == (0, 0)


def test_a_cluster_that_loses_a_node_answers_every_question_and_keeps_every_record(
    settings_for: Make, sqlite_url: str, elasticsearch: str, tmp_path: Path
) -> None:
    with cluster(tmp_path / "cluster") as nodes:
        settings = settings_for(sqlite_url, ",".join(node.url for node in nodes))
        outcome = asked_and_changed_while(settings, records=60, changes=60, kill=nodes[0].kill, seconds=5)
    assert outcome.questions > 10
    assert outcome.failures == Counter()
    assert outcome.differences == 0


@pytest.fixture
def network(elasticsearch: str) -> Iterator[Proxy]:
    with proxy(elasticsearch) as held:
        yield held


@pytest.fixture
def visitor(
    network: Proxy,
    settings_for: Make,
    sqlite_url: str,
    tmp_path: Path,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FlaskClient]:
    """A visitor of a catalogue whose search server is behind a network that can be harmed."""
    monkeypatch.setattr(breaker, "PAUSE", 0.2)
    settings = settings_for(sqlite_url, network.url)
    app = build_app(
        sqlite_url, tmp_path, embedder, SEARCH_ENGINE="elasticsearch", ELASTICSEARCH_URL=network.url,
        ELASTICSEARCH_PREFIX=settings.elasticsearch_prefix, ELASTICSEARCH_TIMEOUT=str(PATIENCE),
    )  # fmt: skip
    held: Runtime = app.extensions["marketplace"]
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        AchievementFactory(title="主轴箱漏油治理")
    assert app.test_cli_runner().invoke(args=["index", "sync"]).exit_code == 0
    yield app.test_client()
    assert isinstance(held.catalogue.editions, ElasticEditions)
    held.catalogue.editions.remove_all()
    held.engine.dispose()


def test_a_slow_silent_or_refusing_server_is_replaced_by_the_database_until_it_is_back(
    visitor: FlaskClient, network: Proxy
) -> None:
    asked = slow_engine.in_trouble(network, visitor, "/achievements?q=主轴箱漏油", patience=PATIENCE, questions=2)
    for name, (*during, after) in asked:
        assert [(wait.status, wait.has_notice, wait.hits) for wait in during] == [(200, True, 1)] * 2, name
        assert (after.status, after.has_notice, after.hits) == (200, False, 1), name


def make(held: Runtime, *titles: str) -> list[int]:
    with unit_of_work(held.sessions) as session:
        factories.use(session)
        return [AchievementFactory(title=title).id for title in titles]


def drain(held: Runtime) -> sync.Changes:
    with held.catalogue.writer() as engine:
        return sync.drain(held.sessions, engine, held.catalogue.embedder, batch=100, progress=lambda _count: None)


@pytest.fixture
def owner(elasticsearch: str) -> Iterator[Elasticsearch]:
    """Whoever runs the cluster, and may do anything to its indexes."""
    with Elasticsearch(elasticsearch) as client:
        yield client


def test_a_command_waits_for_a_server_that_wakes_where_a_page_does_not(
    held: Runtime, network: Proxy, settings_for: Make
) -> None:
    make(held, "夹具")
    drain(held)
    prefix = held.settings.elasticsearch_prefix
    settings = settings_for(held.settings.database_url, network.url, ELASTICSEARCH_PREFIX=prefix)
    page, command = Runtime(settings, patience=0.3), Runtime(settings)
    network.delay = 0.5
    asked = SearchRequest(kind="achievement", text="夹具")
    with pytest.raises(IndexUnavailable, match="没有及时答复"):
        page.catalogue.search(asked)
    assert command.catalogue.search(asked).total == 1
    for one in (page, command):
        one.engine.dispose()


@pytest.mark.parametrize(
    ("block", "said"),
    [("read_only_allow_delete", "磁盘快满了"), ("read_only", "现在不可写"), ("write", "现在不可写")],
)
def test_an_index_that_takes_no_writes_is_told_as_such_and_loses_nothing(
    held: Runtime, owner: Elasticsearch, block: str, said: str
) -> None:
    make(held, "夹具")
    drain(held)
    editions = held.catalogue.editions
    assert isinstance(editions, ElasticEditions)
    live = editions.arrangement().live
    assert live is not None
    indexes = list(editions.indexes(live).values())
    owner.indices.put_settings(index=indexes, settings={f"index.blocks.{block}": True})
    (identity,) = make(held, "量具")
    try:
        with pytest.raises(IndexBlocked, match=said):
            drain(held)
    finally:
        owner.indices.put_settings(index=indexes, settings={f"index.blocks.{block}": None})
    with held.sessions() as session:
        assert (outbox.backlog(session), outbox.parked(session)) == (1, [])
    assert drain(held).written["achievement"] == {identity}


def test_a_mapping_the_cluster_does_not_take_is_refused_at_the_rebuild_and_the_index_stays(
    held: Runtime, owner: Elasticsearch
) -> None:
    (identity,) = make(held, "夹具")
    drain(held)
    editions = held.catalogue.editions
    assert isinstance(editions, ElasticEditions)
    before = editions.arrangement()
    name, pattern = held.settings.elasticsearch_prefix, f"{held.settings.elasticsearch_prefix}-*"
    # What a cluster adds to every new index, and no write of ours complies with.
    conflicting = {"mappings": {"_routing": {"required": True}}}
    owner.indices.put_index_template(name=name, index_patterns=[pattern], template=conflicting, priority=500)
    try:
        with pytest.raises(IndexUnsound, match="routing"):
            Rebuilding(held.sessions, held.catalogue, 100).rebuild(beside=False)
    finally:
        owner.indices.delete_index_template(name=name)
    assert editions.arrangement() == before
    page = held.catalogue.search(SearchRequest(kind="achievement", text="夹具"))
    assert [hit.document.id for hit in page.hits] == [str(identity)]
    Rebuilding(held.sessions, held.catalogue, 100).rebuild(beside=False)
    with held.sessions() as session:
        assert session.get_one(Achievement, identity)
        assert list(sync.differences(session, held.catalogue.reader())) == []
