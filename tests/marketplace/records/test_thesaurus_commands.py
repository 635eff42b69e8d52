"""Whoever operates the server writes the thesaurus down, sees what no longer fits, and forgets old questions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from rdflib import SKOS, Graph, Literal

from marketplace.db import today, unit_of_work
from marketplace.models import ThesaurusEntry, UnansweredQuestion
from marketplace.permissions import SYSTEM
from marketplace.services import thesaurus, unanswered
from tests.marketplace.records.test_thesaurus import SHIPPED, written


def run(app: Flask, *words: str, status: int = 0) -> Result:
    done = app.test_cli_runner().invoke(args=["thesaurus", *words])
    assert done.exit_code == status, done.output
    return done


def change(app: Flask) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        thesaurus.add(session, SYSTEM, written(), "新增")
        thesaurus.retire(session, SYSTEM, SHIPPED, 0, "停用")


def test_the_export_holds_what_staff_changed(app: Flask, tmp_path: Path) -> None:
    change(app)
    file = tmp_path / "thesaurus.ttl"
    assert str(file) in run(app, "export", str(file)).output
    graph = Graph().parse(file, format="turtle")
    assert list(graph.subjects(SKOS.prefLabel, Literal("滚筒跑空", lang="zh")))
    assert not list(graph.subjects(SKOS.notation, Literal(SHIPPED)))


def test_the_export_goes_to_standard_output_in_another_format(app: Flask) -> None:
    graph = Graph().parse(data=run(app, "export", "--format", "rdfxml").stdout_bytes, format="xml")
    assert list(graph.subjects(SKOS.notation, Literal(SHIPPED)))


def test_a_place_that_cannot_be_written_is_named(app: Flask, tmp_path: Path) -> None:
    done = run(app, "export", str(tmp_path / "no" / "where.ttl"), status=1)
    assert "where.ttl" in done.output
    assert "Traceback" not in done.output


def test_a_change_that_no_longer_fits_is_told(app: Flask) -> None:
    change(app)
    assert "0 处改动不能用" in run(app, "check").output
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        # As if an upgrade had brought a concept of the same name.
        entry = session.scalars(sa.select(ThesaurusEntry).filter_by(shipped_id=None)).one()
        entry.fields = {**entry.fields, "preferred": "炉膛结焦"}
    said = run(app, "check", status=1).output
    assert f"own-{entry.id}：“炉膛结焦”已是另一条叙词的正式名称" in said
    assert "1 处改动不能用" in said


def old_question(app: Flask) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        for text in ("旧", "新"):
            unanswered.note(session, text, "zh_Hans", "nothing", most=10)
        long_ago = today() - dt.timedelta(days=400)
        session.execute(sa.update(UnansweredQuestion).filter_by(text="旧").values(last_on=long_ago))


def texts(app: Flask) -> list[str]:
    with app.extensions["marketplace"].sessions() as session:
        return list(session.scalars(sa.select(UnansweredQuestion.text)))


def test_old_questions_are_forgotten_by_command(app: Flask) -> None:
    old_question(app)
    assert "删除了 1 条 365 天" in run(app, "forget").output
    assert texts(app) == ["新"]
