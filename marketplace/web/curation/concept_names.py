"""What the fields, kinds, faults and steps of a concept are called on a page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.errors import N_
from search.thesaurus import Fault

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

# Each is completed by the name it is about.
FAULTS = {
    Fault.CYCLE: N_("从上位词“%(name)s”往上又回到它自己。"),
    Fault.GONE: N_("产品自带的叙词里已经没有“%(name)s”。"),
    Fault.ITSELF: N_("“%(name)s”不能是它自己。"),
    Fault.NO_PROBLEM: N_("只有问题才能写已知解法，请删去“%(name)s”等，或把种类改为问题。"),
    Fault.TAKEN: N_("“%(name)s”已是另一条叙词的正式名称，请改用别的名称，或去修改那一条。"),
    Fault.TWICE: N_("“%(name)s”写了两次。"),
    Fault.UNKNOWN: N_("叙词表里没有“%(name)s”，请先新增它，或改用已有的名称。"),
}

STEPS = {
    "add": _("新增"),
    "revise": _("修改"),
    "retire": _("停用"),
    "restore": _("恢复使用"),
}
