"""A round on the web: run by an office, judged without names, shown to the public, told to the author."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from marketplace.db import today, unit_of_work
from marketplace.models import Account, AwardRound, Proposal, RoleGrant
from marketplace.services.account import signing_in
from marketplace.services.award import rounds, tallying
from tests import factories
from tests.awards import (
    begin_scoring,
    end_publicity,
    judge,
    lock_all,
    nominate,
    officer,
    plant,
    round_data,
    verified_proposal,
)
from tests.web.pages import Page, opened, sent

AUTHOR, CREW, UNIT = "旌阳作者甲", "机修三班", "旌阳示例机械厂"


@dataclass
class Setting:
    """An application, the people in it by what they do, and a browser for each."""

    app: Flask
    proposal_id: int
    account_ids: dict[str, int]
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def browser(self, who: str) -> FlaskClient:
        if who not in self.browsers:
            client = self.app.test_client()
            with unit_of_work(self.app.extensions["marketplace"].sessions) as session:
                account = session.get_one(Account, self.account_ids[who])
                secret = signing_in.sign_in(session, account, has_second_factor=True, address="", agent="")
            with client.session_transaction() as cookie:
                cookie["sign_in"] = secret
            self.browsers[who] = client
        return self.browsers[who]

    def session(self) -> AbstractContextManager[Session]:
        return unit_of_work(self.app.extensions["marketplace"].sessions)


@pytest.fixture
def setting(app: Flask) -> Setting:
    with app.app_context(), unit_of_work(app.extensions["marketplace"].sessions) as session:
        factories.use(session)
        mill = plant(name=UNIT)
        proposal = verified_proposal(session, mill, crew=CREW)
        told = f"{AUTHOR}和{CREW}的师傅在{UNIT}试过，{AUTHOR[0]}师傅改了三次。"
        proposal.present_state = proposal.measure = proposal.expected_effect = proposal.implementation = told
        proposal.title = f"{UNIT}{CREW}切削液槽加撇油带"
        proposal.authors[0].name = AUTHOR
        author = session.get_one(Account, proposal.account_id)
        author.name = AUTHOR
        author.grants.append(RoleGrant(role="worker", granted_by="tests"))
        ids = {"author": author.id}
        ids["office"] = officer(session, "province_curator").account_id or 0
        ids |= {f"judge {number}": judge(session, name=f"评委{number}").id for number in range(5)}
        session.flush()
        return Setting(app, proposal.id, ids)


def test_an_office_takes_a_round_from_its_opening_to_the_awards(setting: Setting) -> None:
    office = setting.browser("office")
    form = opened(office, "/curation/awards/new").form("")
    assert form["line"] == "60"
    form["title"], form["closes_on"] = "2026年度金点子", today().isoformat()
    form["level"] = "province"
    page = sent(office, "/curation/awards/new", form)
    assert "接受提名" in page.text

    page = opened(office, page.link("提名"))
    action = "/curation/awards/1/nominate"
    page = sent(office, action, page.form(action))
    assert "切削液槽加撇油带" in page.text
    for number in range(5):
        page = sent(office, "/curation/awards/1/panel", page.form("/curation/awards/1/panel"))
        assert page.text.count("评委") >= number + 1
    with setting.session() as session:
        award = session.get_one(AwardRound, 1)
        award.opens_on = award.closes_on = today() - dt.timedelta(days=1)
    page = sent(office, "/curation/awards/1/scoring", opened(office, "/curation/awards/1").form())
    assert "已锁定 0 张评分表，共 5 张" in page.text

    for number in range(5):
        judged(setting, f"judge {number}", 80)
    page = sent(office, "/curation/awards/1/tally", opened(office, "/curation/awards/1").form())
    assert "80.00" in page.text
    page = sent(office, "/curation/awards/1/decide", page.form("/curation/awards/1/decide"))
    page = sent(office, "/curation/awards/1/announce", page.form("/curation/awards/1/announce", channel="平台首页"))
    assert "公示中" in page.text

    told = opened(setting.browser("author"), f"/proposals/{setting.proposal_id}/award")
    assert "80.00" in told.text
    assert "评委" not in told.text
    with setting.session() as session:
        end_publicity(session, session.get_one(AwardRound, 1))
    page = sent(office, "/curation/awards/1/grant", opened(office, "/curation/awards/1").form())
    number = page.link("GI").removeprefix("/verify/")
    visitor = setting.app.test_client()
    assert AUTHOR in opened(visitor, "/golden-ideas").text
    assert "这份证书有效" in opened(visitor, f"/verify/{number}").text
    assert "没有编号为" in opened(visitor, "/verify/GI2026-9999-001", 404).text
    assert visitor.get(f"/verify/{number}/certificate.pdf").status_code == 303
    programs_read_the_same(visitor, number)
    certificate = setting.browser("author").get(f"/verify/{number}/certificate.pdf")
    assert certificate.data.startswith(b"%PDF")

    address = f"/proposals/{setting.proposal_id}"
    page = sent(
        setting.browser("author"), f"{address}/promote", opened(setting.browser("author"), f"{address}/award").form()
    )
    assert "据此起草" in page.text
    assert page.link("由金点子转来") == address
    led = opened(setting.browser("author"), address).link("评选结果")
    assert "据此转成的成果" in opened(setting.browser("author"), led).text
    revoked = sent(
        office, "/curation/awards/nominations/1/revoke",
        opened(office, "/curation/awards/1").form("/curation/awards/nominations/1/revoke", reason="经查抄袭"),
    )  # fmt: skip
    assert "已撤销" in revoked.text
    assert "撤销" in opened(visitor, f"/verify/{number}").one("strong").text


def programs_read_the_same(client: FlaskClient, number: str) -> None:
    (award,) = client.get("/api/v1/award-rounds").json["rounds"]
    assert award == client.get("/api/v1/award-rounds/1").json
    assert (award["level"], award["rubrics"]["A"]["technique"]) == ("province", 30)
    (idea,) = client.get("/api/v1/golden-ideas", query_string={"year": award["year"], "level": "province"}).json[
        "golden_ideas"
    ]
    assert (idea["authors"], idea["is_valid"]) == ([AUTHOR], True)
    assert idea == client.get(f"/api/v1/golden-ideas/{number}").json
    assert client.get("/api/v1/golden-ideas", query_string={"year": 2001}).json["golden_ideas"] == []
    assert client.get("/api/v1/golden-ideas/GI2026-9999-001").status_code == 404


def judged(setting: Setting, who: str, total: int) -> None:
    """Give a total on the only sheet of a judge and lock it."""
    browser = setting.browser(who)
    address = opened(browser, "/judging").all("a", class_="title")[0]["href"]
    form = filled(opened(browser, address), address, total)
    form["step"] = "lock"
    assert "评分已锁定" in sent(browser, address, form).text


def filled(page: Page, address: str, total: int) -> MultiDict[str, str]:
    form = page.form(address)
    for criterion in page.all("input", type="number"):
        form[criterion["name"]] = str(min(total, int(criterion["max"])))
        total -= int(form[criterion["name"]])
    return form


@pytest.fixture
def scored(setting: Setting) -> Setting:
    """The same with a round in which scores are being given."""
    with setting.app.app_context(), setting.session() as session:
        factories.use(session)
        office = signing_in.actor_of(session.get_one(Account, setting.account_ids["office"]), has_second_factor=True)
        award = rounds.open_round(session, office, round_data(session))
        nominate(session, office, award, session.get_one(Proposal, setting.proposal_id))
        judges = [session.get_one(Account, setting.account_ids[f"judge {number}"]) for number in range(5)]
        begin_scoring(session, office, award, judges)
    return setting


def test_no_door_gives_a_judge_the_name_before_the_scores_are_locked(scored: Setting) -> None:
    browser = scored.browser("judge 0")
    proposal = scored.proposal_id
    doors = [
        "/", "/judging", "/judging/1", "/golden-ideas", "/golden-ideas/rounds", "/golden-ideas/rounds/1", "/publicity",
        f"/proposals/{proposal}", f"/proposals/{proposal}/award", "/proposals", "/curation", "/curation/awards",
        "/curation/awards/1", "/curation/awards/1/nominate", "/judging/2", "/verify/GI2026-0001-001", "/account",
        "/achievements?q=切削液", "/api/v1/golden-ideas", "/api/v1/award-rounds", "/api/v1/award-rounds/1",
        f"/api/v1/proposals/{proposal}", "/benefits/1",
    ]  # fmt: skip
    for door in doors:
        page = browser.get(door, follow_redirects=True).text
        for name in (AUTHOR, CREW, UNIT):
            assert name not in page, door
    sheet = opened(browser, "/judging/1")
    assert "切削液槽加撇油带" in sheet.text
    assert "［姓名］和［班组］的师傅在［单位］试过，［姓名］改了三次。" in sheet.text


def test_points_out_of_bounds_are_told_beside_their_criterion_and_nothing_is_lost(scored: Setting) -> None:
    browser = scored.browser("judge 0")
    address = "/judging/1"
    form = opened(browser, address).form(address, comment="思路清楚")
    form["score-technique"], form["step"] = "31", "save"
    page = sent(browser, address, form, 422)
    assert "应为 0 到该项满分之间的整数。" in page.text
    assert "思路清楚" in page.text
    form["score-technique"] = "29"
    assert "已保存" in sent(browser, address, form).text
    form["step"] = "lock"
    assert page.one("input", id="score-technique")["value"] == "31"
    assert "锁定前请给每一项打分" in sent(browser, address, form, 422).text


def test_a_judge_stays_away_with_a_reason(scored: Setting) -> None:
    browser = scored.browser("judge 0")
    action = "/judging/1/recuse"
    page = sent(browser, action, opened(browser, "/judging/1").form(action, tie="kin", reason=" "), 422)
    assert "请写明理由" in page.text
    page = sent(browser, action, page.form(action, tie="kin", reason="表弟"))
    assert "回避" in page.text
    assert "表弟" in opened(scored.browser("office"), "/curation/awards/1").text


def test_a_tie_at_an_edge_is_decided_by_a_meeting_that_writes_why(setting: Setting) -> None:
    with setting.app.app_context(), setting.session() as session:
        factories.use(session)
        office = signing_in.actor_of(session.get_one(Account, setting.account_ids["office"]), has_second_factor=True)
        quotas = [{"grade": "first", "count": 1}]
        award = rounds.open_round(session, office, round_data(session, quotas=quotas))
        proposals = [session.get_one(Proposal, setting.proposal_id), verified_proposal(session, plant())]
        nominations = [nominate(session, office, award, it) for it in proposals]
        judges = [judge(session) for _ in range(5)]
        begin_scoring(session, office, award, judges)
        for nomination in nominations:
            lock_all(session, judges, nomination, [70] * 5)
        tallying.tally(session, office, award.id)
        ids = [nomination.id for nomination in nominations]
    browser = setting.browser("office")
    page = opened(browser, "/curation/awards/1")
    assert "70.00 分，2 项同分，共有名额：一等奖 × 1、不入选 × 1" in page.text
    action = "/curation/awards/1/decide"
    form = page.form(action, reason="推广面更广")
    form[f"grade-{ids[0]}"], form[f"grade-{ids[1]}"] = "first", "first"
    assert "每个名额一项" in sent(browser, action, form, 422).text
    form[f"grade-{ids[1]}"] = ""
    assert "推广面更广" in sent(browser, action, form).text
