"""What figures a program asks for: a scope and the months of a year."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.schemas.fields import Code
from marketplace.services.statistics.asking import Question, question
from marketplace.web.api.parsing import actor
from marketplace.web.api.questions import QuerySchema


def whole(least: int, most: int, about: object, **options: Any) -> ma.fields.Integer:
    """Return the field of a whole number between two bounds."""
    bounds = ma.validate.Range(least, most, error=_("应在 {min} 和 {max} 之间。"))
    return ma.fields.Integer(
        validate=bounds, error_messages={"invalid": _("请填写整数。")}, metadata={"description": about}, **options
    )


class FiguresQuerySchema(QuerySchema):
    year = whole(2000, 2100, _("年度，不填为今年"), load_default=None)
    first = whole(1, 12, _("从几月"), load_default=1)
    last = whole(1, 12, _("到几月"), load_default=12)
    region = Code(vocabulary.regions, load_default=None, metadata={"description": _("地区代码，不填为您的范围")})
    industry = Code(vocabulary.industries, load_default=None, metadata={"description": _("行业代码")})
    unit = whole(1, 2**31 - 1, _("单位编号"), load_default=None)


class ComparedQuerySchema(FiguresQuerySchema):
    versus = whole(0, 2100, _("与哪一年相比，不填为上一年，0 为不比较"), load_default=None)
    versus_first = whole(1, 12, _("相比的月份，从"), load_default=None)
    versus_last = whole(1, 12, _("相比的月份，到"), load_default=None)


def asked_of(session: Session, asked: dict[str, Any]) -> Question:
    """Return what a program asks for; raise as ``asking.question``."""
    unasked = {"measure": None, "versus": 0, "versus_first": None, "versus_last": None}
    return question(session, actor(), unasked | asked)
