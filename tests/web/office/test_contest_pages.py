"""A contest and a competition on their pages: the host sets up, people register, a judge scores, prizes are given."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import SessionFactory, today, unit_of_work
from marketplace.models import Campaign, Contest, Contestant, ContestSheet, Publicity
from tests import factories
from tests.accounts import opened_account, signed_in
from tests.factories import OrganisationFactory
from tests.files import pdf
from tests.marketplace.participation import campaigning
from tests.web.pages import opened, sent

OFFICE, PLANT = "/curation/contests", "示例重机厂"
YESTERDAY = today() - dt.timedelta(1)


@pytest.fixture
def people(app: Flask, sessions: SessionFactory) -> dict[str, FlaskClient]:
    """A city that hosts two campaigns, and a clerk, a worker and a judge with their browsers."""
    with unit_of_work(sessions) as session:
        factories.use(session)
        OrganisationFactory(name=PLANT, region_path="51/5106/510603", industry_path="C/34", region="510603")
        campaigning.opened(session, "skills", title="大比武")
        campaigning.opened(
            session, "labour_competition", title="节能竞赛", competition_class="non_public", quotas={"优胜": 1}
        )
    roles = {
        "city": {"region": "5106"}, "unit_union": {"organisation": PLANT}, "worker": {"organisation": PLANT},
        "judge": {}, "province_curator": {},
    }  # fmt: skip
    for role, scope in roles.items():
        opened_account(app, f"{role}@example.cn", role, **scope)
    with unit_of_work(sessions) as session:
        # The campaigns are the city's.
        for campaign in session.scalars(sa.select(campaigning.Campaign)):
            campaign.host_role, campaign.region_path, campaign.level = "city", "51/5106", "city"
    return {role: signed_in(app, f"{role}@example.cn") for role in roles if role != "province_curator"}


def terms(**fields: str) -> dict[str, str]:
    tomorrow = today() + dt.timedelta(1)
    return {
        "title": "焊工技能比赛", "registers_until": today().isoformat(), "judges_needed": "1", "spread": "20",
        "stages": f"决赛 | {tomorrow} | {tomorrow}", "groups": "焊工 | 实操 60、理论 40 | 实操",
        "prizes": "一等奖 | 1", **fields,
    }  # fmt: skip


def test_a_contest_from_its_notice_to_the_certificate(
    sessions: SessionFactory, people: dict[str, FlaskClient], client: FlaskClient
) -> None:
    city, clerk, worker, judge = (people[it] for it in ("city", "unit_union", "worker", "judge"))
    assert opened(city, "/curation").link("比赛") == OFFICE
    new = opened(city, OFFICE).link("大比武")
    page = sent(city, new, opened(city, new).form("", **terms(groups="焊工 | 实操 60")), 422)
    assert "第 1 行：评分标准各项合计应为 100 分。" in page.text
    form = {name: said for name, said in page.form("", **terms()).items() if name != "drops_extremes"}
    assert "比赛已建立" in sent(city, new, form).text
    place = f"{OFFICE}/1"
    judges = f"{place}/judges"
    assert "已办理" in sent(city, judges, opened(city, place).form(judges)).text
    sent(city, f"{place}/step", {**opened(city, place).form(f"{place}/step"), "action": "open"})

    assert "焊工技能比赛" in opened(client, "/contests").text
    own = opened(worker, "/contests").link("焊工技能比赛")
    page = sent(worker, f"{own}/register", opened(worker, own).form(f"{own}/register", group="1"))
    assert "已报名" in page.text and "公示期满以后才公布结果" in page.text
    rows = {"unit-unit": PLANT, "unit-people": "乙二 | 焊工\n丙三 | 没有的组"}
    refused = sent(clerk, f"{place}/people", opened(clerk, place).form(f"{place}/people", **rows), 422)
    assert "第 2 行：比赛没有这个组别" in refused.text and "已报名 1 人" in refused.text

    with unit_of_work(sessions) as session:
        contest = session.get_one(Contest, 1)
        contest.registers_until = YESTERDAY
        contest.stages[0].begins_on = contest.stages[0].ends_on = today()
    sent(city, f"{place}/step", {**opened(city, place).form(f"{place}/step"), "action": "draw"})
    for contestant_id, points in ((1, 55), (2, 50)):
        with sessions() as session:
            query = sa.select(ContestSheet.id).join(ContestSheet.result).filter_by(contestant_id=contestant_id)
            sheet = f"/judging/contests/{session.scalar(query)}"
        form = opened(judge, sheet).form(sheet, **{"score-实操": str(points), "score-理论": "30"})
        sent(judge, sheet, {**form, "step": "lock"})
    page = sent(city, f"{place}/step", {**opened(city, place).form(f"{place}/step"), "action": "tally"})
    assert "85.00" in page.text and "85.00" not in opened(client, own).text
    sent(city, f"{place}/announce", opened(city, place).form(f"{place}/announce"))
    listed = opened(client, "/publicity/1")
    assert "一等奖" in listed.text and "公示中" in listed.text and "worker" not in listed.text
    over(sessions, 1)
    sent(city, f"{place}/publish", opened(city, place).form(f"{place}/publish"))
    result = opened(client, own).text
    assert "85.00" in result and "w*****" in result and "worker" not in result
    page = opened(worker, own)
    assert "第 1 名" in page.text
    paper = worker.get(page.link("下载证书（PDF）"))
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF")
    with sessions() as session:
        number = session.get_one(Contestant, 1).certificate_number
    assert "这份证书有效" in sent_on(client, f"/verify/{number}")
    assert client.get(f"/contests/certificates/{number}/certificate.pdf").status_code == 303
    assert clerk.get(f"/contests/certificates/{number}/certificate.pdf").status_code == 200


def over(sessions: SessionFactory, publicity_id: int) -> None:
    """Let a period of publicity be over since yesterday."""
    with unit_of_work(sessions) as session:
        shown = session.get_one(Publicity, publicity_id)
        shown.starts_on = shown.ends_on = YESTERDAY


def sent_on(client: FlaskClient, address: str) -> str:
    """Return the text of where an address leads."""
    return client.get(address, follow_redirects=True).get_data(as_text=True)


def test_a_unit_is_registered_measured_and_graded_and_an_enterprise_becomes_a_showcase(
    sessions: SessionFactory, people: dict[str, FlaskClient], client: FlaskClient
) -> None:
    city, clerk = people["city"], people["unit_union"]
    place = opened(city, "/curation/competitions").link("节能竞赛")
    indicators = f"{place}/indicators"
    rows = {"set-indicators": "万元产值能耗 | 吨 | 8 | 低"}
    assert "越低越好" in sent(city, indicators, opened(city, place).form(indicators, **rows)).text
    units = f"{place}/units"
    form = opened(clerk, place).form(units, **{"unit-unit": PLANT})
    assert "请按竞赛的类别选企业的类型" in sent(clerk, units, form, 422).text
    assert "已报名" in sent(clerk, units, {**form, "unit-enterprise_class": "non_public_small"}).text
    own = opened(clerk, place).link(PLANT)
    measured = {"phase": "before", "value-1": "9.5", "evidence-1": "能源台账"}
    page = sent(clerk, f"{own}/evaluations", opened(clerk, own).form(f"{own}/evaluations", **measured))
    assert "9.5" in page.text and "能源台账" in page.text
    place = "/files/competition_registration/1"
    upload = {"file": (BytesIO(pdf()), "能源台账.pdf"), "purpose": "other", "back": own}
    token = page.form(place)["csrf_token"]
    clerk.post(place, data={**upload, "csrf_token": token}, content_type="multipart/form-data")
    proof = opened(city, own)
    with clerk.get(proof.link("能源台账.pdf")) as given:
        assert given.data.startswith(b"%PDF")
    assert people["worker"].get(proof.link("能源台账.pdf")).status_code == 404
    assert clerk.post(f"{place}/1/remove", data={"csrf_token": token}).status_code == 409
    wrong = sent(clerk, f"{own}/evaluations", page.form(f"{own}/evaluations", **{**measured, "value-1": "很多"}), 422)
    assert "请填写数字" in wrong.text

    # A grade is the host's to see until its publicity is over.
    competition = opened(city, "/curation/competitions").link("节能竞赛")
    with unit_of_work(sessions) as session:
        session.get_one(Campaign, 2).closes_on = today()
    evaluations = f"{own}/evaluations"
    sent(city, evaluations, opened(city, own).form(evaluations, **{**measured, "phase": "after"}))
    page = sent(city, f"{own}/grade", opened(city, own).form(f"{own}/grade", grade="优胜"))
    assert "等级待公示" in page.text and "优胜" in page.text
    assert "优胜" not in opened(clerk, own).text and "等级待公示" in opened(clerk, own).text
    assert f"{competition}/publicity" not in opened(clerk, competition).source
    page = opened(city, competition)
    page = sent(city, f"{competition}/publicity", page.form(f"{competition}/publicity", channel="门户网站"))
    assert "公示已开始" in page.text and "公示中" in page.text
    assert client.get("/api/v1/contests/competitions/2/grades").get_json()["grades"] == []
    token = {"csrf_token": page.form(f"{competition}/units")["csrf_token"]}
    early = sent(city, f"{competition}/announcement", token)
    assert "没有公布的：公示到" in early.text and "还没有公布的等级" in opened(client, "/competition-grades").text
    listed = opened(client, "/publicity/1")
    assert "优胜" in listed.text and PLANT in listed.text and "公示中" in listed.text
    over(sessions, 1)
    page = opened(city, competition)
    assert "已公布 1 项" in sent(city, f"{competition}/announcement", page.form(f"{competition}/announcement")).text
    assert "优胜" in opened(clerk, own).text and PLANT in opened(client, "/competition-grades?campaign=2").text
    answer = client.get("/api/v1/contests/competitions/2/grades").get_json()
    assert answer == {"grades": [{"id": 1, "unit": PLANT, "grade": "优胜"}], "next": None}

    new = "/curation/showcase-enterprises/new"
    named = {"unit": PLANT, "level": "city", "criteria": "能耗下降最多", "basis": "德工发〔2026〕8号"}
    assert "没有指定示范企业或示范园区的权限" in opened(clerk, new, 403).text
    assert f'{new}"' not in opened(clerk, "/showcase-enterprises").source
    office = "/curation/showcase-enterprises"
    page = sent(city, new, opened(city, new).form("", **named))
    assert "已记下，等待公示" in page.text and PLANT not in opened(client, "/showcase-enterprises").text
    page = sent(city, f"{office}/publicity", page.form(f"{office}/publicity"))
    assert "拟命名为示范企业" in opened(client, "/publicity/2").text
    assert "公示中" in opened(clerk, "/showcase-enterprises").text
    assert opened(clerk, office, 403).text
    over(sessions, 2)
    page = opened(city, office)
    assert "已公布 1 项" in sent(city, f"{office}/announcement", page.form(f"{office}/announcement")).text
    listed = opened(client, "/showcase-enterprises")
    assert PLANT in listed.text and "撤销" not in listed.text
    revoke = "/curation/showcase-enterprises/1/revoke"
    form = opened(city, "/showcase-enterprises").form(revoke, reason="弄虚作假")
    sent(city, revoke, form)
    assert "弄虚作假" in opened(client, "/showcase-enterprises?kind=enterprise").text
