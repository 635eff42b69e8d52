"""The form of a round. It renders fields and reads them back; what a field may hold is said by the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
import wtforms
from flask import request
from flask_babel import lazy_gettext as _
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace import vocabulary
from marketplace.models import AwardRound
from marketplace.schemas.award import AwardRoundSchema
from marketplace.web.account.forms import DomainForm
from marketplace.web.demands.forms import industry_choices, region_choices, sentences
from marketplace.web.display import label

_TABLES = ("rubrics", "quotas")
_NUMBERS = ("year", "line", "spread", "judges_needed", "publicity_days")


def _levels() -> list[SelectChoice]:
    return [SelectChoice(code, label(code, "award_levels")) for code in reversed(list(vocabulary.award_levels))]


def _number(name: object, least: int, most: int) -> wtforms.StringField:
    return wtforms.StringField(name, widget=widgets.NumberInput(min=least, max=most))


class RoundForm(DomainForm):
    """A round; the points of its rubrics and the places of its grades are told by ``tables``."""

    title = wtforms.StringField(_("名称"), render_kw={"maxlength": 200, "required": True})
    year = _number(_("年度"), 2000, 2100)
    level = wtforms.SelectField(_("级别"), choices=_levels, validate_choice=False)
    region = wtforms.SelectField(_("地区"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("行业"), choices=industry_choices, validate_choice=False)
    organisation = wtforms.StringField(_("单位名称"), render_kw={"maxlength": 200, "autocomplete": "off"})
    opens_on = wtforms.StringField(_("提名开始"), widget=widgets.DateInput())
    closes_on = wtforms.StringField(_("提名截止"), widget=widgets.DateInput())
    line = _number(_("入选的最低分"), 0, 100)
    spread = _number(_("分差超过多少进行第二轮"), 0, 100)
    judges_needed = _number(_("每项至少几位专家"), 3, 50)
    publicity_days = _number(_("公示几个工作日"), 1, 60)
    bars_heads_of_unit = wtforms.BooleanField(_("第一作者不得是单位负责人、有高级职称或博士学位"))
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, award: AwardRound) -> RoundForm:
        """Return the form of a round as it is, whatever was sent."""
        data = {name: getattr(award, name) for name in (*_NUMBERS, "title", "level", "bars_heads_of_unit")}
        places = {"region": award.region_path, "industry": award.industry_path}
        return cls(
            formdata=None,
            data={
                **data,
                **{name: f"{getattr(award, name):.0f}" for name in ("line", "spread")},
                **{name: path.rsplit("/", 1)[-1] for name, path in places.items()},
                "organisation": award.organisation.name if award.organisation else "",
                "opens_on": award.opens_on.isoformat(), "closes_on": award.closes_on.isoformat(),
                "revision": award.revision,
            },
        )  # fmt: skip

    def load_round(self, tables: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what the schema makes of the form and its tables, or None with the refusals beside the fields."""
        names = {field.data_key or name for name, field in AwardRoundSchema().load_fields.items()}
        given = {name: value for name, value in self.data.items() if name in names}
        given |= {name: as_number(str(given[name] or "")) for name in _NUMBERS} | dict(tables)
        try:
            loaded: dict[str, Any] = AwardRoundSchema().load(given)
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return loaded

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Put sentences beside the fields, and those about a table above the form."""
        super().refuse({name: found for name, found in messages.items() if name not in _TABLES})
        self.form_errors = [it for name in _TABLES if name in messages for it in sentences(messages[name])]


def sent_tables(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return the points and the places as they were sent, for the criteria and grades of a round or of the rules."""
    return {
        "rubrics": {
            rubric: {name: as_number(request.form.get(f"rubric-{rubric}-{name}", "")) for name in points}
            for rubric, points in shape["rubrics"].items()
        },
        "quotas": [
            {"grade": quota["grade"], "count": as_number(request.form.get(f"quota-{quota['grade']}", ""))}
            for quota in shape["quotas"]
        ],
    }


def as_number(text: str) -> int | str | None:
    """Return what was typed as a whole number, nothing for a blank, and as it is for what the schema is to refuse."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None


def joined_messages(messages: Mapping[str, Any]) -> dict[str, str]:
    """Return, for each field of a score sheet, all the sentences about it."""
    flat = {**messages, **messages.get("scores", {})} if isinstance(messages.get("scores"), Mapping) else messages
    return {name: " ".join(sentences(found)) for name, found in flat.items() if name != "scores"}
