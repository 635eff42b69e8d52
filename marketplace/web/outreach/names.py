"""What the states of an event are called on a page, and the office that hosts it."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace import state_names
from marketplace.models import Campaign, Outreach
from marketplace.permissions import Grant
from marketplace.web.display import label

OUTREACH_STATES = {code: _(called) for code, called in state_names.OUTREACH.items()}


def host_name(event: Outreach | Campaign) -> str:
    """Return what the host is called: the unit, or the office with its place."""
    if event.organisation is not None:
        return gettext("%(unit)s工会", unit=event.organisation.name)
    return office_name(Grant(event.host_role, event.region_path, event.industry_path))


def office_name(grant: Grant) -> str:
    """Return what an office is called, with its place."""
    places = (("regions", grant.region_path), ("industries", grant.industry_path))
    named = [label(path.rsplit("/", 1)[-1], codes) for codes, path in places if path]
    return " ".join([gettext(state_names.ROLE[grant.role]), *named])
