"""A batch on its pages: announced by the province, applied to by a unit, recommended by the city, judged, counted."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Account, NamingBatch, RoleGrant
from tests import factories
from tests.accounts import mails_to, opened_account, signed_in
from tests.marketplace.naming.batches import plant, ready
from tests.web.pages import Page, opened, sent
from tests.web.staff import at_the_province

OFFICE, BATCH = "/curation/naming", "/curation/naming/1"
PLANT = "示例重机厂"


@pytest.fixture
def union(app: Flask, sessions: SessionFactory) -> FlaskClient:
    """The union of a plant whose studio is ready for the province."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        studio = ready(session, plant(PLANT, region="510603", industry="34"))
        studio.equipment = ""
    opened_account(app, "union@example.cn", "unit_union", organisation=PLANT)
    return signed_in(app, "union@example.cn")


def announced(province: FlaskClient, **fields: str) -> Page:
    day = today().isoformat()
    given = {
        "title": "2026年度省级创新工作室", "tier": "province", "quota": "2", "announcement": "面向全省选树。",
        "opens_on": day, "closes_on": day, "recommend_by": day, "score_by": day, **fields,
    }  # fmt: skip
    return sent(province, f"{OFFICE}/new", opened(province, f"{OFFICE}/new").form("", **given))


def form_of(page: Page, action: str, **fields: str) -> MultiDict[str, str]:
    return page.form(action, **fields)


def test_a_batch_goes_from_its_announcement_to_its_scores(
    app: Flask, sessions: SessionFactory, union: FlaskClient, client: FlaskClient
) -> None:
    province = at_the_province(app)
    assert opened(province, "/curation").link("创新工作室命名") == OFFICE
    assert "还没有申报" in announced(province).text

    # What everybody reads, and where a unit finds its own studio.
    shown = opened(client, opened(client, "/naming").link("2026年度省级创新工作室"))
    for told in ("面向全省选树", "每个市（州）最多 3 个", "质量 25", "领衔人的荣誉或技能等级"):
        assert told in shown.text, told
    assert "王示例" not in shown.text
    assert opened(union, "/studios/records/1").link("2026年度省级创新工作室") == "/naming/1"
    apply = opened(union, "/naming/1").link("为王示例创新工作室申报")
    page = opened(union, apply)
    assert "设备没有登记" in page.text
    refused = sent(union, apply, page.form("", statement="三年攻关六项。"), 422)
    assert "请逐项确认" in refused.text
    assert "三年攻关六项。" in refused.source
    form = page.form("", statement="三年攻关六项。", explanation="设备清单另附。")
    form.add("acknowledged", "equipment")
    page = sent(union, apply, form)
    assert "等待推荐" in page.text

    # The city: what is open is a click away from its evidence.
    opened_account(app, "city@example.cn", "city", region="5106")
    city = signed_in(app, "city@example.cn")
    own = opened(city, opened(city, OFFICE).link("等您的工会推荐：1 项"))
    assert own.link("设备") == "/studios/records/1#facts"
    application = own.link("王示例创新工作室")
    page = opened(city, application)
    assert "设备清单另附" in page.text
    action = f"{application}/return"
    blank = sent(city, action, page.form(action), 422)
    assert "必填" in blank.text
    sent(city, action, page.form(action, **{"return-reason": "请补充去年的成果"}))
    assert mails_to(app, "union@example.cn")[-1] == "application_returned"
    again = opened(union, opened(union, application).link("重新申报"))
    form = again.form("", statement="三年攻关六项，去年二项。", explanation="设备清单另附。")
    form.add("acknowledged", "equipment")
    sent(union, apply, form)
    page = opened(city, application)
    sent(city, f"{application}/recommend", page.form(f"{application}/recommend", opinion="同意推荐。"))
    assert "德阳市，顺序第 1" in opened(union, application).text.replace(" ，", "，")

    # The panel, the sheets, the scores.
    judges = []
    for number in range(5):
        opened_account(app, f"judge{number}@example.cn", "judge")
        judges.append(signed_in(app, f"judge{number}@example.cn"))
        page = opened(province, BATCH)
        number_of = next(it["value"] for it in page.all("option") if f"judge{number}@" in it.text)
        sent(province, f"{BATCH}/panel", page.form(f"{BATCH}/panel", account=number_of))
    with unit_of_work(sessions) as session:
        # A judge may be somebody else besides, which says no more of him to the unit.
        judge = session.scalars(sa.select(Account).filter_by(email="judge1@example.cn")).one()
        judge.grants.append(RoleGrant(role="enterprise", granted_by="tests"))
        batch = session.get_one(NamingBatch, 1)
        batch.opens_on = batch.closes_on = batch.recommend_by = today() - dt.timedelta(days=1)
    sent(province, f"{BATCH}/scoring", opened(province, BATCH).form(f"{BATCH}/scoring"))
    # What turns out to be wrong is taken out with a reason, which may not be left out.
    action = f"{application}/set-aside"
    assert "必填" in sent(province, action, opened(province, application).form(action), 422).text
    for browser, quality in zip(judges, ("25", "20", "20", "15", "5"), strict=True):
        sheet = opened(browser, opened(browser, "/judging").link("评审创新工作室")).link("王示例创新工作室")
        page = opened(browser, sheet)
        assert "设备清单另附" in page.text
        assert "甲示例" not in page.text
        points = {"quality": quality, "benefit": "20", "brand": "5", "innovation": "15", "training": "15"}
        given = page.form(sheet, **{f"score-{name}": value for name, value in points.items()})
        sent(browser, sheet, given | {"step": "lock"})
    page = opened(province, BATCH)
    assert "5 / 5" in page.text
    page = sent(province, f"{BATCH}/tally", page.form(f"{BATCH}/tally"))
    # Without the highest and the lowest: the mean of 75, 75 and 70.
    for told in ("已汇总", "73.33", "德阳市 1"):
        assert told in page.text, told
    assert "73.33" not in opened(union, application).text
    assert "judge1" in opened(province, application).text
    assert "judge1" not in opened(union, application).text
    for told in ("公布这一批", "增加一位专家", "开始评分", "汇总评分"):
        assert told in page.text, told
    assert "没有这样的申报" in opened(province, f"{BATCH}?region=5107").text


def test_what_is_wrong_with_a_batch_is_said_beside_its_fields(app: Flask) -> None:
    province = at_the_province(app)
    form = opened(province, f"{OFFICE}/new").form("", title="某批", quota="0", closes_on="2026-01-01")
    form["indicator-quality"] = "24"
    page = sent(province, f"{OFFICE}/new", form, 422)
    for told in ("应在 1 和 1000 之间", "必填"):
        assert told in page.text, told
    day = today().isoformat()
    days = dict.fromkeys(("opens_on", "closes_on", "recommend_by", "score_by"), day)
    form = opened(province, f"{OFFICE}/new").form("", title="某批", quota="1", tier="city", **days)
    assert "请选择市（州）" in sent(province, f"{OFFICE}/new", form, 422).text
    announced(province)
    form = opened(province, f"{OFFICE}/new").form("", title="又一批", quota="1", tier="province", **days)
    assert "同一梯次每年只开展一批" in sent(province, f"{OFFICE}/new", form, 422).text
    edit = f"{BATCH}/edit"
    assert "名额5" in sent(province, edit, opened(province, edit).form("", quota="5")).text


def test_whoever_may_not_apply_is_told_why(app: Flask, sessions: SessionFactory, union: FlaskClient) -> None:
    announced(at_the_province(app), tier="showcase")
    page = opened(union, opened(union, "/naming/1").link("为王示例创新工作室申报"))
    assert "逐级上升" in page.text
    assert not page.all("textarea")
    assert opened(union, "/curation/naming/1", 403).status == 403
