"""What kinds of report there are, what can be counted in them, and what all of it is called."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.errors import N_

_FILE = Path(__file__).with_name("report_kinds.toml")

NAMES = {
    "six_ones": N_("“六个一”年度表"),
    "two_millions": N_("“两个百万”进展表"),
    "labour_competition": N_("劳动竞赛情况表"),
    "skills": N_("技能提升（三个两百万）进展表"),
    "campaign": N_("一个活动的情况表"),
}
ROW_NAMES = {
    "city": N_("市（州）"),
    "county": N_("县（市、区）"),
    "unit": N_("单位"),
    "industry": N_("行业门类"),
    "month": N_("月份"),
}
# What may be counted beside person-times and persons, of which no table leaves out either (rule 53).
CHOICES = {
    "entries": N_("记录"),
    "objects": N_("对象（建议、成果等，合并了的只算一个）"),
    "of_which": N_("其中：先归另一系统（块、条）的单位的人次"),
    "participation": N_("参与率：参加过的人占职工人数"),
    "per_head": N_("人均项数：记录除以职工人数"),
}
MEASURES = {
    "entries": N_("记录"),
    "objects": N_("对象"),
    "person_times": N_("人次"),
    "persons": N_("人数（记名）"),
    "batch_persons": N_("人数（未记名）"),
    "of_which": N_("其中：先归另一系统的人次"),
    "part": N_("分子"),
    "whole": N_("分母"),
    "rate": N_("比率"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report, see ``report_kinds.toml``."""

    campaigns: tuple[str, ...]
    group: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds by their codes in ``models.participation.report.KINDS``."""
    table = tomllib.loads(_FILE.read_text("utf-8"))
    return {code: Kind(tuple(it["campaigns"]), it["group"]) for code, it in table.items()}
