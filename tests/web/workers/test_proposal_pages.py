"""A proposal on its pages: written, supported, answered, its benefit attested and verified."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace.db import today, unit_of_work
from marketplace.models import Headcount, Organisation, Proposal
from tests.accounts import invited, signed_in
from tests.web.pages import Page, opened, sent

UNIT = "旌阳示例机械厂"
PEOPLE: dict[str, dict[str, str]] = {
    "worker": {"role": "worker", "organisation": UNIT},
    "colleague": {"role": "worker", "organisation": UNIT},
    "union": {"role": "unit_union", "organisation": UNIT},
    "finance": {"role": "finance_attestor", "organisation": UNIT},
    "county": {"role": "county", "region": "510603"},
}
WRITTEN = {
    "present_state": "每班换刀四次，每次停机二十分钟。",
    "measure": "改用快换刀座，刀具预先对好。",
    "expected_effect": "每班多出八十分钟。",
    "crew": "机加二班",
    "category": "efficiency",
}


@pytest.fixture
def people(app: Flask) -> dict[str, FlaskClient]:
    with app.app_context(), unit_of_work(app.extensions["marketplace"].sessions) as session:
        for name, scope in PEOPLE.items():
            role = {"region": "510603", "industry": "34", **scope} if name == "worker" else scope
            invited(session, f"{name}@example.cn", **role)
        unit = session.scalars(sa.select(Organisation).filter_by(name=UNIT)).one()
        session.add(Headcount(organisation=unit, day=today(), number=400, source="年报", recorded_by="tests"))
    return {name: signed_in(app, f"{name}@example.cn") for name in PEOPLE}


def written(worker: FlaskClient, action: str, **fields: str) -> Page:
    form = opened(worker, "/proposals/new").form("/proposals", **{**WRITTEN, **fields})
    form["action"] = action
    return sent(worker, "/proposals", form)


def address(app: Flask) -> str:
    with app.extensions["marketplace"].sessions() as session:
        return f"/proposals/{session.scalar(sa.select(sa.func.max(Proposal.id)))}"


def decided(client: FlaskClient, place: str, action: str, reason: str = "") -> Page:
    decide = f"/curation/review/proposal/{place.rpartition('/')[2]}"
    form = opened(client, place).form(decide, reason=reason)
    form["action"] = action
    return sent(client, decide, form)


def filled(client: FlaskClient, place: str, action: str, status: int = 200, **fields: str) -> Page:
    return sent(client, action, opened(client, place).form(action, **fields), status)


def test_a_visitor_is_led_to_sign_in_and_sees_no_proposal(client: FlaskClient) -> None:
    assert "没有这样的建议" in opened(client, "/proposals").text
    assert client.get("/proposals/new").status_code == 303


def test_a_draft_is_kept_and_seen_by_its_author_alone(app: Flask, people: dict[str, FlaskClient]) -> None:
    page = written(people["worker"], "save", measure="")
    assert "只有您看得到" in page.text
    place = address(app)
    assert people["union"].get(place).status_code == 404
    refused = sent(people["worker"], f"{place}/submit", page.form(f"{place}/submit"), 422)
    assert "必填" in refused.text


def test_writing_is_saved_by_itself(app: Flask, people: dict[str, FlaskClient]) -> None:
    worker = people["worker"]
    form = opened(worker, "/proposals/new").form("/proposals", **{**WRITTEN, "expected_effect": ""})
    kept = worker.post("/proposals/autosave", data=form)
    assert (kept.status_code, kept.json["saved"]) == (201, True)
    form["expected_effect"], form["revision"] = WRITTEN["expected_effect"], str(kept.json["revision"])
    again = worker.post(kept.json["autosave"], data=form)
    assert again.json["revision"] > kept.json["revision"]
    # From another window, over what was saved since.
    stale = worker.post(kept.json["autosave"], data=form)
    assert (stale.status_code, stale.json["saved"]) == (409, False)
    assert opened(worker, f"{address(app)}/edit").form()["expected_effect"] == WRITTEN["expected_effect"]


def test_from_the_first_word_to_a_verified_benefit(app: Flask, people: dict[str, FlaskClient]) -> None:
    worker, colleague, union = people["worker"], people["colleague"], people["union"]
    assert "单位工会收到了" in written(worker, "submit").text
    place = address(app)
    assert colleague.get(place).status_code == 404
    decided(union, place, "screen")
    page = opened(colleague, place)
    assert "worker" not in page.text
    assert "1 人" in sent(colleague, f"{place}/support", page.form(f"{place}/support", answer="support")).text
    decided(union, place, "take_up")
    decided(union, place, "adopt")
    plan = {"metric": "每件工时费", "baseline": "18 元/件", "method": "工时台账", "unit_of_output": "件"}
    filled(union, place, f"{place}/plan", **plan)
    decided(union, place, "begin")
    later = (today() + dt.timedelta(days=1)).isoformat()
    report = {"implementation": "全部车床已改装", "first_used_on": later}
    assert "不能晚于今天" in filled(union, place, f"{place}/completion", 422, **report).text
    first_use = (today() - dt.timedelta(days=200)).isoformat()
    assert "已经实施" not in filled(union, place, f"{place}/completion", **{**report, "first_used_on": first_use}).text
    assert "已经实施" in opened(worker, place).text

    sheet = opened(worker, place).link("每件工时费")
    figures = {
        "unit_cost_before": "18",
        "unit_cost_after": "12.5",
        "yearly_output": "20000",
        "implementation_cost": "3000",
    }
    refused = filled(worker, sheet, f"{sheet}/claim", 422, **{**figures, "yearly_output": ""})
    assert "四项" in refused.text
    assert "10.7 万元" in filled(worker, sheet, f"{sheet}/claim", **figures).text
    assert "证明后才能核验" in opened(people["county"], sheet).text

    finance = people["finance"]
    assert opened(finance, "/benefits").link("改用快换刀座") == sheet
    assert finance.get(place).status_code == 404
    filled(finance, sheet, f"{sheet}/attest", amount="106000", note="财务账 2025")
    verified = filled(people["county"], sheet, f"{sheet}/verify", amount="105000", note="现场核对")
    assert [text in verified.text for text in ("10.7 万元", "10.6 万元", "10.5 万元", "等级：3")] == [True] * 4
    assert "效益已核验" in opened(worker, place).text


def test_what_says_the_same_is_found_merged_and_parted(app: Flask, people: dict[str, FlaskClient]) -> None:
    union = people["union"]
    written(people["worker"], "submit")
    first = address(app)
    written(people["colleague"], "submit", measure="采用快换刀座，刀具预先对好，换刀不停机。")
    second = address(app)
    page = opened(union, f"{second}/alike")
    assert page.link("改用快换刀座") == first
    form = page.form(f"{second}/merge", into=first.rpartition("/")[2], reason="同一件事")
    assert "已并入" in sent(union, f"{second}/merge", form).text
    assert "合并进来的建议" in opened(union, first).text
    # What the authors agree on takes the place of the order in which they submitted.
    agreed = opened(people["worker"], f"{first}/authors").form(f"{first}/authors")
    agreed["authors-0-place"], agreed["authors-0-share"] = "2", "40"
    agreed["authors-1-place"], agreed["authors-1-share"] = "1", "50"
    assert "合计应为 100%" in sent(people["worker"], f"{first}/authors", agreed, 422).text
    agreed["authors-1-share"] = "60"
    assert "colleague 60%、worker 40%" in sent(people["worker"], f"{first}/authors", agreed).text
    assert "已并入" not in filled(union, second, f"{second}/undo-merge", reason="两件事").text


def test_the_unit_sees_its_rates_with_what_they_divide(app: Flask, people: dict[str, FlaskClient]) -> None:
    written(people["worker"], "submit")
    page = opened(people["union"], "/curation/proposals")
    assert all(text in page.text for text in ("0.0%", "0 / 1", "1 / 400", "年报", "0 / 无数据"))
    assert "改用快换刀座" in opened(people["union"], "/curation/proposals?q=刀座&state=submitted").text
    county = opened(people["county"], "/curation/proposals")
    assert "1 / 400" in opened(people["county"], county.link("计算您范围内今年的比率")).text


def test_a_pseudonym_hides_the_name_from_the_county(app: Flask, people: dict[str, Any]) -> None:
    written(people["worker"], "submit", is_pseudonymous="y")
    place = address(app)
    for who, is_known in (("union", True), ("county", False)):
        page = opened(people[who], place)
        assert ("不署名" in page.text, "机加二班" in page.text) == (not is_known, is_known)
        # The browser of a person shows his own name at the top, so it is looked for in the page alone.
        assert ("worker" in page.text) is is_known


TWO = {
    "authors-0-name": "worker", "authors-0-share": "60",
    "authors-1-name": "colleague", "authors-1-share": "40", "authors-1-email": "colleague@example.cn",
}  # fmt: skip


def test_a_co_author_confirms_in_his_account_and_only_then_the_unit_takes_the_proposal_in(
    app: Flask, people: dict[str, FlaskClient]
) -> None:
    shown = written(people["worker"], "submit", **TWO).one("section", id="people").text
    assert "已发邮件，等他确认" in shown
    place = address(app)
    assert "还有 1 位作者没有确认" in opened(people["worker"], place).text
    decide = f"/curation/review/proposal/{place.rpartition('/')[2]}"
    form = opened(people["union"], place).form(decide)
    form["action"] = "screen"
    assert "还没有确认自己的份额" in sent(people["union"], decide, form, 409).text
    question = opened(people["colleague"], "/proposals").link("改用快换刀座")
    assert question.startswith("/submissions/parts/author/")
    page = opened(people["colleague"], question)
    assert "第 2 作者" in page.text and "40%" in page.text
    sent(people["colleague"], question, page.form(question, answer="decline"), 422)
    assert "已答复" in sent(people["colleague"], question, page.form(question, answer="agree")).text
    assert people["colleague"].get(question).status_code == 404
    decided(people["union"], place, "screen")
    assert "一位完成人或作者确认了份额" in opened(people["worker"], place).text


def test_the_unit_says_on_the_page_why_an_author_did_not_confirm(app: Flask, people: dict[str, FlaskClient]) -> None:
    written(people["worker"], "submit", **TWO)
    place = address(app)
    assert "写信请他们确认" not in opened(people["union"], place).text
    page = opened(people["union"], place)
    (excuse,) = (it["action"] for it in page.all("form") if it["action"].endswith("/excuse"))
    assert "单位说明：出差半年" in sent(people["union"], excuse, page.form(excuse, reason="出差半年")).text
    decided(people["union"], place, "screen")


def test_the_authors_download_the_proof_of_their_submission(app: Flask, people: dict[str, FlaskClient]) -> None:
    assert "下载提交证明" not in written(people["worker"], "save").text
    place = address(app)
    sent(people["worker"], f"{place}/submit", opened(people["worker"], place).form(f"{place}/submit"))
    proof = opened(people["worker"], place).link("下载提交证明")
    answer = people["worker"].get(proof)
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    assert people["colleague"].get(proof).status_code == 404
