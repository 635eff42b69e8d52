"""What comes in is checked field by field, and what goes out follows its layer of disclosure."""

from __future__ import annotations

import datetime as dt
from typing import Any

import marshmallow as ma
import pytest

from marketplace.models import Achievement, Contributor
from marketplace.schemas import achievement, demand, organisation
from tests.factories import achievement_row, demand_row


def errors_of(schema: ma.Schema, row: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(ma.ValidationError) as refused:
        schema.load(row)
    return refused.value.normalized_messages()


def test_an_achievement_needs_no_more_than_a_title_and_what_it_is() -> None:
    loaded = achievement.AchievementSchema().load(achievement_row())
    assert loaded["title"] == "主轴箱漏油治理"
    assert loaded["keywords"] == []
    assert loaded["trl"] is None


def test_a_label_is_stored_as_its_code() -> None:
    loaded = achievement.AchievementSchema().load(
        achievement_row(region="德阳市", industry="34", kind="技术攻关", transfer_modes=["许可", "技术服务"])
    )
    assert (loaded["region"], loaded["industry"], loaded["kind"]) == ("5106", "34", "problem_solving")
    assert loaded["transfer_modes"] == ["ordinary_licence", "service"]


def test_an_unknown_code_is_refused_with_the_value() -> None:
    assert "火星" in str(errors_of(achievement.AchievementSchema(), achievement_row(region="火星"))["region"][0])


def test_an_unknown_field_is_refused_by_name() -> None:
    assert "colour" in errors_of(achievement.AchievementSchema(), achievement_row(colour="red"))


@pytest.mark.parametrize("trl", [0, 10, "七", 3.5, True])
def test_a_readiness_level_outside_one_to_nine_is_refused(trl: object) -> None:
    assert "trl" in errors_of(achievement.AchievementSchema(), achievement_row(trl=trl))


def test_blank_fields_of_a_form_count_as_not_filled_in() -> None:
    loaded = achievement.AchievementSchema().load(achievement_row(trl="", region="", completed_on=""))
    assert (loaded["trl"], loaded["region"], loaded["completed_on"]) == (None, None, None)


def test_a_record_that_says_nothing_about_itself_is_refused() -> None:
    assert "summary" in errors_of(achievement.AchievementSchema(), {"title": "某项成果"})


def test_shares_of_the_completers_sum_to_a_hundred_per_cent() -> None:
    completers = [{"name": "示例职工01", "share": "60"}, {"name": "示例职工02", "share": "40"}]
    loaded = achievement.AchievementSchema().load(achievement_row(completers=completers))
    assert [(one["position"], one["share"]) for one in loaded["contributors"]] == [(1, 60), (2, 40)]


@pytest.mark.parametrize("shares", [("60", "41"), ("60", None), ("0", "100"), ("120", "-20")])
def test_shares_that_do_not_sum_up_are_refused(shares: tuple[str, str | None]) -> None:
    completers = [{"name": f"示例职工0{n}", "share": share} for n, share in enumerate(shares)]
    assert "completers" in errors_of(achievement.AchievementSchema(), achievement_row(completers=completers))


def test_text_is_trimmed_and_control_characters_are_refused() -> None:
    assert achievement.AchievementSchema().load(achievement_row(title="  标题 \r\n"))["title"] == "标题"
    assert "title" in errors_of(achievement.AchievementSchema(), achievement_row(title="标\x00题"))


def test_an_over_long_title_is_refused_with_both_lengths() -> None:
    (message,) = errors_of(achievement.AchievementSchema(), achievement_row(title="长" * 301))["title"]
    assert "300" in str(message)
    assert "301" in str(message)


def test_a_date_that_cannot_be_one_is_refused() -> None:
    assert "completed_on" in errors_of(achievement.AchievementSchema(), achievement_row(completed_on="2023-02-30"))
    assert "completed_on" in errors_of(achievement.AchievementSchema(), achievement_row(completed_on="1066-10-14"))


def test_the_public_sees_neither_contacts_nor_the_enabling_principle() -> None:
    record = Achievement(
        title="标题",
        summary="简介",
        principle="关键参数",
        contact_name="示例联系人",
        contact_phone="000",
        disclosure={},
        contributors=[Contributor(name="示例职工01")],
        units=[],
    )
    seen = achievement.disclosed(record)
    assert {"principle", "contact_name", "contact_phone", "extra", "attachments"}.isdisjoint(seen)
    assert seen["completers"][0]["name"] == "示例职工01"
    assert achievement.disclosed(record, layer=1)["principle"] == "关键参数"


def test_a_record_may_open_or_close_a_field_itself() -> None:
    record = Achievement(
        title="标题", summary="简介", principle="原理", disclosure={"principle": 0, "summary": 2}, units=[]
    )
    seen = achievement.disclosed(record)
    assert seen["principle"] == "原理"
    assert "summary" not in seen


def test_a_demand_keeps_the_text_as_typed() -> None:
    loaded = demand.DemandSchema().load(demand_row(budget_min=100_00, budget_max=300_00, due="2027-06-30"))
    assert loaded["text"].startswith("机床主轴箱")
    assert loaded["due"] == dt.date(2027, 6, 30)


def test_a_budget_is_not_upside_down() -> None:
    assert "budget_max" in errors_of(demand.DemandSchema(), demand_row(budget_min=300_00, budget_max=100_00))


def test_marks_alone_name_no_unit() -> None:
    assert "organisation" in errors_of(demand.DemandSchema(), demand_row(organisation="-"))


def test_a_credit_code_with_a_wrong_check_digit_is_refused() -> None:
    assert "credit_code" in errors_of(
        organisation.OrganisationSchema(), {"name": "示例机械厂", "credit_code": "91510600MA00000000"}
    )
