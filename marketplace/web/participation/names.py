"""What the states of a campaign and of an entry are called on a page, and an item in the language of the page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.models import CampaignItem
from marketplace.web import language

CAMPAIGN_STATES = {code: _(called) for code, called in state_names.CAMPAIGN.items()}
ENTRY_STATES = {code: _(called) for code, called in state_names.PARTICIPATION_ENTRY.items()}
FIGURES = {
    "entries": _("记录"),
    "objects": _("对象"),
    "person_times": _("人次"),
    "persons": _("记名的人"),
    "batch_persons": _("没有记名的人"),
    "uncounted": _("没有报人数的记录"),
}


def item_name(item: CampaignItem) -> str:
    """Return what an item is called."""
    return item.zh if language.current() == "zh_Hans" else item.en
