"""A webhook as it comes in."""

from __future__ import annotations

import marshmallow as ma
from flask_babel import gettext

from marketplace.models.following.webhook import EVENTS
from marketplace.schemas.fields import DomainSchema, Line, Many, Text, Whole


class WebhookSchema(DomainSchema):
    address = Line(500, required=True)
    events = Many(Text(40))
    organisation_id = Whole(1, 10**9, load_default=None)

    @ma.validates("events")
    def check_events(self, events: list[str], **_options: object) -> None:
        if not events or set(events) - set(EVENTS):
            raise ma.ValidationError(gettext("请至少选一种事件。"))
