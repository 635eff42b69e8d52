"""What the states of an honour are called on a page, and how a person is named to whoever reads it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from marketplace import state_names
from marketplace.models import Person
from marketplace.permissions import can_see_name
from marketplace.services.export import masking
from marketplace.web.actor import actor

HONOUR_STATES = {code: _(called) for code, called in state_names.HONOUR.items()} | {
    "revoked": lazy_pgettext("荣誉", "已撤销"),
}


def person_name(person: Person) -> str:
    """Return the name for whoever is told it, masked for others."""
    return person.name if can_see_name(actor(), person) else masking.name(person.name)
