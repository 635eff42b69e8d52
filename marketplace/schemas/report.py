"""A report and the freezing of it, as they come in."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext, lazy_gettext

from marketplace import vocabulary
from marketplace.models.participation.report import KINDS, ROWS
from marketplace.schemas.fields import Code, DomainSchema, Line, Many, Text, Whole

COLUMNS = ("entries", "objects", "of_which", "participation", "per_head")
_CHOOSE = lazy_gettext("请从列表里选。")


class ReportSchema(DomainSchema):
    """A report; ``host`` is the key of an office of the actor's, and its name is the ``body`` where none is written.

    ``columns`` are what stands beside the two columns of person-times and persons.
    """

    title = Line(200, required=True)
    table_number = Line(40, load_default="")
    issued_by = Line(200, load_default="")
    body = Line(200, load_default="")
    kind = Line(20, required=True, validate=ma.validate.OneOf(KINDS, error=_CHOOSE))
    campaign_id = Whole(1, 10**9, load_default=None)
    rows = Line(10, required=True, validate=ma.validate.OneOf(ROWS, error=_CHOOSE))
    columns = Many(Line(20, validate=ma.validate.OneOf(COLUMNS, error=_CHOOSE)), longest=len(COLUMNS))
    host = Line(60, load_default="")
    region = Code(vocabulary.regions, load_default=None)
    industry = Code(vocabulary.industries, load_default=None)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_campaign(self, data: dict[str, Any], **_options: Any) -> None:
        if (data["kind"] == "campaign") != (data["campaign_id"] is not None):
            raise ma.ValidationError(gettext("一个活动的情况表要选活动，别的表不选。"), "campaign_id")


class FreezeSchema(DomainSchema):
    """Which period of a report is frozen; another edition of it says why."""

    period = Line(10, required=True)
    reason = Text(500, load_default="")
