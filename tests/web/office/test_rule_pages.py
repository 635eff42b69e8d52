"""The province sets the rules: each with its unit, from a day on, with a reason; nobody below it does."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from marketplace import audit, rules
from marketplace.db import today
from marketplace.models import RuleValue
from tests.accounts import opened_account, signed_in
from tests.web.pages import opened, sent
from tests.web.staff import at_the_province


@pytest.fixture
def curator(app: Flask) -> FlaskClient:
    return at_the_province(app)


def value(app: Flask, name: str, on: dt.date | None = None) -> object:
    with app.extensions["marketplace"].sessions() as session:
        return rules.value(session, name, on or today())


def test_a_period_is_set_from_a_day_on(app: Flask, curator: FlaskClient) -> None:
    assert opened(curator, "/curation").link("规则") == "/curation/rules"
    place = opened(curator, "/curation/rules").link("单位答复建议的期限")
    page = opened(curator, place)
    assert "15 个工作日" in page.text
    start = today() + dt.timedelta(days=30)
    told = sent(curator, place, page.form(place, value="7", valid_from=start.isoformat(), reason="川工办〔2026〕1号"))
    assert "川工办〔2026〕1号" in told.text
    assert "7 个工作日" in told.text
    assert (value(app, "unit_answer"), value(app, "unit_answer", start)) == (15, 7)
    assert "起有新的值" in opened(curator, "/curation/rules").text
    with app.extensions["marketplace"].sessions() as session:
        row = session.scalars(sa.select(RuleValue)).one()
        (event,) = audit.history(session, "rule", row.id)
        assert (event.verb, event.role, event.reason) == ("set", "province_curator", "川工办〔2026〕1号")


def test_an_amount_is_typed_and_shown_in_yuan(app: Flask, curator: FlaskClient) -> None:
    place = "/curation/rules/finance_attestation"
    page = opened(curator, place)
    assert page.form(place)["value"] == "100000"
    told = sent(curator, place, page.form(place, value="250,000.50", reason="物价"))
    assert "250,000.5 元" in told.text
    assert value(app, "finance_attestation") == 25_000_050


def test_a_table_is_set_whole(app: Flask, curator: FlaskClient) -> None:
    place = "/curation/rules/rubric_a"
    page = opened(curator, place)
    form = page.form(place, reason="专家会", **{"value-technique": "40", "value-benefit": "20"})
    told = sent(curator, place, form)
    assert "技术 40 分" in told.text
    assert value(app, "rubric_a") == {"technique": 40, "benefit": 20, "scope": 20, "practicality": 20}


REFUSED = [
    ("plaque_series", {"value": "省级示范 SF\n没有这一级 XX"}, "每行先写梯次"),
    ("unit_answer", {"value": "十五"}, "请填写整数"),
    ("unit_answer", {"value": "-1"}, "太大或太小"),
    ("judges", {"value": "2"}, "太大或太小"),
    ("finance_attestation", {"value": "0.001"}, "最多两位小数"),
    ("finance_attestation", {"value": "NaN"}, "请填写金额"),
    ("rubric_a", {"value-technique": "31"}, "合计应为 100"),
    ("benefit_grades", {"value-2": "2000000"}, "从高到低"),
    ("material_fields", {"value": "标题"}, "不认识的代码"),
    ("unit_answer", {"value": "7", "valid_from": "2020-01-01"}, "今天或以后"),
    ("unit_answer", {"value": "7", "valid_from": "明天"}, "请填写日期"),
    ("unit_answer", {"value": "7", "reason": " "}, "请写明理由"),
]


def test_what_a_rule_cannot_be_is_refused_and_stays_in_the_form(app: Flask, curator: FlaskClient) -> None:
    for name, fields, said in REFUSED:
        place = f"/curation/rules/{name}"
        form = opened(curator, place).form(place, **{"reason": "试试", **fields})
        refused = sent(curator, place, form, 422)
        assert said in refused.text, (name, fields)
        assert value(app, name) == rules.RULES[name].default
        assert all(refused.form(place)[field] == typed for field, typed in fields.items())


def test_every_rule_has_a_page_that_takes_back_what_it_shows(app: Flask, curator: FlaskClient) -> None:
    for name, rule in rules.RULES.items():
        place = f"/curation/rules/{name}"
        sent(curator, place, opened(curator, place).form(place, reason="不变"))
        assert value(app, name) == rule.default, name


@pytest.mark.parametrize("role", [{"role": "city", "region": "5106"}, {"role": "auditor"}])
def test_nobody_below_the_province_sets_a_rule(app: Flask, role: dict[str, str]) -> None:
    opened_account(app, "other@example.cn", **role)
    other = signed_in(app, "other@example.cn")
    assert other.get("/curation/rules").status_code == 403
    form = {"csrf_token": opened(other, "/account").form("/account")["csrf_token"], "value": "1", "reason": "试试"}
    sent(other, "/curation/rules/unit_answer", {**form, "valid_from": today().isoformat()}, 403)
    assert "/curation/rules" not in opened(other, "/curation").source


def test_a_rule_nobody_knows_is_not_there(curator: FlaskClient) -> None:
    opened(curator, "/curation/rules/nothing", 404)


def test_an_operator_lists_and_sets_rules(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "unit_answer  15 个工作日  单位答复建议的期限" in runner.invoke(args=["rules", "list"]).output
    done = runner.invoke(
        args=["rules", "set", "award_quotas", "special=1", "first=3", "second=9", "third=27", "--reason", "会议"]
    )
    assert "first=3" in done.output
    assert value(app, "award_quotas") == {"special": 1, "first": 3, "second": 9, "third": 27}
    runner.invoke(args=["rules", "set", "finance_attestation", "200000", "--reason", "会议", "--from", "2099-01-01"])
    assert value(app, "finance_attestation", dt.date(2099, 1, 1)) == 20_000_000
    assert "2099-01-01 起：200000" in runner.invoke(args=["rules", "list"]).output
    refused = runner.invoke(args=["rules", "set", "unit_answer", "many", "--reason", "会议"])
    assert (refused.exit_code, "请填写整数" in refused.output) == (1, True)
