"""An office brings its own register in by the browser: looked through first, then written, and nobody else's."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from ingest import web
from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Proposal
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.web.pages import Page, opened

PLACE = "/curation/import"
REGISTER = """\
编号,建议名称,建议人,单位,存在问题,建议措施,采纳情况,答复意见
014,切削液槽加撇油带,示例甲,示例机床厂,液面浮油,加撇油带,已采纳,
015,换进口导轨,示例乙,示例机床厂,导轨磨损,换进口件,未采纳,
016,库房加温湿度计,示例丙,示例轴承厂,轴承生锈,加温湿度计,研究中,
"""


@pytest.fixture
def clerk(app: Flask, sessions: SessionFactory) -> FlaskClient:
    with unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name="示例机床厂")
    opened_account(app, "clerk@example.cn", "unit_union", organisation="示例机床厂")
    return signed_in(app, "clerk@example.cn")


def upload(client: FlaskClient, text: str, name: str = "台账.csv", noun: str = "proposals") -> Page:
    form = opened(client, PLACE).form("")
    sent = {**form, "noun": noun, "file": (io.BytesIO(text.encode("gb18030")), name)}
    return Page(client.post(PLACE, data=sent, content_type="multipart/form-data"))


def test_a_register_with_a_mark_of_secrecy_is_not_kept(
    app: Flask, sessions: SessionFactory, clerk: FlaskClient
) -> None:
    looked = upload(clerk, REGISTER.replace("液面浮油", "密级：机密"))
    assert "文件没有保留" in looked.text
    assert "存在问题 错误：有涉密标志 ……机密……" in " ".join(looked.text.split())
    assert [form["action"] for form in looked.all("form") if PLACE in form["action"]] == []
    folder = app.extensions["marketplace"].settings.instance_path / "imports"
    assert [it.name for it in folder.rglob("*.csv") if not it.name.endswith(".report.csv")] == []
    assert count(sessions) == 0


def test_a_register_marked_as_secret_over_its_headings_is_not_kept_either(app: Flask, clerk: FlaskClient) -> None:
    looked = upload(clerk, f"秘密★\n{REGISTER}")
    assert (looked.status, "涉密标志“秘密”" in looked.text) == (422, True)
    folder = app.extensions["marketplace"].settings.instance_path / "imports"
    assert [it.name for it in folder.rglob("*.csv") if not it.name.endswith(".report.csv")] == []


def count(sessions: SessionFactory) -> int:
    with sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Proposal)) or 0


def test_a_clerk_sees_what_would_become_of_each_row_and_then_brings_it_in(
    app: Flask, sessions: SessionFactory, clerk: FlaskClient
) -> None:
    assert opened(clerk, "/curation").link("导入表格") == PLACE
    looked = upload(clerk, REGISTER)
    assert looked.status == 200
    assert "读取 3 行" in looked.text
    assert "须写明单位的答复意见" in looked.text
    assert "不在您的范围之内" in looked.text
    assert "示例乙" not in looked.source
    assert count(sessions) == 0
    action = looked.one("form", method="post", action=looked.all("form")[-1]["action"])["action"]
    done = Page(clerk.post(action, data=looked.form(action)))
    assert "已导入：台账.csv" in done.text
    assert count(sessions) == 1
    with clerk.get(done.link("下载报告（CSV）")) as report:
        assert "不在您的范围之内" in report.text
    assert clerk.post(action, data=looked.form(action)).status_code == 404


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("台账.pdf", REGISTER, "不支持的扩展名"),
        ("台账.csv", "", "文件是空的"),
        ("台账.csv", "一,二\n三,四\n", "没有找到认识的标题行"),
        ("台账.xlsx", REGISTER, "台账.xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(clerk: FlaskClient, name: str, text: str, told: str) -> None:
    refused = upload(clerk, text, name)
    assert refused.status == 422
    assert told in refused.text


def test_a_large_file_is_for_the_command(clerk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_ROWS", 2)
    refused = upload(clerk, REGISTER)
    assert refused.status == 422
    assert "flask ingest" in refused.text


def test_what_a_colleague_uploaded_is_not_found(app: Flask, clerk: FlaskClient) -> None:
    looked = upload(clerk, REGISTER)
    action = looked.all("form")[-1]["action"]
    opened_account(app, "city@example.cn", "city", region="5106")
    city = signed_in(app, "city@example.cn")
    token = opened(city, PLACE).form("")["csrf_token"]
    assert city.post(action, data={"csrf_token": token, "noun": "proposals"}).status_code == 404
    assert city.get(f"{action}/report.csv").status_code == 404


@pytest.mark.parametrize("noun", ["achievements", "organisations", "demands"])
def test_a_unit_brings_in_proposals_alone(clerk: FlaskClient, noun: str) -> None:
    assert upload(clerk, REGISTER, noun=noun).status == 403


def test_a_worker_does_not_import(app: Flask) -> None:
    opened_account(app, "worker@example.cn", "worker")
    assert signed_in(app, "worker@example.cn").get(PLACE).status_code == 403
