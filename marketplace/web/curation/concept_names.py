"""What the fields, kinds and steps of a concept are called on a page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

FIELD_NAMES = {
    "kind": _("种类"),
    "preferred": _("正式名称"),
    "alternatives": _("其他叫法"),
    "english": _("英文名称"),
    "hidden": _("常见错写"),
    "solved_by": _("已知解法"),
    "broader": _("上位词"),
    "related": _("相关词"),
    "sector": _("行业"),
    "gloss": _("解释"),
}

KINDS = {
    "problem": _("问题"),
    "technique": _("技术"),
    "equipment": _("设备"),
    "material": _("材料"),
    "property": _("性能"),
    "process": _("工艺"),
    "effect": _("效果"),
}

STEPS = {
    "add": lazy_pgettext("历史", "新增"),
    "revise": lazy_pgettext("历史", "修改"),
    "retire": lazy_pgettext("历史", "停用"),
    "restore": lazy_pgettext("历史", "恢复使用"),
}
