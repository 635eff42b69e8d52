"""What the states of a studio are called on a page, and what is said of what must be seen to."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.services.studio.warnings import Warned
from marketplace.web.display import day

STUDIO_STATES = {code: _(called) for code, called in state_names.STUDIO.items()}

STUDIO_FACETS = {"tier": _("梯次"), "kind": _("类别"), "region": _("地区"), "industry": _("行业")}

CONDITIONS = {code: _(called) for code, called in state_names.CONDITION.items()}
CONDITION_STATES = {"pass": _("符合"), "fail": _("不符合"), "no_data": _("没有数据")}


# What an office's list may be narrowed to.
WARNINGS = {"any": _("有要处理的事"), "leader": _("领衔人的事"), "grants": _("经费一年没有用完")}

_ENDS = ("藏族羌族自治州", "藏族自治州", "彝族自治州", "市")


def short_place(name: str) -> str:
    """Return the name of a city or prefecture without what kind of place it is."""
    name = name.partition(" (")[0]
    return next((name.removesuffix(end) for end in _ENDS if name.endswith(end)), name)


def warning_text(warned: Warned) -> str:
    """Return what must be seen to, in the language of the page."""
    words = {
        name: day(value) if isinstance(value, dt.date) else gettext(value) if name == "how" else value
        for name, value in warned.params.items()
    }
    return gettext(warned.message) % words
