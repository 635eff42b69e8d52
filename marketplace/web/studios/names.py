"""What the states of a studio are called on a page, and what is said of what must be seen to."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.services.studio.warnings import Warned
from marketplace.web.display import day

STUDIO_STATES = {"active": _("正常"), "suspended": _("暂停"), "closed": _("已撤销")}


def warning_text(warned: Warned) -> str:
    """Return what must be seen to, in the language of the page."""
    words = {
        name: day(value) if isinstance(value, dt.date) else gettext(value) if name == "how" else value
        for name, value in warned.params.items()
    }
    return gettext(warned.message) % words
