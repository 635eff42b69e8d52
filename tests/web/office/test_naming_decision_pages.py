"""What follows the scores, on its pages: the meeting, other terms, the list, the notice, the proof, the score sheet."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, unit_of_work
from marketplace.models import Account, NamingBatch, NamingSheet
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.marketplace.naming.decided import a_batch, a_scored, end_publicity
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

BATCH, MEETING, NOTICE = "/curation/naming/1", "/curation/naming/1/meeting", "/curation/naming/1/notice"
MINUTES = {"chair": "张主席", "present": "张主席、李部长", "minutes": "逐个审议，一致通过。"}


@pytest.fixture
def province(app: Flask, sessions: SessionFactory) -> FlaskClient:
    """The office, with a batch of three scored studios, two of them equal, and two places."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        batch = a_batch(session)
        for score, city in ((90, "5106"), (80, "5107"), (80, "5132")):
            a_scored(session, batch, score, city=city)
    return at_the_province(app)


def meet(province: FlaskClient, status: int = 200, chosen: str = "3", **fields: str) -> Page:
    form = opened(province, MEETING).form(MEETING, **MINUTES, **fields)
    if chosen:
        form.setlist("chosen", [chosen])
    return sent(province, MEETING, form, status)


def test_a_meeting_decides_between_equals_and_its_minutes_stay(province: FlaskClient) -> None:
    page = opened(province, MEETING)
    for told in ("按排名 1 个", "第1创新工作室", "并列，待会议决定", "80.00 分，2 个并列，共有 1 个名额"):
        assert told in page.text, told
    refused = meet(province, 422, chosen="", tie_reason="")
    assert "共有的名额" in refused.text
    assert "逐个审议" in refused.source
    page = meet(province, tie_reason="推广面更广")
    for told in ("主持：张主席", "推广面更广", "第3创新工作室", "拟命名"):
        assert told in page.text, told
    assert province.get("/curation/naming/meetings/1.pdf").data.startswith(b"%PDF")
    changed = meet(province, tie_reason="推广面更广", **{"to-1": "not_selected", "reason-1": "发生安全事故"})
    assert "不列 第1创新工作室：发生安全事故" in changed.text


def test_other_terms_are_tried_in_the_address(province: FlaskClient) -> None:
    page = opened(province, f"{BATCH}/what-if")
    assert "新入选没有" in page.text
    weights = "&".join(f"weight-{name}={20}" for name in ("quality", "benefit", "brand", "innovation", "training"))
    tried = opened(province, f"{BATCH}/what-if?quota=3&cap=&line=60&{weights}")
    for told in ("第2创新工作室", "第3创新工作室", "1 → 3"):
        assert told in tried.text, told
    alone = opened(province, f"{BATCH}/what-if?quota=3")
    assert "1 → 3" in alone.text and "不能为空" not in alone.text
    wrong = province.get(f"{BATCH}/what-if?quota=0&cap=&line=60&{weights}")
    assert wrong.status_code == 422


def test_from_the_list_to_the_plaques(
    app: Flask, sessions: SessionFactory, province: FlaskClient, client: FlaskClient
) -> None:
    opened_account(app, "union@example.cn", "unit_union", organisation="第2示例厂")
    union = signed_in(app, "union@example.cn")
    page = meet(province, tie_reason="推广面更广")
    # What the meeting decided is nobody's to know before the list is public.
    told = opened(union, "/naming/applications/2").text
    assert "已推荐" in told and "未入选" not in told and "推广面更广" not in told
    assert "名单公示以后" in opened(union, "/naming/applications/2/sheet").text
    action = f"{BATCH}/announce"
    sent(province, action, page.form(action, channel="平台首页"))
    listed = opened(client, "/publicity/1")
    for shown in ("第1创新工作室", "第3创新工作室", "拟命名为省级示范"):
        assert shown in listed.text, shown
    assert "还没有公布结果" in opened(client, "/naming/1/results").text

    sheet = opened(union, opened(union, "/naming/applications/2").link("评分表"))
    for shown in ("80.00", "第 2 名，共 3 个", "与他人同分", "推广面更广", "25.00"):
        assert shown in sheet.text, shown
    assert union.get("/naming/applications/2/sheet.pdf").data.startswith(b"%PDF")
    assert client.get("/naming/applications/2/sheet").status_code in (302, 303)

    assert "公示到" in opened(province, NOTICE).text
    with unit_of_work(sessions) as session:
        end_publicity(session, session.get_one(NamingBatch, 1))
    page = opened(province, NOTICE)
    assert "决定命名下列 2 个创新工作室" in page.source
    form = page.form("", number="川工发〔2026〕18号") | {"step": "issue"}
    page = sent(province, NOTICE, form)
    assert "已命名 2 个工作室" in page.text
    notice = opened(client, "/naming/notices/1")
    for shown in ("川工发〔2026〕18号", "SF-2026-001", "SF-2026-002"):
        assert shown in notice.text, shown
    assert client.get("/naming/notices/1.pdf").data.startswith(b"%PDF")
    assert "牌匾 SF-2026-001" in opened(client, "/naming/1/results").text

    proof = opened(province, opened(province, MEETING).link("第3创新工作室"))
    for shown in ("同意推荐", "推广面更广", "校验一致", "川工发〔2026〕18号", "SF-2026-002"):
        assert shown in proof.text, shown
    action = "/curation/naming/applications/3/revoke"
    assert "请写明理由" in sent(province, action, proof.form(action), 422).text
    sent(province, action, proof.form(action, reason="弄虚作假"))
    assert "撤销命名" in opened(client, "/naming/1/results").text
    finish = f"{BATCH}/finish"
    sent(province, finish, opened(province, MEETING).form(finish))
    assert "已命名" in opened(province, BATCH).text


def test_a_judge_turns_the_pages_of_his_sheets(app: Flask, sessions: SessionFactory) -> None:
    opened_account(app, "judge@example.cn", "judge")
    with unit_of_work(sessions) as session:
        factories.use(session)
        batch, judge = a_batch(session, state="scoring"), session.get_one(Account, 1)
        for _ in range(51):
            a_scored(session, batch, 80, unit=batch.applications[0].organisation if batch.applications else None)
        for application in batch.applications:
            application.sheets.append(NamingSheet(account=judge))
    browser = signed_in(app, "judge@example.cn")
    page = opened(browser, "/judging/studios")
    assert "待评 51 项" in page.text
    assert "第51创新工作室" not in page.text
    assert "第51创新工作室" in opened(browser, page.link("后面的")).text
    assert "第1创新工作室" in opened(browser, "/judging/studios?after=0_2026-13-45_7").text
