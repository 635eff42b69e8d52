"""The forms of a batch and of an application. What a field may hold is said by the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
import wtforms
from flask import request
from flask_babel import lazy_gettext as _
from wtforms import widgets
from wtforms.fields.choices import SelectChoice

from marketplace.models import NamingBatch
from marketplace.models.studios.naming_batch import NAMED_TIERS
from marketplace.schemas.naming import BatchSchema
from marketplace.services.studio import conditions
from marketplace.web.account.forms import DomainForm
from marketplace.web.awards.forms import as_number
from marketplace.web.demands.forms import Ticks, industry_choices, region_choices, sentences
from marketplace.web.display import label
from marketplace.web.studios.names import CONDITIONS

_NUMBERS = ("year", "quota", "city_cap", "recommendation_cap", "line", "judges_needed", "publicity_days")
_DAYS = ("opens_on", "closes_on", "recommend_by", "score_by")


def _number(name: object, least: int, most: int) -> wtforms.StringField:
    return wtforms.StringField(name, widget=widgets.NumberInput(min=least, max=most))


def _day(name: object) -> wtforms.StringField:
    return wtforms.StringField(name, widget=widgets.DateInput())


def _tiers() -> list[SelectChoice]:
    return [SelectChoice(code, label(code, "studio_tiers")) for code in reversed(NAMED_TIERS)]


class BatchForm(DomainForm):
    """A batch; the points of its criteria are told by ``sent_indicators``."""

    title = wtforms.StringField(_("名称"), render_kw={"maxlength": 200, "required": True})
    year = _number(_("年度"), 2000, 2100)
    tier = wtforms.SelectField(_("命名为"), choices=_tiers, validate_choice=False)
    region = wtforms.SelectField(_("地区"), choices=region_choices, validate_choice=False)
    industry = wtforms.SelectField(_("行业"), choices=industry_choices, validate_choice=False)
    announcement = wtforms.TextAreaField(_("公告正文"), render_kw={"rows": 6, "maxlength": 20_000})
    opens_on = _day(_("申报开始"))
    closes_on = _day(_("申报截止"))
    recommend_by = _day(_("推荐截止"))
    score_by = _day(_("评分截止"))
    quota = _number(_("名额"), 1, 1000)
    city_cap = _number(_("每个市（州）最多几个"), 1, 1000)
    recommendation_cap = _number(_("每个市（州）或产业最多推荐几个"), 1, 1000)
    barring = Ticks(
        _("不符合就不能申报的条件"),
        choices=lambda: [SelectChoice(name, str(CONDITIONS[name])) for name in conditions.NAMES],
        validate_choice=False,
    )
    line = _number(_("入选的最低分"), 0, 100)
    judges_needed = _number(_("每项至少几位专家"), 3, 50)
    publicity_days = _number(_("公示几个工作日"), 1, 60)
    revision = wtforms.HiddenField(default="0")

    @classmethod
    def showing(cls, batch: NamingBatch) -> BatchForm:
        """Return the form of a batch as it is, whatever was sent."""
        data = {name: getattr(batch, name) for name in (*_NUMBERS, "title", "tier", "announcement", "barring")}
        places = {"region": batch.region_path, "industry": batch.industry_path}
        return cls(
            formdata=None,
            data={
                **data,
                **{name: path.rsplit("/", 1)[-1] for name, path in places.items()},
                **{name: getattr(batch, name).isoformat() for name in _DAYS},
                "line": f"{batch.line:.0f}", "revision": batch.revision,
            },
        )  # fmt: skip

    def load_batch(self, indicators: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what the schema makes of the form and its points, or None with the refusals beside the fields."""
        given = {name: value for name, value in self.data.items() if name in BatchSchema().load_fields}
        given |= {name: as_number(str(given[name] or "")) for name in _NUMBERS}
        try:
            loaded: dict[str, Any] = BatchSchema().load(given | {"indicators": dict(indicators)})
        except ma.ValidationError as error:
            self.refuse(error.normalized_messages())
            return None
        return loaded

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Put sentences beside the fields, and those about the points above the form."""
        super().refuse({name: found for name, found in messages.items() if name != "indicators"})
        self.form_errors = list(sentences(messages["indicators"])) if "indicators" in messages else []


def sent_indicators(names: Mapping[str, int]) -> dict[str, Any]:
    """Return the points as they were sent, for the criteria of a batch or of the rules."""
    return {name: as_number(request.form.get(f"indicator-{name}", "")) for name in names}


class ApplicationForm(DomainForm):
    """What a unit says for its studio; ``acknowledged`` are boxes beside the open conditions."""

    statement = wtforms.TextAreaField(_("申报理由"), render_kw={"rows": 6, "maxlength": 5000, "required": True})
    acknowledged = Ticks(validate_choice=False)
    explanation = wtforms.TextAreaField(_("对这些条件的说明"), render_kw={"rows": 3, "maxlength": 2000})


class RecommendationForm(DomainForm):
    opinion = wtforms.TextAreaField(_("推荐意见"), render_kw={"rows": 3, "maxlength": 2000, "required": True})
    rank = wtforms.IntegerField(_("推荐顺序（不填排在最后）"), widget=widgets.NumberInput(min=1, max=1000))
    revision = wtforms.HiddenField(default="0")


class ReasonForm(DomainForm):
    reason = wtforms.StringField(_("理由"), render_kw={"maxlength": 500, "required": True})
    revision = wtforms.HiddenField(default="0")
