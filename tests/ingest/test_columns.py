"""Whose headings a file has."""

from __future__ import annotations

import pytest

from ingest.columns import best, layouts, named
from ingest.conversion import FIELDS
from ingest.readers import Refused

PLATFORM = ["成果名称", "完成人", "完成单位", "成果简介", "所属高新技术领域", "成果体现形式", "成果所处阶段",
            "成果技术水平", "成果关键字", "拟采取的转化方式", "转化说明", "联系人", "联系电话"]  # fmt: skip
PLATFORM_IN_ENGLISH = ["name", "completer", "organization", "summary", "field", "form", "stage", "level", "keywords",
                       "contact", "transferMode", "transferNote"]  # fmt: skip
DEMANDS = [
    "需求名称",
    "技术领域",
    "需求详情",
    "技术指标",
    "拟解决的技术难题",
    "现有基础条件",
    "预算",
    "合作方式",
    "有效期",
]


@pytest.mark.parametrize("headings", [PLATFORM, PLATFORM_IN_ENGLISH])
def test_every_heading_of_a_transfer_platform_is_known(headings: list[str]) -> None:
    layout, known = best("achievements", [headings])
    assert layout.name == "platform"
    assert known == len(headings)
    assert all(column.field for column in layout.columns(headings))


def test_every_heading_of_a_demand_form_is_known() -> None:
    layout, _known = best("demands", [DEMANDS])
    assert layout.name == "demand_platform"
    assert all(column.field for column in layout.columns(DEMANDS))


def test_our_own_field_names_are_known() -> None:
    layout, _known = best("achievements", [list(FIELDS["achievements"])])
    assert layout.name == "ours"


def test_marks_width_and_a_unit_in_brackets_do_not_hide_a_heading() -> None:
    [column] = named("demands", "demand_platform").columns(["* 预 算（万元）："])
    assert (column.field, column.hint) == ("budget", "万元")


def test_under_our_own_name_an_amount_is_fen() -> None:
    [price] = named("achievements", "ours").columns(["price"])
    assert price.hint == "分"


@pytest.mark.parametrize("noun", ["achievements", "demands", "organisations"])
def test_every_mapping_fills_only_fields_that_exist(noun: str) -> None:
    known = {*FIELDS[noun], "budget"}
    for layout in layouts(noun).values():
        filled = {field for field, _hint in layout.fields.values() if not field.startswith("extra.")}
        named_elsewhere = {*layout.defaults, *layout.joined, *layout.fallbacks}
        assert filled | named_elsewhere <= known, layout.name


def test_an_unknown_mapping_is_refused_with_those_that_exist() -> None:
    with pytest.raises(Refused, match="ours"):
        named("demands", "chinaxiv")
