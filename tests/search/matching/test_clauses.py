"""A demand is taken apart into clauses that keep their place, and only what was wished for is asked of a solution."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.matching.clauses import Role, clauses, needs, wanted

DEMAND = (
    "我厂承制铝合金薄壁壳体，用三爪卡盘夹紧车内孔，松开卡爪后孔变成三棱形，报废率约18%。"
    "希望不大改现有数控车床，把松夹后的变形压下来，合格率达到98%以上。"
    "预算30万元。验收以第三方检测报告为准。联系人：张工。"
)

LETTERS = "我厂要求希望不超过合格率达到98%以上，。；;、,.\n1) ①（）abc0.5mm"


def part(text: str, piece: str) -> Role:
    """Return the part that the clause with a piece in it plays."""
    (role,) = {clause.role for clause in clauses(text) if piece in clause.text}
    return role


@given(
    st.text(alphabet=st.sampled_from("我厂要求希望不超过合格率达到98%以上，。；;、,.\n1) ①（）abc0.5mm"), max_size=200)
)
def test_every_clause_is_the_text_at_its_place_and_they_follow_each_other(text: str) -> None:
    found = clauses(text)
    assert all(text[clause.start : clause.end] == clause.text != "" for clause in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(max_size=300))
def test_any_text_at_all_is_taken_apart(text: str) -> None:
    assert {clause.text for clause in needs(text)} <= {clause.text for clause in clauses(text)}
    assert all(text[quantity.start : quantity.end] for quantity in wanted(text))


def test_nothing_that_was_said_is_lost_but_the_marks_between() -> None:
    said = "".join(character for character in DEMAND if character not in "，。：")
    kept = "".join(clause.text for clause in clauses(DEMAND))
    assert "".join(character for character in kept if character not in "，。：") == said


@pytest.mark.parametrize(
    ("piece", "role"),
    [
        ("预算30万元", Role.TERMS),
        ("第三方检测报告", Role.ACCEPTANCE),
        ("联系人", Role.ABOUT),
        ("合格率达到98%", Role.GOAL),
    ],
)
def test_the_part_of_a_clause_is_told_by_its_words(piece: str, role: Role) -> None:
    assert part(DEMAND, piece) is role


def test_a_solution_need_not_answer_to_money_acceptance_or_a_telephone_number() -> None:
    asked = "".join(clause.text for clause in needs(DEMAND))
    assert "合格率达到98%以上" in asked
    assert "三棱形" in asked
    assert not any(word in asked for word in ("预算", "第三方", "联系人"))


def test_what_is_wanted_is_told_from_how_things_stand() -> None:
    (quantity,) = wanted(DEMAND)
    assert (quantity.indicator, f"{quantity.comparison}{quantity.amount}") == ("合格率", "≥98%")


def test_a_wish_goes_on_to_the_end_of_its_sentence_and_no_further() -> None:
    text = "希望把切屑排出来，停机时间每件不超过1分钟，不用人工清理。目前每件停机4分钟，一天要清理二十次以上。"
    goals = [clause.text for clause in clauses(text) if clause.goal]
    assert any("1分钟" in goal for goal in goals)
    assert not any("4分钟" in goal for goal in goals)


def test_an_empty_text_has_no_clauses() -> None:
    assert clauses("") == needs("，。；\n") == []
