"""What the fields of a target mean."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.schemas.statistics import YearlyTargetSchema

MEANINGS: dict[type[ma.Schema], dict[str, Any]] = {
    YearlyTargetSchema: {
        "year": _("年度"),
        "month": _("哪个月，0 或者不填是全年"),
        "region": _("地区，不填是全省"),
        "industry": _("行业，不填是所有行业"),
        "measure": _("指标"),
        "amount": _("要达到的人次，0 是取消这个目标"),
    },
}
