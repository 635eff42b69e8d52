"""Staff change the thesaurus; each change is checked, explained and kept, and takes effect everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import audit
from marketplace.db import unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound, StaleRevision
from marketplace.indexing import curated
from marketplace.permissions import SYSTEM, VISITOR, Actor, Grant
from marketplace.schemas.thesaurus import ConceptSchema
from marketplace.services import thesaurus
from marketplace.services.thesaurus import Unsound
from search.asking.question import understand
from search.embedding import Embedder
from search.thesaurus import Concept, Fault, Kind, bundled
from tests.opening import build_app

SHIPPED = "en-0001"
SLIPPING = {"kind": "problem", "preferred": "滚筒跑空", "alternatives": ["空转打滑"], "solved_by": ["滚筒包胶"]}


def written(**fields: Any) -> dict[str, Any]:
    """Return what the form of a new concept gives."""
    return dict(ConceptSchema().load({**SLIPPING, **fields}))


def as_shipped(**fields: Any) -> dict[str, Any]:
    """Return what the form of a concept of the product gives, with some fields changed."""
    shipped = ConceptSchema(exclude=("id", "revision")).dump(bundled().concepts[SHIPPED])
    return dict(ConceptSchema().load({**shipped, **fields}))


def now(session: Session) -> dict[str, Concept]:
    return dict(thesaurus.current(session).thesaurus.concepts)


def test_a_concept_is_added_with_who_and_why(session: Session) -> None:
    entry = thesaurus.add(session, SYSTEM, written(), "矿上都这么说")
    assert now(session)[entry.concept_id] == Concept(
        entry.concept_id, Kind.PROBLEM, "滚筒跑空", ("空转打滑",), solved_by=("滚筒包胶",)
    )
    (event,) = audit.history(session, "concept", entry.id)
    assert (event.verb, event.actor, event.reason) == ("add", SYSTEM.name, "矿上都这么说")
    assert entry.versions[0].event is event


def test_of_a_concept_of_the_product_only_what_differs_is_kept(session: Session) -> None:
    entry = thesaurus.revise(session, SYSTEM, SHIPPED, 0, as_shipped(alternatives=["爆管", "炉管开花"]), "补充叫法")
    assert entry.fields == {"alternatives": ["爆管", "炉管开花"]}
    assert now(session)[SHIPPED].alternatives == ("爆管", "炉管开花")
    assert now(session)[SHIPPED].gloss == bundled().concepts[SHIPPED].gloss


def test_a_concept_changed_back_is_as_the_product_brings_it(session: Session) -> None:
    entry = thesaurus.revise(session, SYSTEM, SHIPPED, 0, as_shipped(gloss="改写"), "试改")
    thesaurus.revise(session, SYSTEM, SHIPPED, entry.revision, as_shipped(), "改回")
    assert entry.fields == {}
    assert now(session)[SHIPPED] == bundled().concepts[SHIPPED]
    assert [version.fields for version in entry.versions] == [{"gloss": "改写"}, {}]
    assert list(audit.faults(session, "concept", entry.id)) == []


def test_a_retired_concept_is_gone_until_it_is_brought_back(session: Session) -> None:
    entry = thesaurus.retire(session, SYSTEM, SHIPPED, 0, "与另一条重复")
    assert SHIPPED not in now(session)
    assert [concept.id for concept in thesaurus.retired(session)] == [SHIPPED]
    thesaurus.restore(session, SYSTEM, SHIPPED, entry.revision, "并不重复")
    assert now(session)[SHIPPED] == bundled().concepts[SHIPPED]
    assert thesaurus.retired(session) == []
    assert [version.event.verb for version in entry.versions] == ["retire", "restore"]


def test_every_change_raises_the_number_by_which_others_see_it(session: Session) -> None:
    seen = [thesaurus.edition(session)]
    entry = thesaurus.add(session, SYSTEM, written(), "新增")
    seen.append(thesaurus.edition(session))
    thesaurus.retire(session, SYSTEM, entry.concept_id, entry.revision, "停用")
    seen.append(thesaurus.edition(session))
    thesaurus.retire(session, SYSTEM, SHIPPED, 0, "停用")
    seen.append(thesaurus.edition(session))
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"preferred": "锅炉四管泄漏"}, ("preferred", Fault.TAKEN)),
        ({"broader": "无此上位"}, ("broader", Fault.UNKNOWN)),
        ({"solved_by": ["无此技术"]}, ("solved_by", Fault.UNKNOWN)),
        ({"kind": "process"}, ("solved_by", Fault.NO_PROBLEM)),
        ({"alternatives": ["空转", "空转 "], "hidden": ["空转"]}, ("hidden", Fault.TWICE)),
    ],
)
def test_an_unsound_concept_is_refused_with_the_field(
    sqlite_session: Session, fields: dict[str, Any], fault: tuple[str, Fault]
) -> None:
    with pytest.raises(Unsound) as refused:
        thesaurus.add(sqlite_session, SYSTEM, written(**fields), "新增")
    assert [(flaw.field, flaw.fault) for flaw in refused.value.flaws] == [fault]
    assert list(refused.value.fields) == [fault[0]]


def test_a_group_is_not_put_below_what_is_below_it(session: Session) -> None:
    group = thesaurus.add(session, SYSTEM, written(preferred="皮带机毛病", alternatives=[]), "归类")
    below = thesaurus.add(session, SYSTEM, written(broader="皮带机毛病"), "归类")
    assert now(session)[below.concept_id].broader == "皮带机毛病"
    with pytest.raises(Unsound) as refused:
        data = written(preferred="皮带机毛病", alternatives=[], broader="空转打滑")
        thesaurus.revise(session, SYSTEM, group.concept_id, group.revision, data, "归类")
    assert [flaw.fault for flaw in refused.value.flaws] == [Fault.CYCLE]


def test_a_retired_concept_whose_name_was_taken_is_not_brought_back(session: Session) -> None:
    entry = thesaurus.add(session, SYSTEM, written(), "新增")
    thesaurus.retire(session, SYSTEM, entry.concept_id, entry.revision, "停用")
    thesaurus.add(session, SYSTEM, written(), "重新整理")
    with pytest.raises(Unsound):
        thesaurus.restore(session, SYSTEM, entry.concept_id, entry.revision, "启用")


def test_a_change_to_what_somebody_else_changed_is_refused(session: Session) -> None:
    entry = thesaurus.revise(session, SYSTEM, SHIPPED, 0, as_shipped(gloss="甲写的"), "甲")
    for act in (
        lambda: thesaurus.revise(session, SYSTEM, SHIPPED, 0, as_shipped(gloss="乙写的"), "乙"),
        lambda: thesaurus.retire(session, SYSTEM, SHIPPED, 0, "乙"),
    ):
        with pytest.raises(StaleRevision):
            act()
    assert entry.fields == {"gloss": "甲写的"}


def test_two_who_change_a_concept_for_the_first_time_at_once_do_not_both_win(app_on_each: Flask) -> None:
    sessions = app_on_each.extensions["marketplace"].sessions
    with sessions() as slow, pytest.raises(StaleRevision):
        entry = thesaurus._read(slow, SHIPPED, 0)
        slow.rollback()
        with unit_of_work(sessions) as quick:
            thesaurus.retire(quick, SYSTEM, SHIPPED, 0, "先")
        entry.fields = {"gloss": "后"}
        thesaurus._keep(slow, SYSTEM, entry, "revise", "后")


def test_what_changes_nothing_is_not_kept(session: Session) -> None:
    with pytest.raises(Conflict):
        thesaurus.revise(session, SYSTEM, SHIPPED, 0, as_shipped(), "没有改")
    with pytest.raises(Conflict):
        thesaurus.restore(session, SYSTEM, SHIPPED, 0, "没有停用")


def test_a_change_needs_a_reason_and_a_concept(sqlite_session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        thesaurus.add(sqlite_session, SYSTEM, written(), " ")
    assert list(refused.value.fields) == ["reason"]
    for unknown in ("nothing", "own-1", "own-", "own-99999999999999999999"):
        with pytest.raises(NotFound):
            thesaurus.retire(sqlite_session, SYSTEM, unknown, 0, "停用")


@pytest.mark.parametrize("actor", [VISITOR, Actor("worker", (Grant("worker"),)), Actor("city", (Grant("city"),))])
def test_only_the_province_changes_the_thesaurus(sqlite_session: Session, actor: Actor) -> None:
    for act in (
        lambda: thesaurus.add(sqlite_session, actor, written(), "新增"),
        lambda: thesaurus.revise(sqlite_session, actor, SHIPPED, 0, as_shipped(gloss="改"), "改"),
        lambda: thesaurus.retire(sqlite_session, actor, SHIPPED, 0, "停用"),
        lambda: thesaurus.restore(sqlite_session, actor, SHIPPED, 0, "启用"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_change_reaches_another_process_without_a_restart(
    app_on_each: Flask, tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = app_on_each.extensions["marketplace"]
    url = held.settings.database_url
    other = build_app(url, tmp_path / "other", embedder).extensions["marketplace"]
    monkeypatch.setattr(curated, "AGE", 0.0)

    def implied(process: Any) -> set[tuple[str, ...]]:
        return {way.path for way in understand("空转打滑", process.catalogue.embedder).ways}

    path = ("空转打滑", "滚筒跑空", "滚筒包胶")
    try:
        assert path not in implied(other)
        with unit_of_work(held.sessions) as session:
            entry = thesaurus.add(session, SYSTEM, written(), "新增")
        assert path in implied(other)
        assert path in implied(held)
        with unit_of_work(held.sessions) as session:
            thesaurus.retire(session, SYSTEM, entry.concept_id, entry.revision, "停用")
        assert path not in implied(other)
    finally:
        other.engine.dispose()


def test_a_question_asks_the_database_nothing_about_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    held = app.extensions["marketplace"]
    asked: list[str] = []
    sa.event.listen(held.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    monkeypatch.setattr(curated, "AGE", 3600.0)
    for _ in range(5):
        understand("主轴箱漏油", held.catalogue.embedder)
    assert len(asked) == 1


def test_without_a_database_questions_are_understood_as_before(tmp_path: Path, embedder: Embedder) -> None:
    held = build_app(f"sqlite:///{tmp_path}/missing/none.db", tmp_path, embedder).extensions["marketplace"]
    assert held.thesaurus.known() is bundled()
    held.engine.dispose()
