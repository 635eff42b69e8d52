"""An achievement while it is being written: any part of it, each checked for itself, nothing asked for yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.schemas.achievement import AchievementSchema, IndicatorSchema
from marketplace.schemas.fields import Many, Nested, Text


class DraftIndicatorSchema(IndicatorSchema):
    """The name of an indicator may stand before its value is known."""

    value = Text(200, load_default="")


class DraftSchema(AchievementSchema):
    """The fields an author writes; what is disclosed to whom is decided elsewhere, with its own checks."""

    class Meta(AchievementSchema.Meta):
        exclude = ("disclosure", "deferred_until", "source", "source_id", "extra")

    title = Text(300, load_default="")
    indicators = Many(Nested(DraftIndicatorSchema))

    # What concerns the whole is looked at when it is submitted, see ``services.authoring.completeness``.
    def check_shares(self, *_data: Any, **_options: Any) -> None: ...

    def check_text(self, *_data: Any, **_options: Any) -> None: ...


def draft_changes(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent as a draft keeps it, a blank emptying its field; raise ``ValidationError``.

    Fields that were not sent are left out, so that the rest of the draft stays as it is.
    """
    return given(DraftSchema().load(sent), sent)


def given(loaded: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a schema loaded for the fields that were sent, without the defaults of the others."""
    names = {name: field.data_key or name for name, field in DraftSchema().load_fields.items()}
    return {name: value for name, value in loaded.items() if names[name] in sent}
