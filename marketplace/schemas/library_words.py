"""What the library says by itself of a value it refuses, in the language of whoever sent the value.

The fields of the domain (``fields``) word their refusals themselves; those of marshmallow, and its validators, are
worded here, once for all schemas. ``Range`` is not: it makes its sentence when a schema is defined, before there is
a language, so each range brings its own.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

_OF_FIELDS: dict[type[ma.fields.Field[Any]], dict[str, str]] = {
    ma.fields.Field: {"required": _("必填。"), "null": _("不能为空。")},
    ma.fields.Boolean: {"invalid": _("请填写“是”或“否”。")},
    ma.fields.Integer: {"invalid": _("请填写整数。")},
    ma.fields.List: {"invalid": _("请填写列表。")},
    ma.fields.Mapping: {"invalid": _("应为一组字段。")},
    ma.fields.Nested: {"type": _("应为一组字段。")},
    ma.fields.Number: {"too_large": _("数字太大。")},
    ma.fields.String: {"invalid": _("请填写文字。")},
}


def translate() -> None:
    """Give the fields and validators of the library the sentences of the product."""
    for kind, said in _OF_FIELDS.items():
        kind.default_error_messages = {**kind.default_error_messages, **said}
    ma.validate.OneOf.default_message = _("只能是以下之一：{choices}。")
    ma.validate.Length.message_max = _("最多 {max} 个字。")
    ma.validate.Length.message_all = _("应有 {min} 到 {max} 个字。")
