"""Each list has its button; what is given out is the list as it was filtered, for whoever asked."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Contributor, Export, ProposalAuthor
from marketplace.permissions import SYSTEM
from marketplace.services import achievement as achievements
from marketplace.services.export.lists import LISTS
from tests import factories
from tests.accounts import invited, opened_account, signed_in
from tests.factories import AchievementFactory, DemandFactory, DraftFactory, OrganisationFactory, ProposalFactory
from tests.web.api.test_task_api import program
from tests.web.pages import opened

CITY, UNION = "city@example.cn", "unit@example.cn"


@pytest.fixture
def city(app: Flask) -> FlaskClient:
    opened_account(app, CITY, "city", region="5106")
    return signed_in(app, CITY)


@pytest.fixture(autouse=True)
def stock(app: Flask, sessions: SessionFactory) -> None:
    with unit_of_work(sessions) as session:
        factories.use(session)
        unit = OrganisationFactory(name="示例机械厂", region="510603", region_path="51/5106/510603")
        # Whose desk the submission comes to.
        invited(session, UNION, "unit_union", organisation="示例机械厂")
        AchievementFactory(title="薄壁件夹具", industry="34", contributors=[Contributor(name="完成人丙")])
        AchievementFactory(title="=漏油治理", industry="35")
        under_review = DraftFactory(title="审核中的成果", units=[unit])
        DemandFactory(title="公开的需求")
        DemandFactory(title="等待核实的需求", state="submitted", region="510603", contact_phone="13912345678")
        ProposalFactory(
            title="在审的建议", state="submitted", organisation=unit, authors=[ProposalAuthor(name="作者丁")]
        )
        session.flush()
        achievements.act(session, SYSTEM, under_review.id, "submit")
    done = app.test_cli_runner().invoke(args=["index", "sync"])
    assert done.exit_code == 0, done.output


def taken(client: FlaskClient, address: str, status: int = 200, **fields: str) -> TestResponse:
    """Open the page where a list is taken away, fill it in and send it."""
    form = opened(client, address).form(**{"form": "csv", **fields})
    answer = client.post(address, data=form, buffered=True)
    assert answer.status_code == status, answer.text
    return answer


def lines(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_visitor_takes_the_results_away_as_they_were_filtered(app: Flask, client: FlaskClient) -> None:
    link = opened(client, "/achievements?industry=34&page=1").link("导出")
    assert link == "/export/achievements?industry=34&page=1"
    answer = taken(client, link)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=achievements-")
    assert "no-store" in answer.headers["Cache-Control"]
    (line,) = lines(answer)
    assert (line["成果名称"], line["完成人"], line["状态"]) == ("薄壁件夹具", "完***", "已公布")
    with app.extensions["marketplace"].sessions() as session:
        kept = session.scalars(sa.select(Export)).one()
        assert (kept.actor, kept.filters, kept.row_count) == ("visitor", {"industry": "34"}, 1)


def test_what_a_page_says_beside_the_filters_is_none_of_them(app: Flask, city: FlaskClient) -> None:
    address = "/export/proposals?q=&state=submitted&category=&rates=1&from=50&lang=en"
    assert "With the 1 filter of the page." in opened(city, address).text
    taken(city, address)
    with app.extensions["marketplace"].sessions() as session:
        assert session.scalars(sa.select(Export.filters)).one() == {"state": "submitted"}


def test_what_looks_like_a_formula_is_text_in_both_forms(client: FlaskClient) -> None:
    (line,) = lines(taken(client, "/export/achievements?industry=35"))
    assert line["成果名称"] == "'=漏油治理"
    book = load_workbook(io.BytesIO(taken(client, "/export/achievements?industry=35", form="xlsx").data))
    assert (book.active["B2"].value, book.active["B2"].data_type) == ("=漏油治理", "s")


def test_an_english_reader_gets_english_headings(client: FlaskClient) -> None:
    (line,) = lines(taken(client, "/export/achievements?industry=34&lang=en"))
    assert (line["Title"], line["State"]) == ("薄壁件夹具", "Published")


@pytest.mark.parametrize(
    ("name", "column", "titles"),
    [
        ("demands", "需求名称", ["公开的需求"]),
        ("waiting-demands", "需求名称", ["等待核实的需求"]),
        ("unpublished-achievements", "成果名称", ["审核中的成果"]),
        ("proposals", "建议名称", ["在审的建议"]),
        ("proposals?state=adopted", "建议名称", []),
    ],
)
def test_an_office_takes_away_what_its_pages_list(city: FlaskClient, name: str, column: str, titles: list[str]) -> None:
    assert [line[column] for line in lines(taken(city, f"/export/{name}"))] == titles


def test_the_queue_is_that_of_the_desk(app: Flask, city: FlaskClient) -> None:
    (line,) = lines(taken(signed_in(app, UNION), "/export/queue?noun=achievement"))
    assert (line["事项"], line["名称"], line["单位"], line["环节"]) == ("成果", "审核中的成果", "示例机械厂", "已提交")
    assert lines(taken(city, "/export/queue")) == []


@pytest.mark.parametrize("name", sorted(name for name, it in LISTS.items() if it.is_office))
def test_the_lists_of_offices_are_not_for_others(app: Flask, client: FlaskClient, name: str) -> None:
    assert client.get(f"/export/{name}").status_code == 303
    assert client.get(f"/api/v1/exports/{name}").status_code == 403
    opened_account(app, "li@example.cn", "worker")
    worker = signed_in(app, "li@example.cn")
    assert worker.get(f"/export/{name}").status_code == 403


def test_names_are_given_out_for_a_purpose_within_the_scope(app: Flask, city: FlaskClient) -> None:
    address = "/export/waiting-demands"
    assert [line["联系电话"] for line in lines(taken(city, address))] == ["139******78"]
    assert "请写明用途" in taken(city, address, 422, names_persons="y").text
    answer = taken(city, address, names_persons="y", purpose="逐条电话核实需求")
    assert [line["联系电话"] for line in lines(answer)] == ["13912345678"]
    told = app.test_cli_runner().invoke(args=["audit", "exports"]).output
    assert "demand.csv  1 行  写出姓名  无筛选  逐条电话核实需求" in told
    assert "30 天内导出 2 次" in told


def test_a_visitor_is_not_offered_names_and_gets_none_by_asking(client: FlaskClient) -> None:
    page = opened(client, "/export/achievements")
    assert not page.all("input", name="names_persons")
    taken(client, "/export/achievements", 403, names_persons="y", purpose="想看看是谁做的")


def test_an_unknown_list_filter_or_form_is_refused(client: FlaskClient) -> None:
    assert "请填写整数。" in taken(client, "/export/golden-ideas?year=abc", 422).text
    assert client.get("/export/nothing").status_code == 404
    taken(client, "/export/achievements", 422, form="pdf")


def test_a_program_takes_the_same_lists_away(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/api/v1/exports/achievements?industry=34", buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    (line,) = lines(answer)
    assert (line["成果名称"], line["完成人"]) == ("薄壁件夹具", "完***")
    (line,) = lines(client.get("/api/v1/exports/demands", buffered=True))
    assert line["需求名称"] == "公开的需求"
    with app.extensions["marketplace"].sessions() as session:
        taken_away = session.execute(sa.select(Export.kind, Export.filters, Export.row_count).order_by(Export.id)).all()
    assert taken_away == [("achievement", {"industry": "34"}, 1), ("demand", {}, 1)]
    assert client.get("/api/v1/exports/demands?industri=34").status_code == 400
    # As many as from the pages, and no more.
    assert [client.get("/api/v1/exports/demands", buffered=True).status_code for _ in range(9)] == [200] * 7 + [429] * 2


def test_files_are_made_for_one_address_a_few_at_a_time(client: FlaskClient) -> None:
    form = opened(client, "/export/demands").form(form="pdf")
    answers = [client.post("/export/demands", data=form).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_an_office_makes_the_form_it_files_upwards(app: Flask, sessions: SessionFactory, city: FlaskClient) -> None:
    assert opened(city, "/curation").link("向上报送") == "/export/filing"
    page = opened(city, "/export/filing")
    refused = city.post("/export/filing", data=page.form("/export/filing"))
    assert (refused.status_code, "表头要用" in refused.text) == (422, True)
    form = page.form("/export/filing", body="德阳市总工会", contact="李主任", phone="0838-2345678")
    answer = city.post("/export/filing", data=form, buffered=True)
    assert answer.status_code == 200, answer.text
    assert load_workbook(io.BytesIO(answer.data)).active["A1"].value == "职工创新成果报送汇总表"
    opened_account(app, "li@example.cn", "worker")
    assert signed_in(app, "li@example.cn").get("/export/filing").status_code == 403


def test_a_program_of_an_office_takes_its_lists_away_filtered_and_in_both_forms(
    app: Flask, client: FlaskClient
) -> None:
    header = program(app, ["read", "review"], region="5106")
    place = "/api/v1/exports/proposals"
    assert [it["作者"] for it in lines(client.get(place, headers=header, buffered=True))] == ["作**"]
    named = {"names_persons": "true", "purpose": "逐条电话核实", "form": "xlsx"}
    answer = client.get(place, query_string=named, headers=header, buffered=True)
    assert "作者丁" in str(list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True)))
    assert client.get(place, query_string={**named, "purpose": ""}, headers=header).status_code == 422
    wrong = client.get("/api/v1/exports/rounds", query_string={"state": "open"}, headers=header)
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["state"])
    proposals = client.get(
        "/api/v1/exports/proposals", query_string={"state": "adopted"}, headers=header, buffered=True
    )
    assert lines(proposals) == []
    # To manage accounts is no scope of a program.
    assert client.get("/api/v1/exports/accounts", headers=header).status_code == 403


def test_a_program_of_an_office_makes_the_form_for_the_office_above(app: Flask, client: FlaskClient) -> None:
    header = program(app, ["read", "review"], region="5106")
    asked = {
        "body": "德阳市总工会",
        "contact": "示例甲",
        "phone": "0838-1234567",
        "since": "2026-01-01",
        "until": "2026-12-31",
    }
    answer = client.get("/api/v1/exports/filing", query_string=asked, headers=header, buffered=True)
    assert load_workbook(io.BytesIO(answer.data)).active["A1"].value == "职工创新成果报送汇总表"
    assert client.get("/api/v1/exports/filing", query_string=asked).status_code == 403
    assert client.get("/api/v1/exports/filing", headers=header).status_code == 400


def test_each_list_of_an_office_has_its_button(app: Flask, city: FlaskClient) -> None:
    buttons = {
        "/curation/people": ["accounts"], "/curation/publicity": ["objections", "publicity"],
        "/curation/proposals": ["proposals", "benefits"],
    }  # fmt: skip
    for page, names in buttons.items():
        source = opened(city, page).source
        assert [name for name in names if f'href="/export/{name}"' not in source] == []
        for name in names:
            assert taken(city, f"/export/{name}")
