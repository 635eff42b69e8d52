"""What is found of a studio is what everybody sees of it, and follows every change of it and of what it is told by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import outbox
from marketplace.db import now, today, unit_of_work
from marketplace.indexing import sync
from marketplace.indexing.rebuilding import Rebuilding
from marketplace.indexing.sync import Difference
from marketplace.models import Achievement, Organisation, Studio
from marketplace.permissions import SYSTEM
from marketplace.runtime import Runtime
from marketplace.schemas.studio import ResultSchema
from marketplace.services.honour import persons
from marketplace.services.studio import keeping, people, records
from search.document import Page, SearchRequest
from tests import factories
from tests.factories import AchievementFactory, OrganisationFactory
from tests.marketplace.studios.studios import led, opened


@pytest.fixture
def held(held: Runtime) -> Runtime:
    """A running process with a studio of a plant and its leader, who agreed to nothing."""
    with writing(held) as session:
        plant = OrganisationFactory(
            name="示例重机厂", region="510603", region_path="51/5106/510603", industry="34", industry_path="C/34"
        )
        studio = opened(session, plant, field="焊接", aliases=["老王焊工班"])
        led(session, studio, "卜梓宸")
    return held


@contextmanager
def writing(runtime: Runtime) -> Iterator[Session]:
    with unit_of_work(runtime.sessions) as session:
        factories.use(session)
        yield session


def asked(held: Runtime, text: str) -> Page:
    """Bring what changed to the index, prove the two equal, and ask."""
    with held.catalogue.writer() as engine:
        sync.drain(held.sessions, engine, held.catalogue.embedder, batch=100, progress=lambda _count: None)
    with held.sessions() as session:
        assert list(sync.differences(session, held.catalogue.reader())) == []
    return held.catalogue.search(SearchRequest(kind="studio", text=text))


def told(held: Runtime) -> str:
    """Return all that the index holds of the one studio."""
    (hit,) = asked(held, "").hits
    return hit.document.text


def linked(held: Runtime, **fields: object) -> int:
    """List an achievement of the plant among the results of the studio."""
    with writing(held) as session:
        plant = session.get_one(Organisation, 1)
        record = AchievementFactory(title="轧辊堆焊裂纹治理", units=[plant], **fields)
        row = {"kind": "achievement", "object_id": record.id, "made_on": today().isoformat()}
        keeping.bring_about(session, SYSTEM, 1, ResultSchema().load(row))
        identity: int = record.id
    return identity


def test_a_studio_is_found_by_what_everybody_sees_of_it(held: Runtime) -> None:
    for text in ("王示例创新工作室", "焊接", "老王焊工班", "示例重机厂", "劳模工作室", "旌阳区"):
        assert asked(held, text).total == 1, text
    page = asked(held, "焊接")
    facets = {name: [(it.value, it.count) for it in counts] for name, counts in page.facets.items() if counts}
    assert facets == {
        "region": [("51", 1), ("5106", 1), ("510603", 1)], "industry": [("34", 1), ("C", 1)],
        "kind": [("model_worker", 1)], "tier": [("unit", 1)],
    }  # fmt: skip
    narrowed = SearchRequest(kind="studio", text="焊接", filters={"tier": ("province",)})
    assert held.catalogue.search(narrowed).total == 0


def test_a_leader_is_found_only_while_the_person_agrees_to_be_named_with_the_unit(held: Runtime) -> None:
    names = []
    for agreed in (
        {"shows_name": False, "shows_unit": False}, {"shows_name": True, "shows_unit": False},
        {"shows_name": True, "shows_unit": True}, {"shows_name": False, "shows_unit": False},
    ):  # fmt: skip
        with writing(held) as session:
            leader = session.get_one(Studio, 1).leader
            assert leader is not None
            persons.agree(session, SYSTEM, leader.person_id, agreed)
        names.append("卜梓宸" in told(held))
    assert names == [False, False, True, False]
    with writing(held) as session:
        leader = session.get_one(Studio, 1).leader
        assert leader is not None
        persons.agree(session, SYSTEM, leader.person_id, {"shows_name": True, "shows_unit": True})
        people.vacate(session, SYSTEM, 1, {"until": today(), "reason": "退休"})
    assert "卜梓宸" not in told(held)


def test_a_result_is_told_as_it_is_called_now_and_only_while_it_is_public(held: Runtime) -> None:
    identity = linked(held, published_state="unpublished", published_at=None, state="draft")
    assert "裂纹" not in told(held)
    for fields, title in (
        ({"published_state": "published", "published_at": now(), "state": "published"}, "轧辊堆焊裂纹"),
        ({"title": "轧辊修复"}, "轧辊修复"),
        ({"published_state": "revoked", "state": "revoked"}, None),
    ):  # fmt: skip
        with writing(held) as session:
            record = session.get_one(Achievement, identity)
            for name, value in fields.items():
                setattr(record, name, value)
        assert ("轧辊" in told(held)) == (title is not None)
        assert title is None or title in told(held)


def test_a_studio_leaves_with_its_closing_and_follows_the_name_of_its_unit(held: Runtime) -> None:
    with writing(held) as session:
        session.get_one(Organisation, 1).name = "示例重型装备厂"
    assert "示例重型装备厂" in told(held)
    with writing(held) as session:
        records.close(session, SYSTEM, 1, {"on": today(), "reason": "单位撤并"})
    assert asked(held, "").total == 0


def test_each_change_of_what_is_told_makes_a_studio_newer(held: Runtime) -> None:
    """So that of two workers the slower one never brings an older document back."""
    revisions = []
    for change in (
        lambda session: None,
        lambda session: setattr(session.get_one(Organisation, 1), "name", "示例重型装备厂"),
        lambda session: people.vacate(session, SYSTEM, 1, {"until": today(), "reason": "退休"}),
    ):
        with writing(held) as session:
            change(session)
        with held.sessions() as session:
            revisions.append(session.get_one(Studio, 1).revision)
    before = revisions[-1]
    linked(held)
    with held.sessions() as session:
        revisions.append(session.get_one(Studio, 1).revision)
    assert revisions[0] < revisions[1] < before < revisions[3]


def test_what_changed_behind_the_session_is_found_by_a_check_and_a_rebuild_keeps_it(held: Runtime) -> None:
    assert "焊接" in told(held)
    with held.sessions.begin() as session:
        session.execute(sa.update(Studio).values(field="轧辊修复"))
    with held.sessions.begin() as session:
        differing = list(sync.differences(session, held.catalogue.reader()))
        assert differing == [Difference("studio", 1, "stale")]
        outbox.enqueue(session, "studio", [it.id for it in differing])
    assert "轧辊修复" in told(held)
    Rebuilding(held.sessions, held.catalogue, batch=100).rebuild(beside=False)
    assert "轧辊修复" in told(held)
