"""An author brings files and statements, chooses who sees what, and is told of personal data before it is public."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from werkzeug.datastructures import FileStorage

from marketplace.db import now, unit_of_work
from marketplace.models import Account, Achievement, Attachment, Indicator, IntellectualProperty
from marketplace.schemas.disclosure import ENABLING
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import AchievementFactory, OrganisationFactory
from tests.files import PROGRAM, docx_saying, pdf, pdf_saying, photo
from tests.web.pages import opened, sent
from tests.web.staff import at_the_province

AUTHOR, ENTERPRISE = "author@example.cn", "buyer@example.cn"
ENABLED = ("液性塑料配比三比一", "三坐标逐件检测", "改为轴向夹紧")


@pytest.fixture
def author(app: Flask) -> FlaskClient:
    opened_account(app, AUTHOR, "worker")
    return signed_in(app, AUTHOR)


@pytest.fixture
def number(app: Flask, author: FlaskClient) -> int:
    """A draft of the author."""
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        account = session.scalars(sa.select(Account).filter_by(email=AUTHOR)).one()
        return AchievementFactory(
            state="draft", published_state="unpublished", published_at=None, account_id=account.id,
            principle=ENABLED[0], difference=ENABLED[2], title="薄壁件夹具",
            indicators=[Indicator(name="圆度", value="0.015", unit="mm", test=ENABLED[1])],
        ).id  # fmt: skip


def change(app: Flask, number: int, **fields: object) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        achievement = session.get_one(Achievement, number)
        for name, value in fields.items():
            setattr(achievement, name, value)


def bring(client: FlaskClient, number: int, content: bytes, name: str, status: int = 200, **chosen: str) -> str:
    page = f"/achievements/{number}"
    form = opened(client, page).form(f"/files/achievement/{number}", **{"purpose": "drawing", **chosen})
    form["file"] = FileStorage(io.BytesIO(content), filename=name)
    answer = client.post(f"/files/achievement/{number}", data=form, follow_redirects=True)
    assert answer.status_code == status
    return answer.text


def test_a_file_is_brought_downloaded_as_a_file_and_removed(app: Flask, author: FlaskClient, number: int) -> None:
    assert "已收到“夹具 总图.pdf”" in bring(author, number, pdf(), "夹具 总图.pdf")
    link = opened(author, f"/achievements/{number}").link("夹具 总图.pdf")
    answer = author.get(link, buffered=True)
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=UTF-8''%E5%A4%B9" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox "
    assert app.test_client().get(link).status_code == 404
    page = opened(author, f"/achievements/{number}")
    removed = sent(author, f"{link}/remove", page.form(f"{link}/remove"))
    assert "文件已删除" in removed.text
    assert author.get(link).status_code == 404


def test_what_is_no_good_is_refused_on_the_page_with_its_name(author: FlaskClient, number: int) -> None:
    assert "“图纸.pdf”的内容不是可以上传的类型" in bring(author, number, PROGRAM, "图纸.pdf")
    assert "已损坏" in bring(author, number, photo()[:50], "照片.jpg")
    assert not opened(author, f"/achievements/{number}").all("section", id="files")[0].text.count("图纸.pdf")


def test_the_author_is_told_what_is_written_in_a_file_and_the_public_is_not(
    app: Flask, author: FlaskClient, number: int
) -> None:
    change(app, number, protection="filed")
    refused = bring(author, number, docx_saying("说明", header="机密★一年"), "说明.docx")
    assert "“说明.docx”里有涉密标志：页眉或页脚“机密”" in refused
    told = "第 1 页 手机号 138…78"
    assert told in bring(author, number, pdf_saying("联系13812345678"), "检测报告.pdf")
    assert "没有读到文字" in bring(author, number, photo(), "照片.jpg")
    assert "附件“检测报告.pdf”：手机号" not in opened(author, f"/achievements/{number}").text
    change_files(app, number, 0)
    assert "附件“检测报告.pdf”：手机号 第 1 页 138…78" in opened(author, f"/achievements/{number}").text
    change(app, number, state="published", published_state="published", published_at=now())
    seen = app.test_client().get(f"/achievements/{number}").text
    assert "检测报告.pdf" in seen
    assert "138…78" not in seen
    assert "没有读到文字" not in seen


def test_nobody_brings_files_for_others_or_from_another_site(app: Flask, author: FlaskClient, number: int) -> None:
    data = {"file": (io.BytesIO(pdf()), "x.pdf"), "purpose": "drawing"}
    assert author.post(f"/files/achievement/{number}", data=data).status_code == 400
    opened_account(app, ENTERPRISE, "worker")
    stranger = signed_in(app, ENTERPRISE)
    form = opened(stranger, "/").form("/account/sign-out")
    other = {**form, "file": (io.BytesIO(pdf()), "x.pdf"), "purpose": "drawing"}
    assert stranger.post(f"/files/achievement/{number}", data=other).status_code == 404


def test_a_statement_to_sign_is_a_pdf_with_the_words_of_the_record(
    app: Flask, author: FlaskClient, number: int
) -> None:
    address = f"/achievements/{number}/statements/authorisation_letter"
    answer = author.get(address)
    assert answer.content_type == "application/pdf"
    assert "薄壁件夹具" in "".join(PdfReader(io.BytesIO(answer.data)).pages[0].extract_text().split())
    assert app.test_client().get(address).status_code == 404


def choose(client: FlaskClient, number: int, status: int = 200, **chosen: str) -> str:
    address = f"/achievements/{number}/disclosure"
    return sent(client, address, opened(client, address).form(address, **chosen), status).text


def test_an_author_chooses_and_is_told_why_an_enabling_field_stays_closed(
    app: Flask, author: FlaskClient, number: int
) -> None:
    refused = choose(author, number, 422, protection="planned", **{"layer-principle": "0"})
    assert "新颖性" in refused
    assert "公开范围已设定" in choose(author, number, protection="planned", **{"layer-problem": "2"})
    with app.extensions["marketplace"].sessions() as session:
        achievement = session.get_one(Achievement, number)
        assert (achievement.protection, achievement.disclosure["problem"]) == ("planned", 2)
        assert min(achievement.disclosure[field] for field in ENABLING) == 1


def test_every_field_has_its_name_in_english_as_well(author: FlaskClient, number: int) -> None:
    page = opened(author, f"/achievements/{number}/disclosure", query_string={"lang": "en"}).source
    for name in ("Principle and method", "Main indicators", "In use at", "Completers", "Yearly benefit, claimed"):
        assert f">{name}" in page


def test_through_no_page_and_no_interface_comes_what_enables_others(
    app: Flask, author: FlaskClient, number: int
) -> None:
    bring(author, number, pdf(), "总图.pdf")
    change(
        app, number, protection="planned", disclosure={"principle": 0, "difference": 0}, state="published",
        published_state="published", published_at=now(),
    )  # fmt: skip
    change_files(app, number, 0)
    assert app.test_cli_runner().invoke(args=["index", "sync"]).exit_code == 0
    visitor = app.test_client()
    doors = (
        f"/achievements/{number}", f"/achievements?q={ENABLED[2]}", f"/api/v1/achievements/{number}",
        f"/api/v1/achievements?q={ENABLED[0]}", f"/organisations/{unit_of(app, number)}",
    )  # fmt: skip
    for door in doors:
        # The page repeats what was asked, in its field and in the title of its feed.
        told = visitor.get(door).text.replace(f'value="{ENABLED[2]}"', "").replace(f'title="{ENABLED[2]}"', "")
        for passage in (*ENABLED, "总图.pdf"):
            assert f"{passage}。" not in told and f">{passage}<" not in told and f'"{passage}' not in told, door
    opened_account(app, ENTERPRISE, "enterprise", organisation=organisation_name(app))
    shown = opened(signed_in(app, ENTERPRISE), f"/achievements/{number}").text
    for passage in (*ENABLED, "总图.pdf"):
        assert passage in shown


def change_files(app: Flask, number: int, layer: int) -> None:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        for file in session.scalars(sa.select(Attachment).filter_by(achievement_id=number)):
            file.disclosure = layer


def unit_of(app: Flask, number: int) -> int:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        unit, achievement = OrganisationFactory(), session.get_one(Achievement, number)
        achievement.units.append(unit)
        return int(unit.id)


def organisation_name(app: Flask) -> str:
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        return str(OrganisationFactory(name="示例买方公司").name)


def test_personal_data_is_shown_to_the_author_and_cleared_by_the_province(
    app: Flask, author: FlaskClient, number: int
) -> None:
    change(app, number, summary="有意者电028-86123456", state="final_review")
    warned = opened(author, f"/achievements/{number}")
    assert "简介：固定电话 028…56" in warned.text
    assert not [it for it in warned.all("form") if "personal-data" in it["action"]]
    staff = at_the_province(app)
    address = f"/achievements/{number}/personal-data"
    form = opened(staff, f"/achievements/{number}").form(address, reason="厂里的热线")
    assert "可以公开" in sent(staff, address, form).text
    assert "028…56" not in opened(author, f"/achievements/{number}").text


def test_a_filed_patent_opens_the_form(app: Flask, author: FlaskClient, number: int) -> None:
    assert "申请号" in choose(author, number, 422, protection="filed")
    with unit_of_work(app.extensions["marketplace"].sessions) as session:
        filed = IntellectualProperty(kind="utility_model", number="ZL202320123456.7", achievement_id=number)
        session.add(filed)
    assert "公开范围已设定" in choose(author, number, protection="filed", **{"layer-principle": "0"})
