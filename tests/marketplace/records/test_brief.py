"""A need told in one's own words becomes a brief: what the text states is read, what it leaves open is asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace import vocabulary
from marketplace.schemas.demand import DemandSchema
from marketplace.services.brief import ASKED, brief_of

TODAY = dt.date(2026, 7, 15)
SHELL = (
    "我厂用三爪卡盘夹紧铝合金薄壁壳体车内孔，松开后孔变成三棱形，圆度 0.08–0.12 mm，报废约 18%。要求圆度 0.02 mm 以内，"
    "合格率 98% 以上，不换现有数控车床。预算 30 万元，年底前用上。"
)
QUOTED = ("process", "object", "present_state", "base_conditions", "limits", "acceptance", "title")


def read(text: str, day: dt.date = TODAY) -> dict[str, Any]:
    return brief_of(text, day).fields


def test_a_demand_told_in_one_breath_is_taken_apart() -> None:
    fields = read(SHELL)
    assert fields["process"] == "车内孔"
    assert "松开后孔变成三棱形" in fields["present_state"]
    assert fields["limits"] == "不换现有数控车床"
    assert fields["budget_max"] == 30_000_000
    assert fields["due"] == dt.date(2026, 12, 31)
    assert fields["indicators"] == [
        {"name": "圆度", "comparison": "≤", "value": "0.02", "unit": "mm"},
        {"name": "合格率", "comparison": "≥", "value": "98", "unit": "%"},
    ]


def test_what_the_text_leaves_open_stays_empty_and_is_asked() -> None:
    brief = brief_of(SHELL, TODAY)
    assert {"region", "cooperation", "min_trl", "acceptance"} <= brief.unsure
    assert brief.unsure & brief.fields.keys() <= {"process", "object"}
    assert brief_of("漏油", TODAY).unsure == ASKED - {"present_state"}


def test_what_a_text_is_about_is_asked_where_it_is_only_likely() -> None:
    plain = brief_of("我厂生产起重机主梁，焊接后旁弯超差。", TODAY)
    assert (plain.fields["object"], plain.fields["process"]) == ("起重机主梁", "焊接")
    assert not {"object", "process"} & plain.unsure
    likely = brief_of("扶梯梯级注塑件打磨后又喷漆，老掉漆。", TODAY)
    assert {"object", "process"} <= likely.unsure


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("预算30万元", None, 30),
        ("预算 30 万元左右", None, 30),
        ("经费20万—30万元", 20, 30),
        ("拟投入80至100万元实施改造", 80, 100),
        ("投资不超过15万", None, 15),
        ("项目经费不低于40万元", 40, None),
        ("预算１５万元", None, 15),
        ("总投资1.2亿元以内", None, 12000),
        ("预算三十万元", None, 30),
        ("预算300,000元", None, 30),
        ("预算面议", None, None),
        ("去年损失120万元", None, None),
        ("单台改造费用8万元以内", None, None),
        ("投资3万元/台", None, None),
        ("预算12月底前报批", None, None),
    ],
)
def test_a_budget_is_read_in_whatever_unit_it_is_told(words: str, low: int | None, high: int | None) -> None:
    fields = read(f"轴端漏油。{words}。")
    told = [None if end is None else end * 1_000_000 for end in (low, high)]
    assert [fields.get("budget_min"), fields.get("budget_max")] == told


def test_a_part_of_a_budget_is_not_taken_for_the_whole() -> None:
    assert "budget_max" not in read("项目总预算1.2亿元，其中尾水处理600万元。")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026年底前完成", (2026, 12, 31)),
        ("年底前用上", (2026, 12, 31)),
        ("年内见效", (2026, 12, 31)),
        ("今年10月底前投用", (2026, 10, 31)),
        ("9月底前验证", (2026, 9, 30)),
        ("明年6月前建成", (2027, 6, 30)),
        ("3月前装好", (2027, 3, 31)),
        ("2027年6月30日前验收", (2027, 6, 30)),
        ("2026-11-30前交付", (2026, 11, 30)),
        ("2028年上半年建成", (2028, 6, 30)),
        ("三个月内完成改造", (2026, 10, 15)),
        ("3个月内解决", (2026, 10, 15)),
        ("半年内交付", (2027, 1, 15)),
        ("一年半内建成", (2028, 1, 15)),
        ("两周内给出方案", (2026, 7, 29)),
        ("工期要求：2026年9月", (2026, 9, 30)),
    ],
)
def test_a_deadline_counts_from_the_day_it_is_told(words: str, day: tuple[int, int, int]) -> None:
    assert read(f"轴端漏油，希望{words}。")["due"] == dt.date(*day)


@pytest.mark.parametrize(
    "words",
    [
        "2024年6月以来返修37件",
        "每年10月至次年4月覆冰",
        "汛期5—9月停机",
        "1998年投产",
        "存放三个月不结块",
        "修复后3年内锚固区不破碎",
        "9月底前出样机，明年6月底前验收",
        "6月31日前完成",
        "十几天内完成",
    ],
)
def test_a_time_that_is_no_deadline_is_none(words: str) -> None:
    assert "due" not in read(f"轴端漏油，{words}。")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("我公司位于德阳市旌阳区", "510603"),
        ("成都某地铁区间", "5101"),
        ("凉山州会理市铜矿", "513402"),
        ("宜宾翠屏的一家酒厂", "511502"),
        ("阿坝州茂县冷库", "513223"),
        ("乐山市中区某厂", "511102"),
        ("乐山、眉山两地", None),
        ("市中区某厂", None),
        ("请成都理工大学看过", None),
        ("在前锋班组试用，黑水外排", None),
        ("四川的一家企业", "51"),
    ],
)
def test_a_region_is_a_place_named_without_doubt(words: str, code: str | None) -> None:
    assert read(f"{words}，轴端漏油。").get("region") == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("酒厂窖池窖泥板结", "15"),
        ("煤矿副井罐笼到位不准", "06"),
        ("110kV变电站主变渗油", "44"),
        ("医院消毒供应中心器械清洗不净", "84"),
        ("轴承发热", None),
        ("设备漏油", None),
    ],
)
def test_an_industry_is_told_by_what_the_asker_is_called(words: str, code: str | None) -> None:
    assert read(f"{words}。").get("industry") == code


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("愿意技术服务或合作开发", ["development", "service"]),
        ("可独占许可", ["exclusive_licence"]),
        ("接受技术转让、作价入股", ["assignment", "equity"]),
        ("先用后转", ["use_first"]),
        ("已办理排污许可，欢迎合作", []),
    ],
)
def test_ways_of_working_together_are_read_by_their_names(words: str, codes: list[str]) -> None:
    assert read(f"轴端漏油。{words}。").get("cooperation", []) == codes


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("要求技术成熟，有应用案例", 9),
        ("需要通过中试的产品", 7),
        ("至少有样机", 6),
        ("要求TRL7以上", 7),
        ("不要求技术成熟", None),
        ("果实成熟度不均", None),
    ],
)
def test_how_ripe_a_solution_must_be_is_read_by_cue_words(words: str, level: int | None) -> None:
    assert read(f"轴端漏油。{words}。").get("min_trl") == level


def test_an_indicator_needs_a_wish_and_not_only_a_number() -> None:
    assert "indicators" not in read("目前合格率82%以上，停机每月超过3次。")
    (wanted,) = read("停机多。希望停机每班不超过1次。")["indicators"]
    assert (wanted["comparison"], wanted["value"], wanted["unit"]) == ("≤", "1", "次/班")


def test_an_indicator_keeps_what_has_no_short_decimal_as_it_is_written() -> None:
    (wanted,) = read("磨齿慢。希望磨齿时间缩短三分之一。")["indicators"]
    assert (wanted["value"], wanted["unit"]) == ("三分之一", "")


def test_a_limit_is_quoted_without_the_wish_around_it() -> None:
    assert read("模具开裂。想在不更换压铸机的前提下延长寿命。")["limits"] == "不更换压铸机"


def test_a_first_line_alone_is_the_title() -> None:
    assert read("主轴漏油\n每月停机三次，想彻底止住。")["title"] == "主轴漏油"


def test_without_a_heading_the_phrase_that_names_the_trouble_is_the_title() -> None:
    assert read("需求：我厂生产箱形主梁，长26m，焊后旁弯超差。希望压下来。")["title"] == "焊后旁弯超差"


def test_the_address_and_the_terms_are_no_part_of_how_things_stand() -> None:
    assert read("轴端漏油。厂址在德阳市旌阳区，愿意技术服务。")["present_state"] == "轴端漏油"


PIECES = st.sampled_from(
    ["我厂生产", "铝合金壳体", "，", "。", "；", "希望", "不得", "不", "30万元", "预算", "以内", "3个月", "内完成",
    "98%", "年底前", "德阳市", "市中区", "≥", "~", "合格率", "的", "长", "漏", "车内孔", "2026年", "13月", "31日", "前",
    "（1）", "焊完", "亿", "\n", "\u3000"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=120))


@settings(max_examples=300)
@given(TEXTS, st.dates(dt.date(2020, 1, 1), dt.date(2090, 12, 31)))
def test_any_text_gets_a_brief_that_quotes_it(text: str, day: dt.date) -> None:
    fields = read(text, day)
    assert not [
        (name, line) for name in QUOTED for line in fields.get(name, "").splitlines() if line.strip() not in text
    ]


@settings(max_examples=300)
@given(st.lists(PIECES, min_size=1, max_size=25).map("".join).filter(str.strip))
def test_any_brief_may_be_posted_as_it_is(text: str) -> None:
    fields = read(text)
    plain = {**fields, "text": text, **({"due": fields["due"].isoformat()} if "due" in fields else {})}
    loaded = DemandSchema().load({"title": "未定", **plain})
    assert loaded["text"] == text.strip()


@given(st.integers(1, 10**7), st.sampled_from([("元", 100), ("万元", 10**6), ("亿元", 10**10)]))
def test_an_amount_of_money_is_read_back_as_it_was_written(amount: int, unit: tuple[str, int]) -> None:
    name, fen = unit
    assert read(f"轴端漏油。预算{amount}{name}。")["budget_max"] == amount * fen


@given(st.dates(TODAY, dt.date(2090, 12, 31)))
def test_a_day_is_read_back_as_it_was_written(day: dt.date) -> None:
    assert read(f"轴端漏油，{day.year}年{day.month}月{day.day}日前解决。")["due"] == day


@given(st.sampled_from([it for it in vocabulary.regions if vocabulary.regions.level(it) == 3]))
def test_a_county_is_found_after_its_city(county: str) -> None:
    regions = vocabulary.regions
    city = regions.ancestors(county)[-1]
    assert read(f"{regions.label(city)}{regions.label(county)}某厂轴端漏油。")["region"] == county
