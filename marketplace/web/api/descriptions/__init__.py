"""What the fields of the nouns mean, for whoever reads the description of the API instead of a form."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.web.api.descriptions import contests, people, proposals, records, statistics, studios

__all__ = ["meaning_of_field"]

_OF_EVERY = {
    "id": _("编号"),
    "revision": _("版本号，每次修改加一"),
    "state": _("所处状态"),
    "title": _("标题"),
    "industry": _("行业"),
    "source": _("来源名称"),
    "source_id": _("在来源中的编号"),
}
_NOUNS = (records, proposals, people, studios, contests, statistics)
_MEANINGS = {noun: meanings for of in _NOUNS for noun, meanings in of.MEANINGS.items()}


def meaning_of_field(_converter: Any, field: ma.fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """Return the description of a noun's own field, where it has not got one; ``ret`` is what is known of it so far."""
    for noun, meanings in _MEANINGS.items():
        if isinstance(field.parent, noun) and "description" not in ret:
            name = field.data_key or field.name
            meaning = meanings.get(name) or _OF_EVERY.get(name)
            return {"description": meaning} if meaning else {}
    return {}
