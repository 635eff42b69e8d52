"""Staff find a concept, see what a change would do, keep it with a reason, and answer what found nothing by a term."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import SKOS, Graph, Literal

from marketplace.db import unit_of_work
from marketplace.models import UnansweredQuestion
from marketplace.permissions import SYSTEM
from marketplace.services import thesaurus, unanswered
from tests.accounts import opened_account, signed_in
from tests.marketplace.records.test_thesaurus import SHIPPED, written
from tests.web.api_records import FIXTURE, SEAL, stock
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

HOME = "/curation/thesaurus"


@pytest.fixture
def staff(app: Flask) -> FlaskClient:
    """The browser of somebody of the province."""
    return at_the_province(app)


def filled(client: FlaskClient, address: str, status: int = 200, **fields: str) -> Page:
    """Fill fields of the form at an address, send it and return what comes back."""
    return sent(client, address, opened(client, address).form(address, **fields), status)


def ask(client: FlaskClient, *texts: str) -> None:
    for text in texts:
        opened(client, "/achievements", query_string={"q": text})


def noted(app: Flask, **wanted: Any) -> list[str]:
    with app.extensions["marketplace"].sessions() as session:
        found = unanswered.listed(session, SYSTEM, is_settled=False, limit=100)
        return [it.text for it in found if all(getattr(it, name) == value for name, value in wanted.items())]


def test_a_concept_is_found_by_any_of_its_names(staff: FlaskClient) -> None:
    page = opened(staff, HOME, query_string={"q": "爆管", "kind": "problem"})
    assert "锅炉四管泄漏" in page.text
    page = opened(staff, page.link("锅炉四管泄漏"))
    assert page.one("h1").text == "锅炉四管泄漏"
    assert "boiler tube leakage" in page.text
    assert "防磨防爆检查" in page.text
    assert "随产品提供。" in page.text


def test_a_change_is_tried_before_it_is_saved(staff: FlaskClient) -> None:
    address = f"{HOME}/{SHIPPED}/edit"
    page = filled(staff, address, alternatives="爆管\n炉管开花", step="preview")
    assert "炉管开花 → 锅炉四管泄漏" in page.text
    assert "还没有保存" in page.text
    assert page.form(address)["alternatives"] == "爆管\n炉管开花"
    assert "炉管开花" not in opened(staff, f"{HOME}/{SHIPPED}").text


def test_a_saved_change_tells_who_why_and_what_and_works_at_once(app: Flask, staff: FlaskClient) -> None:
    stock(app, [FIXTURE, {"title": "受热面防磨防爆检查装置", "summary": "防磨防爆检查，逐根测厚。"}])
    page = filled(staff, f"{HOME}/{SHIPPED}/edit", alternatives="爆管\n炉管开花", reason="电厂都这么叫")
    assert "已保存" in page.source
    assert "电厂都这么叫" in page.text
    assert "炉管开花 工作人员增补" in page.text
    assert [it.text for it in page.all("ins")] == ["炉管开花"]
    assert "锅炉爆管" in [it.text for it in page.all("del")]
    found = opened(app.test_client(), "/achievements", query_string={"q": "炉管开花"}).text
    assert "炉管开花 → 锅炉四管泄漏 → 防磨防爆检查" in found


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(staff: FlaskClient) -> None:
    page = filled(
        staff, f"{HOME}/new", 422, preferred="锅炉四管泄漏", kind="process", broader="无此上位", solved_by="无此技术"
    )
    assert "必填。" in page.text
    page = filled(
        staff, f"{HOME}/new", 422, preferred="锅炉四管泄漏", kind="process", broader="无此上位", solved_by="无此技术",
        reason="新增",
    )  # fmt: skip
    for said in (
        "“锅炉四管泄漏”已是另一条叙词的正式名称",
        "没有“无此上位”",
        "没有“无此技术”",
        "只有问题才能写已知解法",
    ):
        assert said in page.text
    assert page.form(f"{HOME}/new")["broader"] == "无此上位"


def test_errors_are_told_in_the_language_of_the_page(staff: FlaskClient) -> None:
    opened(staff, HOME, query_string={"lang": "en"})
    page = filled(staff, f"{HOME}/new", 422, preferred="滚筒跑空", kind="problem", broader="无此上位", reason="why")
    assert "The thesaurus holds no “无此上位”" in page.text


def test_who_saves_over_somebody_elses_change_sees_both(app: Flask, staff: FlaskClient) -> None:
    address = f"{HOME}/{SHIPPED}/edit"
    form = opened(staff, address).form(address, gloss="我写的", reason="改写")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        kept = thesaurus.as_kept(SHIPPED, None)
        data = {name: getattr(kept, name) for name in thesaurus.FIELDS} | {"gloss": "别人写的", "kind": "problem"}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in data.items()}
        thesaurus.revise(session, SYSTEM, SHIPPED, 0, plain, "别人先改")
    page = sent(staff, address, form, 409)
    table = page.one("table", class_="versions").text
    assert "我写的" in table
    assert "别人写的" in table
    again = page.form(address, reason="核对过")
    assert "我写的" in sent(staff, address, again).text


def test_a_retired_concept_is_listed_apart_and_brought_back(staff: FlaskClient) -> None:
    page = opened(staff, f"{HOME}/{SHIPPED}")
    form = page.form(f"{HOME}/{SHIPPED}/retire")
    form["reason"] = ""
    assert "必填。" in sent(staff, f"{HOME}/{SHIPPED}/retire", form, 422).text
    form["reason"] = "重复"
    assert "已停用" in sent(staff, f"{HOME}/{SHIPPED}/retire", form).text
    assert "锅炉四管泄漏" not in opened(staff, HOME, query_string={"q": "锅炉四管泄漏"}).text
    listed = opened(staff, HOME, query_string={"only": "retired"})
    page = opened(staff, listed.link("锅炉四管泄漏"))
    form = page.form(f"{HOME}/{SHIPPED}/restore")
    form["reason"] = "并不重复"
    sent(staff, f"{HOME}/{SHIPPED}/restore", form)
    assert "锅炉四管泄漏" in opened(staff, HOME, query_string={"q": "锅炉四管泄漏"}).text


def test_what_found_nothing_becomes_another_name_and_is_settled(app: Flask, staff: FlaskClient) -> None:
    stock(app, [FIXTURE, SEAL])
    ask(app.test_client(), "炉管开花", "炉管开花", "量子纠缠")
    page = opened(staff, "/curation/unanswered")
    assert [it.text for it in page.all("span", class_="title")] == ["炉管开花", "量子纠缠"]
    page = opened(staff, page.link("是某条叙词的叫法"))
    assert "“炉管开花”是哪一条叙词的另一种叫法" in page.text
    question = page.form(HOME)["question"]
    page = opened(staff, HOME, query_string={"q": "爆管", "question": question})
    address = page.link("锅炉四管泄漏")
    action = address.partition("?")[0]
    form = opened(staff, address).form(action, reason="有人这样问")
    assert form["alternatives"].splitlines()[-1] == "炉管开花"
    sent(staff, action, form)
    assert noted(app) == ["量子纠缠"]
    settled = opened(staff, "/curation/unanswered", query_string={"only": "settled"})
    assert settled.link("已写进叙词表") == f"{HOME}/{SHIPPED}"


def test_what_needs_no_term_is_set_aside_and_can_come_back(app: Flask, staff: FlaskClient) -> None:
    stock(app, [FIXTURE])
    ask(app.test_client(), "量子纠缠")
    form = opened(staff, "/curation/unanswered").form("/curation/unanswered/1/settle")
    sent(staff, "/curation/unanswered/1/settle", form)
    assert noted(app) == []
    form = opened(staff, "/curation/unanswered", query_string={"only": "settled"}).form("/curation/unanswered/1/reopen")
    sent(staff, "/curation/unanswered/1/reopen", form)
    assert noted(app) == ["量子纠缠"]


def test_a_new_concept_starts_from_the_question(app: Flask, staff: FlaskClient) -> None:
    stock(app, [FIXTURE])
    ask(app.test_client(), "量子纠缠")
    address = opened(staff, "/curation/unanswered").link("新增叙词")
    form = opened(staff, address).form(f"{HOME}/new", reason="收录", kind="effect")
    assert form["preferred"] == "量子纠缠"
    assert sent(staff, f"{HOME}/new", form).one("h1").text == "量子纠缠"
    assert noted(app) == []


def test_programs_are_noted_too_and_staff_are_not(app: Flask, staff: FlaskClient) -> None:
    stock(app, [FIXTURE])
    ask(staff, "量子纠缠")
    assert noted(app) == []
    assert app.test_client().get("/api/v1/achievements", query_string={"q": "量子纠缠 13900000001"}).status_code == 200
    assert noted(app, found="nothing") == ["量子纠缠 ***"]


def test_whoever_asks_is_answered_while_somebody_else_writes(app: Flask) -> None:
    stock(app, [FIXTURE])
    engine = app.extensions["marketplace"].engine
    with engine.connect() as writing:
        writing.exec_driver_sql("BEGIN IMMEDIATE")
        ask(app.test_client(), "量子纠缠")
        writing.rollback()
    assert noted(app) == []
    ask(app.test_client(), "量子纠缠")
    assert noted(app) == ["量子纠缠"]


def test_a_change_that_an_upgrade_contradicts_is_told(app: Flask, staff: FlaskClient) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        entry = thesaurus.add(session, SYSTEM, written(), "新增")
        entry.fields = {**entry.fields, "preferred": "锅炉四管泄漏"}
        session.flush()
    said = opened(staff, HOME).one("p", class_="wrong").text
    assert "own-1" in said
    assert "“锅炉四管泄漏”已是另一条叙词的正式名称" in said


def test_nothing_is_noted_where_it_is_switched_off(app: Flask) -> None:
    stock(app, [FIXTURE])
    held = app.extensions["marketplace"]
    object.__setattr__(held.settings, "record_unanswered", False)
    ask(app.test_client(), "量子纠缠")
    assert noted(app) == []


def test_the_whole_thesaurus_is_downloaded_as_it_is_now(app: Flask, staff: FlaskClient) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        thesaurus.add(session, SYSTEM, written(), "新增")
    answer = staff.get(f"{HOME}/download?format=rdfxml")
    assert answer.content_type == "application/rdf+xml"
    assert "thesaurus.rdf" in answer.headers["Content-Disposition"]
    graph = Graph().parse(data=answer.data, format="xml")
    assert list(graph.subjects(SKOS.prefLabel, Literal("滚筒跑空", lang="zh")))


@pytest.mark.parametrize(
    "address",
    [HOME, f"{HOME}/{SHIPPED}", f"{HOME}/new", f"{HOME}/{SHIPPED}/edit", f"{HOME}/download", "/curation/unanswered"],
)
def test_only_the_province_gets_in(app: Flask, address: str) -> None:
    assert app.test_client().get(address).status_code == 303
    opened_account(app, "city@example.cn", "city", region="5106")
    assert signed_in(app, "city@example.cn").get(address).status_code == 403


def test_an_unknown_concept_is_not_found(staff: FlaskClient) -> None:
    opened(staff, f"{HOME}/nothing", 404)
    opened(staff, f"{HOME}/own-7/edit", 404)
    opened(staff, f"{HOME}/new?question=7", 404)


def test_a_question_is_kept_as_its_words_alone(app: Flask) -> None:
    columns = set(UnansweredQuestion.__table__.columns.keys())
    assert columns == {
        "id", "text", "language", "found", "count", "first_on", "last_on", "settled_at", "settled_by", "entry_id",
    }  # fmt: skip
