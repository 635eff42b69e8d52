"""What a judge reads says nothing of whose it is, however the text is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.models import Account, Organisation, Proposal, ProposalAuthor
from marketplace.services.award.anonymous import Scrubber, judged_text

UNIT = "四川示范电器股份有限公司"
NAMES = ("欧阳示例", "张三", "John Example")


def proposal(**fields: str) -> Proposal:
    unit = Organisation(name=UNIT, aliases=["示范电器", "SFDQ"], credit_code="91510000MA00000008")
    return Proposal(
        **{"title": "撇油带", "crew": "精益一班", "organisation": unit, **fields},
        authors=[ProposalAuthor(name=name) for name in NAMES[1:]],
    )


SCRUB = Scrubber.of(proposal(), [Account(name=NAMES[0])])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("张三提出加撇油带", "［姓名］提出加撇油带"),
        ("由张 三和欧阳·示例完成", "由［姓名］和［姓名］完成"),
        ("张师傅、老张都说好", "［姓名］、［姓名］都说好"),
        ("by JOHN  EXAMPLE himself", "by ［姓名］ himself"),
        ("在四川示范电器股份有限公司一车间", "在［单位］一车间"),
        ("我们示范电器的车间", "我们［单位］的车间"),
        ("在示范公司和示范厂试用", "在［单位］和［单位］试用"),
        ("ＳＦＤＱ内部标准，代码91510000MA00000008", "［单位］内部标准，代码［单位］"),
        ("精益一班试用三个月", "［班组］试用三个月"),
        ("电话13900000001,邮箱a.b@example.cn", "电话［号码］,邮箱［号码］"),
        ("四川的电器行业,年节约1250000元,2026-01-15起", "四川的电器行业,年节约1250000元,2026-01-15起"),
        ("紧张三次后松开", "紧［姓名］次后松开"),
        ("Johnson bolts", "Johnson bolts"),
    ],
)
def test_names_are_taken_out_of_a_text(written: str, read: str) -> None:
    assert SCRUB(written) == read


@given(st.text(), st.sampled_from((*NAMES[:2], UNIT, "精益一班", "示范电器")), st.text())
def test_no_surroundings_let_a_name_through(before: str, name: str, after: str) -> None:
    assert name not in SCRUB(before + name + after)


def test_every_text_a_judge_is_shown_is_scrubbed() -> None:
    told = "张三在示范电器精益一班"
    fields = (
        "title",
        "present_state",
        "measure",
        "expected_effect",
        "benefit_metric",
        "adopted_part",
        "implementation",
    )
    shown = judged_text(proposal(**dict.fromkeys(fields, told)), [], [])
    assert shown.title == "［姓名］在［单位］［班组］"
    assert [text for _, text in shown.parts] == [shown.title] * 6
