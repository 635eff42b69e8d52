"""A saved search as it comes in and goes out, one way for pages and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask_babel import gettext

from marketplace.models.following.saved_search import FREQUENCIES, SEARCHED
from marketplace.schemas.fields import DomainSchema, Line, Text
from search.document import KINDS

LONGEST_TEXT = 300
MOST_VALUES = 50


class RevisedSearchSchema(DomainSchema):
    """What can be changed of a saved search: its name and how often it tells of news."""

    name = Line(120, required=True)
    frequency = Text(10, load_default="at_once", validate=ma.validate.OneOf(FREQUENCIES))


class SavedSearchSchema(RevisedSearchSchema):
    """A question to keep: words, their meaning with them, and filters; one of the two at least."""

    kind = Text(20, required=True, validate=ma.validate.OneOf(SEARCHED))
    text = Line(LONGEST_TEXT, load_default="")
    filters = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.List(ma.fields.String(validate=ma.validate.Length(1, 80))),
        load_default=dict,
    )  # fmt: skip

    @ma.validates_schema(skip_on_field_errors=False)
    def check(self, data: Mapping[str, Any], **_options: Any) -> None:
        """Refuse filters the kind does not have, and a question that asks nothing, beside what else is wrong."""
        if not {"kind", "text", "filters"} <= data.keys():
            return
        filters = data["filters"]
        if unknown := filters.keys() - set(KINDS[data["kind"]]):
            raise ma.ValidationError(gettext("没有这个筛选项：%(name)s。", name="、".join(sorted(unknown))), "filters")
        if any(len(values) > MOST_VALUES for values in filters.values()):
            raise ma.ValidationError(gettext("一个筛选项最多选 %(most)s 个值。", most=MOST_VALUES), "filters")
        if not data["text"] and not any(filters.values()):
            raise ma.ValidationError(gettext("请填写检索词，或者至少选一个筛选条件。"), "text")
