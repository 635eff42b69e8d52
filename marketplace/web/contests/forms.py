"""The forms of contests and competitions. What a field may hold is said by the schemas.

Stages, groups, prizes, people and indicators are lines of a text, so that a form works without scripts and rows are
pasted from a sheet: the parts of a line are set apart by "|" or a tab.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import marshmallow as ma
import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectChoice

from marketplace.models import Contest, ContestGroup
from marketplace.schemas.contest import ContestSchema
from marketplace.web.account.forms import DomainForm
from marketplace.web.contests.names import PHASES, SHOWCASE_KINDS
from marketplace.web.demands.forms import region_choices, sentences
from marketplace.web.display import label as called
from marketplace.web.honours.forms import day
from marketplace.web.studios.forms import line, number, text

_POINTS = re.compile(r"^(.+?)\s*[:：]?\s*(\d{1,3})$")


def cells(given: str | None) -> list[list[str]]:
    """Return the parts of each line that says anything."""
    lines = [it for it in (given or "").splitlines() if it.strip()]
    return [[part.strip() for part in re.split(r"[|｜\t]", it)] for it in lines]


class Lines(wtforms.TextAreaField):
    """Rows, a line each; ``columns`` name its parts in their order."""

    def __init__(self, label: object, columns: Sequence[str], hint: object, **options: Any) -> None:
        super().__init__(label, description=hint, render_kw={"rows": 4, "maxlength": 20_000}, **options)
        self.columns = columns

    def rows(self) -> list[dict[str, str]]:
        """Return what the lines say; a part that is too many stands under ""."""
        return [dict(zip((*self.columns, ""), [*parts], strict=False)) for parts in cells(self.data)]


class RowsForm(DomainForm):
    """A form with lines of rows: what a schema refuses of one is said beside the text, with the number of its line."""

    def refuse(self, messages: Mapping[str, Any]) -> None:
        told = dict(messages)
        for name, field in self._fields.items():
            found = told.get(name)
            if isinstance(field, Lines) and isinstance(found, Mapping):
                said = [(at, it) for at, inner in found.items() for it in sentences(inner)]
                told[name] = [
                    gettext("第 %(line)s 行：%(why)s", line=int(at) + 1, why=it) if str(at).isdigit() else it
                    for at, it in said
                ]
        super().refuse(told)


class ContestForm(RowsForm):
    title = line(_("比赛名称"))
    place = line(_("地点"))
    announcement = text(_("比赛通知"), 20_000)
    registers_until = day(_("报名截止"))
    unit_quota = number(_("一个单位最多报几人（不限的不填）"))
    stages = Lines(
        _("阶段"), ("name", "begins_on", "ends_on", "advancing"),
        _("每行一个：名称 | 第一天 | 最后一天 | 每组前几名晋级（最后一个阶段不填）"),
    )  # fmt: skip
    groups = Lines(
        _("组别和评分标准"), ("name", "criteria", "tie_break"),
        _("每行一组：名称 | 各项满分，合计 100，例如 实操 60、理论 40 | 同分时依次比较哪些项"),
    )  # fmt: skip
    prizes = Lines(_("每组的奖项（不设奖的不填）"), ("grade", "count"), _("每行一个，从高到低：等级 | 名额"))
    judges_needed = number(_("每人至少几位评审专家"))
    spread = number(_("评分相差超过几分，进行第二轮"), 0)
    drops_extremes = wtforms.BooleanField(_("去掉一个最高分和一个最低分"))
    is_public = wtforms.BooleanField(_("结果向社会公开（没有同意公开姓名的隐去姓名）"))

    def read(self) -> dict[str, Any] | None:
        """Return what ``ContestSchema`` makes of the form, or None with the refusals beside the fields."""
        try:
            data: dict[str, Any] = ContestSchema().load({**self.data, **self._rows()}, unknown=ma.EXCLUDE)
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return data

    def _rows(self) -> dict[str, Any]:
        groups = [
            {**row, "criteria": _points(row.get("criteria", "")), "tie_break": _names(row.get("tie_break", ""))}
            for row in self.groups.rows()
        ]
        prizes = [{**row, "count": whole(row.get("count", ""))} for row in self.prizes.rows()]
        stages = [{**row, "advancing": whole(row.get("advancing", ""))} for row in self.stages.rows()]
        return {"stages": stages, "groups": groups, "prizes": prizes}


def told(contest: Contest) -> dict[str, Any]:
    """Return what the form of a contest holds at first."""
    names = ("title", "place", "announcement", "unit_quota", "judges_needed", "spread", "drops_extremes", "is_public")
    stages = [f"{it.name} | {it.begins_on} | {it.ends_on} | {it.advancing or ''}" for it in contest.stages]
    groups = [
        f"{it.name} | {'、'.join(f'{name} {most}' for name, most in it.criteria.items())} | {'、'.join(it.tie_break)}"
        for it in contest.groups
    ]
    rows = {"stages": stages, "groups": groups, "prizes": [f"{it['grade']} | {it['count']}" for it in contest.prizes]}
    plain = {name: getattr(contest, name) for name in names} | {"registers_until": contest.registers_until.isoformat()}
    return plain | {name: "\n".join(lines) for name, lines in rows.items()}


class RegistrationForm(DomainForm):
    group = wtforms.SelectField(_("报哪一组"), validate_choice=False)

    def offer(self, groups: Iterable[ContestGroup]) -> None:
        """Fill in the groups."""
        self.group.choices = [SelectChoice(str(it.id), it.name) for it in groups]


class UnitRegistrationForm(RowsForm):
    unit = line(_("单位（全称）"))
    people = Lines(_("参赛人"), ("person", "group"), _("每行一人：姓名 | 组别。可以从表格里整块粘贴。"))


class CompetitionRegistrationForm(DomainForm):
    unit = line(_("单位（全称）"))
    enterprise_class = wtforms.SelectField(_("企业的类型"), validate_choice=False)

    def offer(self, types: Sequence[str]) -> None:
        """Fill in the types; a competition whose class is not divided asks for none."""
        if not types:
            del self.enterprise_class
            return
        names = [SelectChoice(it, called(it, "competition_classes")) for it in types]
        self.enterprise_class.choices = [SelectChoice("", gettext("请选择")), *names]


class IndicatorsForm(RowsForm):
    indicators = Lines(
        _("评价指标"), ("name", "unit", "target", "less_is_better"),
        _("每行一项：名称 | 单位 | 目标值（没有的不填）| 越低越好的写“低”"),
    )  # fmt: skip


class EvaluationForm(DomainForm):
    phase = wtforms.SelectField(
        _("哪个阶段"), choices=[SelectChoice(*it) for it in PHASES.items()], validate_choice=False
    )
    evaluated_on = day(_("评价的日期"))
    finding = text(_("评价意见"))


class ShowcaseForm(DomainForm):
    kind = wtforms.SelectField(
        _("类别"), choices=[SelectChoice(*it) for it in SHOWCASE_KINDS.items()], validate_choice=False
    )
    level = wtforms.SelectField(_("级别"), validate_choice=False)
    unit = line(_("示范企业（全称）"))
    name = line(_("示范园区的名称"))
    region = wtforms.SelectField(_("示范园区在哪里"), choices=region_choices, validate_choice=False)
    campaign_id = number(_("从哪项竞赛产生（活动编号，可不填）"))
    criteria = text(_("选树的条件和理由"))
    basis = line(_("依据的文件"), 300)
    named_on = day(_("命名的日期"))

    def offer(self, levels: Sequence[str]) -> None:
        """Fill in the levels an office names showcases of."""
        self.level.choices = [SelectChoice(it, called(it, "award_levels")) for it in levels]


def _points(given: str) -> dict[str, Any]:
    found = (_POINTS.match(it.strip()) for it in re.split("[、,，;；]", given) if it.strip())
    return {it[1].strip(): int(it[2]) for it in found if it is not None}


def _names(given: str) -> list[str]:
    return [it.strip() for it in re.split("[、,，;；]", given) if it.strip()]


def whole(given: str) -> int | str | None:
    """Return the number that is written, None for nothing, and the text of what is none."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 14 else given or None
